//! Rounding as money is rounded here: to the nearest decimal of the exact binary value, ties to even.

/// Doubles of this size and beyond have no fraction.
const WHOLE: f64 = 4_503_599_627_370_496.0;
const MANTISSA_BITS: u32 = 52;

/// The double nearest to `value` written with so many decimals, at most eight; 2.675 to 2 is 2.67, because it lies below 2.675.
///
/// The sign of zero stays, NaN and infinities pass.
#[must_use]
pub fn rounded(value: f64, decimals: u32) -> f64 {
    if value.is_nan() || value.abs() >= WHOLE {
        return value;
    }
    nearest(nearest_units(value, decimals), decimals).copysign(value)
}

/// How many units of the last decimal are nearest to |value|, exactly, ties to even.
fn nearest_units(value: f64, decimals: u32) -> u128 {
    let bits = value.abs().to_bits();
    let fraction = u128::from(bits & ((1 << MANTISSA_BITS) - 1));
    let exponent = u32::try_from(bits >> MANTISSA_BITS).unwrap_or_default();
    // |value| = mantissa / 2^shift; below 2^52 there is always something to shift out.
    let (mantissa, shift) = if exponent == 0 { (fraction, 1074) } else { (fraction | 1 << MANTISSA_BITS, 1075 - exponent) };
    let scaled = mantissa * 10_u128.pow(decimals);
    if shift >= u128::BITS {
        return 0;
    }
    let (units, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1_u128 << (shift - 1));
    if rest > half || (rest == half && units % 2 == 1) { units + 1 } else { units }
}

/// The double nearest to `units` divided by 10^decimals.
#[allow(clippy::cast_precision_loss)] // what is divided fits exactly, so the division rounds once
fn nearest(units: u128, decimals: u32) -> f64 {
    if units <= 1 << (MANTISSA_BITS + 1) {
        return units as f64 / 10_f64.powi(decimals.cast_signed());
    }
    format!("{units}e-{decimals}").parse().unwrap_or(f64::NAN)
}

/// The largest whole number not above `value`; what has no fraction, NaN and infinities pass.
#[must_use]
pub fn floor(value: f64) -> f64 {
    // Adding zero turns -0.0 into 0.0, as a whole number has no sign there.
    if value.abs() < WHOLE { value.floor() + 0.0 } else { value }
}

/// `b` if it exceeds `a`, else `a`: what ties and NaN give is part of the specification.
#[must_use]
#[inline]
pub fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// `b` if it is below `a`, else `a`.
#[must_use]
#[inline]
pub fn smaller(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The slow way: Rust prints the exact value with ties to even.
    fn printed(value: f64, decimals: u32) -> f64 {
        format!("{value:.0$}", decimals as usize).parse().unwrap_or(value)
    }

    #[test]
    fn ties_go_to_the_even_neighbour_and_near_ties_to_the_nearest() {
        let cases = [(2.675, 2, 2.67), (0.125, 2, 0.12), (0.375, 2, 0.38), (2.5, 0, 2.0), (1e-9, 8, 0.0), (1.005, 2, 1.0), (0.5, 0, 0.0)];
        for (value, decimals, expected) in cases {
            assert_eq!(rounded(value, decimals), expected);
            assert_eq!(rounded(-value, decimals), -expected);
        }
    }

    #[test]
    fn zeros_keep_their_sign_and_what_is_no_number_passes() {
        assert!(rounded(-0.001, 2).is_sign_negative());
        assert!(rounded(f64::NAN, 2).is_nan());
        assert_eq!(rounded(f64::NEG_INFINITY, 2), f64::NEG_INFINITY);
        assert_eq!(floor(f64::INFINITY), f64::INFINITY);
        assert!(floor(-0.0).is_sign_positive());
        assert_eq!(floor(-0.5), -1.0);
    }

    proptest! {
        #[test]
        fn any_double_is_rounded_as_its_decimal_text_is(value in any::<f64>(), decimals in 0_u32..9) {
            prop_assert_eq!(rounded(value, decimals).to_bits(), if value.is_nan() { value.to_bits() } else { printed(value, decimals).to_bits() });
        }

        #[test]
        fn amounts_of_money_are_rounded_as_their_decimal_text_is(value in -1e15..1e15, small in -10.0..10.0, decimals in 0_u32..9) {
            prop_assert_eq!(rounded(value, decimals).to_bits(), printed(value, decimals).to_bits());
            prop_assert_eq!(rounded(small, decimals).to_bits(), printed(small, decimals).to_bits());
        }
    }
}
