"""The block of a runbook that the machine writes: values for people to read, nothing that a verdict rests on."""

from __future__ import annotations

import re

BEGIN = "<!-- measured: begin, written by `harness runbook sync` -->"
END = "<!-- measured: end -->"


def block_of(text: str) -> str:
    """Return what stands between the marks, "" where there are none."""
    _, begin, rest = text.partition(BEGIN)
    block, end, _ = rest.partition(END)
    return block if begin and end else ""


def with_block(text: str, lines: list[str]) -> str:
    """Put lines between the marks, in the file's own line endings; a text without marks gets a section for them at its end."""
    ending = "\r\n" if "\r\n" in text else "\n"
    block = ending.join([BEGIN, "", *lines, "", END])
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if begin and end:
        return head + block + tail
    return ending.join([text.rstrip(), "", "## Measured", "", block, ""])


def without_block(content: bytes) -> bytes:
    """Return a runbook as people wrote it, so that writing down what was measured does not make the measurement stale."""
    head, begin, rest = content.partition(BEGIN.encode())
    _, end, tail = rest.partition(END.encode())
    if not (begin and end):
        return content.rstrip()
    before = head.rstrip()
    return (before.removesuffix(b"## Measured") + tail).rstrip()


def lines_of(text: str) -> list[str]:
    """Cut a text where a runbook's lines end, and nowhere else; joined, they are the text again."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
