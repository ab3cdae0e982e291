"""Builds the wheel of the Python package, with the extension module and the command line program in it.

    python3 scripts/wheel.py               for this machine
    python3 scripts/wheel.py --manylinux   for Linux with glibc 2.17 or later, by zig as linker

The wheel is the only one in target/wheels then. It serves Python 3.10 and later. Needs Rust and the network: maturin, and zig where it is wanted, are installed
into target/wheel-tools. What `cargo build --release` has compiled is not compiled again.
"""

import argparse
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WHEELS = TARGET / "wheels"
TOOLS = ["maturin==1.16.0"]
ZIG = ["ziglang==0.17.1"]
GLIBC = "2.17"


def tools(packages: list[str]) -> Path:
    """The programs of an environment of its own that has these packages."""
    folder = TARGET / "wheel-tools"
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    stamp = folder / "packages"
    wanted = "\n".join(packages)
    if not stamp.is_file() or not set(packages) <= set(stamp.read_text().split()):
        venv.create(folder, with_pip=True)
        run([programs / "python", "-m", "pip", "install", "--quiet", *packages])
        stamp.write_text(wanted)
    return programs


def run(command: list[str | Path], **environment: str) -> None:
    """Runs a command in the repository; ends the script if it fails."""
    words = [str(word) for word in command]
    print("+", *words, file=sys.stderr, flush=True)
    # Nothing is compiled twice here.
    environment = {**os.environ, "CARGO_INCREMENTAL": "0", "CARGO_TARGET_DIR": str(TARGET), **environment}
    status = subprocess.run(words, cwd=ROOT, env=environment).returncode
    if status:
        sys.exit(status)


def cargo_tool(name: str, version: str) -> Path:
    """A program of crates.io, installed into target/cargo-tools."""
    folder = TARGET / "cargo-tools"
    program = folder / "bin" / name
    if not program.exists():
        run(["cargo", "install", "--locked", "--quiet", "--root", folder, "--version", version, name])
    return program


def host() -> str:
    """The platform that rustc compiles for."""
    lines = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout.splitlines()
    return next(line.removeprefix("host: ") for line in lines if line.startswith("host: "))


def maturin(programs: Path, manifest: str, out: Path, how: list[str | Path]) -> Path:
    """The wheel that maturin builds of a crate, alone in its folder."""
    for old in out.glob("saddlepoint-*.whl"):
        old.unlink()
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    build = [programs / "maturin", "build", "--release", "--locked", "--manifest-path", ROOT / manifest]
    run([*build, "--out", out, *how], PATH=path)
    (wheel,) = out.glob("saddlepoint-*.whl")
    return wheel


def build(manylinux: bool) -> Path:
    """The wheel."""
    programs = tools(TOOLS + ZIG if manylinux else TOOLS)
    name = "saddlepoint.exe" if os.name == "nt" else "saddlepoint"
    data = ROOT / "python" / "saddlepoint.data" / "scripts"
    data.mkdir(parents=True, exist_ok=True)
    how: list[str | Path] = []
    if manylinux:
        how = ["--target", host(), "--zig", "--compatibility", f"manylinux_{GLIBC.replace('.', '_')}"]
        # By maturin, too: what another program has compiled with zig is compiled again.
        wheel = maturin(programs, "Cargo.toml", WHEELS / "program", [*how, "--bindings", "bin"])
        with zipfile.ZipFile(wheel) as archive:
            member = next(entry for entry in archive.namelist() if entry.endswith(f"scripts/{name}"))
            (data / name).write_bytes(archive.read(member))
        (data / name).chmod(0o755)
    else:
        how = ["--compatibility", "linux"] if sys.platform == "linux" else []
        run(["cargo", "build", "--release", "--locked", "--bin", "saddlepoint"])
        shutil.copy2(TARGET / "release" / name, data / name)
    return maturin(programs, "python/Cargo.toml", WHEELS, how)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manylinux", action="store_true", help=f"for Linux with glibc {GLIBC} or later")
    print(build(parser.parse_args().manylinux))
