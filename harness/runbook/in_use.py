"""The metrics of ports in use: objects with state, circumstances, many threads, memory over many calls."""

from __future__ import annotations

from harness.model import Bound
from harness.runbook.metric import Direction, Metric

_ZERO = Bound("==", 0.0, "", "none")
_PARITY = Bound("<=", 1.0, "x", "no more than the reference")
_MOSTLY = Bound(">=", 0.5, "fraction", "at least half")
_LOW, _HIGH = Direction.LOWER, Direction.HIGHER

IN_USE: tuple[Metric, ...] = (
    Metric(
        "stateful.divergences",
        "count",
        _LOW,
        "programs of calls that differ from the reference",
        "Aufruffolgen, die von der Referenz abweichen",
        (r"\bstateful\b", r"zustandsbehaftet", r"programs? of calls", r"aufruffolgen", r"same (state|programs?)", r"gleiche\w* zustand"),
        _ZERO,
    ),
    Metric(
        "stateful.programs",
        "count",
        _HIGH,
        "programs of calls compared",
        "verglichene Aufruffolgen",
        (r"(programs|aufruffolgen) compared",),
    ),
    Metric("stateful.steps", "count", _HIGH, "steps of programs compared", "verglichene Schritte von Aufruffolgen"),
    Metric(
        "stateful.both_succeeded",
        "fraction",
        _HIGH,
        "share of steps in which both sides gave a value",
        "Anteil der Schritte, in denen beide Seiten einen Wert gaben",
    ),
    Metric(
        "stateful.failures",
        "count",
        _LOW,
        "broken invariants of objects",
        "verletzte Invarianten von Objekten",
        (r"\binvarian(t|te|ten|ts)\b",),
        _ZERO,
    ),
    Metric(
        "determinism.divergences",
        "count",
        _LOW,
        "answers that circumstances changed",
        "Antworten, die von den Umständen abhingen",
        (
            r"^(?!.*(golden|different results|andere ergebnisse)).*determinis",
            r"hash[ -]?seed|pythonhashseed",
            r"time[ -]?zones?\b|zeitzone|\blocales?\b",
            r"(number of|count of|anzahl der) threads|thread[ -]?(count|zahl)",
            r"reproducib|reproduzierbar",
        ),
        _ZERO,
    ),
    Metric("determinism.variants", "count", _HIGH, "circumstances tried", "erprobte Umstände"),
    Metric(
        "concurrency.divergences",
        "count",
        _LOW,
        "answers to many threads unlike those to one",
        "Antworten an viele Threads ungleich denen an einen",
        (
            r"thread[- ]?(safe|safety|sicher)",
            r"\bconcurren",
            r"nebenläufig|gleichzeitig\w* (aufruf|backtest|nutz)",
            r"race condition|data race",
        ),
        _ZERO,
    ),
    Metric("concurrency.calls", "count", _HIGH, "calls from many threads at once", "gleichzeitige Aufrufe"),
    Metric(
        "concurrency.gil_released",
        "fraction",
        _HIGH,
        "progress of another Python thread during a call",
        "Fortschritt eines anderen Python-Threads während eines Aufrufs",
        (r"\bgil\b",),
        _MOSTLY,
    ),
    Metric(
        "memory.leaks",
        "count",
        _LOW,
        "operations whose memory grows with every call",
        "Operationen, deren Speicher mit jedem Aufruf wächst",
        (r"\bleak|\bleck(s|t)?\b|speicherleck", r"(memory|speicher)[- ]?(leak|leck)"),
        _ZERO,
    ),
    Metric(
        "memory.slope_bytes",
        "bytes",
        _LOW,
        "growth of resident memory per call",
        "Wachstum des belegten Speichers je Aufruf",
        (r"\bleak|\bleck(s|t)?\b|speicherleck", r"memory growth|speicher(wachstum|zuwachs)", r"(memory|speicher)[- ]?(leak|leck)"),
    ),
    Metric(
        "memory.peak_ratio",
        "ratio",
        _LOW,
        "peak memory of the port against the reference's",
        "Speicherspitze gegen die der Referenz",
        (r"peak (memory|rss)|speicherspitze|spitzenspeicher",),
        _PARITY,
        per_workload=True,
    ),
)
