"""How numbers and units are written in runbooks, and what they are in base units: seconds, bytes, fractions, ratios."""

# ruff: noqa: RUF001 - these signs are what runbooks are written with

from __future__ import annotations

import math
import re
from collections.abc import Mapping

_SECONDS = {
    "ns": 1e-9,
    "µs": 1e-6,
    "μs": 1e-6,
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "secs": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    "sek": 1.0,
    "sekunde": 1.0,
    "sekunden": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "minutes": 60.0,
    "minuten": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "hours": 3600.0,
    "stunde": 3600.0,
    "stunden": 3600.0,
    "day": 86400.0,
    "days": 86400.0,
    "tag": 86400.0,
    "tage": 86400.0,
    "tagen": 86400.0,
}
_BYTES = {
    "b": 1.0,
    "byte": 1.0,
    "bytes": 1.0,
    "kb": 1e3,
    "mb": 1e6,
    "gb": 1e9,
    "tb": 1e12,
    "kib": 2.0**10,
    "mib": 2.0**20,
    "gib": 2.0**30,
    "tib": 2.0**40,
}
_FRACTIONS = {"%": 1e-2, "percent": 1e-2, "prozent": 1e-2, "‰": 1e-3}
_RATIOS = {"x": 1.0, "×": 1.0, "-fach": 1.0, "fach": 1.0, "-fold": 1.0, "times": 1.0, "mal": 1.0}
_MONEY = {"usd": "USD", "eur": "EUR", "€": "EUR", "$": "USD"}
UNITS: Mapping[str, tuple[str, float]] = {
    **{name: ("s", factor) for name, factor in _SECONDS.items()},
    **{name: ("bytes", factor) for name, factor in _BYTES.items()},
    **{name: ("fraction", factor) for name, factor in _FRACTIONS.items()},
    **{name: ("x", factor) for name, factor in _RATIOS.items()},
    **{name: (unit, 1.0) for name, unit in _MONEY.items()},
}
_SUFFIXES = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}

_GROUPED = r"\d{1,3}(?:[,_'’\u00a0\u202f]\d{3})+(?:\.\d+)?"
_GERMAN = r"\d{1,3}(?:\.\d{3})+,\d+"
_PLAIN = r"\d+(?:[.,]\d+)?|\.\d+"
_TEN = r"10(?:\^[-−]?\d+|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_POWER = rf"[eE][-+−]?\d+|\s?[x×·*]\s?{_TEN}"
NUMBER = rf"(?:[-+−]?(?:{_TEN}|(?:{_GERMAN}|{_GROUPED}|{_PLAIN})(?:{_POWER})?)(?:\s?[kKMG](?![A-Za-zÄÖÜäöüµ/]))?(?!\d|[.,]\d))"
_WORDS = sorted((name for name in UNITS if name[0].isalpha()), key=len, reverse=True)
_SIGNS = sorted((re.escape(name) for name in UNITS if not name[0].isalpha()), key=len, reverse=True)
UNIT = rf"(?i:\s?-?(?:(?:{'|'.join(map(re.escape, _WORDS))})(?![\wµ])|{'|'.join(_SIGNS)})(?:/(?:s|sec|ms|min|h)\b)?)"

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER_OF_TEN = re.compile(r"([-+]?)(?:(.+?)\s?[x×·*]\s?)?10\^(-?\d+)")
_RATE_SECONDS = {"s": 1.0, "sec": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0}


def read_number(text: str) -> float | None:
    """Read `1,000`, `0,5`, `1.000,5`, `1e-8`, `10^-8`, `50K`; None when it is no finite number."""
    text = _RAISED.sub(lambda match: "^" + match.group().translate(_SUPERSCRIPTS), text.strip()).replace("−", "-")
    factor = _SUFFIXES.get(text[-1:], 1.0)
    if text[-1:] in _SUFFIXES:
        text = text[:-1].rstrip()
    try:
        value = _power(text) * factor
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def is_ambiguous(text: str) -> bool:
    """Tell whether `1,234` may be a decimal comma or `1.000` a German thousand; both are read the English way."""
    return re.fullmatch(r"[1-9]\d{0,2}(?:,(?!000)\d{3}|\.000)", text.strip()) is not None


def read_unit(text: str) -> tuple[str, float]:
    """Return base unit and factor of a unit as written; a rate becomes `bytes/s`, no unit ("", 1)."""
    name, _, per = text.strip().removeprefix("-").lower().partition("/")
    unit, factor = UNITS.get(name) or UNITS.get(f"-{name}") or ("", 1.0)
    return (f"{unit}/s", factor / _RATE_SECONDS[per]) if per else (unit, factor)


def scaled(number: str, unit: str) -> tuple[float, str] | None:
    """Read a number with its unit in base units, rounded as the decimal text says; None when it is not finite."""
    value = read_number(number)
    base, factor = read_unit(unit)
    if value is None:
        return None
    # Dividing by a whole number gives the double nearest to the decimal text (0.1 % -> 0.001); multiplying by 0.01 does not.
    result = value / round(1 / factor) if factor < 1 else value * factor
    return (result, base) if math.isfinite(result) else None


def _power(text: str) -> float:
    ten = _POWER_OF_TEN.fullmatch(text)
    if ten is None:
        return float(_plain(text))
    sign, mantissa, exponent = ten.groups(default="")
    return float(f"{sign}{_plain(mantissa or '1')}e{int(exponent)}")


def _plain(text: str) -> str:
    """Give the digits a decimal point and no separators, as `float` reads them."""
    text = re.sub(r"[_'’\u00a0\u202f]", "", text)
    if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+", text):
        return text.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", text):
        return text.replace(",", "")
    return text.replace(",", ".")
