"""Checks the Python package as a user gets it: builds the wheel, installs it into an environment of its own, checks types and runs the tests.

    python3 scripts/python.py               types and tests
    python3 scripts/python.py --packages    the packages that they need, and no more
    python3 scripts/python.py --notebooks   makes notebooks with outputs of docs/notebooks, in target/python/notebooks, besides
    python3 scripts/python.py -- -k errors  with arguments for pytest

The environment is target/python. Needs Rust, Python 3.10 or later and the network.
"""

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

import wheel

FOLDER = wheel.TARGET / "python"
PACKAGE = wheel.ROOT / "python"
NOTEBOOKS = wheel.ROOT / "docs" / "notebooks"


def run(*command: str | Path, folder: Path = FOLDER) -> None:
    """Runs a command; ends the script if it fails."""
    words = [str(word) for word in command]
    print("+", *words, file=sys.stderr, flush=True)
    # Only the wheel is found, and not the source beside the tests.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    status = subprocess.run(words, cwd=folder, env=variables).returncode
    if status:
        sys.exit(status)


def packages(requirements: list[Path]) -> Path:
    """The interpreter of an environment that has some packages."""
    programs = FOLDER / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not python.exists():
        venv.create(FOLDER, with_pip=True)
    for listed in requirements:
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", listed)
    return python


def environment(requirements: list[Path]) -> Path:
    """The same, with the wheel as it is now."""
    python = packages(requirements)
    built = wheel.build(manylinux=False)
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall", built)
    return python


def notebooks(python: Path) -> None:
    """Makes an .ipynb of every notebook and runs it, which ends with an error if a cell does."""
    run(python, "-m", "ipykernel", "install", "--sys-prefix", "--name", "python3")
    for notebook in sorted(NOTEBOOKS.glob("*.py")):
        made = FOLDER / "notebooks" / f"{notebook.stem}.ipynb"
        made.parent.mkdir(exist_ok=True)
        run(python, "-m", "jupytext", "--quiet", "--to", "ipynb", "--set-kernel", "python3", "--execute", "--output", made, notebook)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", action="store_true", help="install what the tests need, and no more")
    parser.add_argument("--notebooks", action="store_true", help="make and run notebooks besides")
    parser.add_argument("pytest", nargs="*", help="arguments of pytest")
    arguments = parser.parse_args()
    requirements = ["test", "notebooks"] if arguments.notebooks else ["test"]
    files = [PACKAGE / f"requirements-{name}.txt" for name in requirements]
    if arguments.packages:
        packages(files)
        sys.exit()
    interpreter = environment(files)
    run(interpreter.parent / "saddlepoint", "--version")
    run(interpreter, "-m", "mypy", "--config-file", PACKAGE / "pyproject.toml", "--package", "saddlepoint")
    run(interpreter, "-m", "mypy", "--config-file", PACKAGE / "pyproject.toml", PACKAGE / "tests")
    run(interpreter, "-m", "pytest", "-q", "-c", PACKAGE / "pyproject.toml", "--rootdir", PACKAGE, PACKAGE / "tests", *arguments.pytest)
    if arguments.notebooks:
        notebooks(interpreter)
