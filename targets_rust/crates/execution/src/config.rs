//! Everything a run depends on besides bars and signals: typed, with defaults, refused before any work is done.

use crate::fees::{Commission, FeeModel, read_commission, read_fee_model};
use crate::rates::{Rates, read_rates};
use crate::slippage::{SlippageConfig, read_slippage};
use crate::symbols::{SymbolSpec, read_spec};
use crate::values::{Fields, Node, Read, at_least, flag, integer, named, not_negative, number, optional, text, unsigned, word};
use crate::words::words;

words! {
    /// Bars or quotes.
    Mode {
        /// Bars.
        Candle = "candle",
        /// Quotes.
        Tick = "tick",
    }
}

words! {
    /// Whether an exit slips in the trader's favour, as the original does, or against the trader.
    ExitSlippage {
        /// With the sign of an entry.
        EntrySign = "entry_sign",
        /// With the other sign.
        Adverse = "adverse",
    }
}

/// Money in the account's currency, times in microseconds; `None` leaves a part of the simulation out.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The cash at the beginning.
    pub initial_balance: f64,
    /// What a position may lose at its stop.
    pub risk_per_trade: f64,
    /// How many pips nearer a level counts as reached.
    pub pip_buffer_factor: f64,
    /// The currency of all money.
    pub account_currency: String,
    /// Bars or quotes.
    pub mode: Mode,
    /// Whether a bar is tested against positions of its own symbol only.
    pub symbol_filter: bool,
    /// Which way exits slip.
    pub exit_slippage: ExitSlippage,
    /// The seed of the draws.
    pub seed: Option<u64>,
    /// How prices slip.
    pub slippage: Option<SlippageConfig>,
    /// A simple fee.
    pub fee: Option<FeeModel>,
    /// A commission, which wins over the simple fee.
    pub commission: Option<Commission>,
    /// Whether sizes come from pips instead of unit values.
    pub lot_sizer: bool,
    /// Specifications by symbol.
    pub specs: Vec<(String, SymbolSpec)>,
    /// Rates between currencies.
    pub rates: Option<Rates>,
    /// The first time of a run.
    pub start: Option<i64>,
    /// How long a position may be open.
    pub timeout_us: Option<i64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            initial_balance: 10_000.0,
            risk_per_trade: 100.0,
            pip_buffer_factor: 0.5,
            account_currency: "USD".to_owned(),
            mode: Mode::Candle,
            symbol_filter: true,
            exit_slippage: ExitSlippage::EntrySign,
            seed: None,
            slippage: None,
            fee: None,
            commission: None,
            lot_sizer: false,
            specs: Vec::new(),
            rates: None,
            start: None,
            timeout_us: None,
        }
    }
}

impl Config {
    /// Whether the run is over quotes.
    #[must_use]
    pub fn tick_mode(&self) -> bool {
        self.mode == Mode::Tick
    }
}

static NAMES: [&str; 16] = [
    "initial_balance",
    "risk_per_trade",
    "pip_buffer_factor",
    "account_currency",
    "mode",
    "symbol_filter",
    "exit_slippage",
    "seed",
    "slippage",
    "fee",
    "commission",
    "lot_sizer",
    "specs",
    "rates",
    "start",
    "timeout_us",
];

/// Read a configuration; what is not given is as in the default.
///
/// # Errors
/// `InvalidArgument` (1001) for an unknown key or word and a number out of range, `Type` (1004), `Constraint` (1006) for a contradiction,
/// `MissingField` (1008).
pub fn read_config<N: Node>(node: &N) -> Read<N, Config> {
    let fields = Fields::of(node, "config", &NAMES)?;
    let default = Config::default();
    Ok(Config {
        initial_balance: fields.get("initial_balance", number)?.unwrap_or(default.initial_balance),
        risk_per_trade: fields.get("risk_per_trade", not_negative)?.unwrap_or(default.risk_per_trade),
        pip_buffer_factor: fields.get("pip_buffer_factor", not_negative)?.unwrap_or(default.pip_buffer_factor),
        account_currency: fields.get("account_currency", text)?.unwrap_or(default.account_currency),
        mode: fields.get("mode", word(Mode::of))?.unwrap_or(default.mode),
        symbol_filter: fields.get("symbol_filter", flag)?.unwrap_or(default.symbol_filter),
        exit_slippage: fields.get("exit_slippage", word(ExitSlippage::of))?.unwrap_or(default.exit_slippage),
        seed: maybe(&fields, "seed", unsigned)?,
        slippage: maybe(&fields, "slippage", read_slippage)?,
        fee: maybe(&fields, "fee", read_fee_model)?,
        commission: maybe(&fields, "commission", read_commission)?,
        lot_sizer: fields.get("lot_sizer", flag)?.unwrap_or(default.lot_sizer),
        specs: fields.get("specs", |node, name| named(node, name, read_spec))?.unwrap_or(default.specs),
        rates: maybe(&fields, "rates", read_rates)?,
        start: maybe(&fields, "start", integer)?,
        timeout_us: maybe(&fields, "timeout_us", at_least(1))?,
    })
}

/// Read a field that may be missing or absent.
fn maybe<N: Node, T>(fields: &Fields<N, 16>, name: &str, reader: impl FnOnce(&N, &str) -> Read<N, T>) -> Read<N, Option<T>> {
    Ok(fields.get(name, |node, name| optional(node, name, reader))?.flatten())
}
