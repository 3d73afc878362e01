"""Carries numpy data with all that a port may trip over: type, shape, memory order, gaps, and the read-only mark."""

from __future__ import annotations

import importlib
import math
import re
import sys
from typing import Any

_DTYPE = re.compile(r"[<>|](?:[biufcSU][0-9]{1,9}|[mM]8(?:\[[0-9]{0,9}[a-zA-Zμ]{1,7}\])?)")
_LAYOUTS = ("C", "F", "strided")
_PARTS_OF_ARRAY = 5


def is_array(value: Any) -> bool:
    """Tell a numpy array, without importing numpy for it; subclasses such as masked arrays mean more and are not carried."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) is numpy.ndarray


def is_scalar(value: Any) -> bool:
    """Tell a numpy scalar, such as a float64 that came out of an array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic) and type(value).__module__ == "numpy"


def encode_array(array: Any) -> list[Any]:
    """Return [dtype, shape, layout, writeable, bytes in C order]; raises TypeError for data that is more than bytes."""
    return [_dtype_text(array.dtype), list(array.shape), _layout(array), bool(array.flags.writeable), array.tobytes()]


def decode_array(payload: Any) -> Any:
    """Rebuild an array; "strided" arrays get a gap after every element of the last axis, whatever their gaps were."""
    numpy = importlib.import_module("numpy")
    if type(payload) is not list or len(payload) != _PARTS_OF_ARRAY:
        raise TypeError("expected the five parts of an array")
    dtype_text, shape, layout, writeable, data = payload
    dtype = _dtype(dtype_text)
    if type(shape) is not list or any(type(length) is not int or length < 0 for length in shape):
        raise ValueError("expected a shape of lengths")
    if type(data) is not bytes or len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError("the data is not as long as its shape and type say")
    if layout not in _LAYOUTS or type(writeable) is not bool:
        raise ValueError("unknown memory layout")
    array = _arrange(numpy.frombuffer(data, dtype).reshape(shape), layout, numpy)
    array.flags.writeable = writeable
    return array


def encode_scalar(scalar: Any) -> list[Any]:
    """Return [dtype, value]: text and bytes as such, anything else as its bytes, so that every bit survives."""
    if scalar.dtype.kind in "SU":
        return [scalar.dtype.kind, (b"" if scalar.dtype.kind == "S" else "").join([scalar])]
    return [_dtype_text(scalar.dtype), scalar.tobytes()]


def decode_scalar(payload: Any) -> Any:
    """Rebuild a scalar of exactly the stored type."""
    numpy = importlib.import_module("numpy")
    kind, value = payload
    if kind == "U" and type(value) is str:
        return numpy.str_(value)
    if type(value) is not bytes:
        raise TypeError("expected bytes")
    if kind == "S":
        return numpy.bytes_(value)
    dtype = _dtype(kind)
    if len(value) != dtype.itemsize:
        raise ValueError("the data is not as long as its type says")
    return numpy.frombuffer(value, dtype)[0]


def _dtype_text(dtype: Any) -> str:
    text = str(dtype.str)
    if not _DTYPE.fullmatch(text) or not dtype.itemsize:
        raise TypeError(f"arrays of type {dtype} hold more than bytes")
    return text


def _dtype(text: Any) -> Any:
    if type(text) is not str or not _DTYPE.fullmatch(text):
        raise ValueError("unknown array type")
    dtype = importlib.import_module("numpy").dtype(text)
    if not dtype.itemsize:
        raise ValueError("an array type without a size")
    return dtype


def _layout(array: Any) -> str:
    if array.flags.c_contiguous:
        return "C"
    return "F" if array.flags.f_contiguous else "strided"


def _arrange(flat: Any, layout: str, numpy: Any) -> Any:
    if layout != "strided":
        return numpy.array(flat, order=layout)
    if not flat.ndim:
        raise ValueError("an array without axes has no strides")
    spaced = numpy.zeros((*flat.shape[:-1], 2 * flat.shape[-1]), flat.dtype)[..., ::2]
    spaced[...] = flat
    return spaced
