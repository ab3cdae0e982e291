"""The questions of docs/which-command.md, by their commands and by their lines of Python: the same numbers."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import PROGRAM, agrees, cells

import saddlepoint as sp

PAGE = Path(__file__).resolve().parents[2] / "docs" / "which-command.md"


def sections() -> list[tuple[str, list[str], str]]:
    """Heading, commands and lines of Python of each section of the page."""
    parts = re.split(r"^#{1,3} (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [(heading, re.findall(r"^\$ (.*)$", text, flags=re.MULTILINE), lines(text)) for heading, text in zip(parts[::2], parts[1::2])]


def lines(text: str) -> str:
    return "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))


def answer(source: str, names: dict[str, Any]) -> Any:
    """Runs lines and gives the value of the last one, if it has one."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(PAGE), "exec"), names)
    return eval(compile(ast.Expression(last.value), str(PAGE), "eval"), names) if isinstance(last, ast.Expr) else None


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are those of bash")
def test_commands_and_lines_answer_with_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}")
    names: dict[str, Any] = {"sp": sp}
    compared = 0
    for heading, commands, source in sections():
        # The whole table, and not what the page shows of it.
        printed = [subprocess.run(["bash", "-c", command.split(" | ")[0]], capture_output=True, text=True) for command in commands]
        assert all(run.returncode == 0 for run in printed), (heading, [run.stderr for run in printed])
        table = answer(source, names)
        if table is None:
            continue
        header, rows = cells(printed[-1].stdout)
        # A part of a table is its last rows.
        assert 0 < len(table) <= len(rows), heading
        for row, texts in zip(table, rows[-len(table) :]):
            for name, text in zip(header, texts):
                assert agrees(row[name], text), (heading, name, row[name], text)
        compared += 1
    assert compared > 35
