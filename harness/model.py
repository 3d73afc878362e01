"""The frozen values that every room exchanges; nothing here computes. Start reading at `Evidence` and `Gate`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class OutcomeKind(StrEnum):
    """What a call gave. Only VALUE and ERROR are answers; the rest are accidents or absences."""

    VALUE = "value"
    ERROR = "error"
    PANIC = "panic"
    CRASH = "crash"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out-of-memory"
    NOT_MIGRATED = "not-migrated"
    SKIPPED = "skipped"


class EvidenceStatus(StrEnum):
    """How far a piece of evidence can be relied on."""

    MEASURED = "measured"
    INCONCLUSIVE = "inconclusive"
    MISSING = "missing"
    ERROR = "error"


class Role(StrEnum):
    """Why a bound stands in the runbook: a trigger fires when true, everything else must be true."""

    TRIGGER = "trigger"
    ACCEPTANCE = "acceptance"
    TARGET = "target"
    PREREQUISITE = "prerequisite"


class Action(StrEnum):
    """What the runbook demands when a gate fails."""

    ROLLBACK = "rollback"
    FALLBACK = "fallback"
    BLOCK = "block"
    WARN = "warn"


class Result(StrEnum):
    """What a gate came to."""

    PASS = "pass"  # noqa: S105 - the word for a passed gate, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    WAIVED = "waived"


class Decision(StrEnum):
    """The three verdicts; NO-GO beats INCONCLUSIVE beats GO."""

    GO = "GO"
    NO_GO = "NO-GO"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a file that people review; `line` counts from 1, 0 means the whole file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        """Render as `file:line`, the form editors can jump to."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval in the unit of its value; both ends belong to it."""

    low: float
    high: float
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception or an accident as data: never pickled, so that a panic cannot break the report.

    `type_name` is the qualified type ("builtins.ValueError"), `code` the stable code at the start of the message
    ("1005" of "[1005] ..."), if there is one. For a crash `type_name` is the signal ("SIGSEGV").
    """

    type_name: str
    message: str
    code: str | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call of one implementation gave, and what it did to its arguments.

    `arguments_after` is None when the call left its arguments as they were.
    """

    kind: OutcomeKind
    value: Any = None
    failure: Failure | None = None
    arguments_after: tuple[Any, ...] | None = None
    duration_ns: int = 0
    implementation: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One input of an operation: positional arguments, and where they came from ("edge", "generated", "recorded", ...)."""

    id: str
    operation: str
    arguments: tuple[Any, ...]
    origin: str = "generated"
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where and by how much two values differ; `path` reads like Python: `value["scores"][3]`."""

    path: str
    kind: str
    reference: str
    candidate: str
    abs_error: float | None = None
    rel_error: float | None = None
    ulps: int | None = None


@dataclass(frozen=True, slots=True)
class Divergence:
    """A cluster of cases whose outcomes differ beyond the policy, with one minimal representative."""

    id: str
    check: str
    operation: str
    port: str
    kind: str
    signature: str
    count: int
    case: Case
    reference: Outcome
    candidate: Outcome
    where: tuple[Difference, ...]
    reproducer: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """Proof of which implementation answered: from which file, which build, and what else it loaded.

    `profile` is "release", "debug" or "" for plain Python; `source_digest` is the digest of the sources that the build was made from.
    """

    implementation: str
    target: str
    file: str = ""
    file_digest: str = ""
    version: str = ""
    profile: str = ""
    source_digest: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measured fact: metric, value with unit and interval, sample size with its floor, and where it came from.

    `metric` is "check.name" with dots ("differential.abs_error.max"); `subject` names the operation or workload it is about;
    `note` says in a sentence why a status is not MEASURED.
    """

    check: str
    operation: str
    port: str
    metric: str
    value: float | None
    unit: str = ""
    interval: Interval | None = None
    n: int = 0
    floor: int = 0
    status: EvidenceStatus = EvidenceStatus.MEASURED
    subject: str = ""
    note: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    artefacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """That a check was run on an operation and a port, how it ended, and who answered."""

    name: str
    operation: str
    port: str
    status: EvidenceStatus
    cases: int
    floor: int
    seconds: float
    ran: tuple[Ran, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold as it was read: comparator (one of < <= > >= == in), limit, unit, qualifier, and the raw text.

    `limit` is in base units of its kind: seconds for times, bytes for sizes, a fraction for percentages, else the number itself.
    For the comparator "in" the limit is the lower end and `upper` the upper end, both belonging to it.
    """

    comparator: str
    limit: float
    unit: str
    raw: str
    qualifier: str = ""
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A threshold out of the runbook, bound to one metric of the evidence; `metric` is "" when nothing binds it."""

    id: str
    text: str
    source: Source
    bound: Bound
    role: Role
    action: Action
    metric: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class GateResult:
    """A judged gate: the measured value beside its limit, the result, and the reason in one sentence."""

    gate: Gate
    result: Result
    reason: str
    value: float | None = None
    interval: Interval | None = None
    n: int = 0
    unit: str = ""
    scaled: bool = False


class ClaimStatus(StrEnum):
    """What became of a checkbox: a tick is a claim, only evidence makes it true."""

    EVIDENCED = "evidenced"
    CLAIMED = "claimed"
    CONTRADICTED = "contradicted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One checkbox of the runbook; `prerequisite` boxes must be ticked and evidenced before GO."""

    text: str
    source: Source
    ticked: bool
    prerequisite: bool
    gate_ids: tuple[str, ...] = ()
    status: ClaimStatus = ClaimStatus.OPEN


@dataclass(frozen=True, slots=True)
class SignOff:
    """A person in a role who accepted exactly the evidence with this digest."""

    role: str
    name: str
    evidence_digest: str
    signed_at: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is not GO: a stable code ("signoff-missing"), the decision it forces, and a sentence with its place."""

    code: str
    decision: Decision
    text: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one migration with everything it rests on."""

    decision: Decision
    reasons: tuple[Reason, ...]
    gates: tuple[GateResult, ...]
    checklist: tuple[ChecklistItem, ...]
