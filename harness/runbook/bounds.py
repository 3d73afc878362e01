"""Every way in which a runbook writes a threshold, read to a `Bound`; nothing here knows what is measured."""

# ruff: noqa: RUF001 - these signs are what runbooks are written with

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from harness.model import Bound
from harness.runbook.numbers import NUMBER, UNIT, is_ambiguous, scaled


class Strength(IntEnum):
    """How surely a piece of text is a threshold: written with a sign, in words, or bare and only clear from its surroundings."""

    BARE = 1
    WORDS = 2
    SIGN = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A bound with its place in the text; `ambiguous` when its number could be meant in two ways."""

    bound: Bound
    start: int
    end: int
    strength: Strength
    ambiguous: bool = False


_COMPARATORS = {
    ">=": r">=|≥|⩾",
    "<=": r"<=|≤|⩽",
    "<": r"<",
    ">": r">",
    "==": r"==|=",
}
_COMPARING_WORDS = {
    ">=": (
        r"(?:not|never|nicht|nie)(?: be| fall| drop| go)? (?:below|under|unter)|at least|no less than|not less than|no fewer than|"
        r"mindestens|minimal|min\.|minimum"
    ),
    "<=": (
        r"(?:not|never|nicht|nie)(?: be| go| rise)? (?:above|over|über)|at most|no more than|not more than|(?:not|never) exceed|within|"
        r"höchstens|maximal|max\.|maximum|innerhalb von|binnen|nicht mehr als"
    ),
    "<": r"less than|fewer than|smaller than|below|under|weniger als|kleiner als|unter",
    ">": r"more than|greater than|larger than|above|over|exceeds?|exceeding|mehr als|größer als|über",
    "==": r"exactly|equals?|genau",
}
_SIGN = "|".join(_COMPARATORS.values())
_WORD = "|".join(_COMPARING_WORDS.values())
_RANGE_END = rf"(?:\s?[-–—]\s?{NUMBER})?"
_NOUNS = (
    r"(?:[\w-]+[ -])?(?:warn|error|fail|finding|fehler|crash|panic|absturz|abstürz|diverg|abweich|issue|violation|verst|leak|"
    r"regression|difference|mismatch|unterschied|befund|lücke)\w*"
)
_PLAIN_NUMBER = r"[-+−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"

_INTERVAL = re.compile(rf"\[\s*({_PLAIN_NUMBER})\s*[,;]\s*({_PLAIN_NUMBER})\s*\](?:\s?(%))?")
_BETWEEN = re.compile(rf"\b(?i:between|zwischen)\s+({NUMBER})({UNIT})?\s+(?i:and|und)\s+({NUMBER})({UNIT})?")
_SIGNED = re.compile(rf"(?<![-=<>])(?!(?<=\w)=)({_SIGN})\s*[~≈]?\s*({NUMBER}){_RANGE_END}({UNIT})?")
_WORDED = re.compile(rf"(?<!\w)((?i:{_WORD}))\s+({NUMBER}){_RANGE_END}({UNIT})?")
# "no larger than", "does not take more than", but not "no answer for more than": what lasts is not denied.
_DENIED = re.compile(
    r"(?<!\w)(?i:no|not|never|cannot|\w+n't|without|nicht|nie|niemals|kein\w*|ohne)"
    r"(?:\s+(?!(?i:only|nur|but|and|or|if|when|for|since|after|sondern|und|oder|wenn|falls|für|seit|nach)\b)[^\W\d]+){0,4}\s+$"
)
_DENIED_SIGN = re.compile(r"(?<!\w)(?i:not|never|cannot|\w+n't|nicht|nie|niemals)(?:\s+be)?\s+$")
_BEHIND = re.compile(rf"(?<![\w.,\-–])({NUMBER})({UNIT})?\s+(?i:(nicht\s+)?(über|unter)(?:schreit|steig)\w*)")
_REFERENCE = re.compile(r"(?<![-=<>])(<=|≤|<)\s*(?:the\s+|die\s+|der\s+)?(?i:python|reference|referenz|baseline)\b[\w-]*")
_PLUS_MINUS = re.compile(rf"(?:±|\+/-)\s*({NUMBER})({UNIT})?")
_RATIO = re.compile(rf"(?<![\w.,\-–])~?({NUMBER}){_RANGE_END}(\s?(?:[x×]|-?fach|-fold)(?!\w))\+?")
_AT_LEAST = re.compile(rf"(?<![\w.,\-–])({NUMBER})\+(?=\s|$)")
_NONE = re.compile(rf"(?<![\w.,\-–])(?i:0|zero|no|keine?|keinerlei|null)\s+(?i:{_NOUNS})")
_ALL = re.compile(r"(?<![\w.,\-–])100\s?%")
_BARE = re.compile(rf"^~?\s*({NUMBER}){_RANGE_END}({UNIT})?(?=$|[\s(])")
_EVERY = re.compile(r"^\W*(?i:jede[rsnm]?|alle[rsnm]?|any|every|each|all)\b")
_CLAUSE_END = re.compile(r"[;,](?!\d)|\.(?=\s|$)|\s[-–—]\s")
_QUALIFIER_LENGTH = 80
_DENIAL_LENGTH = 80
_UPPER_IS_BETTER = {"x", "fraction", ""}


def read_bounds(text: str) -> list[Reading]:
    """Find the thresholds of a line of prose, in order; qualifiers are the words that follow, up to the end of the clause."""
    found: list[Reading] = []
    for form, read in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found += read(match)
    return _qualified(sorted(found, key=lambda reading: reading.start), text)


def read_cell(text: str) -> list[Reading]:
    """Find the thresholds of a table cell that is there to hold one: also a bare `15ms` (at most), `100%` (at least), `Jeder` (any)."""
    readings = read_bounds(text)
    every = _EVERY.match(text)
    if every and not readings:
        return [occurrence(text.strip())]
    bare = _BARE.match(text)
    if bare and not any(reading.start < bare.end() for reading in readings):
        readings = [*_read_bare(bare), *readings]
    return _qualified(readings, text)


def occurrence(raw: str) -> Reading:
    """Return what `Jeder`, `any` and `every` mean: more than zero occurrences."""
    return Reading(Bound(">", 0.0, "", raw), 0, len(raw), Strength.WORDS)


def read_one(text: str) -> Bound | None:
    """Read a text that is one threshold and nothing else, else None."""
    readings = read_bounds(text.strip())
    whole = len(readings) == 1 and (readings[0].start, readings[0].end) == (0, len(text.strip()))
    return replace(readings[0].bound, qualifier="") if whole else None


def negate(bound: Bound) -> Bound:
    """Turn what must hold into what triggers: `<= 1.1` into `> 1.1`; a count that must be 0 triggers above it."""
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": ">"}
    return replace(bound, comparator=opposite[bound.comparator])


def _read_interval(match: re.Match[str]) -> Iterator[Reading]:
    low, high = scaled(match[1], match[3] or ""), scaled(match[2], match[3] or "")
    if low and high and low[0] <= high[0]:
        bound = Bound("in", low[0], low[1], match.group(), upper=high[0])
        yield Reading(bound, match.start(), match.end(), Strength.BARE)


def _read_between(match: re.Match[str]) -> Iterator[Reading]:
    low, high = scaled(match[1], match[2] or match[4] or ""), scaled(match[3], match[4] or match[2] or "")
    if low and high and low[0] <= high[0] and low[1] == high[1]:
        yield Reading(Bound("in", low[0], low[1], match.group(), upper=high[0]), match.start(), match.end(), Strength.WORDS)


def _read_signed(match: re.Match[str]) -> Iterator[Reading]:
    comparator = next(name for name, signs in _COMPARATORS.items() if re.fullmatch(signs, match[1]))
    strength = Strength.WORDS if comparator == "==" else Strength.SIGN
    yield from _deny(match, _DENIED_SIGN, _read(match, comparator, match[2], match[3], strength))


def _read_worded(match: re.Match[str]) -> Iterator[Reading]:
    comparator = next(name for name, words in _COMPARING_WORDS.items() if re.fullmatch(words, match[1].lower()))
    yield from _deny(match, _DENIED, _read(match, comparator, match[2], match[3], Strength.WORDS))


def _deny(match: re.Match[str], denial: re.Pattern[str], readings: Iterator[Reading]) -> Iterator[Reading]:
    """Turn strict comparisons around where the words before them deny them: "no larger than" is "at most"."""
    before = denial.search(match.string, max(0, match.start() - _DENIAL_LENGTH), match.start())
    for reading in readings:
        if before is None or reading.bound.comparator not in {"<", ">"}:
            yield reading
        else:
            raw = match.string[before.start() : match.end()].strip()
            yield replace(reading, bound=replace(negate(reading.bound), raw=raw), start=before.start())


def _read_behind(match: re.Match[str]) -> Iterator[Reading]:
    comparator = {("", "über"): ">", ("", "unter"): "<", ("nicht", "über"): "<=", ("nicht", "unter"): ">="}
    negated = "nicht" if match[3] else ""
    yield from _read(match, comparator[negated, match[4].lower()], match[1], match[2], Strength.WORDS)


def _read_reference(match: re.Match[str]) -> Iterator[Reading]:
    comparator = "<" if match[1] == "<" else "<="
    yield Reading(Bound(comparator, 1.0, "x", match.group()), match.start(), match.end(), Strength.SIGN)


def _read_plus_minus(match: re.Match[str]) -> Iterator[Reading]:
    value = scaled(match[1], match[2] or "")
    if value:
        bound = Bound("in", -value[0], value[1], match.group(), upper=value[0])
        yield Reading(bound, match.start(), match.end(), Strength.BARE)


def _read_ratio(match: re.Match[str]) -> Iterator[Reading]:
    yield from _read(match, ">=", match[1], match[2], Strength.BARE)


def _read_at_least(match: re.Match[str]) -> Iterator[Reading]:
    yield from _read(match, ">=", match[1], "", Strength.BARE)


def _read_none(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading(Bound("==", 0.0, "", match.group()), match.start(), match.end(), Strength.BARE)


def _read_all(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading(Bound(">=", 1.0, "fraction", match.group()), match.start(), match.end(), Strength.BARE)


def _read_bare(match: re.Match[str]) -> Iterator[Reading]:
    value = scaled(match[1], match[2] or "")
    comparator = ">=" if value and value[1] in _UPPER_IS_BETTER else "<="
    yield from _read(match, comparator, match[1], match[2], Strength.BARE)


def _read(match: re.Match[str], comparator: str, number: str, unit: str | None, strength: Strength) -> Iterator[Reading]:
    value = scaled(number, unit or "")
    if value:
        bound = Bound(comparator, value[0], value[1], match.group().strip())
        yield Reading(bound, match.start(), match.end(), strength, is_ambiguous(number))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[Reading]]], ...] = (
    (_INTERVAL, _read_interval),
    (_BETWEEN, _read_between),
    (_SIGNED, _read_signed),
    (_WORDED, _read_worded),
    (_BEHIND, _read_behind),
    (_REFERENCE, _read_reference),
    (_PLUS_MINUS, _read_plus_minus),
    (_RATIO, _read_ratio),
    (_AT_LEAST, _read_at_least),
    (_NONE, _read_none),
    (_ALL, _read_all),
)


def _qualified(readings: list[Reading], text: str) -> list[Reading]:
    """Give each bound the words behind it, up to the end of its clause or the next bound."""
    ends = [reading.start for reading in readings[1:]] + [len(text)]
    pairs = zip(readings, ends, strict=False)
    return [replace(reading, bound=replace(reading.bound, qualifier=_qualifier(text[reading.end : end]))) for reading, end in pairs]


def _qualifier(tail: str) -> str:
    clause = _CLAUSE_END.split(tail, maxsplit=1)[0]
    words = " ".join(clause.split()).strip(" :–-+*")
    if words.startswith("(") and words.count(")") <= 1:
        words = words.strip("() ")
    return words.rstrip(")" if "(" not in words else "")[:_QUALIFIER_LENGTH]
