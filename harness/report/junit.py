"""The report as JUnit XML, which every CI system shows: one test case a gate, one a check on an operation and port, one for the verdict.

A failed gate and a divergence are failures. What could not be decided is an error, never a pass: a build that looks only at this file
must not take INCONCLUSIVE for GO. Waived gates, and a verdict that only lacks sign-offs, are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from harness.model import CheckRecord, Decision, Divergence, EvidenceStatus
from harness.report.document import RunDocument
from harness.report.gates import GateRow, gate_rows
from harness.report.reasons import ReasonRow, reason_rows
from harness.report.text import clean, one_line
from harness.report.values import call_text, outcome_text

_SIGNOFF = "signoff"


def render(document: RunDocument) -> str:
    """Return the XML of one run."""
    root = ET.Element("testsuites", name=one_line(document.migration))
    gates = gate_rows(document)
    _suite(root, document, "gates", (_gate(document, row) for row in gates))
    _suite(root, document, "checks", (_check(document, record) for record in document.checks))
    _suite(root, document, "verdict", (_verdict(document, reason_rows(document, gates)),))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, document: RunDocument, name: str, cases: Iterable[ET.Element]) -> None:
    suite = ET.SubElement(root, "testsuite", name=f"{one_line(document.migration)}.{name}")
    facts = {"verdict": document.verdict.decision.value, "commit": document.provenance.get("commit", "")}
    _properties(suite, {**facts, "seed": document.provenance.get("seed", ""), "evidence_digest": document.evidence_digest})
    suite.extend(cases)
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in suite.findall('testcase')):.3f}")


def _case(document: RunDocument, suite: str, name: str, seconds: float = 0.0) -> ET.Element:
    time = f"{seconds:.3f}" if 0 <= seconds < float("inf") else "0.000"
    return ET.Element("testcase", classname=f"{one_line(document.migration)}.{suite}", name=one_line(name), time=time)


def _gate(document: RunDocument, row: GateRow) -> ET.Element:
    case = _case(document, "gates", f"{row.text} ({row.source})")
    facts = {"source": row.source, "metric": row.metric, "value": row.value, "interval": row.interval, "n": row.n}
    _properties(case, {**facts, "limit": f"{row.demand} {row.limit}", "action": row.action, "command": row.command})
    if row.state == "fail":
        _outcome(case, "failure", "gate", row.reason)
    elif row.state == "inconclusive":
        _outcome(case, "error", "inconclusive", row.reason)
    elif row.state == "waived":
        _outcome(case, "skipped", "waived", row.reason)
    elif row.state == "warn":
        ET.SubElement(case, "system-out").text = clean(f"warning: {row.reason}")
    return case


def _check(document: RunDocument, record: CheckRecord) -> ET.Element:
    name = " ".join(filter(None, (record.name, record.operation, record.port)))
    case = _case(document, "checks", name, record.seconds)
    _properties(case, {"cases": record.cases, "floor": record.floor, **{f"ran.{ran.implementation}": ran.file for ran in record.ran}})
    for found in _found(document, record):
        _outcome(case, "failure", found.kind, found.signature, "\n".join(_words(found)))
    if record.status is not EvidenceStatus.MEASURED:
        _outcome(case, "error", record.status.value, record.note or f"the check ended as {record.status.value}")
    elif record.cases < max(record.floor, 1):
        _outcome(case, "error", "below-floor", f"{record.cases} cases, at least {max(record.floor, 1)} are needed")
    return case


def _found(document: RunDocument, record: CheckRecord) -> Iterator[Divergence]:
    wanted = (record.name, record.operation, record.port)
    return (found for found in document.divergences if (found.check, found.operation, found.port) == wanted)


def _words(found: Divergence) -> Iterator[str]:
    yield f"input: {call_text(found.case)}"
    yield f"reference: {outcome_text(found.reference)}"
    yield f"{found.port}: {outcome_text(found.candidate)}"
    yield f"again: harness replay {found.id}"
    if found.reproducer:
        yield f"script: {found.reproducer}"


def _verdict(document: RunDocument, reasons: tuple[ReasonRow, ...]) -> ET.Element:
    decision = document.verdict.decision
    case = _case(document, "verdict", "verdict")
    against = [row for row in reasons if row.decision is not Decision.GO]
    text = "\n".join(f"{row.text} ({row.source})" if row.source else row.text for row in against)
    if decision is Decision.NO_GO:
        _outcome(case, "failure", decision.value, f"{decision.value}: {len(against)} reasons", text)
    elif decision is Decision.INCONCLUSIVE:
        only_people = bool(against) and all(row.code.startswith(_SIGNOFF) for row in against)
        _outcome(case, "skipped" if only_people else "error", decision.value, f"{decision.value}: {len(against)} reasons", text)
    return case


def _outcome(case: ET.Element, tag: str, kind: str, message: str, text: str = "") -> None:
    ET.SubElement(case, tag, type=one_line(kind), message=one_line(message, 500)).text = clean(text) or None


def _properties(parent: ET.Element, facts: dict[str, object]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in facts.items():
        ET.SubElement(properties, "property", name=one_line(name), value=one_line(str(value)))
