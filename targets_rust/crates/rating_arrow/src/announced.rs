//! The schema that a stream announces, read as far as it can be ours; a type that no column of ours has is not interpreted.

use std::sync::Arc;

use arrow_ipc::{Field as Announced, Precision, Schema as AnnouncedSchema, Type};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rating::error::Result;

use crate::schema::{places, refuse};

/// The announced columns, with every null allowed: whether there is one is checked later, whatever the writer promised.
///
/// # Errors
/// `Schema` (1005) for other columns than declared.
pub fn announced_schema(schema: AnnouncedSchema<'_>) -> Result<SchemaRef> {
    let fields = schema.fields().into_iter().flatten().map(field).collect::<Result<Vec<_>>>()?;
    let schema = Schema::new(fields);
    places(&schema)?;
    Ok(Arc::new(schema))
}

fn field(announced: Announced<'_>) -> Result<Field> {
    let name = announced.name().unwrap_or_default();
    let foreign = || refuse(format!("column {name} is of a type that no column has"));
    Ok(Field::new(name, data_type(announced).ok_or_else(foreign)?, true))
}

fn data_type(announced: Announced<'_>) -> Option<DataType> {
    match announced.type_type() {
        _ if announced.dictionary().is_some() => None,
        Type::Int => integer(announced),
        Type::FloatingPoint => (announced.type_as_floating_point()?.precision() == Precision::DOUBLE).then_some(DataType::Float64),
        Type::List => {
            let elements = announced.children().filter(|elements| elements.len() == 1)?;
            Some(DataType::new_list(data_type(elements.get(0))?, true))
        }
        _ => None,
    }
}

fn integer(announced: Announced<'_>) -> Option<DataType> {
    let integer = announced.type_as_int()?;
    match (integer.bitWidth(), integer.is_signed()) {
        (64, true) => Some(DataType::Int64),
        (32, true) => Some(DataType::Int32),
        _ => None,
    }
}
