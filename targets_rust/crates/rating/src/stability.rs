//! Stability: how evenly the profit is spread over the years, as one over one plus a weighted relative error.

use crate::number::{finite_or, larger};

/// What one year earned and how many days it had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Year {
    /// Profit of the year; one that is not finite makes the whole answer undefined.
    pub profit: f64,
    /// Days of the year, above 0.
    pub days: f64,
}

/// 366 for a leap year of the Gregorian calendar, otherwise 365.
pub fn calendar_days(year: i64) -> f64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if leap { 366.0 } else { 365.0 }
}

/// The days that were measured if they are finite and above 0, else `default`.
pub fn days_or(measured: f64, default: f64) -> f64 {
    let days = finite_or(measured, 0.0);
    if days > 0.0 { days } else { default }
}

/// `(score, wmape)` of years in ascending order; an undefined answer is `(1, 0)`.
pub fn stability_score(years: impl Iterator<Item = Year> + Clone) -> (f64, f64) {
    let wmape = wmape(years);
    if wmape.is_nan() { (1.0, 0.0) } else { (1.0 / (1.0 + wmape), wmape) }
}

/// The sum of `w * r` in year order; 0 when there is nothing to spread, NaN when it is undefined.
fn wmape(years: impl Iterator<Item = Year> + Clone) -> f64 {
    let (mut days, mut profit) = (0.0, 0.0);
    for year in years.clone() {
        days += year.days;
        profit += year.profit;
    }
    if !days.is_finite() || days <= 0.0 {
        return 0.0;
    }
    if !f64::is_finite(profit) {
        return f64::NAN;
    }
    weighted_error(years, days, profit)
}

fn weighted_error(years: impl Iterator<Item = Year>, days: f64, profit: f64) -> f64 {
    let per_day = profit / days;
    let scale = larger(0.02 * profit.abs(), 100.0);
    let mut total = 0.0;
    for year in years {
        let expected = per_day * year.days;
        let relative = (year.profit - expected).abs() / larger(expected.abs(), scale);
        total += year.days / days * relative;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(profits: &[f64]) -> (f64, f64) {
        stability_score(profits.iter().map(|&profit| Year { profit, days: 365.0 }))
    }

    #[test]
    fn leap_years_are_those_of_the_gregorian_calendar() {
        assert_eq!([2000, 2024, 1900, 2100, 2023, 0, -4].map(calendar_days), [366.0, 366.0, 365.0, 365.0, 365.0, 366.0, 366.0]);
    }

    #[test]
    fn undefined_answers_are_one_and_zero() {
        for profits in [&[][..], &[f64::NAN], &[1.0, f64::INFINITY], &[f64::INFINITY, f64::NEG_INFINITY], &[1e308, 1e308], &[0.0, -0.0]] {
            assert_eq!(score(profits), (1.0, 0.0), "{profits:?}");
        }
    }

    #[test]
    fn days_that_are_no_measurement_give_the_default() {
        for measured in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(days_or(measured, 365.0).to_bits(), 365.0_f64.to_bits());
        }
        assert_eq!(days_or(5e-324, 365.0).to_bits(), 1);
    }

    #[test]
    fn days_beyond_every_sum_leave_nothing_to_spread() {
        let year = Year { profit: 5.0, days: 1e308 };
        assert_eq!(stability_score([year; 2].into_iter()), (1.0, 0.0));
    }

    #[test]
    fn an_error_that_overflows_to_nan_is_undefined() {
        let year = Year { profit: 1e300, days: 5e-324 };
        assert_eq!(stability_score([year].into_iter()), (1.0, 0.0));
    }

    #[test]
    fn one_good_and_one_bad_year_are_worse_than_two_equal_ones() {
        let (uneven, equal) = (score(&[1000.0, 0.0]), score(&[500.0, 500.0]));
        assert_eq!(equal, (1.0, 0.0));
        assert!((uneven.0 - 0.5).abs() < 1e-15 && (uneven.1 - 1.0).abs() < 1e-15, "{uneven:?}");
    }
}
