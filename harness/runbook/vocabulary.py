"""The metrics that checks produce, and the words of two languages by which a runbook means them without saying their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from harness.model import Bound
from harness.runbook.in_use import IN_USE
from harness.runbook.metric import Direction, Metric

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_ZERO = Bound("==", 0.0, "", "none")
_PARITY = Bound("<=", 1.0, "x", "no more than the reference")
_AS_FAST = Bound(">=", 1.0, "x", "as fast as the reference")
_LINEAR = Bound("<=", 1.1, "", "linear")
_LOW, _HIGH = Direction.LOWER, Direction.HIGHER

_ALL: tuple[Metric, ...] = (
    Metric(
        "golden.divergences",
        "count",
        _LOW,
        "golden cases that differ",
        "abweichende Golden-Fälle",
        (r"golden[\w -]*(tests?|pass|diverg|abweich|match)",),
        _ZERO,
    ),
    Metric("golden.cases", "count", _HIGH, "golden cases compared", "verglichene Golden-Fälle", (r"golden[ -]?(cases|fälle)",)),
    Metric(
        "golden.missing",
        "count",
        _LOW,
        "operations without golden record",
        "Operationen ohne Golden-Aufzeichnung",
        (r"golden[\w -]*(missing|fehl)",),
        _ZERO,
    ),
    Metric(
        "golden.unreviewed",
        "count",
        _LOW,
        "golden records not reviewed",
        "ungeprüfte Golden-Aufzeichnungen",
        (r"golden[\w -]*(unreviewed|ungeprüft)",),
        _ZERO,
    ),
    Metric(
        "differential.ulps.max",
        "count",
        _LOW,
        "largest difference in units in the last place",
        "größter Abstand in letzten Stellen",
        (r"\bulps?\b", r"\bbit[- ](for[- ]bit|identi|gleich|genau)", r"bitidenti"),
        _ZERO,
    ),
    Metric(
        "differential.rel_error.max",
        "fraction",
        _LOW,
        "largest relative difference",
        "größte relative Abweichung",
        (r"diverg(ence|enz)\b", r"\babweichung\b", r"relativ\w* (error|fehler|difference)"),
    ),
    Metric(
        "differential.abs_error.max",
        "",
        _LOW,
        "largest absolute difference",
        "größte absolute Abweichung",
        (r"diverg(ence|enz)\b", r"\babweichung\b", r"absolut\w* (error|fehler|difference)"),
    ),
    Metric(
        "differential.divergences",
        "count",
        _LOW,
        "cases that differ from the reference",
        "Fälle, die von der Referenz abweichen",
        (
            r"\bdivergences\b",
            r"\bdivergenzen\b",
            r"(identical|different|same|gleiche|identische|andere|abweichende) (results?|outputs?|ergebnisse)",
            r"results? differ",
        ),
        _ZERO,
    ),
    Metric(
        "differential.cases",
        "count",
        _HIGH,
        "random cases compared",
        "verglichene Zufallsfälle",
        (r"(compared|random|zufällige|verglichene) (cases|inputs|eingaben|fälle)", r"(compared|checked|verglichen) (on|with|mit|an)\b"),
    ),
    Metric(
        "differential.rows",
        "count",
        _HIGH,
        "table rows compared",
        "verglichene Tabellenzeilen",
        (r"(compared|random|zufällige|verglichene) (rows|zeilen)",),
    ),
    Metric(
        "differential.both_succeeded",
        "fraction",
        _HIGH,
        "share of cases that both sides answered",
        "Anteil beidseitig beantworteter Fälle",
        (r"both (sides )?(succeed|answer)",),
    ),
    Metric(
        "property.failures",
        "count",
        _LOW,
        "broken properties",
        "verletzte Eigenschaften",
        (r"propert(y|ies)[\w -]*(tests?|hold|pass|fail)", r"eigenschaft\w* (gelten|verletz)"),
        _ZERO,
    ),
    Metric(
        "property.cases",
        "count",
        _HIGH,
        "cases that properties were tried on",
        "Fälle der Eigenschaftstests",
        (r"property[ -]?(test )?(cases|fälle)",),
    ),
    Metric(
        "property.in_bounds.failures",
        "count",
        _LOW,
        "results outside their range",
        "Ergebnisse außerhalb des Wertebereichs",
        (r"score bounds|in bounds|wertebereich|out of (range|bounds)",),
        _ZERO,
    ),
    Metric(
        "property.deterministic.failures",
        "count",
        _LOW,
        "calls that gave two answers",
        "Aufrufe mit zwei Antworten",
        (r"^(?!.*golden).*determinis",),
        _ZERO,
    ),
    Metric(
        "property.monotone_in_profit_factor.failures",
        "count",
        _LOW,
        "ratings that fell as profit factor rose",
        "Bewertungen, die bei höherem Profit Factor sanken",
        (r"monoton",),
        _ZERO,
    ),
    Metric(
        "property.batch_equals_singles.failures",
        "count",
        _LOW,
        "batches unlike their single rows",
        "Stapel ungleich ihren Einzelzeilen",
        (r"batch (equals|=) singles|stapel gleich",),
        _ZERO,
    ),
    Metric(
        "property.row_order_irrelevant.failures",
        "count",
        _LOW,
        "batches whose row order mattered",
        "Stapel mit Einfluss der Zeilenfolge",
        (r"row order|zeilen(folge|reihenfolge)",),
        _ZERO,
    ),
    Metric(
        "boundary.divergences",
        "count",
        _LOW,
        "boundary inputs that differ",
        "abweichende Grenzfälle",
        (r"edge[- ]?cases?|boundary (inputs|values|cases)|grenzfäll|randfäll",),
        _ZERO,
    ),
    Metric("boundary.cases", "count", _HIGH, "boundary inputs tried", "geprüfte Grenzfälle"),
    *IN_USE,
    Metric(
        "outcomes.crashes",
        "count",
        _LOW,
        "crashes, panics, timeouts and exhausted memory of the port",
        "Abstürze, Panics, Zeitüberschreitungen, Speichererschöpfung",
        (r"crash|absturz|abstürz|segfault|speicherzugriffsfehler",),
        _ZERO,
    ),
    Metric("outcomes.panics", "count", _LOW, "panics of the port", "Panics des Ports", (r"^(?!.*(crash|absturz)).*\bpanics?\b",), _ZERO),
    Metric(
        "outcomes.unexpected_nonfinite",
        "count",
        _LOW,
        "NaN or infinity where the reference gave a number",
        "NaN oder Inf, wo die Referenz eine Zahl gab",
        (r"(unexpected|unerwartete\w*) .*(nan|inf)", r"\bnan\s?/\s?inf\b", r"non-?finite"),
        _ZERO,
    ),
    Metric(
        "benchmark.memory.ratio",
        "ratio",
        _LOW,
        "extra memory of the port against the reference",
        "zusätzlicher Speicher gegen die Referenz",
        (r"^(?!.*(leak|leck)).*\b(memory|speicher)",),
        _PARITY,
        per_workload=True,
    ),
    Metric(
        "benchmark.memory.extra_bytes",
        "bytes",
        _LOW,
        "extra memory of one call",
        "zusätzlicher Speicher eines Aufrufs",
        (r"^(?!.*(leak|leck)).*\b(memory|speicher)",),
        per_workload=True,
    ),
    Metric(
        "benchmark.boundary.share",
        "fraction",
        _LOW,
        "share of time spent at the boundary",
        "Zeitanteil an der Sprachgrenze",
        (r"ffi[- ]?overhead|boundary (share|overhead)|share .* boundary",),
        per_workload=True,
    ),
    Metric(
        "benchmark.scaling.exponent",
        "exponent",
        _LOW,
        "growth of time with input size",
        "Wachstum der Zeit mit der Größe",
        (r"linear\w* (scal|skalier)|scal\w+ linear|skalier\w+ linear",),
        _LINEAR,
        per_workload=True,
    ),
    Metric(
        "benchmark.speedup",
        "ratio",
        _HIGH,
        "time of the reference over time of the port",
        "Zeit der Referenz durch Zeit des Ports",
        (r"speed-?up|\bfaster|schneller|beschleunig|slower than (python|the reference)|langsamer als (python|die referenz)",),
        _AS_FAST,
        per_workload=True,
    ),
    Metric(
        "benchmark.reference_drift",
        "fraction",
        _LOW,
        "drift of the reference against its baseline",
        "Drift der Referenz gegen die Baseline",
        (r"reference drift|referenz-?drift",),
    ),
    Metric(
        "benchmark.reference_time",
        "s",
        _LOW,
        "time of the reference",
        "Zeit der Referenz",
        (r"reference time|zeit der referenz",),
        per_workload=True,
    ),
    Metric(
        "drill.rollback.seconds",
        "s",
        _LOW,
        "time of the way back",
        "Dauer des Rückwegs",
        (r"rollback[\w -]*(time|takes|within|dauer|dauert|innerhalb)",),
    ),
    Metric(
        "drill.failures",
        "count",
        _LOW,
        "rehearsed steps that went wrong",
        "misslungene Schritte der Übung",
        (r"\bdrill|rehears|rollback[\w -]*(tested|getestet|geübt)",),
        _ZERO,
    ),
    Metric("drill.steps", "count", _HIGH, "rehearsed steps", "geübte Schritte"),
    Metric(
        "drill.fallbacks_unanswered",
        "count",
        _LOW,
        "port failures that no reference answered",
        "Port-Fehler ohne Antwort der Referenz",
        (r"fallback[\w -]*(unanswered|works|funktioniert|greift)",),
        _ZERO,
    ),
    Metric("benchmark.time", "s", _LOW, "time of the port", "Zeit des Ports", (r"",), per_workload=True),
    Metric("readiness.mypy.errors", "count", _LOW, "findings of mypy", "Befunde von mypy", (r"\bmypy\b|type[- ]hints?",), _ZERO),
    Metric("readiness.ruff.findings", "count", _LOW, "findings of ruff", "Befunde von ruff", (r"\bruff\b",), _ZERO),
    Metric("readiness.clippy.warnings", "count", _LOW, "warnings of clippy", "Warnungen von clippy", (r"\bclippy\b",), _ZERO),
    Metric(
        "readiness.cargo_test.failures",
        "count",
        _LOW,
        "failed Rust tests",
        "fehlgeschlagene Rust-Tests",
        (r"cargo[ _-]test|rust[ -](unit[ -])?tests?|unit[ -]?tests?.*\brust\b",),
        _ZERO,
    ),
    Metric("readiness.cargo_test.passed", "count", _HIGH, "passed Rust tests", "bestandene Rust-Tests"),
    Metric(
        "readiness.pytest.failures",
        "count",
        _LOW,
        "failed Python tests",
        "fehlgeschlagene Python-Tests",
        (r"\bpytest\b|python[ -](unit[ -])?tests?|unit[ -]?tests?|integration[ -]?tests?|(alle|all) (bestehenden |existing )?tests\b",),
        _ZERO,
    ),
    Metric("readiness.pytest.passed", "count", _HIGH, "passed Python tests", "bestandene Python-Tests"),
    Metric(
        "readiness.coverage", "fraction", _HIGH, "branch coverage of the reference", "Zweigabdeckung der Referenz", (r"coverage|abdeckung",)
    ),
    Metric(
        "readiness.files.missing",
        "count",
        _LOW,
        "files the runbook names that are not there",
        "genannte Dateien, die fehlen",
        (r"missing files|fehlende dateien",),
        _ZERO,
    ),
)
METRICS: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _ALL})
_FAMILIES = (re.compile(r"(property|stateful)\.\w+\.failures"),)


def metric_named(name: str) -> Metric | None:
    """Return the metric of this name, also one of a family such as `property.<name>.failures`; None for a user's own."""
    if name in METRICS:
        return METRICS[name]
    family = any(pattern.fullmatch(name) for pattern in _FAMILIES)
    return Metric(name, "count", Direction.LOWER, "broken property", "verletzte Eigenschaft", (), _ZERO) if family else None


def metric_for(text: str, bound: Bound) -> Metric | None:
    """Return the first metric that a line with a bound of this unit means."""
    return next((metric for metric in _ALL if metric.measures(bound) and metric.matches(text)), None)


def metrics_implied(text: str) -> tuple[Metric, ...]:
    """Return every metric that a line without a number means ("All unit tests pass (Python + Rust)" means two)."""
    return tuple(metric for metric in _ALL if metric.implied is not None and metric.matches(text))


def slug(text: str) -> str:
    """Make a subject of a label: `Robustness Score (50 jitters)` becomes `robustness_score_50_jitters`."""
    return re.sub(r"[^a-z0-9]+", "_", text.translate(_UMLAUTS).lower()).strip("_")[:60]


_GENERIC = re.compile(
    r"^(speed_?up|verify|check|ensure|pruef\w*|at_least|.*(target|ziel|improvement|verbesserung).*|performance|memory.*|speicher.*|ffi_overhead|.*scaling.*)?$"
)


def subject_for(metric: Metric, label: str) -> str:
    """Return the workload that a label names; labels that name only the metric speak of every workload."""
    name = slug(label)
    return "" if not metric.per_workload or _GENERIC.match(name) else name


def known_names(measured: Iterable[str]) -> tuple[str, ...]:
    """Return all names a gate may be bound to: what is measured here, then the rest of the vocabulary."""
    seen = dict.fromkeys(measured)
    return tuple(seen | dict.fromkeys(METRICS))
