//! One batch of trials as it came in: its rows are checked and read where they lie.

use std::iter::Sum;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int32Array, MapArray, StringArray};
use optimizer::error::{Code, OptimizerError, Result};
use optimizer::merge::Row;
use optimizer::trial::{State, Trial, by_name, same_number};

/// The columns of a batch whose schema was checked.
pub struct Frame<'a> {
    ids: &'a Int32Array,
    params: Map<'a, Float64Array>,
    values: &'a Float64Array,
    states: &'a StringArray,
    durations: &'a Float64Array,
    attrs: Map<'a, StringArray>,
}

impl<'a> Frame<'a> {
    /// Look at a batch; its rows must be checked before they are read.
    ///
    /// # Errors
    /// `SchemaMismatch` (5004) for columns that are not those of the schema.
    pub fn new(columns: &'a [ArrayRef]) -> Result<Self> {
        Self::of(columns).ok_or_else(|| OptimizerError::new(Code::SchemaMismatch, "the columns are not those of the schema"))
    }

    fn of(columns: &'a [ArrayRef]) -> Option<Self> {
        let [ids, params, values, states, durations, attrs] = columns else { return None };
        let (params, attrs) = (params.as_map_opt()?, attrs.as_map_opt()?);
        Some(Self {
            ids: ids.as_primitive_opt::<Int32Type>()?,
            params: Map::new(params, params.values().as_primitive_opt::<Float64Type>()?)?,
            values: values.as_primitive_opt::<Float64Type>()?,
            states: states.as_string_opt()?,
            durations: durations.as_primitive_opt::<Float64Type>()?,
            attrs: Map::new(attrs, attrs.values().as_string_opt()?)?,
        })
    }

    /// Check every row, and tell whether the names in each of them are in order.
    ///
    /// # Errors
    /// For the first row with a fault, its columns in order: `Null` (1002), `OutOfBounds` (1003) for a negative number of a trial,
    /// `Constraint` (1006) for a name twice, a state that is none or that the value contradicts, and for a duration that is none.
    pub fn check(&self) -> Result<bool> {
        let mut in_order = true;
        for row in 0..self.ids.len() {
            in_order &= self.check_row(row)?;
        }
        Ok(in_order)
    }

    fn check_row(&self, row: usize) -> Result<bool> {
        refuse_null(self.ids, row, "trial_id")?;
        let id = self.ids.value(row);
        if id < 0 {
            return Err(OptimizerError::new(Code::OutOfBounds, format!("trial_id {id} is negative")));
        }
        refuse_null(self.params.array, row, "params")?;
        let params_in_order = self.params.check(row, "params", id)?;
        refuse_null(self.values, row, "value")?;
        refuse_null(self.states, row, "state")?;
        self.check_state(row, id)?;
        refuse_null(self.durations, row, "duration_seconds")?;
        let duration = self.durations.value(row);
        if !duration.is_finite() || duration < 0.0 {
            return Err(contradiction(id, &format!("took {duration} seconds")));
        }
        Ok(self.attrs.check(row, "user_attrs", id)? && params_in_order)
    }

    fn check_state(&self, row: usize, id: i32) -> Result<()> {
        let (word, value) = (self.states.value(row), self.values.value(row));
        let state: State = word.parse().map_err(|()| contradiction(id, &format!("has the state {word:?}")))?;
        if (state == State::Complete) == value.is_nan() {
            return Err(contradiction(id, &format!("is {word} with the value {value}")));
        }
        Ok(())
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Place<'_, 'a>> {
        self.ids.values().iter().enumerate().map(|(row, id)| Place { frame: self, row, id: *id })
    }

    /// How much there is of everything.
    pub fn sizes(&self) -> Sizes {
        Sizes {
            rows: self.ids.len(),
            params: self.params.values.len(),
            param_bytes: self.params.keys.value_data().len(),
            attrs: self.attrs.values.len(),
            attr_bytes: self.attrs.keys.value_data().len().max(self.attrs.values.value_data().len()),
        }
    }
}

/// How many rows, names and bytes of texts there are.
#[derive(Clone, Copy, Default)]
pub struct Sizes {
    pub rows: usize,
    pub params: usize,
    pub param_bytes: usize,
    pub attrs: usize,
    pub attr_bytes: usize,
}

impl Sum for Sizes {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self::default(), |sum, one| Self {
            rows: sum.rows + one.rows,
            params: sum.params + one.params,
            param_bytes: sum.param_bytes + one.param_bytes,
            attrs: sum.attrs + one.attrs,
            attr_bytes: sum.attr_bytes + one.attr_bytes,
        })
    }
}

/// A column of maps from texts.
struct Map<'a, V> {
    array: &'a MapArray,
    offsets: &'a [i32],
    keys: &'a StringArray,
    values: &'a V,
}

impl<'a, V: Array> Map<'a, V> {
    fn new(array: &'a MapArray, values: &'a V) -> Option<Self> {
        Some(Self { array, offsets: array.value_offsets(), keys: array.keys().as_string_opt()?, values })
    }

    /// Where the entries of a row lie; a row that is null has none.
    #[inline]
    fn entries(&self, row: usize) -> Range<usize> {
        let at = |place: usize| usize::try_from(self.offsets[place]).unwrap_or_default();
        if self.array.is_null(row) { 0..0 } else { at(row)..at(row + 1) }
    }

    #[inline]
    fn in_order(&self, row: usize) -> bool {
        self.entries(row).map(|at| self.keys.value(at)).is_sorted_by(|a, b| a < b)
    }

    /// Whether a row has the names of the one before, as almost every row does: then what was found out about those holds again.
    fn repeats_names(&self, row: usize) -> bool {
        row > 0 && same_texts(self.keys, self.entries(row - 1), self.entries(row))
    }

    /// Check a row, and tell whether its names are in order; those of the row before it must have been checked.
    fn check(&self, row: usize, column: &str, id: i32) -> Result<bool> {
        if self.values.null_count() > 0 && self.entries(row).any(|at| self.values.is_null(at)) {
            return Err(OptimizerError::new(Code::Null, format!("a null in {column} of trial {id}")));
        }
        if self.repeats_names(row) || self.in_order(row) {
            return Ok(true);
        }
        let mut keys: Vec<_> = self.entries(row).map(|at| self.keys.value(at)).collect();
        keys.sort_unstable();
        let twice = keys.windows(2).find(|pair| pair[0] == pair[1]);
        twice.map_or(Ok(false), |pair| Err(contradiction(id, &format!("has {} twice in {column}", pair[0]))))
    }
}

/// A row of a batch that was checked.
#[derive(Clone, Copy)]
pub struct Place<'f, 'a> {
    frame: &'f Frame<'a>,
    row: usize,
    id: i32,
}

impl<'f> Place<'f, '_> {
    pub fn value(self) -> f64 {
        self.frame.values.value(self.row)
    }

    pub fn state(self) -> &'f str {
        self.frame.states.value(self.row)
    }

    /// The column of names, that of values, and where in them those of the row lie.
    pub fn params(self) -> (&'f StringArray, &'f Float64Array, Range<usize>) {
        let params = &self.frame.params;
        (params.keys, params.values, params.entries(self.row))
    }

    /// The column of names, that of texts, and where in them those of the row lie.
    pub fn attrs(self) -> (&'f StringArray, &'f StringArray, Range<usize>) {
        let attrs = &self.frame.attrs;
        (attrs.keys, attrs.values, attrs.entries(self.row))
    }

    /// The row as a trial of its own.
    pub fn to_trial(self) -> Trial {
        let (names, values, params) = self.params();
        let (keys, texts, attrs) = self.attrs();
        Trial {
            id: self.id,
            params: by_name(params.map(|at| (names.value(at).to_owned(), values.value(at))).collect()),
            value: self.value(),
            state: self.state().parse().unwrap_or(State::Fail),
            duration_seconds: self.duration_seconds(),
            user_attrs: by_name(attrs.map(|at| (keys.value(at).to_owned(), texts.value(at).to_owned())).collect()),
        }
    }
}

impl Row for Place<'_, '_> {
    fn id(&self) -> i32 {
        self.id
    }

    /// The names in both rows must be in order.
    fn says_the_same(&self, other: &Self) -> bool {
        let (names, values, own) = self.params();
        let (other_names, other_values, others) = other.params();
        let (keys, texts, own_attrs) = self.attrs();
        let (other_keys, other_texts, other_attrs) = other.attrs();
        self.id == other.id
            && self.state() == other.state()
            && same_number(self.value(), other.value())
            && own.clone().map(|at| names.value(at)).eq(others.clone().map(|at| other_names.value(at)))
            && own.zip(others).all(|(a, b)| same_number(values.value(a), other_values.value(b)))
            && own_attrs.clone().map(|at| keys.value(at)).eq(other_attrs.clone().map(|at| other_keys.value(at)))
            && own_attrs.map(|at| texts.value(at)).eq(other_attrs.map(|at| other_texts.value(at)))
    }

    fn duration_seconds(&self) -> f64 {
        self.frame.durations.value(self.row)
    }
}

/// Whether two stretches of a column hold the same texts.
fn same_texts(array: &StringArray, a: Range<usize>, b: Range<usize>) -> bool {
    let offsets = array.value_offsets();
    let (a, b) = (&offsets[a.start..=a.end], &offsets[b.start..=b.end]);
    let same_lengths = || a.windows(2).map(|ends| ends[1] - ends[0]).eq(b.windows(2).map(|ends| ends[1] - ends[0]));
    a.len() == b.len() && bytes_between(array, a) == bytes_between(array, b) && same_lengths()
}

/// The bytes between the first and the last of these offsets.
pub fn bytes_between<'a>(array: &'a StringArray, offsets: &[i32]) -> &'a [u8] {
    let place = |offset: Option<&i32>| offset.and_then(|offset| usize::try_from(*offset).ok()).unwrap_or_default();
    &array.value_data()[place(offsets.first())..place(offsets.last())]
}

fn refuse_null(array: &dyn Array, row: usize, column: &str) -> Result<()> {
    if array.is_null(row) {
        return Err(OptimizerError::new(Code::Null, format!("{column} is null in row {row}")));
    }
    Ok(())
}

fn contradiction(id: i32, what: &str) -> OptimizerError {
    OptimizerError::new(Code::Constraint, format!("trial {id} {what}"))
}
