//! The comparisons and sums that decide ties, zeros, NaN and rounding the same in every language.

/// `value` if it is finite, else `default`.
#[inline]
pub fn finite_or(value: f64, default: f64) -> f64 {
    if value.is_finite() { value } else { default }
}

/// `value` if it exceeds `floor`, else `floor`: NaN gives the floor, and a floor of 0 never gives -0.
#[inline]
pub fn larger(value: f64, floor: f64) -> f64 {
    if value > floor { value } else { floor }
}

/// `value` forced into `[low, high]`; NaN passes.
#[inline]
#[allow(clippy::manual_clamp)] // f64::clamp panics on a NaN limit
pub fn clamp(value: f64, low: f64, high: f64) -> f64 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

/// The upper limit of a penalty: negative and NaN give 0, there is no upper limit.
#[inline]
pub fn cap_of(penalty_cap: f64) -> f64 {
    larger(penalty_cap, 0.0)
}

/// A count as a double, rounded to nearest as every language does it.
#[inline]
#[allow(clippy::cast_precision_loss)] // counts beyond 2^53 are rounded, as in every language
pub fn count(n: usize) -> f64 {
    n as f64
}

/// Sum from the left of those values that are finite, and how many they were.
#[derive(Clone, Copy, Debug, Default)]
pub struct FiniteMean {
    total: f64,
    n: usize,
}

impl FiniteMean {
    /// Add a value to the right end of the sum; one that is not finite is left out.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.total += value;
            self.n += 1;
        }
    }

    /// The sum divided by the count, `None` when nothing finite was added.
    pub fn value(self) -> Option<f64> {
        (self.n > 0).then(|| self.total / count(self.n))
    }
}

impl Extend<f64> for FiniteMean {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        for value in values {
            self.add(value);
        }
    }
}

impl FromIterator<f64> for FiniteMean {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut mean = Self::default();
        mean.extend(values);
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_of_zero_never_gives_negative_zero() {
        assert_eq!(larger(-0.0, 0.0).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn nan_gives_the_floor_but_passes_the_clamp() {
        assert_eq!(larger(f64::NAN, 1.0).to_bits(), 1.0_f64.to_bits());
        assert!(clamp(f64::NAN, 0.0, 1.0).is_nan());
    }

    #[test]
    fn a_nan_or_negative_cap_is_zero_and_a_large_one_stays() {
        assert_eq!([cap_of(f64::NAN), cap_of(-1.0), cap_of(7.0)], [0.0, 0.0, 7.0]);
    }

    #[test]
    fn the_mean_leaves_out_what_is_not_finite() {
        let mean: FiniteMean = [1.0, f64::INFINITY, 2.0, f64::NAN].into_iter().collect();
        assert_eq!(mean.value(), Some(1.5));
        assert_eq!(FiniteMean::default().value(), None);
    }

    #[test]
    fn the_mean_adds_from_the_left() {
        let mean: FiniteMean = [1e16, 1.0, -1e16, 1.0].into_iter().collect();
        assert_eq!(mean.value(), Some(0.25));
    }
}
