//! How many lots put the wanted amount of money at risk.

use crate::config::Config;
use crate::error::{Code, ExecutionError, Result};
use crate::position::Position;
use crate::rounding::{floor, larger, rounded, smaller};
use crate::symbols::{BySymbol, LOT_SIZE, Symbol, SymbolId, SymbolSpec};

const UNIT_VALUE: f64 = 100_000.0;
const SMALLEST_LOT: f64 = 0.01;
const TOLERANCE: f64 = 1e-12;

/// What a move of one unit of a symbol's price is worth per lot; once found it is kept for good, even if rates change.
pub type UnitValues = BySymbol<f64>;

/// The size that can be traded: whole steps above the smallest lot, rounded down, never less than the smallest lot.
#[must_use]
pub fn quantised(raw: f64, spec: Option<&SymbolSpec>) -> f64 {
    let Some(spec) = spec else { return larger(SMALLEST_LOT, rounded(raw, 2)) };
    if raw <= spec.smallest_lot() { spec.smallest_lot() } else { rounded(whole_steps(raw, spec), 8) }
}

fn whole_steps(raw: f64, spec: &SymbolSpec) -> f64 {
    let steps = floor((raw - spec.smallest_lot() + TOLERANCE) / spec.lot_step());
    let size = spec.smallest_lot() + steps * spec.lot_step();
    spec.volume_max.map_or(size, |most| smaller(size, most))
}

/// The size of a market order; with ticks the lot sizer's answer is quantised once more.
///
/// # Errors
/// As [`size`].
pub fn market_size(config: &Config, symbol: &Symbol, units: &mut UnitValues, position: &Position, time_us: i64) -> Result<f64> {
    let size = size(config, symbol, units, position, time_us)?;
    let again = config.lot_sizer && config.tick_mode() && position.requested_size.is_none();
    Ok(if again { quantised(size, symbol.spec.as_ref()) } else { size })
}

/// The size asked for, or that of the risk.
///
/// # Errors
/// `MissingField` (1008) for a missing rate or specification, `DivisionByZero` (2001).
pub fn size(config: &Config, symbol: &Symbol, units: &mut UnitValues, position: &Position, time_us: i64) -> Result<f64> {
    if let Some(requested) = position.requested_size {
        return Ok(quantised(requested, symbol.spec.as_ref()));
    }
    // A position without stop has its size requested.
    let distance = (position.entry_price - position.stop_loss.unwrap_or(f64::NAN)).abs();
    if config.lot_sizer {
        return lots_at_risk(config, symbol, position.risk_per_trade, distance, time_us);
    }
    let product = distance * unit_value(config, symbol, units, position.symbol, time_us)?;
    Ok(quantised(if product > 0.0 { position.risk_per_trade / product } else { 0.0 }, symbol.spec.as_ref()))
}

fn lots_at_risk(config: &Config, symbol: &Symbol, risk: f64, distance: f64, time_us: i64) -> Result<f64> {
    let missing = || ExecutionError::new(Code::MissingField, "the lot sizer needs a specification of the symbol");
    let spec = symbol.spec.as_ref().ok_or_else(missing)?;
    let pip_value = symbol.quote_to_account.convert(config.rates.as_ref(), spec.contract_size * spec.pip_size, time_us)?;
    let stop_pips = distance / spec.pip_size;
    let mut raw = 0.0;
    if stop_pips > 0.0 {
        let product = stop_pips * pip_value;
        if product == 0.0 {
            return Err(ExecutionError::new(Code::DivisionByZero, "a pip is worth nothing"));
        }
        raw = risk / product;
    }
    Ok(if raw <= spec.smallest_lot() { spec.smallest_lot() } else { whole_steps(raw, spec) })
}

fn unit_value(config: &Config, symbol: &Symbol, units: &mut UnitValues, id: SymbolId, time_us: i64) -> Result<f64> {
    if let Some(known) = units.get(id) {
        return Ok(known);
    }
    let found = find_unit_value(config, symbol, time_us)?;
    units.set(id, found);
    Ok(found)
}

fn find_unit_value(config: &Config, symbol: &Symbol, time_us: i64) -> Result<f64> {
    let ticks = symbol.spec.as_ref().filter(|spec| spec.tick_value != 0.0 && spec.tick_size != 0.0);
    if let Some(spec) = ticks {
        return Ok(spec.tick_value / spec.tick_size);
    }
    let Some(rates) = &config.rates else { return Ok(UNIT_VALUE) };
    let amount = symbol.contract_size(LOT_SIZE);
    if rates.strict {
        return symbol.quote_to_account.convert(Some(rates), amount, time_us);
    }
    Ok(symbol.quote_to_account.try_convert(Some(rates), amount, time_us).unwrap_or(UNIT_VALUE))
}
