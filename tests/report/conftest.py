"""What the report's tests share: the sample runs, and a browser that may be missing only where nobody demands it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

NASTY = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x="',
    "template": "{{ 7 * 7 }}{% include 'style.css' %}{# gone #}",
    "controls": "a\x00b\x07c\x1b[31md\x7fe\x9bf\r\ng",
    "surrogate": "lone \ud800 and \udfff",
    "reordering": "safe\u202eexe.fdp\u202c \u2066x\u2069 \ufeff\u200b\u2028\ufffe",
    "markdown": "a | b\n# head\n- [x](http://x) `tick` ``` *em* _em_ @all <details> www.x.y",
    "xml": "]]> &amp; <![CDATA[ <!-- \x0b",
    "annotation": "%0A::error::x\n::error file=a,line=1::boo",
    "long": "x" * 10_000,
    "long words": "word " * 2_000,
    "empty": "",
    "umlauts": "Grün ≥ 8 \U0001f469\u200d\U0001f52c 漢字",
}


def _load_sample() -> ModuleType:
    name = "report_sample"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("sample.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """Give the module with the sample runs."""
    return _load_sample()


@pytest.fixture(scope="session", params=("unsigned", "signed", "failing", "empty"))
def run(request: pytest.FixtureRequest, sample: ModuleType) -> Any:
    """Give each of the sample runs in turn."""
    return getattr(sample, request.param)()


@pytest.fixture(params=NASTY.values(), ids=NASTY.keys())
def nasty(request: pytest.FixtureRequest) -> str:
    """Give each of the texts that no report may trust."""
    return str(request.param)


@pytest.fixture(scope="module")  # its event loop must not outlive the module: no other test could start one
def browser() -> Iterator[Any]:
    """Give a browser; without one the tests are skipped, or fail where HARNESS_REQUIRE_BROWSER=1 demands it."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    missing = "" if path else "no chromium or google-chrome is on the PATH"
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - optional here
    except ImportError:
        missing = "playwright is not installed"
    if missing and os.environ.get("HARNESS_REQUIRE_BROWSER") == "1":
        pytest.fail(f"HARNESS_REQUIRE_BROWSER=1, but {missing}")
    if missing:
        pytest.skip(f"the page cannot be looked at: {missing}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()
