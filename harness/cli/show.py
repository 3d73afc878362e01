"""Puts a judged run on stdout in the format that was asked for."""

from __future__ import annotations

import json

import click

from harness.cli.common import Shell
from harness.report import github, json_report, markdown, terminal
from harness.report.document import RunDocument
from harness.run import page_of
from harness.run.publish import templates_of


def show(shell: Shell, document: RunDocument, output_format: str) -> None:
    """Print one run: the summary for people, or the whole as data."""
    if output_format == "json":
        click.echo(json.dumps(json_report.to_json(document), indent=2, ensure_ascii=True))
    elif output_format == "markdown":
        click.echo(markdown.render(document, templates_dir=templates_of(shell.project)))
    elif output_format == "github":
        click.echo(github.render(document))
    else:
        terminal.show(document, shell.out(), report=page_of(shell.project, document.migration))
