"""The Jinja environments: sandboxed, because users bring templates, and cleaning and escaping whatever a template prints."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from harness.errors import Code, HarnessError
from harness.report.text import clean, clip, grouped, one_line, plural

_MARKDOWN_MARK = re.compile(r"([\\`*_\[\]|~$])")
_MARKDOWN_START = re.compile(r"^(\d*)(#|[-+=:](?=[-+=:\s]|$)|(?<=\d)[.)](?=\s|$))")
_HTML_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_AUTOMATIC = re.compile(r"@|:(?=//)|www(?=\.)")
_NOT_PLAIN = re.compile(r"[^\w\s.,;/=]|_|(?<=:)/|www", re.ASCII)


def render(template: str, *, templates_dir: Path | None, **values: Any) -> str:
    """Render a template by its name; those of `templates_dir` come before the built-in ones.

    Raises HarnessError REPORT_INVALID when a template is broken or does what the sandbox forbids.
    """
    environment = _markdown(templates_dir) if template.endswith(".md.j2") else _html(templates_dir)
    try:
        return environment.get_template(template).render(**values)
    except Exception as error:  # a user's template may raise anything
        raise HarnessError(
            Code.REPORT_INVALID,
            f"the template {template!r} cannot be rendered",
            where=str(templates_dir or ""),
            cause=f"{type(error).__name__}: {one_line(str(error))}",
            hint="mend the template, or leave out the folder of templates to use the built-in ones",
        ) from error


def markdown_text(text: str, longest: int = 400) -> Markup:
    """Escape a text so that GitHub shows it as it is: on one line, in a table cell, linking nothing and calling nobody."""
    escaped = _MARKDOWN_MARK.sub(r"\\\1", one_line(text, longest))
    escaped = _MARKDOWN_START.sub(r"\1\\\2", escaped)
    for character, reference in _HTML_REFERENCES.items():
        escaped = escaped.replace(character, reference)
    return Markup(_AUTOMATIC.sub(lambda match: f"{match.group()}&#8203;", escaped))  # noqa: S704 - escaped just above


def markdown_code(text: str, longest: int = 400) -> Markup:
    """Put a text into a code span that nothing can end: every character that might is written as a reference."""
    escaped = _NOT_PLAIN.sub(lambda match: "".join(f"&#{ord(character)};" for character in match.group()), one_line(text, longest))
    return Markup(f"<code>{escaped}</code>")  # noqa: S704 - escaped just above


def _html(templates_dir: Path | None) -> ImmutableSandboxedEnvironment:
    environment = _environment(templates_dir, _cleaned)
    environment.filters |= {"clip": clip, "one_line": one_line, "plural": plural, "grouped": grouped}
    return environment


def _markdown(templates_dir: Path | None) -> ImmutableSandboxedEnvironment:
    environment = _environment(templates_dir, lambda value: value if hasattr(value, "__html__") else markdown_text(str(value)))
    environment.filters |= {"code": markdown_code, "text": markdown_text, "plural": plural, "grouped": grouped}
    return environment


def _environment(templates_dir: Path | None, finalize: Callable[[Any], Any]) -> ImmutableSandboxedEnvironment:
    loaders: list[BaseLoader] = [PackageLoader("harness.report", "templates")]
    if templates_dir is not None:
        loaders.insert(0, FileSystemLoader(templates_dir))
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _cleaned(value: Any) -> Any:
    """Make every printed text harmless before it is escaped; what is marked as safe comes from the templates themselves."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else clean(value)
