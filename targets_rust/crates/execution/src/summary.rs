//! The figures at the end of a run.

use crate::portfolio::PLACEHOLDER_TIME;
use crate::position::{Book, Position};
use crate::rounding::rounded;
use crate::simulator::Simulator;

/// A figure: money and ratios, or a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Money or a ratio.
    Number(f64),
    /// A count.
    Count(i64),
}

/// The figures with their names, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary(pub [(&'static str, Figure); 15]);

impl Summary {
    /// Money to the cent, R-multiples to three decimals and the winrate in percent to two.
    pub(crate) fn of(simulator: &Simulator) -> Self {
        use Figure::Number;
        let (portfolio, money) = (simulator.portfolio(), simulator.portfolio().money);
        let listed = |book: Book| simulator.ended().filter(move |position| position.book == Some(book));
        let traded = || listed(Book::Closed).chain(listed(Book::Partial));
        let results = || listed(Book::Closed).filter_map(|position| position.result);
        let (closed, wins) = (listed(Book::Closed).count(), results().filter(|result| *result > 0.0).count());
        let count = |number: usize| Figure::Count(i64::try_from(number).unwrap_or(i64::MAX));
        Self([
            ("Initial Balance", Number(portfolio.initial_balance)),
            ("Final Balance", Number(rounded(money.cash, 2))),
            ("Equity", Number(rounded(money.equity, 2))),
            ("Max Drawdown", Number(rounded(money.max_drawdown, 2))),
            ("Drawdown Initial Balance", Number(rounded(money.initial_drawdown, 2))),
            ("Total Fees", Number(rounded(money.total_fees, 2))),
            ("Total Lots", Number(rounded(total(traded().map(|position| position.size)), 2))),
            ("Total Trades", count(closed)),
            ("Expired Orders", count(listed(Book::Expired).count())),
            ("Partial Closed Orders", count(listed(Book::Partial).count())),
            ("Orders closed at Break Even", count(simulator.ended().filter(|position| position.break_even).count())),
            ("Avg R-Multiple", Number(rounded(average_r(traded()), 3))),
            ("Winrate", Number(winrate(wins, closed))),
            ("Wins", count(wins)),
            ("Losses", count(results().filter(|result| *result <= 0.0).count())),
        ])
    }
}

#[allow(clippy::cast_precision_loss)] // nobody holds 2^53 positions
fn winrate(wins: usize, closed: usize) -> f64 {
    if closed == 0 { 0.0 } else { rounded(100.0 * wins as f64 / closed as f64, 2) }
}

/// The mean R-multiple weighted by the money at risk, 0.0 if none was at risk.
fn average_r<'a>(positions: impl Iterator<Item = &'a Position> + Clone) -> f64 {
    let at_risk = positions.filter(|position| position.risk_per_trade > 0.0);
    let risk = total(at_risk.clone().map(|position| position.risk_per_trade));
    if risk > 0.0 { total(at_risk.map(|position| position.r_multiple() * position.risk_per_trade)) / risk } else { 0.0 }
}

/// Add from left to right, beginning at 0.0.
fn total(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |total, value| total + value)
}

impl Simulator {
    /// Times and equity after each trade, sorted by exit time, beginning with the initial balance.
    #[must_use]
    pub fn trade_curve(&self) -> Vec<(i64, f64)> {
        let listed = |book: Book| self.ended().filter(move |position| position.book == Some(book));
        let traded = listed(Book::Closed).chain(listed(Book::Partial));
        let net = |position: &Position| Some((position.exit_time?, position.result? - position.entry_fee - position.exit_fee));
        let mut nets: Vec<(i64, f64)> = traded.filter_map(net).collect();
        nets.sort_by_key(|(time_us, _)| *time_us);
        let portfolio = self.portfolio();
        let begin = (portfolio.start_time.unwrap_or(PLACEHOLDER_TIME), portfolio.initial_balance);
        let after = nets.into_iter().scan(portfolio.initial_balance, |equity, (time_us, net)| {
            *equity += net;
            Some((time_us, *equity))
        });
        std::iter::once(begin).chain(after).collect()
    }
}
