//! The jitter of the parameters, drawn once a batch: every row is moved by the same factors.

use philox::Stream;

use crate::config::JitterConfig;
use crate::number::FiniteMean;
use crate::robustness::{self, Base, Quality};

const STREAM: u64 = 1;
const WIDTH: usize = 8;
const LANES: usize = 16;

/// Factors by iteration and figure, one column a figure, so that iterations are computed side by side.
#[derive(Clone, Debug, Default)]
pub struct JitterTable {
    profit: Vec<f64>,
    avg_r: Vec<f64>,
    winrate: Vec<f64>,
    drawdown: Vec<f64>,
}

impl JitterTable {
    /// Draw `1 + v * (2 * u(i, k) - 1)` for every iteration i; k = 0 profit, 1 `avg_r`, 2 winrate, 3 drawdown.
    pub fn draw(config: &JitterConfig) -> Self {
        let stream = Stream::new(config.seed_or_default(), STREAM);
        let mut table = Self::default();
        for i in 0..config.n_iterations {
            let mut row = stream.row(i as u64, WIDTH);
            let mut factor = || 1.0 + config.param_variation * (2.0 * row.draw() - 1.0);
            table.profit.push(factor());
            table.avg_r.push(factor());
            table.winrate.push(factor());
            table.drawdown.push(factor());
        }
        table
    }

    /// The jittered samples of one base, in iteration order.
    pub fn samples<'a>(&'a self, base: &'a Quality) -> impl Iterator<Item = Quality> + 'a {
        (0..self.profit.len()).map(|i| Quality {
            profit: base.profit * self.profit[i],
            avg_r: base.avg_r * self.avg_r[i],
            winrate: base.winrate * self.winrate[i],
            drawdown: base.drawdown * self.drawdown[i],
        })
    }

    /// What `robustness_score(base, self.samples(base), cap)` gives, several iterations at a time.
    ///
    /// Only the deteriorations are computed side by side; they are added one by one from the left, hence the same bits.
    pub fn robustness(&self, base: &Quality, penalty_cap: f64) -> f64 {
        let guarded = Base::of(base);
        let mut mean = FiniteMean::default();
        let columns = self.profit.chunks(LANES).zip(self.avg_r.chunks(LANES));
        let others = self.winrate.chunks(LANES).zip(self.drawdown.chunks(LANES));
        for ((profit, avg_r), (winrate, drawdown)) in columns.zip(others) {
            let mut lanes = [0.0; LANES];
            for ((((lane, p), r), w), d) in lanes.iter_mut().zip(profit).zip(avg_r).zip(winrate).zip(drawdown) {
                let sample =
                    Quality { profit: base.profit * p, avg_r: base.avg_r * r, winrate: base.winrate * w, drawdown: base.drawdown * d };
                *lane = guarded.deterioration(&sample);
            }
            mean.extend(lanes[..profit.len()].iter().copied());
        }
        robustness::score(mean, penalty_cap)
    }
}
