//! Which columns a table must and may have, and of which types.

use arrow_schema::{DataType, Schema, TimeUnit};
use execution::error::{Code, ExecutionError, Result};

/// What a column that comes in may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Time,
    Number,
    Integer,
    Flag,
    Bytes,
}

/// A column by name and kind, and whether it must be there.
pub type Column<'a> = (&'a str, Kind, bool);

pub const REQUIRED: bool = true;
pub const OPTIONAL: bool = false;

impl Kind {
    fn holds(self, given: &DataType) -> bool {
        match (self, given) {
            (Self::Text, DataType::Dictionary(key, value)) => key.is_signed_integer() && **value == DataType::Utf8,
            (Self::Time, DataType::Timestamp(TimeUnit::Microsecond, zone)) => zone.as_deref().is_none_or(|zone| zone == "UTC"),
            (Self::Text, DataType::Utf8)
            | (Self::Time | Self::Integer, DataType::Int64)
            | (Self::Number, DataType::Float64)
            | (Self::Flag, DataType::Boolean)
            | (Self::Bytes, DataType::Binary) => true,
            _ => false,
        }
    }
}

/// Where each column of a layout stands in a schema.
///
/// # Errors
/// `Schema` (1005) for a column that is unknown, comes twice, is missing or has another type.
pub fn places(schema: &Schema, layout: &[Column<'_>]) -> Result<Vec<Option<usize>>> {
    let mut places = vec![None; layout.len()];
    for (place, field) in schema.fields().iter().enumerate() {
        let known = layout.iter().position(|(name, ..)| name == field.name());
        let index = known.ok_or_else(|| refuse(format!("unknown column {}", field.name())))?;
        if places[index].replace(place).is_some() {
            return Err(refuse(format!("column {} comes twice", field.name())));
        }
        if !layout[index].1.holds(field.data_type()) {
            return Err(refuse(format!("column {} is {}, not {:?}", field.name(), field.data_type(), layout[index].1)));
        }
    }
    let missing = layout.iter().zip(&places).find(|((.., required), place)| *required && place.is_none());
    if let Some(((name, ..), _)) = missing {
        return Err(refuse(format!("column {name} is missing")));
    }
    Ok(places)
}

/// Refuse a table for its columns.
pub fn refuse(why: impl Into<String>) -> ExecutionError {
    ExecutionError::new(Code::Schema, why.into())
}
