//! Tables that own their columns, and strategies that fill them with ordinary and with hostile numbers.

use proptest::collection::vec;
use proptest::prelude::*;
use rating::columns::{Lists, Optional, Validity};
use rating::metrics::MetricsColumns;

/// A list column that owns its parts.
#[derive(Clone, Debug, Default)]
pub struct OwnedLists {
    offsets: Vec<i32>,
    values: Vec<f64>,
    validity: Vec<u8>,
}

impl OwnedLists {
    fn of<'a>(cells: impl Iterator<Item = Option<&'a Vec<f64>>> + Clone) -> Self {
        let mut lists = Self { offsets: vec![0], validity: bits(cells.clone().map(|cell| cell.is_some())), ..Self::default() };
        for cell in cells {
            lists.values.extend(cell.into_iter().flatten());
            lists.offsets.push(i32::try_from(lists.values.len()).expect("small"));
        }
        lists
    }

    fn borrow(&self) -> Lists<'_> {
        Lists::new(&self.offsets, &self.values, Some(Validity::new(&self.validity, 0))).expect("offsets ascend")
    }
}

fn bits(flags: impl Iterator<Item = bool>) -> Vec<u8> {
    let flags: Vec<bool> = flags.collect();
    flags.chunks(8).map(|byte| byte.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag))).collect()
}

/// One row that owns its lists.
#[derive(Clone, Debug)]
pub struct Row {
    pub total_trades: i64,
    pub figures: [f64; 6],
    pub profit_factor: f64,
    pub yearly_profits: Vec<f64>,
    pub net_profit: Option<f64>,
    pub avg_r: Option<f64>,
    pub first_year: Option<i32>,
    pub days: Option<f64>,
    pub trades: Option<Vec<f64>>,
}

/// The same rows column by column.
#[derive(Clone, Debug)]
pub struct Table {
    total_trades: Vec<i64>,
    columns: [Vec<f64>; 7],
    optional: [(Vec<f64>, Vec<u8>); 2],
    first_year: (Vec<i32>, Vec<u8>),
    lists: [OwnedLists; 4],
}

impl Table {
    pub fn of(rows: &[Row]) -> Self {
        let column = |k: usize| rows.iter().map(|row| row.figures[k]).collect::<Vec<_>>();
        let optional = |get: fn(&Row) -> Option<f64>| {
            (rows.iter().map(|row| get(row).unwrap_or(1e9)).collect(), bits(rows.iter().map(|row| get(row).is_some())))
        };
        let days: Vec<_> = rows.iter().map(|row| row.days.map(|days| vec![days; row.yearly_profits.len()])).collect();
        Self {
            total_trades: rows.iter().map(|row| row.total_trades).collect(),
            columns: [column(0), column(1), column(2), column(3), column(4), column(5), rows.iter().map(|row| row.profit_factor).collect()],
            optional: [optional(|row| row.net_profit), optional(|row| row.avg_r)],
            first_year: (
                rows.iter().map(|row| row.first_year.unwrap_or(7)).collect(),
                bits(rows.iter().map(|row| row.first_year.is_some())),
            ),
            lists: [
                OwnedLists::of(rows.iter().map(|row| Some(&row.yearly_profits))),
                OwnedLists::of(days.iter().map(Option::as_ref)),
                OwnedLists::of(rows.iter().map(|row| row.trades.as_ref())),
                OwnedLists::of(rows.iter().map(|row| row.trades.as_ref())),
            ],
        }
    }

    pub fn columns(&self) -> MetricsColumns<'_> {
        let [win_rate, sharpe_ratio, max_drawdown, avg_trade_duration, cost_per_trade, _, profit_factor] = &self.columns;
        let optional = |k: usize| Some(Optional::new(&self.optional[k].0, Some(Validity::new(&self.optional[k].1, 0))));
        MetricsColumns {
            total_trades: &self.total_trades,
            win_rate,
            profit_factor,
            sharpe_ratio,
            max_drawdown,
            avg_trade_duration,
            cost_per_trade,
            yearly_profits: self.lists[0].borrow(),
            net_profit: optional(0),
            avg_r: optional(1),
            first_year: Some(Optional::new(&self.first_year.0, Some(Validity::new(&self.first_year.1, 0)))),
            year_durations: Some(self.lists[1].borrow()),
            trade_results: Some(self.lists[2].borrow()),
            trade_r: Some(self.lists[3].borrow()),
        }
    }
}

/// Numbers at the edges of what a kernel can be given, and ordinary ones.
pub fn number() -> impl Strategy<Value = f64> {
    let edges = vec![0.0, -0.0, 1e-9, -1e-9, 5e-324, 1.0, -1.0, 1e300, -1e300, f64::MAX, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    prop_oneof![3 => -1e6..1e6, 1 => proptest::sample::select(edges), 1 => any::<f64>()]
}

/// One row of such numbers.
pub fn row() -> impl Strategy<Value = Row> {
    let numbers = (any::<i64>(), proptest::array::uniform6(number()), number(), vec(number(), 0..6));
    let optional = (
        proptest::option::of(number()),
        proptest::option::of(number()),
        proptest::option::of(any::<i32>()),
        proptest::option::of(number()),
        proptest::option::of(vec(number(), 0..40)),
    );
    (numbers, optional).prop_map(
        |((total_trades, figures, profit_factor, yearly_profits), (net_profit, avg_r, first_year, days, trades))| Row {
            total_trades,
            figures,
            profit_factor,
            yearly_profits,
            net_profit,
            avg_r,
            first_year,
            days,
            trades,
        },
    )
}
