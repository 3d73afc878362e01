"""Words of two languages mean metrics, and only in a unit that fits."""

from __future__ import annotations

import re

import pytest

from harness.runbook import METRICS, metric_named
from harness.runbook.bounds import occurrence, read_bounds
from harness.runbook.vocabulary import metric_for, metrics_implied, slug, subject_for
from harness.units import UNITS


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Score divergence > 0.001", "differential.abs_error.max"),
        ("Score-Divergenz < 0.0001", "differential.abs_error.max"),
        ("Monte-Carlo Divergenz >1%", "differential.rel_error.max"),
        ("divergences == 0", "differential.divergences"),
        ("at most 1 ulp", "differential.ulps.max"),
        ("Coverage ≥ 90%", "readiness.coverage"),
        ("Testabdeckung ≥ 85 %", "readiness.coverage"),
        ("≥3x Speedup", "benchmark.speedup"),
        ("FFI-Overhead < 10% der Rechenzeit", "benchmark.boundary.share"),
        ("clippy --pedantic (0 Warnings)", "readiness.clippy.warnings"),
        ("Memory-Usage ≤ Python-Baseline", "benchmark.memory.ratio"),
        ("Speicher < 5 MB", "benchmark.memory.extra_bytes"),
        ("No panics reach Python", "outcomes.panics"),
        ("Exit Evaluation: <4ms", "benchmark.time"),
        ("Rollback takes < 5 s", "drill.rollback.seconds"),
        ("Memory leak < 0.5KB", "memory.slope_bytes"),
        ("Peak memory < 1.5x", "memory.peak_ratio"),
        ("No memory leaks", "memory.leaks"),
        ("GIL released >= 80 %", "concurrency.gil_released"),
    ],
)
def test_a_line_with_a_bound_means_a_metric(text: str, metric: str) -> None:
    """The first metric whose words and unit both fit."""
    found = metric_for(text, read_bounds(text)[0].bound)
    assert found is not None
    assert found.name == metric


@pytest.mark.parametrize("text", ["Performance regression > 10 %", "Frobnication > 3", "Complaints < 3", "price > 0.01 USD"])
def test_what_nothing_measures_stays_unbound(text: str) -> None:
    """A guess that does not fit is no binding."""
    assert metric_for(text, read_bounds(text)[0].bound) is None


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Alle Unit Tests pass (Python + Rust)", {"readiness.pytest.failures", "readiness.cargo_test.failures"}),
        ("Property-Based Tests pass", {"property.failures"}),
        ("Golden-File Tests pass (determinism)", {"golden.divergences"}),
        ("Crash oder Panic im Rust-Code", {"outcomes.crashes"}),
        ("Rust Panic", {"outcomes.panics"}),
        ("Unerwartete NaN/Inf Werte", {"outcomes.unexpected_nonfinite"}),
        ("Batch Mode: Linear scaling with input size", {"benchmark.scaling.exponent"}),
        ("Memory leak or resource exhaustion", {"memory.leaks"}),
        ("Keine Memory-Leaks (Valgrind/miri clean)", {"memory.leaks"}),
        ("Thread-safe for concurrent backtests", {"concurrency.divergences"}),
        ("Determinism across processes", {"property.deterministic.failures", "determinism.divergences"}),
        ("Ergebnisse unabhängig von der Zeitzone", {"determinism.divergences"}),
        ("The GIL is released", {"concurrency.gil_released"}),
        ("Stateful parity", {"stateful.divergences"}),
        ("Alle Invarianten gelten", {"stateful.failures"}),
        ("Code-Review abgeschlossen", set()),
    ],
)
def test_a_line_without_a_number_may_mean_metrics(text: str, metrics: set[str]) -> None:
    """Words that people use for a whole demand."""
    assert {metric.name for metric in metrics_implied(text)} == metrics


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_described(name: str) -> None:
    """A known unit, a name of its check first, words in both languages, patterns that compile, a bound in its own unit."""
    metric = METRICS[name]
    assert metric.unit in UNITS
    assert name.count(".") >= 1
    assert metric.text_en
    assert metric.text_de
    assert all(re.compile(pattern) for pattern in metric.patterns)
    assert metric.implied is None or metric.measures(metric.implied)


def test_properties_are_a_family() -> None:
    """A property that a contract declares has a metric without being listed; a user's own metric has none."""
    metric = metric_named("property.score_is_a_fifth.failures")
    assert metric is not None
    assert metric.measures(occurrence("any").bound)
    assert metric_named("custom.latency") is None


@pytest.mark.parametrize(
    ("label", "subject"),
    [("Robustness Score (50 jitters)", "robustness_score_50_jitters"), ("Größe — Übersicht", "groesse_uebersicht"), ("", "")],
)
def test_a_label_becomes_a_subject(label: str, subject: str) -> None:
    """Lower case, no umlauts, underscores."""
    assert slug(label) == subject


def test_labels_that_only_name_the_metric_name_no_workload() -> None:
    """An improvement target of 8x is one for every workload; a metric that knows no workloads never has a subject."""
    assert subject_for(METRICS["benchmark.speedup"], "Improvement-Target definiert") == ""
    assert subject_for(METRICS["benchmark.speedup"], "Full Backtest") == "full_backtest"
    assert subject_for(METRICS["readiness.coverage"], "Reference") == ""
