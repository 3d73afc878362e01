"""The one value that every renderer reads: a judged run with everything that a report may say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.model import CheckRecord, Divergence, Evidence, SignOff, Source, Verdict


class Remark(Protocol):
    """A finding about the runbook: a stable code, a sentence, and its place."""

    @property
    def code(self) -> str:
        """Return the stable code."""
        ...

    @property
    def text(self) -> str:
        """Return the sentence."""
        ...

    @property
    def source(self) -> Source:
        """Return the place that people look at."""
        ...


@dataclass(frozen=True, slots=True)
class RunDocument:
    """One migration's run, judged.

    `provenance` is a free mapping; the keys that renderers know and show first are commit, dirty, started_at, seconds, machine, cpu,
    seed, evidence_digest, digests (a mapping) and versions (a mapping). Whatever else it holds is shown after them.
    """

    migration: str
    title: str
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
    divergences: tuple[Divergence, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    runbook_file: str = ""
    findings: tuple[Remark, ...] = ()
    signoffs: tuple[SignOff, ...] = ()

    @property
    def evidence_digest(self) -> str:
        """Return the digest that a sign-off is bound to, "" when the run recorded none."""
        return str(self.provenance.get("evidence_digest", ""))
