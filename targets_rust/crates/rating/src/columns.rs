//! Columns borrowed from wherever they lie, laid out as Arrow lays them out, without knowing Arrow.

use crate::error::{Code, RatingError, Result};

/// Which places of a column hold a value: one bit a place, lowest bit first.
#[derive(Clone, Copy, Debug)]
pub struct Validity<'a> {
    bytes: &'a [u8],
    offset_bits: usize,
}

impl<'a> Validity<'a> {
    /// Read places from the bit at `offset_bits` on.
    pub fn new(bytes: &'a [u8], offset_bits: usize) -> Self {
        Self { bytes, offset_bits }
    }

    /// Whether there is a value at this place; a place beyond the bytes has none.
    #[inline]
    pub fn holds(&self, place: usize) -> bool {
        let bit = self.offset_bits + place;
        self.bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }
}

/// A column of numbers, any of which may be missing.
#[derive(Clone, Copy, Debug)]
pub struct Optional<'a, T> {
    values: &'a [T],
    validity: Option<Validity<'a>>,
}

impl<'a, T: Copy> Optional<'a, T> {
    /// A column of `values`; without a validity none is missing.
    pub fn new(values: &'a [T], validity: Option<Validity<'a>>) -> Self {
        Self { values, validity }
    }

    /// The value of a row, if it has one.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T> {
        let present = self.validity.is_none_or(|validity| validity.holds(row));
        self.values.get(row).copied().filter(|_| present)
    }
}

/// A column of lists, any of which may be missing: list i is `values[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    offsets: &'a [i32],
    values: &'a [f64],
    validity: Option<Validity<'a>>,
}

impl<'a> Lists<'a> {
    /// A column of lists; there is one more offset than there are rows.
    ///
    /// # Errors
    /// `Schema` (1005) for offsets that fall, or that point outside the values.
    pub fn new(offsets: &'a [i32], values: &'a [f64], validity: Option<Validity<'a>>) -> Result<Self> {
        let ascending = offsets.windows(2).all(|pair| pair[0] <= pair[1]);
        let inside = |offset: &i32| usize::try_from(*offset).is_ok_and(|offset| offset <= values.len());
        if ascending && offsets.first().is_none_or(inside) && offsets.last().is_none_or(inside) {
            return Ok(Self { offsets, values, validity });
        }
        Err(RatingError::new(Code::Schema, "the offsets of a list column point outside its values"))
    }

    /// The list of a row, if it has one.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&'a [f64]> {
        let present = self.validity.is_none_or(|validity| validity.holds(row));
        let start = usize::try_from(*self.offsets.get(row)?).ok()?;
        let end = usize::try_from(*self.offsets.get(row + 1)?).ok()?;
        self.values.get(start..end).filter(|_| present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_reads_bits_from_its_offset_on() {
        let validity = Validity::new(&[0b0000_0100, 0b0000_0001], 2);
        assert_eq!([0, 1, 6, 7, 14].map(|place| validity.holds(place)), [true, false, true, false, false]);
    }

    #[test]
    fn offsets_outside_the_values_are_refused() {
        for offsets in [&[0, 3][..], &[2, 1], &[-1, 1], &[3, 3]] {
            assert!(Lists::new(offsets, &[1.0, 2.0], None).is_err(), "{offsets:?}");
        }
    }

    #[test]
    fn a_missing_list_is_none_and_an_empty_one_is_not() {
        let lists = Lists::new(&[0, 0, 2], &[1.0, 2.0], Some(Validity::new(&[0b01], 0)));
        assert_eq!(lists.map(|lists| [lists.get(0), lists.get(1), lists.get(2)]), Ok([Some(&[][..]), None, None]));
    }
}
