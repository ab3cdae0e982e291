"""The lines of docs/coming-from.md, each program in a folder of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest
from conftest import PROGRAM

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coming-from.md"
# What each section needs beside the package.
NEEDS = {"PyTorch": "torch", "scikit-learn": "sklearn", "rbms": "rbms", "MATLAB": "scipy"}


def blocks(heading: str) -> list[tuple[str, str]]:
    """Language and text of the blocks of a section."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"```(\w+)\n(.*?)```", section, flags=re.DOTALL)


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are those of bash")
@pytest.mark.parametrize("heading", NEEDS)
def test_lines_run_as_they_stand(heading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec(NEEDS[heading]) is None:
        pytest.skip(f"there is no {NEEDS[heading]}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}")
    names: dict[str, Any] = {}
    for language, text in blocks(heading):
        if language == "python":
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", category=DeprecationWarning)  # Of the other program.
                exec(compile(text, str(PAGE), "exec"), names)
        # The file of MATLAB is one that this test does not have.
        elif language == "sh" and heading != "MATLAB":
            ended = subprocess.run(["bash", "-e", "-c", text], capture_output=True, text=True)
            assert ended.returncode == 0, ended.stderr
