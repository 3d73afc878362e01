"""Sees at a glance that two Arrow tables are the same to the bit, which most are, so that only the others cost a comparison in full."""

from __future__ import annotations

from typing import Any


def identical(reference: Any, candidate: Any, pa: Any) -> bool:
    """Tell whether both tables have one schema and the same bits in every column; `False` may also mean that it was not looked at."""
    return bool(reference.schema.equals(candidate.schema)) and all(
        one.num_chunks == other.num_chunks and all(_same_bits(*pair, pa) for pair in zip(one.chunks, other.chunks, strict=True))
        for one, other in zip(reference.columns, candidate.columns, strict=True)
    )


def _same_bits(reference: Any, candidate: Any, pa: Any) -> bool:
    kind = reference.type
    if isinstance(kind, pa.BaseExtensionType) or pa.types.is_nested(kind) or len(reference) != len(candidate):
        return False
    if pa.types.is_dictionary(kind):
        return _same_bits(reference.dictionary_decode(), candidate.dictionary_decode(), pa)
    if pa.types.is_floating(kind):
        reference, candidate = (_as_integers(column, pa) for column in (reference, candidate))
    return bool(reference.equals(candidate))


def _as_integers(column: Any, pa: Any) -> Any:
    """View floats as integers, since equality of floats takes 0.0 for -0.0."""
    return column.view({16: pa.int16(), 32: pa.int32(), 64: pa.int64()}[column.type.bit_width])
