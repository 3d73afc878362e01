"""The page: complete, self-contained, accessible, and deaf to what records try to make it do."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from harness.report import html
from harness.report.document import RunDocument

STYLE = Path(html.__file__).parent / "templates" / "style.css"
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Reads a page into its tags, and checks that they nest."""

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag that closes itself."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Check that what is closed was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Remember the words."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """Return all words."""
        return " ".join(" ".join(self.words).split())

    def attributes(self, name: str) -> list[str]:
        """Return every value of an attribute."""
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def test_every_run_renders(run: RunDocument) -> None:
    """Each sample run gives a page whose tags nest and whose verdict is said."""
    page = Page(html.render(run))
    assert run.verdict.decision.value in page.text


def test_every_gate_is_on_the_page(sample: ModuleType) -> None:
    """Each threshold is there with its place, value and limit."""
    text = Page(html.render(sample.failing())).text
    for judged in sample.failing().verdict.gates:
        assert judged.gate.text in text
        assert str(judged.gate.source) in text


def test_the_first_screen_says_what_to_do(sample: ModuleType) -> None:
    """Reasons stand before the gates, with their place and the next command."""
    text = Page(html.render(sample.failing())).text
    start = text[: text.index("Each row is a threshold")]
    assert "harness replay 8d41f0c2ab" in start
    assert "runbooks/rating.md:118" in start
    assert "harness signoff rating --role ROLE --name NAME" in start


def test_the_page_needs_no_network(run: RunDocument) -> None:
    """Nothing is loaded from anywhere, and the page forbids it besides."""
    page = Page(html.render(run))
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert all(value.startswith("#") for value in page.attributes("href") + page.attributes("src"))
    assert any("default-src 'none'" in value for value in page.attributes("content"))
    assert "@import" not in html.render(run)


def test_links_lead_somewhere(run: RunDocument) -> None:
    """Every link on the page has its target, and every id is there once."""
    page = Page(html.render(run))
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in page.attributes("href")} <= set(ids)


def test_headings_are_in_order(run: RunDocument) -> None:
    """There is one first heading, and no level is skipped."""
    levels = [int(tag[1]) for tag, _ in Page(html.render(run)).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_table_headings_have_a_scope(run: RunDocument) -> None:
    """Every heading of a table says whether it is for a row or a column."""
    assert all("scope" in attributes for tag, attributes in Page(html.render(run)).tags if tag == "th")


def test_pictures_have_words(sample: ModuleType) -> None:
    """Every drawing has a label, or is hidden from those who listen."""
    for tag, attributes in Page(html.render(sample.failing())).tags:
        if tag == "svg" and "class" in attributes and attributes["class"] != "beyond":
            assert attributes.get("aria-label") or attributes.get("aria-hidden") == "true"


def test_records_cannot_reach_the_page(sample: ModuleType, nasty: str) -> None:
    """Whatever a record says is shown as words: no tag, no attribute, no control character comes from it."""
    text = html.render(sample.hostile(nasty))
    page, plain = Page(text), Page(html.render(sample.hostile("plain")))
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags}
    assert {name for _, attributes in page.tags for name in attributes} == {name for _, attributes in plain.tags for name in attributes}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert text.encode()


def test_long_texts_are_clipped(sample: ModuleType) -> None:
    """Ten thousand characters in every field do not make a page of ten thousand characters times every field."""
    assert len(html.render(sample.hostile("x" * 10_000))) < 150_000


def test_thousands_of_gates_fit(sample: ModuleType) -> None:
    """Five thousand gates are all on the page."""
    text = html.render(sample.with_gates(5_000))
    assert text.count('role="rowheader"') == 5_000
    assert len(text) < 12_000_000


def test_states_are_never_colours_alone(sample: ModuleType) -> None:
    """Each state is said in a word beside its sign."""
    text = Page(html.render(sample.failing())).text
    for words in ("✕ fail", "? open", "! warns", "~ waived", "✓ pass", "✕ contradicted", "? claimed", "○ open", "✓ evidenced"):
        assert words in text


def test_signatures_for_other_evidence_are_told_apart(sample: ModuleType) -> None:
    """A sign-off counts only for the evidence on the page."""
    assert "✓ yes" in Page(html.render(sample.signed())).text
    assert "no, for other evidence" in Page(html.render(sample.hostile("x"))).text


def _palettes() -> list[dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(), re.DOTALL)
    light, dark, printed = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block)) for block in blocks]
    return [light, light | dark, light | printed]


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark", "print"])
@pytest.mark.parametrize("ink", ["ink", "soft", "link", "good", "bad", "doubt", "aside"])
@pytest.mark.parametrize("ground", ["paper", "panel", "raised", "own tint"])
def test_words_can_be_read(palette: dict[str, str], ink: str, ground: str) -> None:
    """Text stands out from its ground by the 4.5 to 1 that the accessibility guidelines (WCAG 2.2, 1.4.3) ask for."""
    below = palette.get(f"{ink}-tint", palette["paper"]) if ground == "own tint" else palette[ground]
    light, dark = sorted((_luminance(palette[ink]), _luminance(below)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
