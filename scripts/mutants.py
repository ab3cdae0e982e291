"""Changes single expressions of the sources and tells which changes no test notices (cargo-mutants), in a random part of them.

    python3 scripts/mutants.py theory --shard 7/240
    python3 scripts/mutants.py simulator --shard 7/140
    python3 scripts/mutants.py readers --shard 7/20

A shard takes every N-th change. Each is compiled and tested by itself, a minute or so: theory alone has some 15,000. What is missed is in target/mutants and in docs/mutants.md with
its reason. Works on a copy of the sources. Needs Rust and the network for cargo-mutants, which is installed into target/cargo-tools.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import wheel

VERSION = "27.1.0"
FOLDER = wheel.TARGET / "mutants"
PARTS = {
    "theory": ["--package", "saddlepoint-theory"],
    "simulator": ["--package", "saddlepoint-simulator"],
    "readers": ["--package", "saddlepoint", "--file", "src/input/**"],
}


def count(folder: Path, verdict: str) -> int:
    """How many changes have a verdict."""
    return len((folder / "mutants.out" / f"{verdict}.txt").read_text().splitlines())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--shard", required=True, metavar="K/N", help="every N-th change from the K-th on, K from 0")
    arguments = parser.parse_args()
    folder = FOLDER / arguments.part
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(wheel.cargo_tool("cargo-mutants", VERSION)), "mutants", *PARTS[arguments.part], "--shard", arguments.shard, "--sharding", "round-robin", "--output", str(folder)]
    status = subprocess.run(command, cwd=wheel.ROOT).returncode
    caught, missed = (sum(count(folder, verdict) for verdict in verdicts) for verdicts in (["caught", "timeout"], ["missed"]))
    print(f"{arguments.part} {arguments.shard}: {caught} caught, {missed} missed, {count(folder, 'unviable')} do not compile")
    # 2 says that some were missed, which is told above.
    sys.exit(0 if status in (0, 2) else status)
