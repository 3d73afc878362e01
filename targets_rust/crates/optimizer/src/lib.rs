//! Trials of a parameter search: what one is, which is the best, and how several records become one.
//!
//! Nothing is sampled here and nothing is pruned: that is the asker's work. Start reading at [`trial::Trial`], then [`merge`].

#![forbid(unsafe_code)]

pub mod best;
pub mod error;
pub mod guard;
pub mod ledger;
pub mod merge;
pub mod outcome;
pub mod settings;
pub mod trial;
