//! Turns an amount of one currency into another, by fixed rates or by the bars of a pair.

use crate::error::{Code, ExecutionError, Result};
use crate::values::{Fields, Node, Read, at_least, double, flag, integer, named, number, optional, sequence};

const BRIDGE: &str = "USD";

/// The bars of a pair, by time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Microseconds, never falling.
    pub times: Vec<i64>,
    /// Closing bids, NaN where there is no bar.
    pub bid: Vec<f64>,
    /// Closing asks, NaN where there is no bar.
    pub ask: Vec<f64>,
}

impl Series {
    #[allow(clippy::manual_midpoint)] // where the sum overflows, so does that of the reference
    /// The middle of the last bar not later than `time_us` that has both sides; `None` if it is older than `most_us`.
    fn mid(&self, time_us: i64, most_us: Option<i128>) -> Option<f64> {
        let end = self.times.partition_point(|time| *time <= time_us);
        let last = (0..end).rev().find(|index| !self.bid[*index].is_nan() && !self.ask[*index].is_nan())?;
        let age = i128::from(time_us) - i128::from(self.times[last]);
        let too_old = most_us.is_some_and(|most| age > most);
        (!too_old).then(|| (self.bid[last] + self.ask[last]) / 2.0)
    }
}

/// Fixed rates first, then the series; pairs such as EURUSD are the price of the first currency in the second.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// Rates that never change, by pair in upper case.
    pub fixed: Vec<(String, f64)>,
    /// Whether a unit value without a rate is an error.
    pub strict: bool,
    /// Bars by pair in upper case.
    pub series: Vec<(String, Series)>,
    /// The length of a bar in microseconds.
    pub bar_us: Option<i64>,
    /// How many bars old a rate may be.
    pub max_age_bars: Option<i64>,
}

impl Rates {
    fn source(&self, pair: &str) -> Source {
        if let Some((_, rate)) = self.fixed.iter().find(|(known, _)| known == pair) {
            return Source::Fixed(*rate);
        }
        self.series.iter().position(|(known, _)| known == pair).map_or(Source::Unknown, Source::Series)
    }

    fn most_us(&self) -> Option<i128> {
        self.max_age_bars.zip(self.bar_us).map(|(bars, bar_us)| i128::from(bar_us) * i128::from(bars.max(1)))
    }
}

/// Where the rate of a pair comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Unknown,
    Fixed(f64),
    Series(usize),
}

impl Source {
    fn rate(self, rates: Option<&Rates>, time_us: i64) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Fixed(rate) => Some(rate),
            Self::Series(index) => rates.and_then(|rates| rates.series.get(index)?.1.mid(time_us, rates.most_us())),
        }
    }
}

/// One step: nothing to do, the pair, or its inverse.
#[derive(Clone, Copy, Debug)]
struct Step {
    equal: bool,
    direct: Source,
    inverse: Source,
}

impl Step {
    fn new(rates: Option<&Rates>, from: &str, to: &str) -> Self {
        let source = |pair: String| rates.map_or(Source::Unknown, |rates| rates.source(&pair));
        Self { equal: from == to, direct: source(format!("{from}{to}")), inverse: source(format!("{to}{from}")) }
    }

    fn convert(self, rates: Option<&Rates>, amount: f64, time_us: i64) -> Option<f64> {
        if self.equal {
            return Some(amount);
        }
        if let Some(rate) = self.direct.rate(rates, time_us) {
            return Some(amount * rate);
        }
        self.inverse.rate(rates, time_us).filter(|rate| *rate != 0.0).map(|rate| amount / rate)
    }
}

/// The way from one currency to another, found once, so that no names are looked up while a run is on.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    direct: Step,
    to_bridge: Step,
    from_bridge: Step,
}

impl Route {
    /// Find the way between two currencies.
    #[must_use]
    pub fn new(rates: Option<&Rates>, from: &str, to: &str) -> Self {
        let (from, to) = (upper(from), upper(to));
        Self {
            direct: Step::new(rates, &from, &to),
            to_bridge: Step::new(rates, &from, BRIDGE),
            from_bridge: Step::new(rates, BRIDGE, &to),
        }
    }

    /// The amount in the target currency: directly, by the inverse pair, or by way of the dollar; `None` if there is no way.
    #[must_use]
    pub fn try_convert(&self, rates: Option<&Rates>, amount: f64, time_us: i64) -> Option<f64> {
        let by_bridge = || {
            let dollars = self.to_bridge.convert(rates, amount, time_us)?;
            self.from_bridge.convert(rates, dollars, time_us)
        };
        self.direct.convert(rates, amount, time_us).or_else(by_bridge)
    }

    /// The amount in the target currency.
    ///
    /// # Errors
    /// `MissingField` (1008) if there is no way.
    pub fn convert(&self, rates: Option<&Rates>, amount: f64, time_us: i64) -> Result<f64> {
        self.try_convert(rates, amount, time_us).ok_or_else(|| ExecutionError::new(Code::MissingField, "no rate leads to that currency"))
    }
}

/// The text with its ASCII letters in upper case, the same in every language.
#[must_use]
pub fn upper(text: &str) -> String {
    text.to_ascii_uppercase()
}

/// Read the rates of a configuration.
///
/// # Errors
/// `InvalidArgument` (1001), `Type` (1004), `Constraint` (1006), `MissingField` (1008).
pub fn read_rates<N: Node>(node: &N, name: &str) -> Read<N, Rates> {
    let fields = Fields::of(node, name, &["static", "strict", "series", "bar_us", "max_age_bars"])?;
    let rates = Rates {
        fixed: fields.get("static", |node, name| pairs(node, name, number))?.unwrap_or_default(),
        strict: fields.get("strict", flag)?.unwrap_or(true),
        series: fields.get("series", |node, name| pairs(node, name, read_series))?.unwrap_or_default(),
        bar_us: fields.get("bar_us", |node, name| optional(node, name, at_least(1)))?.flatten(),
        max_age_bars: fields.get("max_age_bars", |node, name| optional(node, name, at_least(0)))?.flatten(),
    };
    if rates.max_age_bars.is_some() && rates.bar_us.is_none() {
        return Err(ExecutionError::new(Code::MissingField, "bar_us is missing, max_age_bars counts in it").into());
    }
    Ok(rates)
}

/// Pairs in upper case; of those that become equal the last counts, in the place of the first.
fn pairs<N: Node, T>(node: &N, name: &str, reader: impl Fn(&N, &str) -> Read<N, T>) -> Read<N, Vec<(String, T)>> {
    let mut pairs: Vec<(String, T)> = Vec::new();
    for (pair, value) in named(node, name, reader)? {
        let pair = upper(&pair);
        match pairs.iter_mut().find(|(known, _)| *known == pair) {
            Some(known) => known.1 = value,
            None => pairs.push((pair, value)),
        }
    }
    Ok(pairs)
}

fn read_series<N: Node>(node: &N, name: &str) -> Read<N, Series> {
    let fields = Fields::of(node, name, &["times", "bid", "ask"])?;
    let prices = |node: &N, name: &str| sequence(node, name, price);
    let times = fields.need("times", |node, name| sequence(node, name, integer))?;
    let series = Series { times, bid: fields.need("bid", prices)?, ask: fields.need("ask", prices)? };
    if !series.times.is_sorted() {
        return Err(ExecutionError::new(Code::Constraint, format!("{name}.times fall")).into());
    }
    if series.bid.len() != series.times.len() || series.ask.len() != series.times.len() {
        return Err(ExecutionError::new(Code::Constraint, format!("{name}: times, bid and ask differ in length")).into());
    }
    Ok(series)
}

/// The price of a bar, NaN for one that is missing.
fn price<N: Node>(node: &N, name: &str) -> Read<N, f64> {
    let price = optional(node, name, double)?.unwrap_or(f64::NAN);
    if price.is_infinite() {
        return Err(ExecutionError::new(Code::InvalidArgument, format!("{name} is infinite")).into());
    }
    Ok(price)
}
