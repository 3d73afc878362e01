//! The execution simulator: signals, bars and quotes become positions, results, fees and an equity curve.
//!
//! Start reading at [`simulator`]; each rule has its own file, named as the thing it is about, and [`backtest`] is the loop over a whole
//! run. Everything here gives the bits of the Python reference: every operation rounds once and in the same order, sums are loops from the
//! left, and random numbers are found by their place in a counter-based stream.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::float_cmp))] // equal means equal here

pub mod backtest;
pub mod config;
pub mod desk;
pub mod error;
pub mod exits;
pub mod fees;
pub mod guard;
pub mod json;
pub mod market;
pub mod outcome;
mod passes;
pub mod portfolio;
pub mod position;
mod positions;
pub mod rates;
pub mod roster;
pub mod rounding;
pub mod signal;
pub mod simulator;
pub mod sizing;
pub mod slippage;
pub mod state;
pub mod summary;
pub mod symbols;
pub mod trailing;
pub mod trigger;
pub mod updates;
pub mod values;
mod watch;
mod words;

pub use simulator::Simulator;
