//! The three tables of the rating module: one comes in, two go out.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rating::error::{Code, RatingError, Result};

/// Whether a column must be there, and then without nulls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
}

use Presence::{Optional, Required};

/// The columns that come in, in the order in which they are written.
pub static METRICS: LazyLock<[(&str, DataType, Presence); 14]> = LazyLock::new(|| {
    let floats = || DataType::new_list(DataType::Float64, true);
    [
        ("total_trades", DataType::Int64, Required),
        ("win_rate", DataType::Float64, Required),
        ("profit_factor", DataType::Float64, Required),
        ("sharpe_ratio", DataType::Float64, Required),
        ("max_drawdown", DataType::Float64, Required),
        ("avg_trade_duration", DataType::Float64, Required),
        ("cost_per_trade", DataType::Float64, Required),
        ("yearly_profits", floats(), Required),
        ("net_profit", DataType::Float64, Optional),
        ("avg_r", DataType::Float64, Optional),
        ("first_year", DataType::Int32, Optional),
        ("year_durations", floats(), Optional),
        ("trade_results", floats(), Optional),
        ("trade_r", floats(), Optional),
    ]
});

/// The table that comes in, as it is written.
pub static METRICS_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let fields = METRICS.iter().map(|(name, data_type, presence)| Field::new(*name, data_type.clone(), *presence == Optional));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

/// One row of ratings per row of metrics.
pub static RATING_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let names = ["robustness_score", "stability_score", "cost_shock_score", "trade_dropout_score", "stress_penalty", "final_rating"];
    Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Float64, false)).to_vec()))
});

/// One row per row of metrics and multiplier.
pub static COST_SHOCK_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let columns = [("row", DataType::Int64), ("multiplier", DataType::Float64), ("score", DataType::Float64)];
    Arc::new(Schema::new(columns.map(|(name, data_type)| Field::new(name, data_type, false)).to_vec()))
});

/// Where each column of [`METRICS`] stands in a schema.
///
/// # Errors
/// `Schema` (1005) for a column that is unknown, comes twice, is missing or has another type.
pub fn places(schema: &Schema) -> Result<[Option<usize>; 14]> {
    let mut places = [None; 14];
    for (place, field) in schema.fields().iter().enumerate() {
        let known = METRICS.iter().position(|(name, ..)| name == field.name());
        let index = known.ok_or_else(|| refuse(format!("unknown column {}", field.name())))?;
        if places[index].replace(place).is_some() {
            return Err(refuse(format!("column {} comes twice", field.name())));
        }
        if !same_type(field.data_type(), &METRICS[index].1) {
            return Err(refuse(format!("column {} is {}, not {}", field.name(), field.data_type(), METRICS[index].1)));
        }
    }
    let missing = METRICS.iter().zip(&places).find(|((.., presence), place)| *presence == Required && place.is_none());
    missing.map_or(Ok(places), |((name, ..), _)| Err(refuse(format!("column {name} is missing"))))
}

/// How a list calls its element, and whether that is said to be nullable, does not matter.
fn same_type(given: &DataType, wanted: &DataType) -> bool {
    match (given, wanted) {
        (DataType::List(given), DataType::List(wanted)) => given.data_type() == wanted.data_type(),
        _ => given == wanted,
    }
}

/// Refuse a table for its columns.
pub fn refuse(why: impl Into<String>) -> RatingError {
    RatingError::new(Code::Schema, why)
}
