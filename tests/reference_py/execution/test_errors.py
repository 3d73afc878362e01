"""The error carries its number wherever it goes."""

from __future__ import annotations

import pickle

from reference_py.execution import ErrorCode, ExecutionError


def test_the_text_begins_with_the_code() -> None:
    """Callers in any language find the number between brackets."""
    assert str(ExecutionError(ErrorCode.TYPE, "no text")) == "[1004] no text"


def test_an_error_survives_pickling() -> None:
    """Workers hand errors over by pickle, with number and message."""
    error = pickle.loads(pickle.dumps(ExecutionError(ErrorCode.SCHEMA, "why")))
    assert (error.code, error.message, str(error)) == (1005, "why", "[1005] why")
