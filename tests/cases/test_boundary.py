"""The probe pack holds what bindings are known to get wrong, argument by argument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import strategies as st

from harness.cases import boundary_cases
from harness.contract import Operation, Strategy, batch, columns, ipc, one_of
from harness.formats.values import pack, unpack
from harness.model import Case

TABLE: dict[str, Any] = {"count": "int64", "rate": "float64", "years": "list<float64>", "label": "string?"}


def probe(*inputs: Any) -> dict[str, Case]:
    """Return the probes of an operation by what they are."""
    operation = Operation("operation", "reference.operation", {}, inputs)
    return {case.origin: case for case in boundary_cases(operation, seed=1)}


def held(probes: dict[str, Case], what: str) -> Any:
    """Return the first argument of a probe."""
    return probes[f"boundary:{what}"].arguments[0]


def test_numbers_are_probed_at_the_limits_of_machine_integers() -> None:
    """Each limit comes with both neighbours and both signs, far beyond 64 bits too."""
    values = [case.arguments[0] for case in probe(columns(n="int64")).values() if case.arguments]
    limits = [2**31, 2**32, 2**63, 2**64, 10**400]
    assert {sign * limit + step for limit in limits for sign in (1, -1) for step in (-1, 0, 1)} <= {x for x in values if type(x) is int}


def test_a_declared_small_upper_end_keeps_large_integers_out() -> None:
    """Where the contract bounds a count, probes stay near its ends upwards, since a large count is large work; downwards they do not."""
    values = [x for case in probe(columns(n="int64[0..100]")).values() for x in case.arguments[:1] if type(x) is int]
    assert max(values) == 101
    assert min(values) < -(2**64)


def test_numbers_are_probed_with_foreign_values() -> None:
    """Bools, floats, text, None, containers, numpy scalars of every width and arrays without axes stand in for a number."""
    probes = probe(columns(n="int64"))
    assert [held(probes, f"n {what}") for what in ("bool", "None", "float", "text '1'", "bytes of a number")] == [
        True,
        None,
        1.5,
        "1",
        b"1",
    ]
    kinds = {str(x.dtype) for case in probes.values() for x in case.arguments[:1] if isinstance(x, np.generic | np.ndarray)}
    assert kinds >= {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)} | {"float16", "float32", "float64", "bool"}
    assert held(probes, "n array of no axes, float64").shape == ()


def test_lists_are_probed_with_tuples_and_unusual_arrays() -> None:
    """A tuple, read-only, gapped, two-axes and float32 arrays stand in for a list, and each item is probed too."""
    probes = probe(columns(xs="list<float64>"))
    assert type(held(probes, "xs tuple for list")) is tuple
    assert not held(probes, "xs read-only array").flags.writeable
    assert not held(probes, "xs array with gaps").flags.c_contiguous
    assert held(probes, "xs array of two axes").ndim == 2
    assert held(probes, "xs array of float32").dtype == np.float32
    assert held(probes, "xs first item None")[0] is None
    assert held(probes, "xs list ending in text")[-1] == "abc"


def test_mappings_are_probed_with_missing_and_extra_keys() -> None:
    """Records lose each key in turn and gain one; maps get keys of other types."""
    probes = probe(columns(m="{a: float64, b: float64}"))
    assert set(held(probes, "m a missing")) == {"b"}
    assert set(held(probes, "m extra key")) == {"a", "b", "no_such_key"}
    assert held(probes, "m b None")["b"] is None
    years = probe(columns(m="map<int64, float64>"))
    assert all(type(key) is str for key in held(years, "m keys as text"))
    assert True in held(years, "m key bool")


def test_calls_with_missing_and_surplus_arguments_are_made() -> None:
    """Every shorter call is tried, and calls with one and with twenty arguments more."""
    lengths = {len(case.arguments) for case in probe(columns(a="float64", b="float64", c="float64")).values()}
    assert lengths == {0, 1, 2, 3, 4, 23}


def test_streams_are_probed_with_foreign_framings() -> None:
    """A stream may hold no batch, two batches, empty ones between, or none of its bytes."""
    probes = probe(columns(table=ipc(**TABLE)))

    def rows(what: str) -> list[int]:
        return [part.num_rows for part in pa.ipc.open_stream(held(probes, f"table {what}"))]

    assert [rows(what) for what in ("stream of no batch", "stream of two batches", "stream with an empty batch between", "no rows")] == [
        [], [3, 2], [3, 0, 3], [0],
    ]  # fmt: skip
    assert type(held(probes, "table bytearray for bytes")) is bytearray
    assert type(held(probes, "table text for bytes")) is str
    assert held(probes, "table no bytes") == b""


@pytest.mark.parametrize("made", [ipc, batch])
def test_tables_are_probed_with_foreign_schemas(made: Any) -> None:
    """Columns are reversed, added, missing, of other types and null, each in turn, in streams and in batches."""
    probes = probe(columns(table=made(**TABLE)))

    def schema(what: str) -> pa.Schema:
        value = held(probes, f"table {what}")
        return value.schema if made is batch else pa.ipc.open_stream(value).schema

    assert schema("columns reversed").names == list(reversed(TABLE))
    assert "no_such_column" in schema("extra column").names
    assert [set(TABLE) - set(schema(f"{name} missing").names) for name in TABLE] == [{name} for name in TABLE]
    assert str(schema("rate as int64").field("rate").type) == "int64"
    assert str(schema("years as large_list<item: double>").field("years").type) == "large_list<item: double>"
    assert not schema("rate of nulls").field("rate").nullable


def test_streams_hold_nulls_where_none_may_be() -> None:
    """Each column gets a null, lists also a null element, though the schema forbids the first."""
    probes = probe(columns(table=ipc(**TABLE)))

    def values(what: str, name: str) -> list[Any]:
        found: list[Any] = pa.ipc.open_stream(held(probes, f"table {what}")).read_all().column(name).to_pylist()
        return found

    assert [values(f"{name} with a null", name)[-1] for name in TABLE] == [None] * 4
    assert values("years with a null element", "years")[-1] == [None]
    assert values("years with an empty list", "years")[-1] == []


def test_broken_bytes_are_probed() -> None:
    """Streams come cut, with flipped bits in their header, followed by bytes, and as noise; none of them is the good stream."""
    probes = probe(columns(table=ipc(**TABLE)))
    whats = [what.removeprefix("boundary:table ") for what in probes]
    assert sum(what.startswith("bit ") for what in whats) == 64
    assert sum(what.startswith("cut at byte") for what in whats) >= 4
    assert "random bytes" in whats


def test_slices_of_batches_keep_their_offset_on_the_way_to_a_worker() -> None:
    """A sliced batch still has its offset after packing and unpacking."""
    sliced = held(probe(columns(table=batch(**TABLE))), "table slice from row 9")
    assert unpack(pack(sliced)).column(0).offset == sliced.column(0).offset == 9


def test_every_probe_can_be_sent_and_has_an_id_of_its_own() -> None:
    """All probes of a rich signature pack, and no two have the same id."""
    probes = probe(columns(a="list<{x: float64, y: int64?}>", b="map<int64, list<float64>>", c=one_of(1, "x"), d="bytes", e="string"))
    assert len({case.id for case in probes.values()}) == len(probes) > 500


@pytest.mark.parametrize(("example", "what"), [
    (1, "i64 limit +0"), (1.5, "float nan"), ("text", "lone surrogate"), (True, "numpy bool"), ([1.0], "first item None"),
    ({"a": 1.0, "b": 2.0}, "a missing"), ({2020: 1.0}, "keys as text"), (b"abc", "bytearray"),
])  # fmt: skip
def test_inputs_without_types_are_probed_around_their_first_case(example: Any, what: str) -> None:
    """The type of an argument from a strategy is inferred from the first value drawn."""
    assert f"boundary:argument 0 {what}" in probe(Strategy(st.tuples(st.just(example))))


def test_arrow_arguments_without_types_get_the_arrow_probes() -> None:
    """Stream bytes and batches from a strategy are probed as Arrow data."""

    def origins(value: Any) -> Iterator[str]:
        return iter(probe(Strategy(st.tuples(st.just(value)))))

    made = pa.RecordBatch.from_pydict({"a": [1.0, 2.0], "b": [1, 2]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema) as writer:
        writer.write_batch(made)
    assert "boundary:argument 0 a missing" in origins(made)
    assert "boundary:argument 0 stream of two batches" in origins(sink.getvalue().to_pybytes())


def test_columns_of_dictionaries_are_probed_with_what_arrow_can_carry() -> None:
    """No file holds a dictionary of dictionaries, so every probe of such a column can be sent."""
    probes = probe(Strategy(st.tuples(st.just(pa.record_batch({"a": pa.array(["x", "y"]).dictionary_encode()})))))

    assert all(unpack(pack(case.arguments)) for case in probes.values() if case.arguments)
    assert held(probes, "argument 0 a as string").column(0).type == pa.string()


def test_the_same_seed_gives_the_same_probes() -> None:
    """Random bytes and flipped bits depend on the seed only."""
    first, second = (probe(columns(table=ipc(**TABLE))) for _ in range(2))
    assert [case.id for case in first.values()] == [case.id for case in second.values()]
