"""Changes single expressions of the sources and tells which changes no test notices (cargo-mutants), in a random part of them.

    python3 scripts/mutants.py theory --shard 11/240
    python3 scripts/mutants.py simulator --shard 7/28
    python3 scripts/mutants.py readers --shard 7/23

A shard takes every N-th change. Each is compiled and tested by itself: with the unit tests, 3 to 20 seconds, and what these miss with the other tests, too. What is missed is in
target/mutations and, with its reason, in docs/mutants.md. Works on a copy of the sources; --in-place works on the sources themselves, which must not be edited meanwhile, and compiles
less. Needs Rust and the network for cargo-mutants, which is installed into target/cargo-tools.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import wheel

VERSION = "27.1.0"
FOLDER = wheel.TARGET / "mutations"
STATISTICS = ["alias.rs", "exact_sampling.rs", "gibbs.rs", "langevin/**", "log_partition/**", "observables.rs", "statistics/**", "tempering/**"]
PARTS = {
    "theory": (["--package", "saddlepoint-theory"], []),
    "simulator": (["--package", "saddlepoint-simulator"], [f"--file=simulator/src/{name}" for name in STATISTICS]),
    "readers": (["--package", "saddlepoint"], ["--file=src/input/**"]),
}
# Tests of the first pass and of the second: what is compiled, and words of the names where not all of them are run.
UNIT, ALL = (["--lib"], []), (["--tests"], [])
FIRST = {"theory": UNIT, "simulator": UNIT, "readers": (["--lib"], ["input::"])}
FILES = ["input::", "damaged", "machine_files", "weight_files", "data_matrix", "large_data", "sums", "in_memory", "score", "simulate"]
SECOND = {"theory": ALL, "simulator": ALL, "readers": (["--lib", "--test=mutated_files", "--test=commands"], FILES)}
# A change is one expression: what does not depend on it need not be compiled again. A property that fails leaves no file among the sources.
ENVIRONMENT = {**os.environ, "CARGO_INCREMENTAL": "1", "PROPTEST_DISABLE_FAILURE_PERSISTENCE": "true"}


def verdicts(folder: Path, verdict: str) -> list[str]:
    """The changes that have a verdict."""
    return (folder / "mutants.out" / f"{verdict}.txt").read_text().splitlines()


def mutate(folder: Path, changes: list[str], tests: tuple[list[str], list[str]]) -> None:
    """Tries changes; ends the script if these cannot be tried."""
    folder.mkdir(parents=True, exist_ok=True)
    targets, names = tests
    # Of several names only those behind a second pair of dashes are taken.
    how = [*(f"--cargo-arg={target}" for target in targets), "--output", str(folder), "--", "--", *names]
    command = [str(wheel.cargo_tool("cargo-mutants", VERSION)), "mutants", *changes, *how]
    status = subprocess.run(command, cwd=wheel.ROOT, env=ENVIRONMENT).returncode
    # 2 says that some were missed, 3 that some ran out of time.
    if status not in (0, 2, 3):
        sys.exit(status)


def main() -> None:
    """Both passes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--shard", required=True, metavar="K/N", help="every N-th change from the K-th on, K from 0")
    parser.add_argument("--in-place", action="store_true", help="change the sources themselves, one expression at a time, and back")
    arguments = parser.parse_args()
    (package, files), place = PARTS[arguments.part], ["--in-place"] if arguments.in_place else []
    first, second = (FOLDER / arguments.part / name for name in ("first", "second"))
    shard = ["--shard", arguments.shard, "--sharding", "round-robin"]
    mutate(first, [*package, *files, *place, *shard], FIRST[arguments.part])
    missed = set(verdicts(first, "missed"))
    caught = len(verdicts(first, "caught") + verdicts(first, "timeout"))
    if missed:
        # A shard of what was missed would be another one. Fields that are left out pass every pattern, so that files are named, too.
        files = sorted({f"--file={name.split(':')[0]}" for name in missed})
        names = [f"--re=^{re.escape(name)}$" for name in sorted(missed)]
        mutate(second, [*package, *files, *place, *names], SECOND[arguments.part])
        caught += len(missed.intersection(verdicts(second, "caught") + verdicts(second, "timeout")))
        missed.intersection_update(verdicts(second, "missed"))
    print(f"{arguments.part} {arguments.shard}: {caught} caught, {len(missed)} missed, {len(verdicts(first, 'unviable'))} do not compile")


if __name__ == "__main__":
    main()
