"""Words from runbooks, ports and records are untrusted: here they become harmless and short before any format escapes them."""

from __future__ import annotations

import re
import shlex

LONGEST = 4_000

# Controls, lone surrogates, non-characters, line separators, and the marks that reorder text: all would show something else than is there.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]|[\U0001fffe\U0001ffff\U0010fffe\U0010ffff]"
)


def clean(text: str, longest: int = LONGEST) -> str:
    r"""Show harmful characters by their escapes (`\x1b`, `\u202e`) and clip what is longer than `longest` characters."""
    return _HARMFUL.sub(_visible, clip(text.replace("\r\n", "\n"), longest))


def clip(text: str, longest: int) -> str:
    """Keep the beginning of a long text and say how much is left out."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def one_line(text: str, longest: int = 200) -> str:
    """Clean a text and fold all white space, for cells, titles and lines."""
    return clean(" ".join(text.split()), longest)


def grouped(count: int) -> str:
    """Write a count with separators: 12,000."""
    return f"{count:,}"


def plural(count: int, noun: str, several: str = "") -> str:
    """Count in words: 1 gate, 2 gates, 12,000 cases."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def shell(*words: str) -> str:
    """Join words into a command that can be pasted, whatever a migration is called."""
    return shlex.join(one_line(word) for word in words)


def _visible(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")
