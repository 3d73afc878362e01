"""All arrows point one way: who may import whom."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Lowest first; a room may import the rooms of a line above its own, and on its own line those that stand before it.
TIERS = (
    ("model", "errors", "exit_codes", "units"),
    ("contract", "compare", "stats", "runbook", "judge"),
    ("formats", "protocol", "machines", "cases"),
    ("stores", "drivers"),
    ("checks",),
    ("report",),
    ("settings", "miniatures", "run", "testing", "cli", "pytest_plugin", "__main__"),
)
ORDER = [room for tier in TIERS for room in tier]
OURS = {"harness", "omega", "reference_py", "omega_rust"}
# Inside functions only: a shadow run compares, and production code that runs none must not load it.
RUNTIME_MAY_LOAD_LATE = {"harness.compare", "harness.contract"}


def imports(tree: ast.AST) -> Iterator[str]:
    """Name every module that is imported anywhere in a tree; `from a import b` gives a.b, which may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top_level(tree: ast.Module) -> Iterator[str]:
    """Name the modules that are imported when the module itself is."""
    late = (ast.FunctionDef, ast.AsyncFunctionDef)
    inner = {id(node) for function in ast.walk(tree) if isinstance(function, late) for node in ast.walk(function)}
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in inner]
    yield from imports(ast.Module(body=statements, type_ignores=[]))


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "harness" and len(parts) > 1 else ""


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_a_room_imports_only_rooms_below_it(repository: Any) -> None:
    """No file of the harness reaches upwards."""
    wrong = []
    for path in repository.python("harness"):
        own = _room(_module(path))
        if not own or own == "runtime":
            continue
        assert own in ORDER, f"{own} is a new room; give it a tier"
        above = {name for name in map(_room, imports(repository.tree(path))) if name in ORDER and ORDER.index(name) > ORDER.index(own)}
        wrong += [f"{path} imports {name}" for name in sorted(above)]

    assert not wrong, "\n".join(wrong)


def test_nothing_but_production_imports_the_runtime(repository: Any) -> None:
    """The tool reaches the runtime by import path, in workers, as it reaches everything under test."""
    files = [path for path in repository.python("harness") if _room(_module(path)) != "runtime"]

    wrong = [str(path) for path in files if any(_room(name) == "runtime" for name in imports(repository.tree(path)))]

    assert not wrong, "\n".join(wrong)


def test_the_runtime_needs_only_the_standard_library(repository: Any) -> None:
    """Production code that imports the runtime gets nothing else with it."""
    wrong = []
    for path in repository.python("harness"):
        if _room(_module(path)) != "runtime":
            continue
        early = set(top_level(repository.tree(path)))
        for name in imports(repository.tree(path)):
            late = ".".join(name.split(".")[:2]) in RUNTIME_MAY_LOAD_LATE and name not in early
            if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("harness.runtime") and not late:
                wrong.append(f"{path} imports {name}")

    assert not wrong, "\n".join(wrong)


def test_importing_the_harness_needs_only_the_standard_library(repository: Any) -> None:
    """What every import of the package loads, and so the runtime's too, is plain Python."""
    rooms = {"", "contract", "model", "errors"}
    files = [path for path in repository.python("harness") if _room(_module(path)) in rooms]
    foreign = {name.partition(".")[0] for path in files for name in top_level(repository.tree(path))} - sys.stdlib_module_names

    assert foreign == {"harness"}


def test_a_reference_knows_neither_harness_nor_ports(repository: Any) -> None:
    """The truth of parity stands alone."""
    wrong = [
        f"{path} imports {name}"
        for path in repository.python("reference_py")
        for name in imports(repository.tree(path))
        if name.partition(".")[0] in OURS - {"reference_py"}
    ]

    assert not wrong, "\n".join(wrong)


def test_a_facade_knows_reference_and_runtime_only(repository: Any) -> None:
    """Production code reaches a port by dispatch, never by import."""
    allowed = ("omega", "reference_py", "harness.runtime")
    found = {name for path in repository.python("omega") for name in imports(repository.tree(path)) if name.partition(".")[0] in OURS}

    wrong = [name for name in sorted(found) if not name.startswith(allowed)]

    assert not wrong, "\n".join(wrong)


def test_there_is_no_import_cycle(repository: Any) -> None:
    """Every module can be read after those it imports."""
    files = {_module(path): path for path in repository.python("harness", "omega", "reference_py") if path.suffix == ".py"}
    graph = {name: _edges(name, repository.tree(path), set(files)) for name, path in files.items()}

    assert _cycle(graph) == []


def _edges(own: str, tree: ast.Module, known: set[str]) -> set[str]:
    found = (name if name in known else name.rpartition(".")[0] for name in top_level(tree))
    return {name for name in found if name in known and name != own}


def _cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return one cycle, or nothing: modules that nothing is waiting for are taken away until none is left."""
    left = {name: set(edges) for name, edges in graph.items()}
    while free := [name for name, edges in left.items() if not edges & left.keys()]:
        for name in free:
            del left[name]
    if not left:
        return []
    trail = [next(iter(left))]
    while len(set(trail)) == len(trail):
        trail.append(min(left[trail[-1]] & left.keys()))
    return trail[trail.index(trail[-1]) :]
