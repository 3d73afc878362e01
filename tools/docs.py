"""Writes the pages that are made from the program, so that they cannot drift: the command reference, and the report's picture."""
# ruff: noqa: INP001, T201 - a script, not a package; saying what it wrote is what it is for

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from harness.cli import main

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "commands.md"
PICTURE = ROOT / "docs" / "report.png"
REPORT = ROOT / "reports" / "rating" / "report.html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 1280, 1000


def command_reference() -> str:
    """Return the help of every verb as one Markdown page."""
    lines = ["# Commands", "", "Made by `make docs` from the program; do not edit.", ""]
    for name, command in _commands(main, "harness"):
        context = click.Context(command, info_name=name, color=False)
        context.max_content_width = 100
        lines += [f"## `{name}`", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(lines)


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for below in command.list_commands(click.Context(command)):
            yield from _commands(command.commands[below], f"{name} {below}")


def take_picture() -> str:
    """Photograph the report of the rating migration, where there is one and a browser; says what it did."""
    browser = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if browser is None or not REPORT.is_file():
        return "no browser or no report here; docs/report.png stays as it is"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(REPORT.as_uri())
        page.screenshot(path=PICTURE)
        chromium.close()
    return f"wrote {PICTURE.relative_to(ROOT)}"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(
            0 if PAGE.is_file() and PAGE.read_text("utf-8") == command_reference() else "docs/commands.md is out of date; run `make docs`"
        )
    PAGE.write_text(command_reference(), "utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    print(take_picture())
