//! The single kernels over Python mappings; the stub `_native.pyi` documents them for Python.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use rating::aggregator::{RatingAggregator, Weights};
use rating::config::{DEFAULT_SEED, runs as run_count, unsigned};
use rating::robustness::robustness_score as robustness;
use rating::strategy::strategy_rating as rate;
use rating::trade_dropout::{Dropout, Workspace};
use rating::{cost_shock, stability, stress_penalty as stress};

use crate::arguments::{Lenient, Many, Mapping, Whole};
use crate::failure::{Answer, compute};
use crate::records::{BaseRecord, QualityRecord, StressRecord, StressedRecord, limits, strategy_dict, stress_dict, summary_values, years};
use crate::trades::Columns;

#[pyfunction]
#[pyo3(signature = (summary, thresholds=None))]
pub fn strategy_rating<'py>(py: Python<'py>, summary: Mapping<'py>, thresholds: Option<Mapping<'py>>) -> Answer<Bound<'py, PyDict>> {
    let limits = limits(py, thresholds.as_ref())?;
    let values = summary_values(py, &summary)?;
    Ok(strategy_dict(py, &rate(values, limits))?)
}

#[pyfunction]
#[pyo3(signature = (base, samples, penalty_cap=0.5))]
pub fn robustness_score(py: Python<'_>, base: QualityRecord, samples: Many<QualityRecord>, penalty_cap: f64) -> Answer<f64> {
    compute(py, || Ok(robustness(&base.0, samples.0.into_iter().map(|sample| sample.0), penalty_cap)))
}

#[pyfunction]
#[pyo3(signature = (profits, days=None))]
pub fn stability_score(py: Python<'_>, profits: Mapping<'_>, days: Option<Mapping<'_>>) -> Answer<(f64, f64)> {
    let years = years(&profits, days.as_ref())?;
    compute(py, || Ok(stability::stability_score(years.iter().copied())))
}

#[pyfunction]
#[pyo3(signature = (base, stressed, penalty_cap=0.5))]
pub fn stress_penalty(py: Python<'_>, base: StressRecord, stressed: Many<StressedRecord>, penalty_cap: f64) -> Answer<f64> {
    compute(py, || Ok(stress::stress_penalty(&base.0, stressed.0.into_iter().map(|one| one.0), penalty_cap)))
}

#[pyfunction]
#[pyo3(signature = (penalty, penalty_cap=0.5))]
pub fn score_from_penalty(penalty: Lenient, penalty_cap: f64) -> f64 {
    stress::score_from_penalty(penalty.0, penalty_cap)
}

#[pyfunction]
#[pyo3(signature = (base, shocked, penalty_cap=0.5))]
pub fn cost_shock_score(py: Python<'_>, base: StressRecord, shocked: StressedRecord, penalty_cap: f64) -> Answer<f64> {
    compute(py, || Ok(cost_shock::cost_shock_score(&base.0, shocked.0, penalty_cap)))
}

#[pyfunction]
#[pyo3(signature = (base, shocked, penalty_cap=0.5))]
pub fn cost_shock_mean(py: Python<'_>, base: StressRecord, shocked: Many<StressedRecord>, penalty_cap: f64) -> Answer<f64> {
    compute(py, || Ok(cost_shock::cost_shock_mean(&base.0, shocked.0.into_iter().map(|one| one.0), penalty_cap)))
}

#[pyfunction]
#[pyo3(signature = (trades, frac, seed=Whole(DEFAULT_SEED.into()), run=Whole(0), base=None, dropped=None))]
#[pyo3(text_signature = "(trades, frac, seed=987654321, run=0, base=None, dropped=None)")]
pub fn trade_dropout<'py>(
    py: Python<'py>,
    trades: Columns<'py>,
    frac: f64,
    seed: Whole,
    run: Whole,
    base: Option<BaseRecord>,
    dropped: Option<Many<Whole>>,
) -> Answer<Bound<'py, PyDict>> {
    let (dropout, run) = (Dropout::new(frac, seed.0)?, unsigned(run.0, "run")?);
    let (trades, base) = (trades.read()?, base.map(|base| base.0).unwrap_or_default());
    let positions = dropped.map(|dropped| dropped.0.into_iter().map(|position| position.0).collect::<Vec<_>>());
    let left = compute(py, || dropout.chosen(&trades.borrow(), base, run, positions.as_deref()))?;
    Ok(stress_dict(py, &left)?)
}

#[pyfunction]
#[pyo3(signature = (trades, frac, runs, seed=None, base=None))]
pub fn trade_dropout_runs<'py>(
    py: Python<'py>,
    trades: Columns<'py>,
    frac: f64,
    runs: Whole,
    seed: Option<Whole>,
    base: Option<BaseRecord>,
) -> Answer<Vec<Bound<'py, PyDict>>> {
    let dropout = Dropout::new(frac, seed.map_or(DEFAULT_SEED.into(), |seed| seed.0))?;
    let runs = run_count(runs.0, "runs")?;
    let (trades, base) = (trades.read()?, base.map(|base| base.0).unwrap_or_default());
    let left = compute(py, || Ok(dropout.runs(&trades.borrow(), base, runs, &mut Workspace::default())))?;
    Ok(left.iter().map(|left| stress_dict(py, left)).collect::<PyResult<_>>()?)
}

#[pyfunction]
#[pyo3(signature = (base, dropped, penalty_cap=0.5))]
pub fn trade_dropout_score(py: Python<'_>, base: StressRecord, dropped: Many<StressedRecord>, penalty_cap: f64) -> Answer<f64> {
    compute(py, || Ok(stress::mean_score(&base.0, dropped.0.into_iter().map(|one| one.0), penalty_cap)))
}

#[pyfunction]
#[pyo3(signature = (robustness, stability, cost_shock, dropout, stress_penalty, profit_factor, weights=None))]
pub fn final_rating(
    robustness: f64,
    stability: f64,
    cost_shock: f64,
    dropout: f64,
    stress_penalty: f64,
    profit_factor: f64,
    weights: Option<Many<f64>>,
) -> Answer<f64> {
    let weights = weights.map_or_else(|| Ok(Weights::default()), |weights| Weights::new(&weights.0))?;
    Ok(RatingAggregator::new(&weights).final_rating([robustness, stability, cost_shock, dropout], stress_penalty, profit_factor))
}
