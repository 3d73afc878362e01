"""The stub says what the native module is: the same names, the same parameters, the same defaults."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import omega_rust
from omega_rust import _native, rating

STUB = ast.parse((Path(omega_rust.__file__).parent / "_native.pyi").read_text(encoding="utf-8"))
FUNCTIONS = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}
CLASSES = {
    node.name: node for node in STUB.body if isinstance(node, ast.ClassDef) and "final" in [ast.unparse(d) for d in node.decorator_list]
}


def parameters(function: ast.FunctionDef) -> list[tuple[str, object]]:
    """Return names and defaults as the stub writes them."""
    arguments = function.args
    names = [argument.arg for argument in arguments.args if argument.arg != "cls"]
    defaults: list[object] = [inspect.Parameter.empty] * (len(names) - len(arguments.defaults)) + [
        *map(ast.literal_eval, arguments.defaults)
    ]
    keywords = [
        (argument.arg, ast.literal_eval(default) if default else inspect.Parameter.empty)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return [*zip(names, defaults, strict=True), *keywords]


def signature(callable_: object) -> list[tuple[str, object]]:
    """Return names and defaults as the module has them."""
    found = inspect.signature(callable_).parameters.values()  # type: ignore[arg-type]
    return [(parameter.name, parameter.default) for parameter in found]


def test_the_stub_names_what_the_module_holds() -> None:
    """Nothing is undocumented, nothing is documented that is not there."""
    held = {name for name in vars(_native) if not name.startswith("_")}
    assert held == set(FUNCTIONS) | set(CLASSES)


def test_every_function_has_the_parameters_of_its_stub() -> None:
    """Order, names and defaults agree."""
    assert {name: signature(getattr(_native, name)) for name in FUNCTIONS} == {name: parameters(node) for name, node in FUNCTIONS.items()}


def test_every_class_has_the_fields_of_its_stub() -> None:
    """Keywords of the constructor agree, and each is a property."""
    for name, node in CLASSES.items():
        made = next(item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__new__")
        properties = [item.name for item in node.body if isinstance(item, ast.FunctionDef) and item.name != "__new__"]
        assert signature(getattr(_native, name)) == parameters(made)
        assert properties == [field for field, _ in parameters(made)]
        assert all(hasattr(getattr(_native, name), field) for field in properties)


def test_every_stub_is_documented() -> None:
    """The stub is the only place where the native module is explained."""
    assert all(ast.get_docstring(node) for node in [*FUNCTIONS.values(), *CLASSES.values()])


def test_the_public_module_offers_all_but_what_belongs_to_the_package() -> None:
    """`omega_rust.rating` holds everything of the rating module."""
    assert set(rating.__all__) == (set(FUNCTIONS) | set(CLASSES) | {"RatingError"}) - {"build_info"}
    assert all(hasattr(rating, name) for name in rating.__all__)
