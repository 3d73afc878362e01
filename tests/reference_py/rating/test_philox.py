"""The random numbers, compared with a generator written out by hand from the published algorithm."""

from __future__ import annotations

import pytest

from reference_py.rating.philox import row_width, uniforms

MASK = 2**64 - 1


def philox_block(counter: int, key: tuple[int, int]) -> list[int]:
    """Return the four words of a block: ten rounds of two 64-bit products, the key bumped before each round but the first."""
    x = [(counter >> (64 * word)) & MASK for word in range(4)]
    k0, k1 = key
    for _ in range(10):
        a, b = x[0] * 0xD2E7470EE14C6C93, x[2] * 0xCA5A826395121157
        x = [(b >> 64) ^ x[1] ^ k0, b & MASK, (a >> 64) ^ x[3] ^ k1, a & MASK]
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & MASK, (k1 + 0xBB67AE8584CAA73B) & MASK
    return x


def by_hand(seed: int, stream: int, row: int, width: int) -> list[float]:
    """Return a row: blocks count from 1, a double takes the upper 53 bits of a word."""
    blocks = [philox_block((row * width // 4 + 1 + block) % 2**256, (seed, stream)) for block in range(width // 4)]
    return [(word >> 11) * 2.0**-53 for block in blocks for word in block]


@pytest.mark.parametrize("seed", [0, 1, 987654321, 2**63, 2**64 - 1])
@pytest.mark.parametrize("stream", [1, 2])
@pytest.mark.parametrize("width", [8, 12, 100])
def test_rows_equal_the_algorithm(seed: int, stream: int, width: int) -> None:
    """Rows of any width are those of Philox4x64-10 with the key (seed, stream)."""
    assert uniforms(seed, stream, 3, width=width) == [by_hand(seed, stream, row, width) for row in range(3)]


@pytest.mark.parametrize("row", [1, 7, 2**31, 2**62, 2**64 - 1])
def test_a_row_can_be_jumped_to(row: int) -> None:
    """A row depends on its number alone, over the carry into the second counter word as well."""
    assert uniforms(5, 2, 1, first_row=row) == [by_hand(5, 2, row, 8)]


def test_no_rows_are_no_numbers() -> None:
    """Zero rows give an empty table."""
    assert uniforms(1, 1, 0) == []


@pytest.mark.parametrize(("draws", "width"), [(0, 8), (1, 8), (8, 8), (9, 12), (12, 12), (13, 16), (1000, 1000), (1001, 1004)])
def test_rows_are_as_wide_as_needed(draws: int, width: int) -> None:
    """A row holds eight numbers, or as many as needed rounded up to whole blocks of four."""
    assert row_width(draws) == width
