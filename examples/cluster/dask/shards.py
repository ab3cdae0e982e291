#!/usr/bin/env python3
"""A validation as tasks of Dask, on this machine or on the workers of a scheduler.

    python shards.py marchenko-pastur --shards 8
    python shards.py retarded-learning --preset standard --shards 64 --scheduler tcp://host:8786

The workers see the folder of the journals, and have saddlepoint in PATH. The same command again goes on from the journals that are there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from dask.distributed import Client, LocalCluster


def shard(experiment: str, preset: str, number: int, shards: int, folder: str) -> str:
    """Does a shard; returns its journal."""
    journal = f"{folder}/{number}-{shards}.journal"
    command = ["saddlepoint", "validate", experiment, "--preset", preset, "--shard", f"{number}/{shards}"]
    subprocess.run([*command, "--resume", "--threads", "1", "-o", journal], check=True)
    return journal


def main() -> int:
    """Does all shards and merges them; the exit status is that of merge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment")
    parser.add_argument("--preset", default="quick", choices=["quick", "standard", "paper"])
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--scheduler", help="address of a scheduler [default: a worker of one thread for each core of this machine]")
    options = parser.parse_args()
    name = f"{options.experiment}-{options.preset}"
    folder = Path(name).resolve()
    folder.mkdir(exist_ok=True)
    cluster = options.scheduler or LocalCluster(threads_per_worker=1, dashboard_address=None)
    with Client(cluster) as client:
        numbers = range(1, options.shards + 1)
        # Not pure: a journal may have been removed since.
        tasks = [client.submit(shard, options.experiment, options.preset, number, options.shards, str(folder), pure=False, retries=2)
                 for number in numbers]
        journals = client.gather(tasks)
    return subprocess.run(["saddlepoint", "merge", *journals, "-o", f"{name}.csv"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
