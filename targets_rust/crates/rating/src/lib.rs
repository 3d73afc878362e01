//! The rating of a strategy: kernels over plain numbers, and the batch functions built on them.
//!
//! Start reading at [`batch`]; each kernel has its own file. Everything here gives the bits of the Python reference: sums are
//! loops from the left, every operation rounds once, and random numbers are found by their place in a counter-based stream.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::float_cmp))] // equal means equal here
#![allow(clippy::must_use_candidate)] // nearly every function here is pure; the attribute would say nothing

pub mod aggregator;
pub mod batch;
pub mod columns;
pub mod config;
pub mod cost_shock;
pub mod error;
pub mod guard;
pub mod jitter;
pub mod metrics;
pub mod number;
pub mod robustness;
pub mod stability;
pub mod strategy;
pub mod stress_penalty;
pub mod times;
pub mod trade_dropout;
