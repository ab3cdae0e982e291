"""What the stub says is what the extension module has, and every public function is documented."""

from __future__ import annotations

import ast
import doctest
import inspect
from pathlib import Path

import numpy as np
import pytest

import saddlepoint as sp
from saddlepoint import _call, _native

STUB = ast.parse((Path(sp.__file__).parent / "_native.pyi").read_text())


def public(names: object) -> set[str]:
    return {name for name in dir(names) if not name.startswith("_")}


def parameters(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in function.args.args if argument.arg not in ("self", "cls")]


def test_the_stub_names_everything_that_the_module_has() -> None:
    functions = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}
    classes = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
    assert functions.keys() | classes.keys() == public(_native)
    for name, function in functions.items():
        assert parameters(function) == list(inspect.signature(getattr(_native, name)).parameters), name
    for name, body in classes.items():
        methods = {node.name: node for node in body.body if isinstance(node, ast.FunctionDef)}
        assert {method for method in methods if not method.startswith("_")} == public(getattr(_native, name)), name
        for method, function in methods.items():
            found = getattr(getattr(_native, name), method)
            if callable(found) and not method.startswith("_"):
                assert parameters(function) == [p for p in inspect.signature(found).parameters if p != "self"], method


def test_every_public_name_is_documented() -> None:
    for name in sp.__all__:
        thing = getattr(sp, name)
        if callable(thing):
            assert thing.__doc__, name
        if inspect.isfunction(thing):
            for parameter in inspect.signature(thing).parameters:
                assert parameter in (thing.__doc__ or ""), (name, parameter)


@pytest.mark.parametrize("module", ["_theory", "_table", "_machine", "sklearn"])
def test_examples_say_what_is_printed(module: str) -> None:
    __import__(f"saddlepoint.{module}")
    result = doctest.testmod(getattr(sp, module), optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0 and result.failed == 0


def test_every_experiment_names_its_parameters() -> None:
    found = {experiment.name: experiment for experiment in sp.experiments()}
    parameters = {parameter.name: parameter for parameter in found["mismatched-inference"].parameters}
    assert "teacher_beta" in parameters and parameters["teacher_beta"].meaning
    assert len(found) > 20


def test_numbers_are_written_so_that_they_read_back_the_same() -> None:
    for value in (0.1 + 0.2, np.float64(1 / 3), 1e-300, 5, np.int32(7)):
        assert float(_call._text(value)) == value
    assert _call._text([0.5, 1]) == "0.5,1"
    assert _call._text(np.array(0.5)) == "0.5"
    assert _call._text(np.linspace(0, 1, 3)) == "0.0,0.5,1.0"
    with pytest.raises(ValueError, match="units: True is neither"):
        sp.threshold("iid", units=True)
    for bad in (True, [True], {"a": 1}, object()):
        with pytest.raises(ValueError, match="neither a number nor a word"):
            _call._text(bad)
