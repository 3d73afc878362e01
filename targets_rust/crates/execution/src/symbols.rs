//! What a symbol's contract is made of, and the symbols of a run under small numbers.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::Config;
use crate::error::{Code, ExecutionError};
use crate::fees::CommissionRule;
use crate::rates::Route;
use crate::values::{Fields, Node, Read, not_negative, optional, positive, text};

/// The size of a pip of a symbol without specification, in units of the price.
pub const PIP_SIZE: f64 = 0.0001;
/// Units of the base currency in a lot of a symbol that does not say.
pub const LOT_SIZE: f64 = 100_000.0;
const LOT_STEP: f64 = 0.01;

/// One symbol: contract size in units of the base currency, ticks and pips in units of the price, volumes in lots; 0 is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct SymbolSpec {
    /// Units of the base currency in a lot.
    pub contract_size: f64,
    /// The least move of the price.
    pub tick_size: f64,
    /// What that move is worth in account money.
    pub tick_value: f64,
    /// The smallest size.
    pub volume_min: f64,
    /// The step between sizes.
    pub volume_step: f64,
    /// The largest size, if there is one.
    pub volume_max: Option<f64>,
    /// The size of a pip in units of the price.
    pub pip_size: f64,
    /// The currency that is bought.
    pub base_currency: String,
    /// The currency of the price.
    pub quote_currency: String,
}

impl SymbolSpec {
    /// The step between lots: `volume_step`, or 0.01 where it is 0.
    #[must_use]
    pub fn lot_step(&self) -> f64 {
        or(self.volume_step, LOT_STEP)
    }

    /// The smallest size: `volume_min`, or one step where it is 0.
    #[must_use]
    pub fn smallest_lot(&self) -> f64 {
        or(self.volume_min, self.lot_step())
    }
}

/// `value`, or `default` where it is 0.
fn or(value: f64, default: f64) -> f64 {
    if value == 0.0 { default } else { value }
}

/// Read a specification.
///
/// # Errors
/// `InvalidArgument` (1001), `Type` (1004), and `Constraint` (1006) for a largest lot below the smallest.
pub fn read_spec<N: Node>(node: &N, name: &str) -> Read<N, SymbolSpec> {
    let names = &[
        "contract_size",
        "tick_size",
        "tick_value",
        "volume_min",
        "volume_step",
        "volume_max",
        "pip_size",
        "base_currency",
        "quote_currency",
    ];
    let fields = Fields::of(node, name, names)?;
    let or_zero = |node: &N, name: &str| Ok(optional(node, name, not_negative)?.unwrap_or(0.0));
    let spec = SymbolSpec {
        contract_size: fields.get("contract_size", or_zero)?.unwrap_or(0.0),
        tick_size: fields.get("tick_size", or_zero)?.unwrap_or(0.0),
        tick_value: fields.get("tick_value", or_zero)?.unwrap_or(0.0),
        volume_min: fields.get("volume_min", or_zero)?.unwrap_or(0.01),
        volume_step: fields.get("volume_step", or_zero)?.unwrap_or(0.01),
        volume_max: fields.get("volume_max", |node, name| optional(node, name, positive))?.unwrap_or(Some(100.0)),
        pip_size: fields.get("pip_size", positive)?.unwrap_or(PIP_SIZE),
        base_currency: fields.get("base_currency", text)?.unwrap_or_default(),
        quote_currency: fields.get("quote_currency", text)?.unwrap_or_default(),
    };
    if spec.volume_max.is_some_and(|most| most < spec.smallest_lot()) {
        return Err(ExecutionError::new(Code::Constraint, format!("{name}: volume_max is below the smallest lot")).into());
    }
    Ok(spec)
}

/// The number of a symbol within one simulator.
pub type SymbolId = u32;

/// What a run needs to know about a symbol, found once.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: Arc<str>,
    /// Its specification, if there is one.
    pub spec: Option<SymbolSpec>,
    /// The size of its pip in units of the price.
    pub pip_size: f64,
    /// The way from the currency of its price to the account's.
    pub quote_to_account: Route,
    /// How its commission is counted, if there is one.
    pub commission: Option<CommissionTerms>,
}

/// A commission's rule with the ways between its currencies.
#[derive(Clone, Debug)]
pub struct CommissionTerms {
    /// The rule.
    pub rule: CommissionRule,
    /// From the currency of the price to that of the fee.
    pub quote_to_fee: Route,
    /// From the currency of the fee to the account's.
    pub fee_to_account: Route,
}

impl Symbol {
    fn new(config: &Config, name: &str) -> Self {
        let spec = config.specs.iter().find(|(known, _)| known == name).map(|(_, spec)| spec.clone());
        let quote = quote_currency(spec.as_ref(), name);
        let route = |from: &str, to: &str| Route::new(config.rates.as_ref(), from, to);
        let terms = config.commission.as_ref().map(|commission| {
            let rule = commission.rule(name).clone();
            let fee_ccy = if rule.fee_ccy.is_empty() { &config.account_currency } else { &rule.fee_ccy };
            let (quote_to_fee, fee_to_account) = (route(quote, fee_ccy), route(fee_ccy, &config.account_currency));
            CommissionTerms { rule, quote_to_fee, fee_to_account }
        });
        Self {
            name: name.into(),
            pip_size: spec.as_ref().map_or(PIP_SIZE, |spec| spec.pip_size),
            quote_to_account: route(quote, &config.account_currency),
            commission: terms,
            spec,
        }
    }

    /// The contract size, or `default` where it is 0 or there is no specification.
    #[must_use]
    pub fn contract_size(&self, default: f64) -> f64 {
        self.spec.as_ref().map_or(default, |spec| or(spec.contract_size, default))
    }
}

/// The currency of a symbol's prices: as specified, else what follows the first three characters, EURUSD to USD.
fn quote_currency<'a>(spec: Option<&'a SymbolSpec>, name: &'a str) -> &'a str {
    let specified = spec.map(|spec| spec.quote_currency.as_str()).filter(|quote| !quote.is_empty());
    specified.unwrap_or_else(|| name.char_indices().nth(3).map_or("", |(at, _)| &name[at..]))
}

/// The symbols that a simulator has met, numbered from 0.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    met: Vec<Symbol>,
    ids: HashMap<Arc<str>, SymbolId>,
    last: SymbolId,
}

impl Symbols {
    /// The symbol with this number.
    ///
    /// # Panics
    /// For numbers that [`Symbols::meet`] did not give.
    #[must_use]
    #[inline]
    pub fn get(&self, id: SymbolId) -> &Symbol {
        &self.met[id as usize]
    }

    /// The number of a symbol, if it was met.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<SymbolId> {
        // Names come in runs, and comparing one is cheaper than hashing it.
        if self.met.get(self.last as usize).is_some_and(|symbol| *symbol.name == *name) {
            return Some(self.last);
        }
        self.ids.get(name).copied()
    }

    /// The number of a symbol, a new one if it was not met before.
    pub fn meet(&mut self, config: &Config, name: &str) -> SymbolId {
        self.last = self.find(name).unwrap_or_else(|| self.add(Symbol::new(config, name)));
        self.last
    }

    fn add(&mut self, symbol: Symbol) -> SymbolId {
        let id = SymbolId::try_from(self.met.len()).unwrap_or(SymbolId::MAX);
        self.ids.insert(Arc::clone(&symbol.name), id);
        self.met.push(symbol);
        id
    }
}

/// One value per symbol, in the order in which the symbols came.
#[derive(Clone, Debug)]
pub struct BySymbol<T> {
    values: Vec<Option<T>>,
    order: Vec<SymbolId>,
}

impl<T> Default for BySymbol<T> {
    fn default() -> Self {
        Self { values: Vec::new(), order: Vec::new() }
    }
}

impl<T: Copy> BySymbol<T> {
    /// The value of a symbol.
    #[must_use]
    pub fn get(&self, id: SymbolId) -> Option<T> {
        self.values.get(id as usize).copied().flatten()
    }

    /// Set the value of a symbol.
    pub fn set(&mut self, id: SymbolId, value: T) {
        if self.values.len() <= id as usize {
            self.values.resize(id as usize + 1, None);
        }
        if self.values[id as usize].replace(value).is_none() {
            self.order.push(id);
        }
    }

    /// Symbols and values.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (SymbolId, T)> + '_ {
        // Every symbol in the order has a value, so nothing is lost here.
        self.order.iter().map(|id| (*id, self.values[*id as usize].unwrap_or_else(|| unreachable!())))
    }
}
