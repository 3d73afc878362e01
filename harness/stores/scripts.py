"""The parts of a reproducer that depend on what diverged: a call or a program, and the circumstances under which it does."""

from __future__ import annotations

import ast
import re
from importlib.resources import files

from harness.machines.programs import program_lines
from harness.model import Case, Divergence
from harness.stores.literals import literal

_SECOND_CALL = "a second call"
_SETTING = re.compile(r"\b([A-Z_]+)=(\S+)")
_FOLDER = re.compile(r"\bin (/\S*)$")
_PROGRAM = '''
OBSERVE = {observe}


def program(Class):
    """The program, as it is played on either side."""
{lines}


def load_player(target):
    """Return what plays programs on a class."""
    return Player(load(target))


'''


def call_parts(case: Case) -> dict[str, str]:
    """Return the parts of a script that calls a function."""
    return {
        "helpers": _source("harness.stores", "reproduction.py"),
        "program": "",
        "arguments": literal(case.arguments),
        "shown": '"arguments:", *(readable(argument) for argument in arguments())',
        "find": "load",
    }


def program_parts(case: Case) -> dict[str, str]:
    """Return the parts of a script that plays a program on a class."""
    lines = program_lines("Class", case.arguments, literal)
    sources = (("harness.stores", "reproduction.py"), ("harness.machines", "play.py"), ("harness.machines", "recorder.py"))
    return {
        "helpers": "\n\n\n".join(_source(room, name, first=place == 0) for place, (room, name) in enumerate(sources)),
        "program": _PROGRAM.format(observe=literal(case.arguments[2]), lines="\n".join(f"    {line}" for line in lines)),
        "arguments": "program_arguments(program, OBSERVE)",
        "shown": "inspect.getsource(program)",
        "find": "load_player",
    }


def circumstances(found: Divergence) -> dict[str, str]:
    """Return the environment and the folder under which an answer is another, empty unless that is what diverged."""
    origin = found.case.origin if found.check == "determinism" else ""
    folder = _FOLDER.search(origin)
    return {"environment": literal(dict(_SETTING.findall(origin))), "folder": ascii(folder.group(1) if folder else "")}


def is_second_call(found: Divergence) -> bool:
    """Tell whether the answer changes by calling twice in one process."""
    return found.case.origin.endswith(_SECOND_CALL)


def _source(room: str, name: str, *, first: bool = True) -> str:
    """Return a stand-alone file without its first sentence, which speaks of the file that it comes from; only one has the future."""
    source = (files(room) / name).read_text("utf-8")
    body = ast.parse(source).body
    start = body[0] if first else body[1]
    return "\n".join(source.splitlines()[start.end_lineno :]).strip()
