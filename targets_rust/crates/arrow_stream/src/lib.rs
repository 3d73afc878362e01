//! Arrow IPC streams: untrusted bytes to batches, and batches to pieces that are copied once.
//!
//! Start reading at [`decode`]. Whatever the bytes hold, the answer is a [`Table`] or [`Corrupt`], never a panic.

#![forbid(unsafe_code)]

mod decode;
mod encode;
mod frames;
mod table;

pub use decode::decode;
pub use encode::{Pieces, encode};
pub use frames::Corrupt;
pub use table::Table;
