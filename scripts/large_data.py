#!/usr/bin/env python3
"""Data larger than memory: makes a table with one planted direction and judges it within a limit of memory.

    cargo build --release
    python scripts/large_data.py --folder /tmp/large

writes 300,000 samples of 5,000 variables (float32, 6 GB), reads the file once as a measure, and runs `threshold --data samples` by every route, and by
four parts whose sums are put together, each as a process whose address space is limited. It prints seconds of the wall clock and of the processors, the
largest resident memory and what was found. The table is removed at the end unless --keep says otherwise.

Needs numpy. Sizes, memory and number of parts are flags: `--rows 20000 --columns 500 --memory 200M` takes seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

STRETCH = 4096
FACTORS = {"k": 1e3, "M": 1e6, "G": 1e9}
FIELDS = "mode,sample_eigenvalue,eigenvalue,eigenvalue_error,overlap_squared,bulk_edge,null,p_value,reason"


def number_of_bytes(text: str) -> int:
    factor = FACTORS.get(text[-1:], 1)
    return int(float(text.rstrip("kMG")) * factor)


def make(path: Path, rows: int, columns: int, excess: float) -> None:
    """Noise of unit variance with a direction of variance 1 + excess, written stretch by stretch."""
    rng = np.random.default_rng(7)
    direction = rng.standard_normal(columns, dtype=np.float32)
    direction *= np.sqrt(excess) / np.linalg.norm(direction)
    header = {"descr": "<f4", "fortran_order": False, "shape": (rows, columns)}
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for first in range(0, rows, STRETCH):
            size = min(STRETCH, rows - first)
            block = rng.standard_normal((size, columns), dtype=np.float32)
            block += np.outer(rng.standard_normal(size, dtype=np.float32), direction)
            block.tofile(file)
    partial.rename(path)


def read_once(path: Path) -> float:
    """Seconds for all bytes of a file, as a pass reads them."""
    start = time.perf_counter()
    buffer = bytearray(1 << 23)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
    return time.perf_counter() - start


def run(command: list[str], limit: int) -> tuple[dict[str, float], str]:
    """Runs a command within a limit of its address space: what it took, and what it printed."""

    def confine() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=confine)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {process.returncode}: {errors.strip()}")
    took = {
        "wall": time.perf_counter() - start,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1e6,
    }
    return took, output


def report(name: str, took: dict[str, float], reading: float, passes: int) -> None:
    ratio = took["wall"] / (passes * reading)
    print(
        f"{name:28} {took['wall']:8.1f} s {took['cpu']:8.1f} s of processors {took['memory']:6.2f} GB"
        f" {passes:3} passes, {ratio:6.1f} times the reading",
        flush=True,
    )


def passes_of(table: str) -> int:
    """The number of passes that the row of the last place speaks of, else one."""
    words = table.split(" passes")[0].rsplit(" ", 1)
    return int(words[-1]) if " passes" in table and words[-1].isdigit() else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where the table and the sums go")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--columns", type=int, default=5_000)
    parser.add_argument("--excess", type=float, default=1.0, help="of the planted direction's variance")
    parser.add_argument("--memory", default="1G", help="limit of the address space, and what --memory says")
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--routes", default="passes,exact,shards", help="which to run")
    parser.add_argument("--program", default="target/release/saddlepoint")
    parser.add_argument("--keep", action="store_true", help="leave the table there; it is used again")
    args = parser.parse_args()

    args.folder.mkdir(parents=True, exist_ok=True)
    table = args.folder / f"table-{args.rows}x{args.columns}.npy"
    parts = [args.folder / f"part{k}.npz" for k in range(1, args.shards + 1)]
    limit = number_of_bytes(args.memory)
    ask = [args.program, "threshold", "--data", "samples", "--fields", FIELDS]
    by_file = [*ask, "--file", str(table), "--memory", args.memory]
    routes = args.routes.split(",")
    try:
        if not table.exists():
            make(table, args.rows, args.columns, args.excess)
        reading = min(read_once(table) for _ in range(2))
        print(f"{table.stat().st_size / 1e9:.2f} GB, read once in {reading:.1f} s; memory limited to {args.memory}", flush=True)
        answers = {}
        if "passes" in routes:
            took, answers["passes"] = run([*by_file, "--null", "columns"], limit)
            report("passes (--null columns)", took, reading, passes_of(answers["passes"]))
        if "exact" in routes:
            took, answers["exact"] = run(by_file, limit)
            report("exact", took, reading, passes_of(answers["exact"]))
        if "shards" in routes:
            total = {"wall": 0.0, "cpu": 0.0, "memory": 0.0}
            for k, part in enumerate(parts, 1):
                save = ["--shard", f"{k}/{args.shards}", "--save-sums", str(part)]
                command = [args.program, "threshold", "--data", "samples", "--file", str(table), *save]
                took, _ = run(command, limit)
                total = {key: max(total[key], x) if key == "memory" else total[key] + x for key, x in took.items()}
            report(f"{args.shards} parts, one by one", total, reading, 1)
            took, answers["shards"] = run([*ask, "--sums", ",".join(map(str, parts))], limit)
            report("their sums put together", took, reading, 1)
        for name, answer in answers.items():
            print(f"\n{name}\n{answer}", end="")
        if "exact" in answers and "shards" in answers:
            same = answers["exact"] == answers["shards"]
            print("\nThe answer of the parts has", "the bytes of the whole." if same else "OTHER BYTES THAN THE WHOLE.")
            sys.exit(0 if same else 1)
    finally:
        for file in parts if args.keep else [*parts, table]:
            file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
