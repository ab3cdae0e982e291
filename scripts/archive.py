"""Builds the archive of a release: the program with licences, README, CHANGELOG, manual pages and completions, and its SHA-256.

    python3 scripts/archive.py

The files land in target/archive, named after version and platform. The same commit gives the same bytes: times are those of the commit, owners are left out.
Needs Rust and git.
"""

import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import wheel

FOLDER = wheel.TARGET / "archive"
PROGRAM = wheel.TARGET / "release" / "saddlepoint"
TEXTS = ["README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE-MIT", "LICENSE-APACHE"]
SHELLS = ["bash", "elvish", "fish", "powershell", "zsh"]


def printed(*command: str | Path) -> bytes:
    """What a command prints; ends the script if it fails."""
    ended = subprocess.run([str(word) for word in command], cwd=wheel.ROOT, stdout=subprocess.PIPE)
    if ended.returncode:
        sys.exit(ended.returncode)
    return ended.stdout


def commands() -> list[str]:
    """Names of the commands, as the program's help lists them."""
    lines = printed(PROGRAM, "--help").decode().splitlines()
    start = lines.index("Commands:") + 1
    end = lines.index("", start)
    return [line.split()[0] for line in lines[start:end] if line.startswith("  ") and line.split()[0] != "help"]


def files() -> dict[str, bytes]:
    """Contents of the archive by their names."""
    contents = {name: (wheel.ROOT / name).read_bytes() for name in TEXTS}
    contents["saddlepoint"] = PROGRAM.read_bytes()
    contents["man/saddlepoint.1"] = printed(PROGRAM, "man")
    for command in commands():
        contents[f"man/saddlepoint-{command}.1"] = printed(PROGRAM, "man", command)
    for shell in SHELLS:
        contents[f"completions/saddlepoint.{shell}"] = printed(PROGRAM, "completions", shell)
    return contents


def pack(name: str, contents: dict[str, bytes], time: int) -> bytes:
    """A tar.gz of files below one folder."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=time) as compressed, tarfile.open(fileobj=compressed, mode="w") as archive:
        for path, content in sorted(contents.items()):
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size, entry.mtime = len(content), time
            entry.mode = 0o755 if path == "saddlepoint" else 0o644
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


if __name__ == "__main__":
    wheel.run(["cargo", "build", "--release", "--locked", "--bin", "saddlepoint"])
    version = printed(PROGRAM, "--version").decode().split()[1]
    name = f"saddlepoint-{version}-{wheel.host()}"
    archive = pack(name, files(), int(printed("git", "log", "-1", "--format=%ct")))
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.tar.gz").write_bytes(archive)
    digest = hashlib.sha256(archive).hexdigest()
    (FOLDER / f"{name}.tar.gz.sha256").write_text(f"{digest}  {name}.tar.gz\n")
    print(FOLDER / f"{name}.tar.gz")
