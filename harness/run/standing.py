"""Whether the evidence of an earlier run still stands, so that measuring once more could only repeat it."""

from __future__ import annotations

from harness.errors import HarnessError
from harness.model import Result
from harness.report.document import RunDocument
from harness.run.assemble import assemble
from harness.run.plan import Plan
from harness.run.provenance import whole_digest
from harness.settings import Project

WAITING_FOR_PEOPLE = {"signoff-missing", "signoff-stale"}


def standing(project: Project, name: str, plan: Plan) -> RunDocument | None:
    """Return the stored run, judged anew, if every gate of it passes and nothing has changed since; else `None`.

    Nothing means: no file of the project that version control knows or would take, no installed package, no interpreter, no machine, and
    no word of the plan. What failed or stayed open never stands, and outside of version control nothing does.
    """
    try:
        document = assemble(project, name)
    except HarnessError:
        return None
    measured = document.provenance
    if measured.get("plan") != plan.words() or not measured.get("whole") or measured["whole"] != whole_digest(project.root):
        return None
    passed = all(gate.result is Result.PASS for gate in document.verdict.gates)
    return document if passed and {reason.code for reason in document.verdict.reasons} <= WAITING_FOR_PEOPLE else None
