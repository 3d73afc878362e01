//! From trials, or from rows that lie in other tables, to one table.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int32Array, MapArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use optimizer::error::{Code, OptimizerError, Result};
use optimizer::merge::Row;
use optimizer::trial::{State, Trial, written};

use crate::frame::{Place, Sizes, bytes_between};
use crate::schema::{SCHEMA, entries};

/// A table of trials in the order in which they are given; the names in each must be in order.
///
/// # Errors
/// `SchemaMismatch` (5004) if the texts are more than an Arrow column holds.
pub fn trials_table<'a>(trials: impl ExactSizeIterator<Item = &'a Trial>) -> Result<RecordBatch> {
    let mut rows = Rows::with_room(Sizes { rows: trials.len(), ..Sizes::default() });
    for trial in trials {
        rows.params(trial.params.iter().map(|(name, value)| (name.as_str(), *value)));
        rows.attrs(trial.user_attrs.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        rows.end(trial.id, trial.value, trial.state.word(), trial.duration_seconds);
    }
    rows.finish()
}

/// A table of rows that lie elsewhere, and room for which is made at once; the names in each must be in order.
///
/// # Errors
/// `SchemaMismatch` (5004) if the texts are more than an Arrow column holds.
pub fn places_table(places: &[Place<'_, '_>], sizes: Sizes) -> Result<RecordBatch> {
    let mut rows = Rows::with_room(sizes);
    for place in places {
        let (names, values, range) = place.params();
        rows.params.keys.push_all(names, &range);
        rows.params.values.extend(values.values()[range].iter().copied().map(written));
        rows.params.end();
        let (keys, texts, range) = place.attrs();
        rows.attrs.keys.push_all(keys, &range);
        rows.attrs.values.push_all(texts, &range);
        rows.attrs.end();
        rows.end(place.id(), place.value(), place.state(), place.duration_seconds());
    }
    rows.finish()
}

type Column<A> = std::result::Result<A, ArrowError>;

/// The columns while they grow.
struct Rows {
    ids: Vec<i32>,
    params: Map<Vec<f64>>,
    values: Vec<f64>,
    states: Texts,
    durations: Vec<f64>,
    attrs: Map<Texts>,
}

impl Rows {
    fn with_room(Sizes { rows, params, param_bytes, attrs, attr_bytes }: Sizes) -> Self {
        Self {
            ids: Vec::with_capacity(rows),
            params: Map { ends: Ends::with_room(rows), keys: Texts::with_room(params, param_bytes), values: Vec::with_capacity(params) },
            values: Vec::with_capacity(rows),
            states: Texts::with_room(rows, rows * State::Complete.word().len()),
            durations: Vec::with_capacity(rows),
            attrs: Map {
                ends: Ends::with_room(rows),
                keys: Texts::with_room(attrs, attr_bytes),
                values: Texts::with_room(attrs, attr_bytes),
            },
        }
    }

    fn params<'a>(&mut self, params: impl Iterator<Item = (&'a str, f64)>) {
        for (name, value) in params {
            self.params.keys.push(name);
            self.params.values.push(written(value));
        }
        self.params.end();
    }

    fn attrs<'a>(&mut self, attrs: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, text) in attrs {
            self.attrs.keys.push(name);
            self.attrs.values.push(text);
        }
        self.attrs.end();
    }

    fn end(&mut self, id: i32, value: f64, state: &str, duration_seconds: f64) {
        self.ids.push(id);
        self.values.push(written(value));
        self.states.push(state);
        self.durations.push(duration_seconds + 0.0);
    }

    fn finish(self) -> Result<RecordBatch> {
        self.columns().map_err(|error| OptimizerError::new(Code::SchemaMismatch, error.to_string()))
    }

    fn columns(self) -> Column<RecordBatch> {
        let params = self.params.finish(|values| Ok(Float64Array::from(values)), false)?;
        let attrs = self.attrs.finish(Texts::finish, true)?;
        let columns: [ArrayRef; 6] = [
            Arc::new(Int32Array::from(self.ids)),
            Arc::new(params),
            Arc::new(Float64Array::from(self.values)),
            Arc::new(self.states.finish()?),
            Arc::new(Float64Array::from(self.durations)),
            Arc::new(attrs),
        ];
        RecordBatch::try_new(Arc::clone(&SCHEMA), columns.into())
    }
}

/// A column of maps while it grows: their entries one after the other, and where each map ends.
struct Map<V> {
    ends: Ends,
    keys: Texts,
    values: V,
}

impl<V> Map<V> {
    fn end(&mut self) {
        self.ends.push(self.keys.ends.count());
    }

    fn finish<A: Array + 'static>(self, values: impl FnOnce(V) -> Column<A>, null_if_empty: bool) -> Column<MapArray> {
        let filled = || self.ends.0.windows(2).map(|ends| ends[0] < ends[1]).collect::<NullBuffer>();
        let nulls = null_if_empty.then(filled).filter(|nulls| nulls.null_count() > 0);
        let values = values(self.values)?;
        let (field, pair) = entries(values.data_type().clone());
        let columns: Vec<ArrayRef> = vec![Arc::new(self.keys.finish()?), Arc::new(values)];
        MapArray::try_new(field, self.ends.finish()?, StructArray::try_new(pair, columns, None)?, nulls, false)
    }
}

/// Texts one after the other, and where each ends.
struct Texts {
    bytes: Vec<u8>,
    ends: Ends,
}

impl Texts {
    fn with_room(texts: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Ends::with_room(texts) }
    }

    #[inline]
    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len());
    }

    /// Take over texts that lie one after the other.
    fn push_all(&mut self, texts: &StringArray, range: &Range<usize>) {
        let offsets = &texts.value_offsets()[range.start..=range.end];
        let moved = end_of(self.bytes.len()).saturating_sub(offsets[0]);
        self.bytes.extend_from_slice(bytes_between(texts, offsets));
        self.ends.0.extend(offsets[1..].iter().map(|offset| offset.saturating_add(moved)));
    }

    fn finish(self) -> Column<StringArray> {
        StringArray::try_new(self.ends.finish()?, Buffer::from_vec(self.bytes), None)
    }
}

/// Where things end that lie one after the other, after a first 0; what is beyond 32 bits ends where they do.
struct Ends(Vec<i32>);

impl Ends {
    fn with_room(things: usize) -> Self {
        let mut ends = Vec::with_capacity(things + 1);
        ends.push(0);
        Self(ends)
    }

    fn count(&self) -> usize {
        self.0.len() - 1
    }

    #[inline]
    fn push(&mut self, end: usize) {
        self.0.push(end_of(end));
    }

    fn finish(self) -> Column<OffsetBuffer<i32>> {
        if self.0.last() == Some(&i32::MAX) {
            return Err(ArrowError::OffsetOverflowError(self.0.len()));
        }
        Ok(OffsetBuffer::new(ScalarBuffer::from(self.0)))
    }
}

#[inline]
fn end_of(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}
