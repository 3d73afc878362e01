//! The input of the batch functions: batches column by column, the rows in them, and what is derived from a row.

use crate::columns::{Lists, Optional};
use crate::error::{Code, RatingError, Result};
use crate::number::finite_or;
use crate::robustness::Quality;
use crate::stability::{Year, calendar_days, days_or};
use crate::stress_penalty::StressMetrics;

/// One batch of backtests, column by column; all columns have the same number of rows.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the names of the schema
pub struct MetricsColumns<'a> {
    pub total_trades: &'a [i64],
    pub win_rate: &'a [f64],
    pub profit_factor: &'a [f64],
    pub sharpe_ratio: &'a [f64],
    pub max_drawdown: &'a [f64],
    pub avg_trade_duration: &'a [f64],
    pub cost_per_trade: &'a [f64],
    pub yearly_profits: Lists<'a>,
    pub net_profit: Option<Optional<'a, f64>>,
    pub avg_r: Option<Optional<'a, f64>>,
    pub first_year: Option<Optional<'a, i32>>,
    pub year_durations: Option<Lists<'a>>,
    pub trade_results: Option<Lists<'a>>,
    pub trade_r: Option<Lists<'a>>,
}

/// One backtest. Money in the account's currency, the win rate as a fraction, durations of years in days.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)] // the names of the schema
pub struct MetricsInput<'a> {
    pub total_trades: i64,
    pub win_rate: f64,
    pub profit_factor: f64,
    pub sharpe_ratio: f64,
    pub max_drawdown: f64,
    pub avg_trade_duration: f64,
    pub cost_per_trade: f64,
    pub yearly_profits: &'a [f64],
    pub net_profit: Option<f64>,
    pub avg_r: Option<f64>,
    pub first_year: Option<i32>,
    pub year_durations: Option<&'a [f64]>,
    pub trade_results: Option<&'a [f64]>,
    pub trade_r: Option<&'a [f64]>,
}

impl<'a> MetricsColumns<'a> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.total_trades.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One row; columns that are missing give `None`, as a missing value does.
    #[inline]
    pub fn row(&self, i: usize) -> MetricsInput<'a> {
        MetricsInput {
            total_trades: self.total_trades[i],
            win_rate: self.win_rate[i],
            profit_factor: self.profit_factor[i],
            sharpe_ratio: self.sharpe_ratio[i],
            max_drawdown: self.max_drawdown[i],
            avg_trade_duration: self.avg_trade_duration[i],
            cost_per_trade: self.cost_per_trade[i],
            yearly_profits: self.yearly_profits.get(i).unwrap_or_default(),
            net_profit: self.net_profit.and_then(|column| column.get(i)),
            avg_r: self.avg_r.and_then(|column| column.get(i)),
            first_year: self.first_year.and_then(|column| column.get(i)),
            year_durations: self.year_durations.and_then(|column| column.get(i)),
            trade_results: self.trade_results.and_then(|column| column.get(i)),
            trade_r: self.trade_r.and_then(|column| column.get(i)),
        }
    }

    /// Check that lists which belong together have the same length, row by row.
    ///
    /// # Errors
    /// `SizeMismatch` (1011) naming the first row where they do not, counted from `first_row`.
    pub fn check_lengths(&self, first_row: usize) -> Result<()> {
        if self.year_durations.is_none() && self.trade_r.is_none() {
            return Ok(());
        }
        (0..self.len()).try_for_each(|i| self.lists(i).check_lengths(first_row + i))
    }

    /// The lists of one row and nothing else: reading whole rows just for their lengths would be a quarter of the crossing.
    #[inline]
    fn lists(&self, i: usize) -> MetricsInput<'a> {
        MetricsInput {
            yearly_profits: self.yearly_profits.get(i).unwrap_or_default(),
            year_durations: self.year_durations.and_then(|column| column.get(i)),
            trade_results: self.trade_results.and_then(|column| column.get(i)),
            trade_r: self.trade_r.and_then(|column| column.get(i)),
            ..MetricsInput::default()
        }
    }
}

impl MetricsInput<'_> {
    fn check_lengths(&self, row: usize) -> Result<()> {
        let differ = |a: &str, b: &str| Err(RatingError::new(Code::SizeMismatch, format!("row {row}: {a} and {b} differ in length")));
        if self.year_durations.is_some_and(|days| days.len() != self.yearly_profits.len()) {
            return differ("year_durations", "yearly_profits");
        }
        if self.trade_r.is_some_and(|r| self.trade_results.is_none_or(|results| r.len() != results.len())) {
            return differ("trade_r", "trade_results");
        }
        Ok(())
    }

    /// The years of the row: calendar days from `first_year` on; without it 365 each, so that leap years play no part.
    pub fn years(&self) -> impl Iterator<Item = Year> + Clone + '_ {
        let first = self.first_year.map(i64::from);
        let measured = self.year_durations.unwrap_or_default();
        let mut next = first;
        self.yearly_profits.iter().enumerate().map(move |(i, &profit)| {
            let default = next.map_or(365.0, calendar_days);
            next = next.map(|year| year + 1);
            Year { profit, days: days_or(measured.get(i).copied().unwrap_or_default(), default) }
        })
    }
}

/// What the kernels read of a row; every value is finite, one that was not counts as 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derived {
    /// Net profit, by default the sum over the years.
    pub profit: f64,
    /// Mean R-multiple, by default profit per trade.
    pub avg_r: f64,
    /// Share of winning trades.
    pub win_rate: f64,
    /// Maximum drawdown.
    pub drawdown: f64,
    /// Sharpe ratio.
    pub sharpe: f64,
    /// Cost of one trade.
    pub cost_per_trade: f64,
    /// Number of trades; may be negative.
    pub total_trades: f64,
}

impl Derived {
    /// Read a row.
    #[allow(clippy::cast_precision_loss)] // counts beyond 2^53 are rounded, as in every language
    pub fn of(row: &MetricsInput<'_>) -> Self {
        let fin = |value| finite_or(value, 0.0);
        let profit = fin(row.net_profit.unwrap_or_else(|| sum(row.yearly_profits)));
        Self {
            profit,
            avg_r: row.avg_r.map_or_else(|| profit / row.total_trades.max(1) as f64, fin),
            win_rate: fin(row.win_rate),
            drawdown: fin(row.max_drawdown),
            sharpe: fin(row.sharpe_ratio),
            cost_per_trade: fin(row.cost_per_trade),
            total_trades: row.total_trades as f64,
        }
    }

    /// The figures that stress changes.
    pub fn stress_base(&self) -> StressMetrics {
        StressMetrics { profit: self.profit, drawdown: self.drawdown, sharpe: self.sharpe }
    }

    /// The figures that jitter moves.
    pub fn quality(&self) -> Quality {
        Quality { profit: self.profit, avg_r: self.avg_r, winrate: self.win_rate, drawdown: self.drawdown }
    }
}

fn sum(values: &[f64]) -> f64 {
    let mut total = 0.0;
    for value in values {
        total += value;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_derived() {
        let row = MetricsInput { total_trades: 4, yearly_profits: &[1.0, 7.0], ..MetricsInput::default() };
        let derived = Derived::of(&row);
        assert_eq!([derived.profit, derived.avg_r], [8.0, 2.0]);
        let without_trades = Derived::of(&MetricsInput { total_trades: -3, ..row });
        assert_eq!([without_trades.avg_r, without_trades.total_trades], [8.0, -3.0]);
    }

    #[test]
    fn nothing_derived_is_infinite_or_nan() {
        let row =
            MetricsInput { win_rate: f64::NAN, sharpe_ratio: f64::INFINITY, yearly_profits: &[1e308, 1e308], ..MetricsInput::default() };
        let derived = Derived::of(&row);
        assert_eq!([derived.profit, derived.win_rate, derived.sharpe], [0.0, 0.0, 0.0]);
    }

    #[test]
    fn years_have_calendar_days_only_when_they_are_known() {
        let row = MetricsInput { yearly_profits: &[1.0, 1.0], first_year: Some(2023), ..MetricsInput::default() };
        let days = |row: &MetricsInput<'_>| row.years().map(|year| year.days).collect::<Vec<_>>();
        assert_eq!(days(&row), [365.0, 366.0]);
        assert_eq!(days(&MetricsInput { first_year: None, ..row }), [365.0, 365.0]);
        assert_eq!(days(&MetricsInput { year_durations: Some(&[100.0, f64::NAN]), ..row }), [100.0, 366.0]);
    }

    #[test]
    fn lists_that_belong_together_have_one_length() {
        let row = MetricsInput { yearly_profits: &[1.0], trade_results: Some(&[1.0]), trade_r: Some(&[1.0]), ..MetricsInput::default() };
        assert!(row.check_lengths(0).is_ok());
        assert!(MetricsInput { year_durations: Some(&[]), ..row }.check_lengths(0).is_err());
        assert!(MetricsInput { trade_results: None, ..row }.check_lengths(0).is_err());
        assert!(MetricsInput { trade_r: Some(&[]), ..row }.check_lengths(0).is_err());
    }
}
