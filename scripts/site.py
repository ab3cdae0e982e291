"""Builds the site of the documentation in target/site: the handbook with its formulas, search, and the references of both languages.

    python3 scripts/site.py                                 builds it; open target/site/index.html
    python3 scripts/site.py --check                         and looks at every page in a browser
    python3 scripts/site.py --check --screenshots FOLDER    and keeps pictures of some of them
    python3 scripts/site.py --no-rust                       without the reference of the Rust crates, which has to be compiled

The sources are the Markdown files that GitHub renders, and `docs/site` says how Sphinx reads them. Sphinx was chosen over mdBook because it has the reference
of the Python package from its docstrings, and because what it does not find is an error. KaTeX makes HTML of the formulas when the site is built, so that no
page needs a script or another host for them.

Needs Python 3.11 or later, Node.js with npm, the network and, for the reference of the crates, Rust; --check needs Chromium with its driver (on Debian
`apt-get install chromium chromium-driver`). The environment is target/site-env.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SITE = TARGET / "site"
ENVIRONMENT = TARGET / "site-env"
REQUIREMENTS = ROOT / "docs" / "requirements.txt"
KATEX = "katex@0.16.22"
FRONT = '<!DOCTYPE html><meta charset="utf-8"><title>saddlepoint</title><meta http-equiv="refresh" content="0; url=README.html">\n'


def run(*command: str | Path, folder: Path = ROOT, **environment: str) -> None:
    """Runs a command; ends the script if it fails."""
    words = [str(word) for word in command]
    print("+", *words, file=sys.stderr, flush=True)
    status = subprocess.run(words, cwd=folder, env={**os.environ, **environment}).returncode
    if status:
        sys.exit(status)


def program(name: str) -> str:
    """A program that has to be installed."""
    found = shutil.which(name)
    if found is None:
        sys.exit(f"site.py: there is no {name}: install it, see the first lines of this script")
    return found


def environment() -> Path:
    """The interpreter of an environment that has the packages and KaTeX."""
    python = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp = ENVIRONMENT / "installed"
    wanted = f"{KATEX}\n{REQUIREMENTS.read_text()}"
    if not stamp.is_file() or stamp.read_text() != wanted:
        venv.create(ENVIRONMENT, with_pip=True)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS)
        lay_katex(ENVIRONMENT / "katex")
        stamp.write_text(wanted)
    return python


def lay_katex(folder: Path) -> None:
    """Lays down KaTeX itself, and in `static` what its formulas need in a browser: a style sheet and fonts."""
    with tempfile.TemporaryDirectory() as packed:
        run(program("npm"), "pack", "--silent", KATEX, folder=Path(packed))
        (archive,) = Path(packed).glob("*.tgz")
        with tarfile.open(archive) as files:
            files.extractall(packed, filter="data")
        dist = Path(packed) / "package" / "dist"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "static" / "fonts").mkdir(parents=True)
        shutil.copy2(dist / "katex.min.js", folder)
        shutil.copy2(dist / "katex.min.css", folder / "static")
        for font in dist.glob("fonts/*.woff2"):
            shutil.copy2(font, folder / "static" / "fonts")


def build(python: Path, has_rust: bool) -> None:
    """The site, made anew; a warning of Sphinx is an error."""
    shutil.rmtree(SITE, ignore_errors=True)
    sphinx = [python, "-m", "sphinx", "--builder", "html", "--fail-on-warning", "--quiet", "--fresh-env"]
    run(*sphinx, "--conf-dir", ROOT / "docs" / "site", "--doctree-dir", TARGET / "site-doctrees", ROOT, SITE)
    (SITE / "index.html").write_text(FRONT)
    if has_rust:
        run(program("cargo"), "doc", "--locked", "--workspace", "--no-deps", RUSTDOCFLAGS="-D warnings", CARGO_TARGET_DIR=str(TARGET))
        shutil.copytree(TARGET / "doc", SITE / "rust")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="look at every page in a browser")
    parser.add_argument("--screenshots", type=Path, help="with --check: folder for pictures of some pages")
    parser.add_argument("--no-rust", action="store_true", help="leave out the reference of the crates")
    given = parser.parse_args()
    if sys.version_info < (3, 11):
        sys.exit("site.py: the packages of docs/requirements.txt need Python 3.11 or later")
    for name in ["node", "npm"] if given.no_rust else ["node", "npm", "cargo"]:
        program(name)
    interpreter = environment()
    build(interpreter, has_rust=not given.no_rust)
    if given.check:
        pictures = ["--screenshots", given.screenshots.resolve()] if given.screenshots else []
        run(interpreter, ROOT / "scripts" / "site_check.py", SITE, *pictures, *(["--no-rust"] if given.no_rust else []))
    print(SITE / "index.html")
