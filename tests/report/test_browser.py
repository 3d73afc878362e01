"""The page in a real browser: it fits, asks for nothing, runs nothing, and works with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.report import html, index

pytestmark = pytest.mark.browser
NAMES = ("unsigned", "signed", "failing", "empty", "hostile", "index")
Visit = Callable[..., Any]


@pytest.fixture(scope="session")
def pages(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every page to a folder."""
    folder = tmp_path_factory.mktemp("pages")
    nasty = sample.hostile("<script>document.title='taken'</script><img src=http://x/y onerror=\"document.title='taken'\">" + "W" * 9_000)
    runs = {name: getattr(sample, name)() for name in ("unsigned", "signed", "failing", "empty")} | {"hostile": nasty}
    for name, run in runs.items():
        (folder / f"{name}.html").write_text(html.render(run))
    (folder / "index.html").write_text(index.render([*runs.values()]))
    return folder


@pytest.fixture
def visit(browser: Any, pages: Path) -> Visit:
    """Open a page at a width and in a colour scheme; remember what it asked for and complained about."""

    def go(name: str, width: int = 1280, scheme: str = "light") -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.requested, page.complaints = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto((pages / f"{name}.html").as_uri())
        return page

    return go


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_scrolls_sideways(visit: Visit, name: str, width: int) -> None:
    """The page is never wider than the window; wide tables scroll in their own box."""
    page = visit(name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_asks_for_nothing_and_runs_nothing(visit: Visit, name: str) -> None:
    """The page loads only itself, complains about nothing, and no script of a record runs."""
    page = visit(name)
    assert page.requested == [page.url]
    assert page.complaints == []
    assert page.title() != "taken"
    page.close()


def test_light_and_dark_differ(visit: Visit) -> None:
    """The page follows the colour scheme of the reader."""
    grounds = []
    for scheme in ("light", "dark"):
        page = visit("failing", scheme=scheme)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert grounds == ["rgb(255, 255, 255)", "rgb(15, 18, 22)"]


def test_the_verdict_is_on_the_first_screen(visit: Visit) -> None:
    """On a phone the verdict, the sentence and the number of gates need no scrolling."""
    page = visit("failing", 390)
    for selector in (".word", ".sentence", ".figures dd"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] < 900
    page.close()


def test_the_filter_hides_what_passes(visit: Visit) -> None:
    """The choice above the gates leaves only those that do not pass."""
    page = visit("failing")
    assert page.locator("tbody tr.state-pass:visible").count() == 9
    page.locator("#only-open").check()
    assert page.locator("tbody tr.state-pass:visible").count() == 0
    assert page.locator(".gates tbody tr:visible").count() == 7
    page.close()


def test_the_first_key_skips_to_the_gates(visit: Visit) -> None:
    """The tab key first reaches a visible link past the head of the page."""
    page = visit("failing")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.close()


def test_wide_tables_can_be_scrolled_with_the_keyboard(visit: Visit) -> None:
    """Every box that scrolls can be focused and has a name."""
    page = visit("failing", 390)
    boxes = page.locator(".scroller")
    assert boxes.count() > 3
    assert all(box.get_attribute("tabindex") == "0" and box.get_attribute("aria-label") for box in boxes.all())
    page.close()


def test_gates_stay_a_table_on_a_phone(visit: Visit) -> None:
    """Where rows are stacked, assistive technology still reads a table."""
    page = visit("failing", 390)
    table = page.get_by_role("table").first
    assert table.get_by_role("row").count() == 17
    page.close()
