"""Markdown becomes elements with the lines that an editor shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.runbook.document import Block, Fence, Heading, Table, parse_document

TEXT = """---
module: demo
---

# Title

- [ ] open **bold** `code/x.py` [link](../docs/a.md) <!-- gate: a.b -->
- [x] ticked
  on two lines
  <!-- gate: c.d -->
  - nested < 5 ms
1. > 10 % slower

| a | b |
| :-- | --- |
| one | `x` <!-- gate: e.f --> |
| two |

````markdown
# no heading
```python
x = 1
```
````

    indented < 5
"""


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text."""
    return [element for element in parse_document(text).elements if isinstance(element, Block)]


def test_front_matter_is_kept_raw_and_counts_its_lines() -> None:
    """The head is not Markdown, and what follows keeps its line."""
    document = parse_document(TEXT)
    assert document.front_matter == "module: demo"
    assert [(element.title, element.line) for element in document.elements if isinstance(element, Heading)] == [("Title", 5)]


def test_boxes_are_known_by_their_state() -> None:
    """Open, ticked, and no box at all."""
    assert [(block.box, block.line) for block in blocks(TEXT)] == [(False, 7), (True, 8), (None, 11), (None, 12)]


def test_a_block_is_the_text_that_a_reader_sees() -> None:
    """Emphasis and comments vanish, code and link texts stay."""
    assert blocks(TEXT)[0].text.strip() == "open bold code/x.py link"


def test_comments_are_found_on_the_line_and_directly_below() -> None:
    """Both places belong to the same item."""
    assert [[(comment.body.strip(), comment.line) for comment in block.comments] for block in blocks(TEXT)[:2]] == [
        [("gate: a.b", 7)],
        [("gate: c.d", 10)],
    ]


def test_a_comment_after_a_blank_line_stands_alone() -> None:
    """Distance means that it belongs to nothing."""
    first, second = blocks("words < 5\n\n<!-- gate: a.b -->\n")
    assert not first.comments
    assert (second.text, second.comments[0].line) == ("", 3)


def test_code_and_links_keep_their_line() -> None:
    """Files that a text names can be reported where they stand."""
    spans = blocks("see `a/b.py`\nand [x](c.md)\n")[0].spans
    assert [(span.content, span.line, span.link) for span in spans] == [("a/b.py", 1, False), ("c.md", 2, True)]


def test_an_offset_leads_to_its_line() -> None:
    """A wrapped paragraph knows which line each word is on."""
    block = blocks("- [ ] first\n  second < 5 ms\n")[0]
    assert block.line_at(block.text.index("first")) == 1
    assert block.line_at(block.text.index("<")) == 2


def test_code_is_blotted_out_at_the_same_length() -> None:
    """The prose of a block has no code, and offsets still fit."""
    block = blocks("a `b < 5` c")[0]
    assert block.prose == "a ····· c"


def test_a_threshold_that_markdown_takes_for_a_quotation_keeps_its_sign() -> None:
    """`> 10 %` at the start of an item means more than ten percent, whatever it renders as."""
    assert blocks(TEXT)[3].text == ">10 % slower"
    assert blocks("> said somebody")[0].text == "said somebody"


def test_tables_have_rows_as_wide_as_their_header() -> None:
    """Missing cells are empty, and each cell knows its line."""
    table = next(element for element in parse_document(TEXT).elements if isinstance(element, Table))
    assert [cell.text for cell in table.header] == ["a", "b"]
    assert [[cell.text.strip() for cell in row] for row in table.rows] == [["one", "x"], ["two", ""]]
    assert [row[0].line for row in table.rows] == [16, 17]


def test_fences_are_read_by_their_length() -> None:
    """A fence of three inside a fence of four is content, and so is a line that looks like a heading."""
    fence = next(element for element in parse_document(TEXT).elements if isinstance(element, Fence))
    assert (fence.language, fence.line, fence.lines[0], fence.lines[-1]) == ("markdown", 20, "# no heading", "```")


def test_words_in_raw_html_are_not_lost() -> None:
    """A threshold in an HTML table is still words."""
    assert "p99 < 5 ms" in blocks("<table><tr><td>p99 < 5 ms</td></tr></table>")[0].text


@given(st.text(alphabet="#-*`|<>![]() \n\tx1:.", max_size=200))
def test_every_text_is_a_document_with_lines_inside_it(text: str) -> None:
    """No text fails, and no element lies outside the file."""
    last = text.count("\n") + 1
    for element in parse_document(text).elements:
        assert 1 <= element.line <= last + 1
