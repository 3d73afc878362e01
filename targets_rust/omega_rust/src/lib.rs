//! The Python module `omega_rust._native`: arguments in, one call of a pure crate, results out.
//!
//! Start reading at `kernels` and `batch`. Nothing is computed here, and nothing that computes knows Python.

#![allow(clippy::needless_pass_by_value)] // an argument is owned by the call it was made for

mod arguments;
mod batch;
mod config;
mod execution;
mod failure;
mod kernels;
mod optimizer;
mod records;
mod trades;

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Say what this build is: profile, version, digest of its sources, and the number of threads it uses.
#[pyfunction]
fn build_info(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let info = PyDict::new(py);
    info.set_item("profile", env!("BUILD_PROFILE"))?;
    info.set_item("version", env!("CARGO_PKG_VERSION"))?;
    info.set_item("source_digest", env!("SOURCE_DIGEST"))?;
    info.set_item("threads", rayon::current_num_threads())?;
    Ok(info)
}

/// What `omega_rust.execution` offers.
#[pymodule]
mod _execution {
    #[pymodule_export]
    use super::execution::backtest::{backtest_boundary, run_backtest, run_backtest_tables, run_backtests, signals_boundary};
    #[pymodule_export]
    use super::execution::simulator::ExecutionSimulatorRust;
}

/// What `omega_rust.optimizer` offers.
#[pymodule]
mod _optimizer {
    #[pymodule_export]
    use super::optimizer::aggregate_results;
    #[pymodule_export]
    use super::optimizer::orchestrator::OptimizerRust;
}

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::_execution;
    #[pymodule_export]
    use super::_optimizer;
    #[pymodule_export]
    use super::batch::{
        calculate_ratings_batch, calculate_ratings_table, cost_shock_score_batch, cost_shock_scores_table, metrics_round_trip,
        ratings_boundary, robustness_score_batch, robustness_scores_table,
    };
    #[pymodule_export]
    use super::build_info;
    #[pymodule_export]
    use super::config::{JitterConfig, RatingConfig};
    #[pymodule_export]
    use super::kernels::{
        cost_shock_mean, cost_shock_score, final_rating, robustness_score, score_from_penalty, stability_score, strategy_rating,
        stress_penalty, trade_dropout, trade_dropout_runs, trade_dropout_score,
    };
}
