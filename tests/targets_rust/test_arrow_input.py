"""Arrow data of every shape crosses as it is: sliced, empty, in several batches, read-only, foreign, corrupt."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest
from omega_rust import RatingError, rating

COLUMNS = ["robustness_score", "stability_score", "cost_shock_score", "trade_dropout_score", "stress_penalty", "final_rating"]


def stream(*batches: pa.RecordBatch, **options: Any) -> bytes:
    """Return batches as the bytes of an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema, **options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def foreign(wrapped: Any, method: str) -> Any:
    """Return an object that is not pyarrow's and offers what it wraps through one kind of capsule only."""
    offered = {method: lambda _, requested_schema=None: getattr(wrapped, method)(requested_schema)}
    return type("Foreign", (), offered)()


def rated(table: pa.RecordBatch) -> list[dict[str, float]]:
    """Return the ratings of a table as rows."""
    ratings: list[dict[str, float]] = rating.calculate_ratings_table(table).to_pylist()
    return ratings


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """Return the rows of an Arrow IPC stream."""
    rows: list[dict[str, Any]] = pa.ipc.open_stream(data).read_all().to_pylist()
    return rows


def test_bytes_and_capsules_give_the_same_ratings(table: pa.RecordBatch) -> None:
    """Both ways of handing a table over lead to the same bits."""
    assert rows_of(rating.calculate_ratings_batch(stream(table))) == rated(table)


def test_the_result_is_a_pyarrow_record_batch(table: pa.RecordBatch) -> None:
    """A rating is one batch of six columns without nulls."""
    ratings = rating.calculate_ratings_table(table)
    assert isinstance(ratings, pa.RecordBatch)
    assert ratings.schema == pa.schema([pa.field(name, pa.float64(), nullable=False) for name in COLUMNS])


def test_a_slice_is_rated_as_its_rows_are(table: pa.RecordBatch) -> None:
    """Offsets into shared buffers are honoured, for bits and for lists."""
    assert rated(table.slice(3, 5)) == rated(table)[3:8]
    assert rows_of(rating.calculate_ratings_batch(stream(table.slice(3, 5)))) == rated(table)[3:8]


def test_an_empty_table_has_no_ratings(table: pa.RecordBatch) -> None:
    """No rows in, no rows out, and the columns stay; a stream may also hold no batch at all."""
    empty = table.slice(0, 0)
    assert rated(empty) == []
    assert rows_of(rating.calculate_ratings_batch(stream(empty))) == []
    reader = pa.RecordBatchReader.from_batches(table.schema, [])
    assert rating.robustness_scores_table(reader) == []


def test_several_batches_are_one_table(table: pa.RecordBatch) -> None:
    """The rows of all batches are rated in their order."""
    parts = [table.slice(0, 4), table.slice(4, 0), table.slice(4, 6)]
    assert rows_of(rating.calculate_ratings_batch(stream(*parts))) == rated(table)
    assert rated(pa.Table.from_batches(parts)) == rated(table)
    shocks = pa.ipc.open_stream(rating.cost_shock_score_batch(stream(*parts), [1.5, 2.0])).read_all()
    assert shocks["row"].to_pylist() == [row for row in range(10) for _ in range(2)]


@pytest.mark.parametrize("method", ["__arrow_c_array__", "__arrow_c_stream__"])
def test_any_object_with_capsules_is_taken(table: pa.RecordBatch, method: str) -> None:
    """The protocol counts, not the type."""
    source = table if method == "__arrow_c_array__" else pa.Table.from_batches([table])
    assert rated(foreign(source, method)) == rated(table)


def test_a_table_is_left_as_it_was(table: pa.RecordBatch) -> None:
    """Buffers are shared with the caller, so they are only read."""
    before = table.to_pylist()
    rating.calculate_ratings_table(table)
    assert table.to_pylist() == before


def test_bytes_and_bytearray_are_taken_and_nothing_else(table: pa.RecordBatch) -> None:
    """What cannot be borrowed safely is a TypeError that names the type."""
    data = stream(table)
    assert rating.robustness_score_batch(bytearray(data)) == rating.robustness_score_batch(data)
    for wrong in (memoryview(data), "text", None, 5):
        with pytest.raises(TypeError, match=f"must be bytes, not {type(wrong).__name__}"):
            rating.robustness_score_batch(wrong)  # type: ignore[arg-type]


def test_the_round_trip_keeps_every_value(table: pa.RecordBatch) -> None:
    """All columns come back, those that were missing as nulls."""
    again = rows_of(rating.metrics_round_trip(stream(table)))
    absent = dict.fromkeys(["net_profit", "avg_r", "year_durations", "trade_r"])
    assert again == [row | absent for row in table.to_pylist()]


def test_the_boundary_alone_gives_as_many_zeros(table: pa.RecordBatch) -> None:
    """The crossing is what it is for a real rating, only nothing is computed."""
    zeros = pa.ipc.open_stream(rating.ratings_boundary(stream(table))).read_all()
    assert zeros.schema.names == COLUMNS
    assert {value for column in zeros.columns for value in column.to_pylist()} == {0.0}


def replaced(table: pa.RecordBatch, **columns: Any) -> pa.RecordBatch:
    """Return the table with other columns of these names, without those that are None."""
    kept = {name: table[name] for name in table.schema.names} | columns
    return pa.RecordBatch.from_pydict({name: column for name, column in kept.items() if column is not None})


WRONG = {
    "missing": ({"win_rate": None}, 1005),
    "unknown": ({"colour": pa.array([1.0] * 10)}, 1005),
    "other type": ({"win_rate": pa.array([1.0] * 10, pa.float32())}, 1005),
    "null number": ({"win_rate": pa.array([None] * 10, pa.float64())}, 1002),
    "null element": ({"yearly_profits": pa.array([[None]] * 10, pa.list_(pa.float64()))}, 1002),
    "lengths": ({"year_durations": pa.array([[1.0]] * 10)}, 1011),
}


@pytest.mark.parametrize(("columns", "code"), WRONG.values(), ids=WRONG)
def test_wrong_tables_have_their_numbers(table: pa.RecordBatch, columns: dict[str, Any], code: int) -> None:
    """Columns, nulls and lengths are checked, whichever way the table comes."""
    wrong = replaced(table, **columns)
    for refused in (lambda: rating.calculate_ratings_table(wrong), lambda: rating.calculate_ratings_batch(stream(wrong))):
        with pytest.raises(RatingError) as raised:
            refused()
        assert raised.value.code == code


def test_a_column_that_comes_twice_is_refused(table: pa.RecordBatch) -> None:
    """Which of the two would count is nowhere written."""
    twice = pa.RecordBatch.from_arrays([*table.columns, table["win_rate"]], names=[*table.schema.names, "win_rate"])
    with pytest.raises(RatingError, match=r"^\[1005\] .*win_rate comes twice"):
        rating.calculate_ratings_table(twice)


def test_a_promise_of_no_nulls_does_not_matter(table: pa.RecordBatch) -> None:
    """Nullability flags of a schema are not trusted: a null may stand where the column allows it, whatever the flag says."""
    promised = pa.schema([field.with_nullable(nullable=False) for field in table.schema])
    broken = pa.RecordBatch.from_arrays(table.columns, schema=promised)
    assert rated(broken) == rated(table)
    assert rows_of(rating.calculate_ratings_batch(stream(broken))) == rated(table)


@pytest.mark.parametrize("data", [pa.array([1.0]), pa.chunked_array([[1.0]]), pa.array([{"win_rate": 1.0}, None])])
def test_capsules_without_a_table_are_a_schema_error(data: Any) -> None:
    """An array that is no table has no columns to check."""
    with pytest.raises(RatingError, match=r"^\[1005\] "):
        rating.calculate_ratings_table(data)


def test_an_object_without_capsules_is_a_type_error() -> None:
    """The message names the protocol and the type."""
    with pytest.raises(TypeError, match="__arrow_c_array__ or __arrow_c_stream__, which dict does not"):
        rating.calculate_ratings_table({})  # type: ignore[arg-type]


def refusal(data: bytes) -> int:
    """Return the number of the refusal, 0 for an answer."""
    try:
        rating.calculate_ratings_batch(data)
    except RatingError as error:
        return error.code
    return 0


def test_corrupt_streams_are_refused_and_never_a_panic(table: pa.RecordBatch) -> None:
    """Random bytes, cut streams and flipped bytes give a RatingError or a value; PanicException is no Exception and would pass through."""
    data, chance = stream(table), random.Random(7)
    broken = [chance.randbytes(chance.randrange(400)) for _ in range(200)] + [data[:cut] for cut in range(0, len(data), 7)]
    for _ in range(500):
        flipped = bytearray(data)
        for _ in range(chance.randrange(1, 5)):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        broken.append(bytes(flipped))
    codes = [refusal(one) for one in broken]
    assert set(codes) <= {0, 3004, 1005, 1002, 1011}
    assert codes.count(3004) > 200


def test_a_length_beyond_the_bytes_reserves_nothing(table: pa.RecordBatch) -> None:
    """An announced body of exabytes is refused for being absent."""
    announced = bytearray(stream(table))
    announced[4:8] = (2**31 - 1).to_bytes(4, "little")
    with pytest.raises(RatingError, match=r"^\[3004\] .* announced"):
        rating.calculate_ratings_batch(bytes(announced))


def test_compressed_bodies_are_refused(table: pa.RecordBatch) -> None:
    """Their announced sizes cannot be checked before they are reserved."""
    with pytest.raises(RatingError, match=r"^\[3004\] .*compressed"):
        rating.calculate_ratings_batch(stream(table, options=pa.ipc.IpcWriteOptions(compression="zstd")))
