//! A simulator as one Arrow stream of named parts, and back.

use std::sync::Arc;

use arrow_array::{BinaryArray, RecordBatch};
use arrow_buffer::Buffer;
use arrow_schema::{DataType, SchemaRef};
use arrow_stream::{Table, encode};
use execution::Simulator;
use execution::config::read_config;
use execution::error::{Code, ExecutionError, Result};
use execution::json::Json;
use execution::market::Quote;
use execution::portfolio::{Curve, Money};
use execution::position::{Book, Position};
use execution::state::{Ledger, Placed, SavedPosition, demand};

use crate::columns::{flags, integers, numbers, refuse, some_integers, some_texts, some_times, table, texts, times};
use crate::decode;
use crate::frame::{Batch, Frame};
use crate::layout::{Column, Kind, REQUIRED};
use crate::results::{curve_table, fee_table, position_columns};
use crate::schema::{CURVE_SCHEMA, FEE_SCHEMA, LEDGER_SCHEMA, QUOTE_SCHEMA, SAVED_POSITION_SCHEMA, STATE_SCHEMA, UNIT_VALUE_SCHEMA};

const NAMES: [&str; 7] = ["config", "ledger", "positions", "fees", "curve", "unit_values", "quotes"];

/// Everything that a simulator is.
///
/// # Errors
/// `Schema` (1005) if Arrow cannot write it.
pub fn save(simulator: &Simulator) -> Result<RecordBatch> {
    let parts = [
        Json::from(simulator.config()).to_string().into_bytes(),
        written(&ledger_table(&simulator.ledger())?)?,
        written(&positions_table(simulator)?)?,
        written(&fee_table(simulator)?)?,
        written(&curve_table(simulator.portfolio().curve.clone())?)?,
        written(&unit_value_table(simulator)?)?,
        written(&quote_table(simulator)?)?,
    ];
    table(&STATE_SCHEMA, vec![texts(NAMES.into_iter()), Arc::new(BinaryArray::from_iter_values(parts))])
}

fn written(batch: &RecordBatch) -> Result<Vec<u8>> {
    Ok(encode(batch).map_err(|error| refuse(&error))?.to_vec())
}

fn ledger_table(ledger: &Ledger) -> Result<RecordBatch> {
    let Money { cash, equity, total_fees, max_equity, max_drawdown, initial_drawdown } = ledger.money;
    let mut columns: Vec<_> =
        [cash, equity, total_fees, max_equity, max_drawdown, initial_drawdown].iter().map(|amount| numbers([*amount])).collect();
    columns.extend([some_times([ledger.start_time].into_iter()), integers([ledger.draws]), integers([ledger.positions])]);
    table(&LEDGER_SCHEMA, columns)
}

fn positions_table(simulator: &Simulator) -> Result<RecordBatch> {
    let placed = simulator.placed();
    let positions: Vec<&Position> = placed.iter().map(|placed| placed.position).collect();
    let mut columns = position_columns(simulator, &positions)?;
    let place = |get: fn(&Placed<'_>) -> Option<i64>| some_integers(placed.iter().map(get));
    columns.extend([
        integers(positions.iter().map(|position| i64::try_from(position.number).unwrap_or(i64::MAX)).collect::<Vec<_>>()),
        place(|placed| placed.active),
        place(|placed| placed.open),
        place(|placed| placed.ended),
        some_texts(positions.iter().map(|position| position.book.map(Book::word))),
        flags(positions.iter().map(|position| position.break_even)),
    ]);
    table(&SAVED_POSITION_SCHEMA, columns)
}

fn unit_value_table(simulator: &Simulator) -> Result<RecordBatch> {
    let (symbols, values): (Vec<_>, Vec<_>) = simulator.unit_values().unzip();
    table(&UNIT_VALUE_SCHEMA, vec![texts(symbols.iter().map(|symbol| &***symbol)), numbers(values)])
}

fn quote_table(simulator: &Simulator) -> Result<RecordBatch> {
    let (symbols, quotes): (Vec<_>, Vec<_>) = simulator.quotes().unzip();
    let column = |get: fn(&Quote) -> f64| numbers(quotes.iter().map(get).collect::<Vec<_>>());
    let moments = times(quotes.iter().map(|quote| quote.time_us).collect::<Vec<_>>());
    let symbols = texts(symbols.iter().map(|symbol| &***symbol));
    table(&QUOTE_SCHEMA, vec![symbols, moments, column(|quote| quote.bid), column(|quote| quote.ask)])
}

/// The simulator that was saved.
///
/// # Errors
/// `Deserialise` (3004), `Schema` (1005) for tables that are none or others, `Null` (1002), `InvalidState` (1007) for contradictions, and as
/// the configuration.
pub fn load(state: &Buffer) -> Result<Simulator> {
    let parts = read_parts(state)?;
    let [config, ledger, positions, fees, curve, unit_values, quotes] = &parts;
    let mut simulator = Simulator::new(read_config(&Json::read_object(config)?)?);
    read(ledger, &LEDGER_SCHEMA, |frame| load_ledger(&mut simulator, frame))?;
    read(positions, &SAVED_POSITION_SCHEMA, |frame| load_positions(&mut simulator, frame))?;
    read(fees, &FEE_SCHEMA, |frame| {
        let rows = frame.batches.iter().flat_map(|batch| {
            let (time, id, kind, amount) = (batch.times(0), batch.text(1), batch.text(2), batch.numbers(3));
            (0..batch.rows).filter_map(move |row| Some((time.get(row)?, id.get(row)?, kind.get(row)?, amount.get(row)?)))
        });
        simulator.load_fees(rows);
        Ok(())
    })?;
    read(curve, &CURVE_SCHEMA, |frame| {
        let mut curve = Curve::default();
        for batch in &frame.batches {
            curve.times.extend_from_slice(batch.times(0).values);
            curve.equity.extend_from_slice(batch.numbers(1).values);
            curve.high_water.extend_from_slice(batch.numbers(4).values);
        }
        simulator.load_curve(curve)
    })?;
    read(unit_values, &UNIT_VALUE_SCHEMA, |frame| {
        for batch in &frame.batches {
            let (symbol, value) = (batch.text(0), batch.numbers(1));
            let rows = (0..batch.rows).filter_map(|row| Some((symbol.get(row)?, value.get(row)?)));
            rows.for_each(|(symbol, value)| simulator.load_unit_value(symbol, value));
        }
        Ok(())
    })?;
    read(quotes, &QUOTE_SCHEMA, |frame| {
        for batch in &frame.batches {
            let (symbol, time, bid, ask) = (batch.text(0), batch.times(1), batch.numbers(2), batch.numbers(3));
            let quote = |row| Some((symbol.get(row)?, Quote { time_us: time.get(row)?, bid: bid.get(row)?, ask: ask.get(row)? }));
            (0..batch.rows).filter_map(quote).for_each(|(symbol, quote)| simulator.load_quote(symbol, quote));
        }
        Ok(())
    })?;
    Ok(simulator)
}

fn read_parts(state: &Buffer) -> Result<[Buffer; 7]> {
    let table = decode(state)?;
    let frame = checked(&table, &STATE_SCHEMA)?;
    let mut parts = Vec::new();
    for batch in &frame.batches {
        let (name, data) = (batch.text(0), batch.bytes(1));
        for row in 0..batch.rows {
            let part = data.and_then(|data| Some((name.get(row)?, data.value(row))));
            parts.extend(part.map(|(name, data)| (name.to_owned(), Buffer::from(data))));
        }
    }
    let known = parts.iter().map(|(name, _)| name).eq(NAMES);
    let parts: Vec<Buffer> = parts.into_iter().map(|(_, data)| data).collect();
    let parts = <[Buffer; 7]>::try_from(parts).ok().filter(|_| known);
    parts.ok_or_else(|| ExecutionError::new(Code::Schema, "a state has other parts"))
}

/// Read a part of a state that has the columns of `schema`, without nulls where it has none.
fn read(part: &Buffer, schema: &SchemaRef, use_frame: impl FnOnce(&Frame<'_>) -> Result<()>) -> Result<()> {
    let table = decode(part)?;
    use_frame(&checked(&table, schema)?)
}

fn checked<'a>(table: &'a Table, schema: &SchemaRef) -> Result<Frame<'a>> {
    let layout: Vec<(String, Kind)> = schema.fields().iter().map(|field| (field.name().clone(), kind(field.data_type()))).collect();
    let layout: Vec<Column<'_>> = layout.iter().map(|(name, kind)| (name.as_str(), *kind, REQUIRED)).collect();
    let frame = Frame::new(table, &layout)?;
    for (column, field) in schema.fields().iter().enumerate().filter(|(_, field)| !field.is_nullable()) {
        if frame.batches.iter().any(|batch| batch.present(&[column]).is_some()) {
            return Err(ExecutionError::new(Code::Null, format!("column {} holds a null", field.name())));
        }
    }
    Ok(frame)
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Timestamp(..) => Kind::Time,
        DataType::Float64 => Kind::Number,
        DataType::Int64 => Kind::Integer,
        DataType::Boolean => Kind::Flag,
        DataType::Binary => Kind::Bytes,
        _ => Kind::Text,
    }
}

fn load_ledger(simulator: &mut Simulator, frame: &Frame<'_>) -> Result<()> {
    demand(frame.rows() == 1, "a ledger has one row")?;
    let Some(batch) = frame.batches.iter().find(|batch| batch.rows > 0) else { return Ok(()) };
    let number = |column: usize| batch.numbers(column).get(0).unwrap_or(f64::NAN);
    let count = |column: usize| batch.integers(column).get(0).unwrap_or(-1);
    let money = Money {
        cash: number(0),
        equity: number(1),
        total_fees: number(2),
        max_equity: number(3),
        max_drawdown: number(4),
        initial_drawdown: number(5),
    };
    simulator.load_ledger(&Ledger { money, start_time: batch.times(6).get(0), draws: count(7), positions: count(8) })
}

fn load_positions(simulator: &mut Simulator, frame: &Frame<'_>) -> Result<()> {
    let rows: Option<Vec<_>> = frame.batches.iter().flat_map(saved_positions).collect();
    // Nulls were refused before.
    simulator.load_positions(&rows.unwrap_or_default())
}

fn saved_positions<'a>(batch: &Batch<'a>) -> Vec<Option<SavedPosition<'a>>> {
    let [direction, symbol, status, id, order_type, reason] = [2, 3, 12, 13, 14, 20].map(|column| batch.text(column));
    let [signal_reason, scenario, tags, book] = [29, 30, 31, 36].map(|column| batch.text(column));
    let row = |row: usize| {
        let number = |column: usize| batch.numbers(column).get(row);
        let time = |column: usize| batch.times(column).get(row);
        let integer = |column: usize| batch.integers(column).get(row);
        let flag = |column: usize| batch.flags(column).map(|flags| flags.value(row));
        Some(SavedPosition {
            entry_time: time(0)?,
            exit_time: time(1),
            direction: direction.get(row)?,
            symbol: symbol.get(row)?,
            entry_price: number(4)?,
            exit_price: number(5),
            initial_sl: number(6)?,
            current_sl: number(7)?,
            tp: number(8)?,
            size: number(9)?,
            result: number(10),
            status: status.get(row)?,
            position_id: id.get(row)?,
            order_type: order_type.get(row)?,
            risk_per_trade: number(15)?,
            trigger_time: time(16),
            initial_tp: number(17)?,
            entry_fee: number(18)?,
            exit_fee: number(19)?,
            reason: reason.get(row),
            magic_number: integer(21)?,
            requested_size: number(22)?,
            is_closed: flag(23)?,
            trail: [number(24), number(25), number(26), number(27)],
            stop_by_trailing: flag(28)?,
            signal_reason: signal_reason.get(row),
            scenario: scenario.get(row),
            tags: tags.get(row),
            number: integer(32)?,
            active: integer(33),
            open: integer(34),
            ended: integer(35),
            book: book.get(row),
            break_even: flag(37)?,
        })
    };
    (0..batch.rows).map(row).collect()
}
