"""The pictures of docs/gallery.md, by its commands and by its lines of Python: the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROGRAM

GALLERY = Path(__file__).resolve().parents[2] / "docs" / "gallery.md"


def blocks(language: str) -> str:
    """What stands in the blocks of a language."""
    text = GALLERY.read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL))


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are those of bash")
def test_commands_and_lines_draw_the_same_pictures(tmp_path: Path) -> None:
    by_command, by_line = tmp_path / "command", tmp_path / "line"
    by_command.mkdir()
    by_line.mkdir()
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    commands = ["bash", "-e", "-o", "pipefail", "-c", blocks("sh")]
    # Rows that are no full answer end a command with the exit status 1, and those of the gallery have none.
    subprocess.run(commands, cwd=by_command, env={**os.environ, "PATH": path}, check=True, capture_output=True)
    lines = "import numpy as np\nimport saddlepoint as sp\n" + blocks("python")
    subprocess.run([sys.executable, "-c", lines], cwd=by_line, check=True, capture_output=True)
    pictures = sorted(by_line.glob("*.svg"))
    assert len(pictures) > 30
    for picture in pictures:
        assert picture.read_bytes() == (by_command / picture.name).read_bytes(), picture.name
