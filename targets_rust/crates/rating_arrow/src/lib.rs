//! The tables of the rating module: Arrow data checked and borrowed by the kernels, results written as Arrow.
//!
//! Start reading at [`Table`]. Bytes are untrusted: whatever they hold, the answer is a table or an error, never a panic.

#![forbid(unsafe_code)]

mod announced;
mod decode;
mod encode;
mod frames;
mod schema;
mod table;

pub use decode::decode;
pub use encode::{cost_shock_batch, encode, rating_batch};
pub use table::Table;
