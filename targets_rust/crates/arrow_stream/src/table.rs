//! A table as it came in: the batches of one stream, or of one object that hands out Arrow data.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema};

/// Batches of the same schema; which columns they should have is for others to check.
#[derive(Clone, Debug)]
pub struct Table {
    /// The columns by name and type.
    pub schema: Schema,
    /// The columns of every batch, as many as the schema names.
    pub batches: Vec<Vec<ArrayRef>>,
}

impl Table {
    /// Hold batches that follow `schema`.
    #[must_use]
    pub fn from_batches(schema: Schema, batches: &[RecordBatch]) -> Self {
        Self { schema, batches: batches.iter().map(|batch| batch.columns().to_vec()).collect() }
    }

    /// Hold arrays of structs, each of which is a batch: the form in which the C data interface hands over tables.
    ///
    /// # Errors
    /// Says why for arrays of anything else, and for structs that are null.
    pub fn from_structs(data_type: &DataType, arrays: &[ArrayRef]) -> Result<Self, String> {
        let DataType::Struct(fields) = data_type else { return Err(format!("it holds {data_type}")) };
        let rows = |array: &ArrayRef| array.as_struct_opt().filter(|rows| rows.null_count() == 0).map(|rows| rows.columns().to_vec());
        let batches = arrays.iter().map(|array| rows(array).ok_or_else(|| "one of its rows is null".to_owned()));
        Ok(Self { schema: Schema::new(fields.clone()), batches: batches.collect::<Result<_, _>>()? })
    }
}
