"""Writes the public surface of each crate into docs/public-api, a line for each item, or compares it with what is there.

    python3 scripts/public_api.py           write
    python3 scripts/public_api.py --check   exit status 1 if a crate has another surface

A change of these files is what a release has to say of its interface. Rustdoc's JSON is unstable: the toolchain in use is told to write it (RUSTC_BOOTSTRAP), in the format that this
version of cargo-public-api knows. Needs the network for cargo-public-api, which is installed into target/cargo-tools.
"""

import argparse
import difflib
import os
import subprocess
import sys
from pathlib import Path

import wheel

VERSION = "0.52.0"
FOLDER = wheel.TARGET / "public-api"
FILES = wheel.ROOT / "docs" / "public-api"
CRATES = ["saddlepoint", "saddlepoint-theory", "saddlepoint-simulator", "saddlepoint-validation"]


def surface(program: Path, crate: str) -> str:
    """The items of a crate but for what derives and blanket implementations add."""
    command = [str(program), "public-api", "--package", crate, "-sss", "--color", "never"]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(FOLDER / "target"), "RUSTC_BOOTSTRAP": "1"}
    ended = subprocess.run(command, cwd=wheel.ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if ended.returncode:
        sys.exit(ended.returncode)
    return ended.stdout


def same(file: Path, text: str) -> bool:
    """Whether a file has this text; shows where it has not."""
    known = file.read_text() if file.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(known.splitlines(True), text.splitlines(True), f"{file.name}", "the sources", n=0))
    return known == text


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    arguments = parser.parse_args()
    FILES.mkdir(exist_ok=True)
    program = wheel.cargo_tool("cargo-public-api", VERSION)
    surfaces = {FILES / f"{crate}.txt": surface(program, crate) for crate in CRATES}
    if arguments.check:
        sys.exit(not all([same(file, text) for file, text in surfaces.items()]))
    for file, text in surfaces.items():
        file.write_text(text)
