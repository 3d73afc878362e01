"""Markdown to a flat list of elements with their lines: the only file that knows the Markdown library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

_NESTING = 100
_BOX = re.compile(r"^\[([ xX])\](?:\s+|$)")
_CUT_THRESHOLD = re.compile(r"=?\s*[\d.]*\d")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a block that is more than words: a link's target or inline code, with its line; `start` is where code begins."""

    content: str
    line: int
    link: bool = False
    start: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """The body of an HTML comment, invisible when rendered."""

    body: str
    line: int


@dataclass(slots=True)
class Block:
    """One paragraph, list item or table cell: what a reader sees, and what is hidden in it.

    `breaks` holds (offset into `text`, line) where each source line begins; `box` is None without a checkbox.
    """

    text: str
    line: int
    end_line: int
    in_list: bool = False
    box: bool | None = None
    comments: list[Comment] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)

    def line_at(self, offset: int) -> int:
        """Return the source line of a place in the visible text."""
        return max((line for start, line in self.breaks if start <= offset), default=self.line)

    @property
    def prose(self) -> str:
        """The visible text with inline code blotted out, at the same length."""
        text = self.text
        for span in self.spans:
            if not span.link:
                text = text[: span.start] + "·" * len(span.content) + text[span.start + len(span.content) :]
        return text


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the document itself; headings inside lists and quotations are blocks."""

    title: str
    level: int
    line: int
    block: Block


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its header cells, and its rows of as many cells."""

    header: tuple[Block, ...]
    rows: tuple[tuple[Block, ...], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fence:
    """A code block: data, never run. `line` is that of its first line of code."""

    language: str
    lines: tuple[str, ...]
    line: int


Element = Block | Heading | Table | Fence


@dataclass(frozen=True, slots=True)
class Document:
    """The elements of a Markdown text in file order; `front_matter` is its raw YAML, or None."""

    elements: tuple[Element, ...]
    front_matter: str | None = None


def parse_document(content: str) -> Document:
    """Read Markdown with tables and front matter; every text is a valid document."""
    tokens = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table").use(front_matter_plugin).parse(content)
    front_matter = next((token.content for token in tokens if token.type == "front_matter"), None)
    return Document(tuple(_attach(_elements(tokens))), front_matter)


def _elements(tokens: Sequence[Token]) -> Iterator[Element]:
    """Walk the tokens; `lists` counts how deep in lists the walk is."""
    lists = index = 0
    while index < len(tokens):
        token = tokens[index]
        lists += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "table_open":
            index, table = _table(tokens, index)
            yield table
        elif token.type in {"fence", "code_block"}:
            first = _line(token) + (token.type == "fence")
            yield Fence(token.info.strip().split(" ")[0].lower(), tuple(token.content.split("\n")[:-1]), first)
        elif token.type == "html_block":
            yield _html(token)
        elif token.type == "inline" and tokens[index - 1].type == "heading_open" and tokens[index - 1].level == 0:
            block = _block(token)
            yield Heading(block.text.strip(), int(tokens[index - 1].tag[1:]), _line(token), block)
        elif token.type == "inline":
            quoted = index > 1 and tokens[index - 2].type == "blockquote_open"
            yield _block(token, in_list=lists > 0, quoted=quoted)
        index += 1


def _table(tokens: Sequence[Token], index: int) -> tuple[int, Table]:
    start, rows = _line(tokens[index]), list[list[Block]]()
    while tokens[index].type != "table_close":
        index += 1
        if tokens[index].type == "tr_open":
            rows.append([])
        elif tokens[index].type == "inline":
            rows[-1].append(_block(tokens[index]))
    header, *body = rows
    return index, Table(tuple(header), tuple(tuple(row) for row in body), start)


def _block(token: Token, *, in_list: bool = False, quoted: bool = False) -> Block:
    """Flatten inline Markdown to the words a reader sees; a marker of a checkbox is taken off the front.

    A line that begins with `> 10 %` is a quotation to Markdown and a threshold to whoever wrote it: the sign is put back.
    """
    line = _line(token)
    block = Block(
        ">" if quoted and _CUT_THRESHOLD.match(token.content) else "",
        line,
        token.map[1] if token.map else line,
        in_list,
        breaks=[(0, line)],
    )
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
            block.text += " "
            block.breaks.append((len(block.text), line))
        elif child.type == "html_inline":
            _inline_html(block, child.content, line)
            line += child.content.count("\n")
        elif child.type == "link_open":
            block.spans.append(Span(str(child.attrs.get("href", "")), line, link=True))
        elif child.type == "code_inline":
            block.spans.append(Span(child.content, line, start=len(block.text)))
            block.text += child.content
        else:
            block.text += child.content
    box = _BOX.match(token.content) if in_list else None
    if box:
        _take_box(block, ticked=box.group(1) != " ")
    return block


def _inline_html(block: Block, content: str, line: int) -> None:
    comment = _COMMENT.fullmatch(content)
    if comment:
        block.comments.append(Comment(comment.group(1), line))
    elif content.lower().startswith("<br"):
        block.text += " "


def _take_box(block: Block, *, ticked: bool) -> None:
    """Remember the tick and shift the text to begin after the marker."""
    marker = _BOX.match(block.text)
    width = marker.end() if marker else 0
    block.box = ticked
    block.text = block.text[width:]
    block.breaks = [(max(0, offset - width), line) for offset, line in block.breaks]
    block.spans = [replace(span, start=max(0, span.start - width)) for span in block.spans]


def _html(token: Token) -> Block:
    """Keep raw HTML as the words in it; tags say nothing, comments may bind."""
    line = _line(token)
    comments = [Comment(match[1], line + token.content[: match.start()].count("\n")) for match in _COMMENT.finditer(token.content)]
    block = Block("", line, token.map[1] if token.map else line, comments=comments)
    visible = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), token.content)
    for offset, words in enumerate(_TAG.sub(" ", visible).split("\n")):
        block.breaks.append((len(block.text), line + offset))
        block.text += unescape(words).strip() + " "
    block.text = block.text.rstrip()
    return block


def _attach(elements: Iterator[Element]) -> Iterator[Element]:
    """Give a comment that stands directly below a block, without a blank line, to that block."""
    last: Element | None = None
    for element in elements:
        if isinstance(last, Block) and isinstance(element, Block) and not element.text and element.line == last.end_line + 1:
            last.comments += element.comments
            last.end_line = element.end_line
            continue
        if last is not None:
            yield last
        last = element
    if last is not None:
        yield last


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0
