"""The face of this room: any value as packed bytes or as a JSON tree, exactly, from one registry of types."""

from __future__ import annotations

from harness.formats.extensions import EncodeError
from harness.formats.opaque import Opaque, describe
from harness.formats.packing import pack, unpack
from harness.formats.trees import from_json, to_json

__all__ = ["EncodeError", "Opaque", "describe", "from_json", "pack", "to_json", "unpack"]
