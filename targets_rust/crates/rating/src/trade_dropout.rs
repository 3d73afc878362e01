//! Trade dropout: what is left of a strategy when some of its trades had not happened.

use philox::Stream;

use crate::config::unsigned;
use crate::error::{Code, RatingError, Result};
use crate::metrics::Derived;
use crate::number::{count, larger};
use crate::stress_penalty::StressMetrics;

const STREAM: u64 = 2;
const WIDTH: usize = 8;

/// Trades in order of time.
#[derive(Clone, Copy, Debug)]
pub struct Trades<'a> {
    /// Money earned after fees.
    pub nets: &'a [f64],
    /// Result in units of the risk taken, not finite where unknown; `None` when it was not recorded at all.
    pub r_multiples: Option<&'a [f64]>,
}

/// Memory that is used again from row to row; its content never matters.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// Room for the net results of a row.
    pub nets: Vec<f64>,
    positions: Vec<usize>,
    dropped: Vec<bool>,
}

/// `clamp(ceil(n * frac), 1, n)` for n >= 1 and frac > 0; the product is a double, so 100 * 0.07 gives 8.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the product lies in 0..=n
pub fn drop_count(n: usize, frac: f64) -> usize {
    if frac >= 1.0 { n } else { ((count(n) * frac).ceil() as usize).clamp(1, n.max(1)) }
}

/// How many trades are dropped, and from which stream they are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    frac: f64,
    seed: u64,
}

impl Dropout {
    /// Drop the share `frac` of the trades, drawn from stream 2 of the seed.
    ///
    /// # Errors
    /// `Nan` (2004) for a share of NaN, `InvalidArgument` (1001) for a seed that is no integer of 64 bits without sign.
    pub fn new(frac: f64, seed: impl Into<i128>) -> Result<Self> {
        if frac.is_nan() {
            return Err(RatingError::new(Code::Nan, "frac must not be NaN"));
        }
        Ok(Self { frac, seed: unsigned(seed.into(), "seed")? })
    }

    /// One run: the trades at `positions` are dropped, or those that row `run` chooses if there are none given.
    ///
    /// # Errors
    /// As [`Dropout::given`].
    pub fn chosen(&self, trades: &Trades<'_>, base: StressMetrics, run: u64, positions: Option<&[i128]>) -> Result<StressMetrics> {
        match positions {
            Some(positions) => self.given(trades, base, positions),
            None => Ok(self.drawn(trades, base, run, &mut Workspace::default())),
        }
    }

    /// Several runs; run i draws from row i, so it does not depend on how many there are.
    pub fn runs(&self, trades: &Trades<'_>, base: StressMetrics, runs: usize, workspace: &mut Workspace) -> Vec<StressMetrics> {
        (0..runs as u64).map(|run| self.drawn(trades, base, run, workspace)).collect()
    }

    /// The metrics without the trades that row `run` of the stream chooses; the base if there is nothing to drop.
    pub fn drawn(&self, trades: &Trades<'_>, base: StressMetrics, run: u64, workspace: &mut Workspace) -> StressMetrics {
        if self.skips(trades) {
            return base;
        }
        draw(trades.nets.len(), self.frac, self.seed, run, workspace);
        remaining(trades, &workspace.dropped)
    }

    /// The metrics without the trades at the given positions; the base if there is nothing to drop.
    ///
    /// # Errors
    /// `OutOfBounds` (1003) for positions that do not exist or come twice.
    pub fn given(&self, trades: &Trades<'_>, base: StressMetrics, positions: &[i128]) -> Result<StressMetrics> {
        if self.skips(trades) {
            return Ok(base);
        }
        let mut dropped = vec![false; trades.nets.len()];
        positions.iter().try_for_each(|position| mark(&mut dropped, *position))?;
        Ok(remaining(trades, &dropped))
    }

    fn skips(&self, trades: &Trades<'_>) -> bool {
        self.frac <= 0.0 || trades.nets.is_empty()
    }
}

fn mark(dropped: &mut [bool], position: i128) -> Result<()> {
    let n = dropped.len();
    let place = usize::try_from(position).ok().and_then(|position| dropped.get_mut(position)).filter(|place| !**place);
    let refuse = || RatingError::new(Code::OutOfBounds, format!("dropped positions must be distinct and lie below {n}, got {position}"));
    *place.ok_or_else(refuse)? = true;
    Ok(())
}

/// Choose positions by a Fisher-Yates shuffle from the front, one draw a position.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= u * n < n
fn draw(n: usize, frac: f64, seed: u64, run: u64, workspace: &mut Workspace) {
    let dropped = drop_count(n, frac);
    let mut row = Stream::new(seed, STREAM).row(run, dropped.max(WIDTH));
    workspace.positions.clear();
    workspace.positions.extend(0..n);
    workspace.dropped.clear();
    workspace.dropped.resize(n, false);
    for i in 0..dropped {
        let j = i + (row.draw() * count(n - i)) as usize;
        workspace.positions.swap(i, j);
        workspace.dropped[workspace.positions[i]] = true;
    }
}

fn remaining(trades: &Trades<'_>, dropped: &[bool]) -> StressMetrics {
    let kept = |values| kept(values, dropped);
    let (profit, drawdown) = profit_and_drawdown(kept(trades.nets));
    StressMetrics { profit, drawdown, sharpe: trades.r_multiples.map_or(0.0, |r| sharpe(kept(r))) }
}

fn kept<'a>(values: &'a [f64], dropped: &'a [bool]) -> impl Iterator<Item = f64> + Clone + 'a {
    values.iter().zip(dropped).filter(|(_, dropped)| !**dropped).map(|(value, _)| *value)
}

/// The sum, and the deepest fall below a former peak of the running sum, which starts at 0.
fn profit_and_drawdown(nets: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut running, mut peak, mut deepest) = (0.0, 0.0, 0.0);
    for net in nets {
        running += net;
        peak = larger(running, peak);
        deepest = larger(peak - running, deepest);
    }
    (running, deepest)
}

/// Mean over sample deviation of the finite values, not annualised; 0 for fewer than two or without spread.
fn sharpe(r_multiples: impl Iterator<Item = f64> + Clone) -> f64 {
    let finite = r_multiples.filter(|r| r.is_finite());
    let (mut total, mut n) = (0.0, 0);
    for r in finite.clone() {
        total += r;
        n += 1;
    }
    if n < 2 {
        return 0.0;
    }
    let mean = total / count(n);
    let mut squares = 0.0;
    for r in finite {
        let distance = r - mean;
        squares += distance * distance;
    }
    let deviation = (squares / count(n - 1)).sqrt();
    if deviation == 0.0 { 0.0 } else { mean / deviation }
}

/// The losses of a row without a trade list, drawn once a batch: shares of the profit and of the drawdown by run.
pub fn losses(frac: f64, runs: usize, seed: u64) -> Vec<(f64, f64)> {
    let stream = Stream::new(seed, STREAM);
    let loss = |run| {
        let mut row = stream.row(run as u64, WIDTH);
        let draws: [f64; 6] = std::array::from_fn(|_| row.draw());
        (frac * 2.0 * draws[4], frac * 2.0 * draws[5])
    };
    (0..runs).map(loss).collect()
}

/// The metrics of a row without a trade list: a share `a` of the profit lost, a share `b` more drawdown.
#[inline]
pub fn thinned(row: &Derived, (a, b): (f64, f64)) -> StressMetrics {
    StressMetrics { profit: row.profit * (1.0 - a), drawdown: row.drawdown * (1.0 + b), sharpe: row.sharpe * (1.0 - a) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: StressMetrics = StressMetrics { profit: 9.0, drawdown: f64::INFINITY, sharpe: -9.0 };
    const TRADES: Trades<'_> = Trades { nets: &[10.0, -4.0, -3.0, 5.0], r_multiples: Some(&[1.0, -1.0, f64::NAN, 2.0]) };

    fn given(positions: &[i128]) -> Result<StressMetrics> {
        Dropout::new(0.5, 1)?.given(&TRADES, BASE, positions)
    }

    #[test]
    fn the_number_dropped_is_that_of_the_specification() {
        let counts = [(100, 0.07), (100, 0.14), (50, 0.14), (100, 0.55), (10, 0.3), (7, 1.0), (7, f64::INFINITY), (7, 5e-324)];
        assert_eq!(counts.map(|(n, frac)| drop_count(n, frac)), [8, 15, 8, 56, 3, 7, 7, 1]);
    }

    #[test]
    fn the_drawdown_is_measured_from_the_highest_peak_before() {
        let left = given(&[]);
        assert_eq!(left.map(|left| (left.profit, left.drawdown)), Ok((8.0, 7.0)));
    }

    #[test]
    fn a_path_that_only_falls_is_measured_from_zero() {
        assert_eq!(given(&[0, 3]).map(|left| (left.profit, left.drawdown)), Ok((-7.0, 7.0)));
    }

    #[test]
    fn all_dropped_leaves_zeros() {
        assert_eq!(given(&[3, 2, 1, 0]), Ok(StressMetrics::default()));
    }

    #[test]
    fn the_sharpe_ratio_needs_two_finite_values_and_a_spread() {
        assert_eq!(given(&[0, 1]).map(|left| left.sharpe), Ok(0.0));
        assert_eq!(sharpe([2.0, 2.0].into_iter()).to_bits(), 0.0_f64.to_bits());
        assert_eq!(sharpe([1.0, 3.0].into_iter()).to_bits(), (2.0 / 2.0_f64.sqrt()).to_bits());
    }

    #[test]
    fn positions_that_do_not_exist_or_come_twice_are_refused() {
        for positions in [&[4][..], &[-1], &[1, 1], &[i128::MAX]] {
            assert_eq!(given(positions).map_err(|error| error.code), Err(Code::OutOfBounds), "{positions:?}");
        }
    }

    #[test]
    fn without_an_r_column_the_sharpe_ratio_is_zero() {
        let trades = Trades { r_multiples: None, ..TRADES };
        let left = Dropout::new(0.5, 1).and_then(|dropout| dropout.given(&trades, BASE, &[]));
        assert_eq!(left.map(|left| left.sharpe), Ok(0.0));
    }

    #[test]
    fn with_nothing_to_drop_the_base_comes_back() {
        let none = Trades { nets: &[], r_multiples: None };
        for (frac, trades) in [(0.0, &TRADES), (f64::NEG_INFINITY, &TRADES), (0.5, &none)] {
            let left = Dropout::new(frac, 1).map(|dropout| dropout.drawn(trades, BASE, 0, &mut Workspace::default()));
            assert_eq!(left, Ok(BASE));
        }
    }

    #[test]
    fn a_share_of_nan_is_refused() {
        assert_eq!(Dropout::new(f64::NAN, -1).map_err(|error| error.code), Err(Code::Nan));
    }
}
