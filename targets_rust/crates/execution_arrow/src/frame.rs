//! A table with the columns of its layout, borrowed batch by batch.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, StringArray};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, NullBuffer};
use arrow_schema::DataType;
use arrow_stream::Table;
use execution::error::Result;

use crate::layout::{Column, places};

/// The batches of a table whose columns are those of a layout.
pub struct Frame<'a> {
    pub batches: Vec<Batch<'a>>,
}

impl<'a> Frame<'a> {
    /// Check the columns.
    ///
    /// # Errors
    /// `Schema` (1005) for others than those of the layout.
    pub fn new(table: &'a Table, layout: &[Column<'_>]) -> Result<Self> {
        let places = places(&table.schema, layout)?;
        let batch = |arrays: &'a Vec<ArrayRef>| Batch {
            rows: arrays.first().map_or(0, Array::len),
            columns: places.iter().map(|place| arrays.get((*place)?)).collect(),
        };
        Ok(Self { batches: table.batches.iter().map(batch).collect() })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(|batch| batch.rows).sum()
    }
}

/// One batch with its columns in the order of the layout, `None` where one is missing.
pub struct Batch<'a> {
    pub rows: usize,
    columns: Vec<Option<&'a ArrayRef>>,
}

impl<'a> Batch<'a> {
    /// Which rows have a value in each of these columns that is there; `None` is all.
    pub fn present(&self, columns: &[usize]) -> Option<BooleanBuffer> {
        let nulls = columns.iter().filter_map(|column| self.columns[*column]?.logical_nulls());
        let union = nulls.fold(None, |union, nulls| NullBuffer::union(union.as_ref(), Some(&nulls)));
        union.filter(|nulls| nulls.null_count() > 0).map(NullBuffer::into_inner)
    }

    pub fn text(&self, column: usize) -> Text<'a> {
        self.columns[column].map_or(Text::Missing, Text::of)
    }

    pub fn times(&self, column: usize) -> Cells<'a, i64> {
        match self.columns[column] {
            Some(array) if *array.data_type() == DataType::Int64 => Cells::of::<Int64Type>(array),
            Some(array) => Cells::of::<TimestampMicrosecondType>(array),
            None => Cells::MISSING,
        }
    }

    pub fn numbers(&self, column: usize) -> Cells<'a, f64> {
        self.columns[column].map_or(Cells::MISSING, Cells::of::<Float64Type>)
    }

    pub fn integers(&self, column: usize) -> Cells<'a, i64> {
        self.columns[column].map_or(Cells::MISSING, Cells::of::<Int64Type>)
    }

    pub fn flags(&self, column: usize) -> Option<&'a BooleanArray> {
        self.columns[column].and_then(|array| array.as_boolean_opt())
    }

    pub fn bytes(&self, column: usize) -> Option<&'a BinaryArray> {
        self.columns[column].and_then(|array| array.as_binary_opt())
    }
}

/// The cells of a column of numbers.
#[derive(Clone, Copy)]
pub struct Cells<'a, T> {
    pub values: &'a [T],
    pub nulls: Option<&'a NullBuffer>,
}

impl<'a, T: ArrowNativeType> Cells<'a, T> {
    const MISSING: Self = Self { values: &[], nulls: None };

    fn of<P: ArrowPrimitiveType<Native = T>>(array: &'a ArrayRef) -> Self {
        array
            .as_primitive_opt::<P>()
            .map_or(Self::MISSING, |array| Self { values: array.values(), nulls: array.nulls().filter(|nulls| nulls.null_count() > 0) })
    }

    /// The value in a row, `None` where it is null or the column is missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T> {
        let value = self.values.get(row).copied();
        value.filter(|_| self.nulls.is_none_or(|nulls| nulls.is_valid(row)))
    }
}

impl Cells<'_, f64> {
    /// The level in a row, `None` also where it is NaN.
    #[inline]
    pub fn level(&self, row: usize) -> Option<f64> {
        self.get(row).filter(|level| !level.is_nan())
    }
}

const NULL: u32 = u32::MAX;

/// The cells of a column of texts.
pub enum Text<'a> {
    Missing,
    Plain(&'a StringArray),
    /// A row's key is the place of its text, or `NULL`.
    Dictionary(Vec<u32>, &'a StringArray),
}

impl<'a> Text<'a> {
    fn of(array: &'a ArrayRef) -> Self {
        match array.data_type() {
            DataType::Dictionary(key, _) => match **key {
                DataType::Int8 => Self::dictionary::<Int8Type>(array),
                DataType::Int16 => Self::dictionary::<Int16Type>(array),
                DataType::Int32 => Self::dictionary::<Int32Type>(array),
                _ => Self::dictionary::<Int64Type>(array),
            },
            _ => array.as_string_opt().map_or(Self::Missing, Self::Plain),
        }
    }

    fn dictionary<K: ArrowDictionaryKeyType>(array: &'a ArrayRef) -> Self {
        let typed = array.as_dictionary_opt::<K>();
        let Some((keys, values)) = typed.and_then(|array| Some((array.keys(), array.values().as_string_opt()?))) else {
            return Self::Missing;
        };
        let place = |key: Option<K::Native>| {
            let place = key.map(ArrowNativeType::as_usize).filter(|place| values.is_valid(*place));
            place.and_then(|place| u32::try_from(place).ok()).unwrap_or(NULL)
        };
        Self::Dictionary(keys.iter().map(place).collect(), values)
    }

    /// The text in a row, `None` where it is null or the column is missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Missing => None,
            Self::Plain(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Dictionary(keys, values) => keys.get(row).filter(|key| **key != NULL).map(|key| values.value(*key as usize)),
        }
    }
}
