//! What a broker takes for each side of a trade.

use crate::config::Config;
use crate::error::Result;
use crate::rounding::{larger, rounded};
use crate::symbols::{LOT_SIZE, Symbol};
use crate::values::{Fields, Node, Read, named, number, text, word};
use crate::words::words;

const MILLION: f64 = 1_000_000.0;

words! {
    /// A leg of a trade.
    Leg {
        /// The way in.
        Entry = "entry",
        /// The way out.
        Exit = "exit",
    }
}

words! {
    /// Which legs of a trade a commission is paid for.
    Sides {
        /// Each.
        Both = "both",
        /// Only the way in.
        Entry = "entry",
        /// Only the way out.
        Exit = "exit",
    }
}

words! {
    /// What a commission is counted in.
    Schema {
        /// Money per lot.
        PerLot = "per_lot",
        /// Money per million of notional value.
        PerMillionNotional = "per_million_notional",
        /// A share of the notional value.
        PercentOfNotional = "percent_of_notional",
    }
}

/// A rate per million of notional value, with a floor; the currency is not looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FeeModel {
    /// Money per million of notional value.
    pub per_million: f64,
    /// Units per lot of a symbol that does not say.
    pub lot_size: f64,
    /// The least a side costs, if above zero.
    pub min_fee: f64,
}

impl FeeModel {
    fn fee(&self, symbol: &Symbol, size: f64, price: f64) -> f64 {
        let notional = size * symbol.contract_size(self.lot_size) * price;
        let fee = notional / MILLION * self.per_million;
        if self.min_fee > 0.0 { larger(fee, self.min_fee) } else { fee }
    }
}

/// How the commission of a symbol is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct CommissionRule {
    /// What it is counted in.
    pub schema: Schema,
    /// Which sides are paid for.
    pub side: Sides,
    /// The currency of the numbers below; empty is the account's.
    pub fee_ccy: String,
    /// Money per lot.
    pub per_lot: f64,
    /// Money per million of notional value.
    pub rate_per_million: f64,
    /// Share of the notional value.
    pub pct: f64,
    /// The least a side costs.
    pub min_fee: f64,
}

impl Default for CommissionRule {
    fn default() -> Self {
        Self {
            schema: Schema::PerMillionNotional,
            side: Sides::Both,
            fee_ccy: String::new(),
            per_lot: 0.0,
            rate_per_million: 0.0,
            pct: 0.0,
            min_fee: 0.0,
        }
    }
}

impl CommissionRule {
    /// The commission of a side before multiplier and floor.
    fn base(&self, size: f64, notional: f64) -> f64 {
        match self.schema {
            Schema::PerLot => self.per_lot * size,
            Schema::PercentOfNotional => self.pct * notional,
            Schema::PerMillionNotional => self.rate_per_million * (notional / MILLION),
        }
    }

    /// How many sides are paid for.
    fn sides(&self, asked: Leg) -> f64 {
        match (self.side, asked) {
            (Sides::Both, _) | (Sides::Entry, Leg::Entry) | (Sides::Exit, Leg::Exit) => 1.0,
            _ => 0.0,
        }
    }
}

/// The rules: of symbols that have their own, and of all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Commission {
    /// The rule of symbols that have none.
    pub defaults: CommissionRule,
    /// The rules of symbols, complete.
    pub symbols: Vec<(String, CommissionRule)>,
    /// Makes a whole run dearer.
    pub multiplier: f64,
}

impl Commission {
    /// The rule of a symbol.
    #[must_use]
    pub fn rule(&self, symbol: &str) -> &CommissionRule {
        self.symbols.iter().find(|(name, _)| name == symbol).map_or(&self.defaults, |(_, rule)| rule)
    }
}

/// The fee of one side of a trade in account money: the commission if there is one, else the fee model's if there is one, else none.
///
/// # Errors
/// `MissingField` (1008) for a missing rate, whatever the schema.
pub fn fee(config: &Config, symbol: &Symbol, size: f64, price: f64, asked: Leg, time_us: i64) -> Result<f64> {
    if let (Some(commission), Some(terms)) = (&config.commission, &symbol.commission) {
        let (rates, rule) = (config.rates.as_ref(), &terms.rule);
        let value = size * symbol.contract_size(LOT_SIZE) * price;
        let notional = terms.quote_to_fee.convert(rates, value, time_us)?;
        let side_fee = larger(rule.base(size, notional) * commission.multiplier, rule.min_fee * commission.multiplier);
        return Ok(rounded(terms.fee_to_account.convert(rates, side_fee * rule.sides(asked), time_us)?, 2));
    }
    Ok(config.fee.map_or(0.0, |model| model.fee(symbol, size, price)))
}

/// Read the fee model of a configuration.
///
/// # Errors
/// `InvalidArgument` (1001), `Type` (1004).
pub fn read_fee_model<N: Node>(node: &N, name: &str) -> Read<N, FeeModel> {
    let fields = Fields::of(node, name, &["per_million", "lot_size", "min_fee"])?;
    Ok(FeeModel {
        per_million: fields.get("per_million", number)?.unwrap_or(0.0),
        lot_size: fields.get("lot_size", number)?.unwrap_or(LOT_SIZE),
        min_fee: fields.get("min_fee", number)?.unwrap_or(0.0),
    })
}

/// Read the commission of a configuration; the rules of symbols are completed by the defaults.
///
/// # Errors
/// `InvalidArgument` (1001), `Type` (1004).
pub fn read_commission<N: Node>(node: &N, name: &str) -> Read<N, Commission> {
    let fields = Fields::of(node, name, &["defaults", "symbols", "multiplier"])?;
    let defaults = fields.get("defaults", |node, name| read_rule(node, name, &CommissionRule::default()))?.unwrap_or_default();
    let symbols = fields.get("symbols", |node, name| named(node, name, |node, name| read_rule(node, name, &defaults)))?;
    let multiplier = fields.get("multiplier", |node, _| read_multiplier(node))?.unwrap_or(1.0);
    Ok(Commission { symbols: symbols.unwrap_or_default(), defaults, multiplier })
}

fn read_rule<N: Node>(node: &N, name: &str, defaults: &CommissionRule) -> Read<N, CommissionRule> {
    let fields = Fields::of(node, name, &["schema", "side", "fee_ccy", "per_lot", "rate_per_million", "pct", "min_fee"])?;
    Ok(CommissionRule {
        schema: fields.get("schema", word(Schema::of))?.unwrap_or(defaults.schema),
        side: fields.get("side", word(Sides::of))?.unwrap_or(defaults.side),
        fee_ccy: fields.get("fee_ccy", text)?.unwrap_or_else(|| defaults.fee_ccy.clone()),
        per_lot: fields.get("per_lot", number)?.unwrap_or(defaults.per_lot),
        rate_per_million: fields.get("rate_per_million", number)?.unwrap_or(defaults.rate_per_million),
        pct: fields.get("pct", number)?.unwrap_or(defaults.pct),
        min_fee: fields.get("min_fee", number)?.unwrap_or(defaults.min_fee),
    })
}

/// Read a factor: negative is 0, and what is no finite number is 1.
fn read_multiplier<N: Node>(node: &N) -> Read<N, f64> {
    let factor = node.double()?.unwrap_or(1.0);
    Ok(if factor.is_finite() { larger(0.0, factor) } else { 1.0 })
}
