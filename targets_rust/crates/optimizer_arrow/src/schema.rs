//! The schema `optimization_result` 1.0.0: how it is written, and which tables follow it.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use optimizer::error::{Code, OptimizerError, Result};

/// The columns in their order.
pub const COLUMNS: [&str; 6] = ["trial_id", "params", "value", "state", "duration_seconds", "user_attrs"];
/// The one column that may be null.
const USER_ATTRS: usize = 5;

/// The table of trials.
pub static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let types = [DataType::Int32, map(DataType::Float64), DataType::Float64, DataType::Utf8, DataType::Float64, map(DataType::Utf8)];
    let fields = COLUMNS.into_iter().zip(types).enumerate();
    let fields: Fields = fields.map(|(place, (name, data_type))| Field::new(name, data_type, place == USER_ATTRS)).collect();
    let metadata = [("schema_version", "1.0.0"), ("schema_name", "optimization_result")];
    Arc::new(Schema::new_with_metadata(fields, metadata.map(|(key, value)| (key.to_owned(), value.to_owned())).into()))
});

fn map(values: DataType) -> DataType {
    DataType::Map(entries(values).0, false)
}

/// The field of a map's entries, and the fields of their keys and values.
pub fn entries(values: DataType) -> (FieldRef, Fields) {
    let pair = Fields::from(vec![Field::new("key", DataType::Utf8, false), Field::new("value", values, true)]);
    (Arc::new(Field::new("entries", DataType::Struct(pair.clone()), false)), pair)
}

/// Refuse a table with other columns, another order of them, other types, another name or another version.
///
/// # Errors
/// `SchemaMismatch` (5004).
pub fn check(given: &Schema) -> Result<()> {
    let names: Vec<_> = given.fields().iter().map(|field| field.name().as_str()).collect();
    if names != COLUMNS {
        return Err(mismatch(format!("the columns are [{}], not [{}]", names.join(", "), COLUMNS.join(", "))));
    }
    let mut columns = given.fields().iter().zip(SCHEMA.fields());
    if let Some((given, wanted)) = columns.find(|(given, wanted)| !alike(given.data_type(), wanted.data_type())) {
        return Err(mismatch(format!("column {} is {}, not {}", given.name(), given.data_type(), wanted.data_type())));
    }
    let different = SCHEMA.metadata().iter().find(|(key, wanted)| given.metadata().get(*key) != Some(wanted));
    different.map_or(Ok(()), |(key, wanted)| {
        let found = given.metadata().get(key).map_or("missing", String::as_str);
        Err(mismatch(format!("{key} is {found}, not {wanted}")))
    })
}

fn mismatch(why: String) -> OptimizerError {
    OptimizerError::new(Code::SchemaMismatch, why)
}

/// Whether two types hold the same; what the parts of a map are called, and whether its keys promise an order, says nothing.
fn alike(a: &DataType, b: &DataType) -> bool {
    match (a, b) {
        (DataType::Map(a, _), DataType::Map(b, _)) => match (a.data_type(), b.data_type()) {
            (DataType::Struct(a), DataType::Struct(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.data_type() == b.data_type())
            }
            _ => false,
        },
        _ => a == b,
    }
}
