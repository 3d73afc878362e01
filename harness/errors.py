"""The failure map: every failure that a user can cause, with its stable code, its cause and the way out.

Reading a run from left to right, this is what may be raised where:

    settings          H01x  unknown key, bad value
    runbook           H02x  missing, unreadable, nothing to gate
    contract          H03x  does not import, names what is not there, port is the reference
    formats, stores   H04x  truncated, edited by hand, of a newer format, half-written
    drivers           H05x  a worker that cannot start or breaks the protocol
    checks            H06x  a check that cannot be made to run
    report            H07x  evidence that cannot be read back
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from harness.model import Source


class Code(Enum):
    """A stable code; the value is (code, whose turn it is to act, in one hint)."""

    UNKNOWN_SETTING = ("H010", "correct the key in [tool.harness] of pyproject.toml or the HARNESS_ variable")
    BAD_SETTING = ("H011", "give a value of the kind the setting names")
    UNKNOWN_MIGRATION = ("H012", "name a migration by the stem of its runbook; `harness status` lists them")
    RUNBOOK_MISSING = ("H020", "create it with `harness runbook new`, or name another migration")
    RUNBOOK_UNREADABLE = ("H021", "save the runbook as UTF-8 text")
    RUNBOOK_EMPTY = ("H022", "write the runbook; `harness runbook new` gives a skeleton")
    RUNBOOK_WITHOUT_GATES = ("H023", "write at least one threshold, for example `- [ ] divergence < 1e-9`")
    CONTRACT_MISSING = ("H030", "put the contract beside the runbook, with the same stem")
    CONTRACT_BROKEN = ("H031", "mend the contract; its own error is the cause")
    CALLABLE_MISSING = ("H032", "correct the import path in the contract, or build what it names")
    PORT_IS_REFERENCE = ("H033", "name the port's own callable; a reference compared with itself proves nothing")
    NO_OPERATIONS = ("H034", "declare at least one operation in the contract")
    PACKAGE_MISSING = ("H035", "install the package that the message names, or correct `depends_on` in the contract")
    FILE_TRUNCATED = ("H040", "restore the file from version control, or record it again")
    FILE_EDITED = ("H041", "restore the file, or record it again and have it reviewed; it is never edited by hand")
    FILE_TOO_NEW = ("H042", "update migration-harness, or record the file again with this version")
    FILE_TOO_OLD = ("H043", "record the file again; this version can no longer read it")
    FILE_INVALID = ("H044", "restore the file from version control")
    FILE_MISSING = ("H045", "record it first: the verb is named in the message")
    WORKER_FAILED = ("H050", "run `harness doctor`; the worker's own words are the cause")
    PROTOCOL_BROKEN = ("H051", "keep the implementation from writing to the worker's channel, and report this if it does not")
    CHECK_UNKNOWN = ("H060", "name one of the checks that `harness doctor` lists")
    TOOL_MISSING = ("H061", "install the tool that the message names; `harness doctor` shows the command")
    EXTRA_MISSING = ("H062", "install the optional extra that the message names")
    REPORT_INVALID = ("H070", "run the check again; the stored record cannot be trusted")
    EVIDENCE_MISSING = ("H071", "run `harness check` first")
    DIVERGENCE_UNKNOWN = ("H072", "take an id from the report; `harness report` lists them")
    SIGNOFF_INVALID = ("H073", "name a role of the runbook's sign-off table")

    @property
    def id(self) -> str:
        """Return the stable code, for example H040."""
        return self.value[0]

    @property
    def hint(self) -> str:
        """Return the way out, a fragment in the imperative."""
        return self.value[1]


@dataclass(frozen=True)
class ErrorRecord:
    """An expected failure as data: what, where, cause, hint and code."""

    code: str
    what: str
    where: str
    cause: str
    hint: str


class HarnessError(Exception):
    """An expected failure of the user, the environment or a file; shown without a traceback, exit code 2.

    `what` is a fragment that fits after "error:", `where` a file, line or import path, `cause` the underlying words.
    """

    def __init__(self, code: Code, what: str, *, where: Source | str = "", cause: str = "", hint: str = "") -> None:
        """Keep the facts apart; the sentence is made where it is shown."""
        self.code = code
        self.what = what
        self.where = str(where)
        self.cause = cause
        self.hint = hint or code.hint
        super().__init__(what)

    def __str__(self) -> str:
        """Put the facts on one line each, the code first."""
        lines = [f"error[{self.code.id}]: {self.what}"]
        lines += [f"  {name}: {text}" for name, text in (("where", self.where), ("cause", self.cause), ("hint", self.hint)) if text]
        return "\n".join(lines)

    def record(self) -> ErrorRecord:
        """Return the failure as data for machine output."""
        return ErrorRecord(self.code.id, self.what, self.where, self.cause, self.hint)
