#!/usr/bin/env python3
"""What `validate NAME --dry-run` says beside what the run then takes, for every experiment.

Writes a table: seconds of one core and MB of memory, said and taken, and their ratios. Minutes at the quick preset.

    python scripts/dry_run.py [--preset quick] [--only NAME ...] [-o FILE.csv]
"""

import argparse
import csv
import os
import re
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "target" / "release" / "saddlepoint"
SAID = re.compile(r"about ([0-9.]+) (s|min|h) of one core(?:, ([0-9.]+) MB of memory)?")
SECONDS = {"s": 1, "min": 60, "h": 3600}


def said(flags):
    """Seconds and MB that a dry run says."""
    words = subprocess.run([PROGRAM, *flags, "--dry-run"], capture_output=True, text=True, check=True).stdout
    time, unit, memory = SAID.search(words).groups()
    return float(time) * SECONDS[unit], float(memory) if memory else None


def taken(flags):
    """Seconds of processor time and MB of memory that a run takes."""
    process = subprocess.Popen([PROGRAM, *flags, "-q"], stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--only", nargs="*", default=None, metavar="NAME")
    parser.add_argument("-o", "--output", default="-")
    options = parser.parse_args()
    listed = subprocess.run([PROGRAM, "validate", "--list"], capture_output=True, text=True, check=True).stdout
    names = options.only or [line.split()[0] for line in listed.splitlines()]
    target = sys.stdout if options.output == "-" else open(options.output, "w", newline="")
    table = csv.writer(target, lineterminator="\n")
    table.writerow("experiment,seconds_said,seconds,seconds_ratio,megabytes_said,megabytes,megabytes_ratio".split(","))
    for name in names:
        flags = ["validate", name, "--preset", options.preset, "--threads", "1"]
        seconds, memory = said(flags)
        took, held = taken(flags)
        ratio = f"{memory / held:.2f}" if memory else ""
        table.writerow([name, seconds, f"{took:.1f}", f"{seconds / took:.2f}", memory, f"{held:.0f}", ratio])
        target.flush()


if __name__ == "__main__":
    main()
