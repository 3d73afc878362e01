//! From a configuration to its text, with all defaults filled in.

use super::Json;
use crate::config::Config;
use crate::fees::{Commission, CommissionRule, FeeModel};
use crate::rates::{Rates, Series};
use crate::slippage::SlippageConfig;
use crate::symbols::SymbolSpec;

impl From<&Config> for Json {
    fn from(config: &Config) -> Self {
        object([
            ("initial_balance", Self::Number(config.initial_balance)),
            ("risk_per_trade", Self::Number(config.risk_per_trade)),
            ("pip_buffer_factor", Self::Number(config.pip_buffer_factor)),
            ("account_currency", text(&config.account_currency)),
            ("mode", text(config.mode.word())),
            ("symbol_filter", Self::Flag(config.symbol_filter)),
            ("exit_slippage", text(config.exit_slippage.word())),
            ("seed", optional(config.seed, integer)),
            ("slippage", optional(config.slippage.as_ref(), slippage)),
            ("fee", optional(config.fee.as_ref(), fee)),
            ("commission", optional(config.commission.as_ref(), commission)),
            ("lot_sizer", Self::Flag(config.lot_sizer)),
            ("specs", named(&config.specs, spec)),
            ("rates", optional(config.rates.as_ref(), rates)),
            ("start", optional(config.start, integer)),
            ("timeout_us", optional(config.timeout_us, integer)),
        ])
    }
}

fn slippage(slippage: &SlippageConfig) -> Json {
    object([
        ("fixed", Json::Number(slippage.fixed)),
        ("random", Json::Number(slippage.random)),
        ("draws", optional(slippage.draws.as_ref(), |draws| list(draws, Json::Number))),
    ])
}

fn fee(fee: &FeeModel) -> Json {
    object([
        ("per_million", Json::Number(fee.per_million)),
        ("lot_size", Json::Number(fee.lot_size)),
        ("min_fee", Json::Number(fee.min_fee)),
    ])
}

fn commission(commission: &Commission) -> Json {
    object([
        ("defaults", rule(&commission.defaults)),
        ("symbols", named(&commission.symbols, rule)),
        ("multiplier", Json::Number(commission.multiplier)),
    ])
}

fn rule(rule: &CommissionRule) -> Json {
    object([
        ("schema", text(rule.schema.word())),
        ("side", text(rule.side.word())),
        ("fee_ccy", text(&rule.fee_ccy)),
        ("per_lot", Json::Number(rule.per_lot)),
        ("rate_per_million", Json::Number(rule.rate_per_million)),
        ("pct", Json::Number(rule.pct)),
        ("min_fee", Json::Number(rule.min_fee)),
    ])
}

fn spec(spec: &SymbolSpec) -> Json {
    object([
        ("contract_size", Json::Number(spec.contract_size)),
        ("tick_size", Json::Number(spec.tick_size)),
        ("tick_value", Json::Number(spec.tick_value)),
        ("volume_min", Json::Number(spec.volume_min)),
        ("volume_step", Json::Number(spec.volume_step)),
        ("volume_max", optional(spec.volume_max, Json::Number)),
        ("pip_size", Json::Number(spec.pip_size)),
        ("base_currency", text(&spec.base_currency)),
        ("quote_currency", text(&spec.quote_currency)),
    ])
}

fn rates(rates: &Rates) -> Json {
    object([
        ("static", named(&rates.fixed, |rate| Json::Number(*rate))),
        ("strict", Json::Flag(rates.strict)),
        ("series", named(&rates.series, series)),
        ("bar_us", optional(rates.bar_us, integer)),
        ("max_age_bars", optional(rates.max_age_bars, integer)),
    ])
}

fn series(series: &Series) -> Json {
    let price = |price: f64| if price.is_nan() { Json::Null } else { Json::Number(price) };
    object([("times", list(&series.times, integer)), ("bid", list(&series.bid, price)), ("ask", list(&series.ask, price))])
}

fn object<const K: usize>(entries: [(&str, Json); K]) -> Json {
    Json::Object(entries.into_iter().map(|(key, value)| (text(key), value)).collect())
}

fn named<T>(entries: &[(String, T)], write: impl Fn(&T) -> Json) -> Json {
    Json::Object(entries.iter().map(|(key, value)| (text(key), write(value))).collect())
}

fn list<T: Copy>(items: &[T], write: impl Fn(T) -> Json) -> Json {
    Json::List(items.iter().map(|item| write(*item)).collect())
}

fn optional<T>(value: Option<T>, write: impl FnOnce(T) -> Json) -> Json {
    value.map_or(Json::Null, write)
}

fn text(text: &str) -> Json {
    Json::Text(Some(text.to_owned()))
}

#[allow(clippy::cast_precision_loss)] // only its digits are written
fn integer(whole: impl Into<i128>) -> Json {
    let whole = whole.into();
    Json::Integer(whole, whole as f64)
}
