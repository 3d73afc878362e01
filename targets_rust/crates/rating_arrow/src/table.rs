//! A table as it came in, the checked columns that the kernels borrow from it, and what they make of them.

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, ListArray, PrimitiveArray, RecordBatch};
use arrow_schema::{DataType, Schema};
use rating::aggregator::RatingScore;
use rating::batch;
use rating::columns::{Lists, Optional, Validity};
use rating::config::{JitterConfig, RatingConfig};
use rating::error::{Code, RatingError, Result};
use rating::metrics::MetricsColumns;

use crate::encode::{cost_shock_batch, metrics_batch, rating_batch};
use crate::schema::{METRICS, Presence, places, refuse};

/// The batches of one stream, all of the same schema; which columns they must have is checked when they are borrowed.
#[derive(Debug)]
pub struct Table {
    schema: Schema,
    batches: Vec<Vec<ArrayRef>>,
}

impl Table {
    /// Hold batches that follow `schema`.
    #[must_use]
    pub fn from_batches(schema: &Schema, batches: &[RecordBatch]) -> Self {
        Self { schema: schema.clone(), batches: batches.iter().map(|batch| batch.columns().to_vec()).collect() }
    }

    /// Hold arrays of structs, each of which is a batch: the form in which the C data interface hands over tables.
    ///
    /// # Errors
    /// `Schema` (1005) for arrays of anything else, and for structs that are null.
    pub fn from_structs(data_type: &DataType, arrays: &[ArrayRef]) -> Result<Self> {
        let DataType::Struct(fields) = data_type else {
            return Err(refuse(format!("the data is no table but {data_type}")));
        };
        let rows = |array: &ArrayRef| array.as_struct_opt().filter(|rows| rows.null_count() == 0).map(|rows| rows.columns().to_vec());
        let batches = arrays.iter().map(|array| rows(array).ok_or_else(|| refuse("a row of the table is null")));
        Ok(Self { schema: Schema::new(fields.clone()), batches: batches.collect::<Result<_>>()? })
    }

    /// Borrow the columns of every batch.
    ///
    /// # Errors
    /// In this order: `Schema` (1005) for other columns than declared, `Null` (1002) for a null where none may be,
    /// `SizeMismatch` (1011) for lists that belong together and differ in length.
    pub fn columns(&self) -> Result<Vec<MetricsColumns<'_>>> {
        let places = places(&self.schema)?;
        let batches: Vec<_> = self.batches.iter().map(|batch| Batch { places: &places, arrays: batch }).collect();
        batches.iter().try_for_each(Batch::check_nulls)?;
        let columns = batches.iter().map(Batch::columns).collect::<Result<Vec<_>>>()?;
        let mut first_row = 0;
        for batch in &columns {
            batch.check_lengths(first_row)?;
            first_row += batch.len();
        }
        Ok(columns)
    }

    /// Rate every row.
    ///
    /// # Errors
    /// As [`Table::columns`].
    pub fn ratings(&self, config: &RatingConfig) -> Result<RecordBatch> {
        rating_batch(&batch::ratings(&self.columns()?, config)?)
    }

    /// The robustness score of every row.
    ///
    /// # Errors
    /// As [`Table::columns`].
    pub fn robustness_scores(&self, jitter: &JitterConfig) -> Result<Vec<f64>> {
        Ok(batch::robustness_scores(&self.columns()?, jitter))
    }

    /// The cost-shock score of every row and multiplier.
    ///
    /// # Errors
    /// As [`Table::columns`].
    pub fn cost_shock_scores(&self, multipliers: &[f64]) -> Result<RecordBatch> {
        cost_shock_batch(&batch::cost_shock_scores(&self.columns()?, multipliers), multipliers)
    }

    /// The table itself, written anew with all its columns.
    ///
    /// # Errors
    /// As [`Table::columns`].
    pub fn metrics(&self) -> Result<RecordBatch> {
        metrics_batch(&self.columns()?)
    }

    /// As many ratings of zeros as there are rows: everything that [`Table::ratings`] does but compute.
    ///
    /// # Errors
    /// As [`Table::columns`].
    pub fn zero_ratings(&self) -> Result<RecordBatch> {
        let rows = self.columns()?.iter().map(MetricsColumns::len).sum();
        rating_batch(&vec![RatingScore::default(); rows])
    }
}

/// One batch, and where each declared column stands in it.
struct Batch<'p, 'a> {
    places: &'p [Option<usize>; 14],
    arrays: &'a [ArrayRef],
}

impl<'a> Batch<'_, 'a> {
    fn array(&self, index: usize) -> Option<&'a ArrayRef> {
        self.arrays.get(self.places[index]?)
    }

    fn check_nulls(&self) -> Result<()> {
        for (index, (name, _, presence)) in METRICS.iter().enumerate() {
            let Some(array) = self.array(index) else { continue };
            let missing = *presence == Presence::Required && array.null_count() > 0;
            if missing || array.as_list_opt().is_some_and(holds_null_element) {
                return Err(RatingError::new(Code::Null, format!("column {name} holds a null")));
            }
        }
        Ok(())
    }

    fn columns(&self) -> Result<MetricsColumns<'a>> {
        Ok(MetricsColumns {
            total_trades: self.values::<Int64Type>(0)?,
            win_rate: self.values::<Float64Type>(1)?,
            profit_factor: self.values::<Float64Type>(2)?,
            sharpe_ratio: self.values::<Float64Type>(3)?,
            max_drawdown: self.values::<Float64Type>(4)?,
            avg_trade_duration: self.values::<Float64Type>(5)?,
            cost_per_trade: self.values::<Float64Type>(6)?,
            yearly_profits: self.lists(7)?.ok_or_else(|| broken(7))?,
            net_profit: self.optional::<Float64Type>(8)?,
            avg_r: self.optional::<Float64Type>(9)?,
            first_year: self.optional::<Int32Type>(10)?,
            year_durations: self.lists(11)?,
            trade_results: self.lists(12)?,
            trade_r: self.lists(13)?,
        })
    }

    fn primitive<T: ArrowPrimitiveType>(&self, index: usize) -> Result<Option<&'a PrimitiveArray<T>>> {
        let typed = |array: &'a ArrayRef| array.as_primitive_opt().ok_or_else(|| broken(index));
        self.array(index).map(typed).transpose()
    }

    fn values<T: ArrowPrimitiveType>(&self, index: usize) -> Result<&'a [T::Native]> {
        self.primitive::<T>(index)?.map(|array| &array.values()[..]).ok_or_else(|| broken(index))
    }

    fn optional<T: ArrowPrimitiveType>(&self, index: usize) -> Result<Option<Optional<'a, T::Native>>> {
        Ok(self.primitive::<T>(index)?.map(|array| Optional::new(array.values(), validity(array))))
    }

    fn lists(&self, index: usize) -> Result<Option<Lists<'a>>> {
        let Some(array) = self.array(index) else { return Ok(None) };
        let array: &ListArray = array.as_list_opt().ok_or_else(|| broken(index))?;
        let values = array.values().as_primitive_opt::<Float64Type>().ok_or_else(|| broken(index))?;
        Lists::new(array.value_offsets(), values.values(), validity(array)).map(Some)
    }
}

fn validity(array: &dyn Array) -> Option<Validity<'_>> {
    array.nulls().map(|nulls| Validity::new(nulls.validity(), nulls.offset()))
}

/// Only lists that a row can see count; what lies between them may be anything.
fn holds_null_element(lists: &ListArray) -> bool {
    lists.values().null_count() > 0 && lists.iter().flatten().any(|list| list.null_count() > 0)
}

fn broken(index: usize) -> RatingError {
    refuse(format!("column {} is not as its schema says", METRICS[index].0))
}
