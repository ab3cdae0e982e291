#!/usr/bin/env python3
"""Calibration of the validations: are the scores those of chance, and do the controls tell?

    python scripts/calibration.py                                all experiments, seeds 0 to 9, into docs/calibration.csv
    python scripts/calibration.py landau cascade                 these only; the others are read from tables that exist
    python scripts/calibration.py --tables FOLDER --no-run       from existing tables alone
    python scripts/calibration.py --controls validation/src/controls.csv      and what controls are expected to score

Each table FOLDER/NAME-SEED.csv is made once: an interrupted calibration goes on where it stopped. Exit status 1, with one line, if a
target is missed, and 2 if a run fails.

The scores within one run are correlated, since many rows come from the same replicas: the unit of the statistics is the mean over one
run. With S seeds the standard error of a mean score is estimated from S such means, and the quotient follows Student's law; it is
turned into the Gaussian quantile of the same tail before it is held against 3. Fewer than four seeds say nothing. Rows whose scores are all below 0.1 are identities (an
exact sum, a share that is 0 or 1) and have no scatter to calibrate.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / "saddlepoint"
OUTPUT = ROOT / "docs" / "calibration.csv"

FEWEST_SEEDS = 4
MOST_STANDARD_ERRORS = 3.0
SCATTER = (0.9, 1.15)
EXPECTED_SCORE = 7.0
IDENTITY = 0.1
SMALLEST_CHANCE = 1e-3

COLUMNS = [
    "experiment", "observable", "rows", "seeds", "mean_score", "standard_error", "sd", "largest_score", "failed_runs",
    "weakest_control", "expected_score",
]

Row = dict[str, str]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=__doc__)
    parser.add_argument("names", nargs="*", help="experiments to run [default: all]")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="the binary [default: target/release/saddlepoint]")
    parser.add_argument("--preset", default="quick", choices=["quick", "standard", "paper"])
    parser.add_argument("--seeds", type=int, default=10, help="number of seeds, from 0 on [default: 10]")
    parser.add_argument("--tables", type=Path, default=ROOT / "calibration", help="folder of the tables [default: calibration]")
    parser.add_argument("--no-run", action="store_true", help="use the tables that exist")
    parser.add_argument("--controls", type=Path, help="update this list of expected scores, whose other presets stay")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, help="the summary [default: docs/calibration.csv]")
    options = parser.parse_args()
    if options.seeds < FEWEST_SEEDS:
        parser.error(f"--seeds must be at least {FEWEST_SEEDS}, got {options.seeds}")
    return options


def known(program: Path) -> list[str]:
    """Names of all experiments."""
    listed = subprocess.run([program, "validate", "--list"], check=True, capture_output=True, text=True).stdout
    return [line.split()[0] for line in listed.splitlines()]


def run(options: argparse.Namespace, names: list[str]) -> None:
    """Makes the tables that do not exist yet, all experiments at one seed before the next seed."""
    options.tables.mkdir(parents=True, exist_ok=True)
    for seed in range(options.seeds):
        for name in names:
            table = options.tables / f"{name}-{seed}.csv"
            if table.exists():
                continue
            print(f"{name}, seed {seed}", file=sys.stderr)
            command = [options.program, "validate", name, "--preset", options.preset, "--seed", str(seed), "--resume", "-q"]
            done = subprocess.run([*command, "-o", table], capture_output=True, text=True)
            # 1: a row or a control is not as it should be, which is counted here.
            if done.returncode > 1:
                print(f"calibration.py: {name}, seed {seed}: {done.stderr.strip()}", file=sys.stderr)
                raise SystemExit(2)


def read(options: argparse.Namespace, names: list[str]) -> dict[str, list[list[Row]]]:
    """The judged rows of each run of each experiment."""
    runs = {}
    for name in names:
        tables = [options.tables / f"{name}-{seed}.csv" for seed in range(options.seeds)]
        found = [list(csv.DictReader(table.open())) for table in tables if table.exists()]
        if found:
            runs[name] = [[row for row in rows if row["judged"] == "true"] for rows in found]
    return runs


def fails(rows: list[Row]) -> bool:
    """Whether a run ended with exit status 1."""
    return any(row["agrees"] == row["control"] for row in rows)


def scores(runs: list[list[Row]], control: bool) -> dict[str, list[list[Row]]]:
    """Rows of each observable, run by run; a limit is another observable than the sizes that lead to it."""
    of: dict[str, list[list[Row]]] = defaultdict(lambda: [[] for _ in runs])
    for index, rows in enumerate(runs):
        for row in rows:
            if (row["control"] == "true") == control:
                of[row["observable"]][index].append(row)
    return of


def mean(values: list[float]) -> float:
    """Mean."""
    return math.fsum(values) / len(values)


def scatter(values: list[float], centre: float, freedom: int) -> float:
    """Root mean square about a centre; NaN without any freedom."""
    return math.sqrt(math.fsum((x - centre) ** 2 for x in values) / freedom) if freedom > 0 else math.nan


def gaussian(t: float, freedom: int) -> float:
    """Gaussian quantile of the tail of Student's law beyond t (Wallace 1959)."""
    return (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t * t / freedom))


class Summary:
    """What the runs say of one observable."""

    def __init__(self, experiment: str, observable: str, runs: list[list[Row]]) -> None:
        self.experiment, self.observable = experiment, observable
        of_runs = [[float(row["z_score"]) for row in rows] for rows in runs if rows]
        self.scores = [z for of_run in of_runs for z in of_run]
        self.seeds = len(of_runs)
        self.rows = round(len(self.scores) / self.seeds)
        means = [mean(of_run) for of_run in of_runs]
        self.mean = mean(means)
        self.standard_error = scatter(means, self.mean, self.seeds - 1) / math.sqrt(self.seeds)
        self.sd = scatter(self.scores, 0.0, len(self.scores))
        self.largest = max(map(abs, self.scores))
        self.failed = 0
        self.control: tuple[str, float] | None = None

    def is_identity(self) -> bool:
        """Nothing scatters."""
        return self.largest < IDENTITY

    def bias(self) -> float:
        """The mean in standard errors, on the scale of a Gaussian."""
        if self.is_identity() or self.seeds < FEWEST_SEEDS:
            return 0.0
        return gaussian(self.mean / self.standard_error, self.seeds - 1)

    def is_misjudged(self) -> bool:
        """Whether the scatter of the scores is off by more than chance: rows of one run count as one."""
        if self.is_identity() or self.seeds < FEWEST_SEEDS:
            return False
        own = self.sd / math.sqrt(2 * (self.seeds - 1))
        return not SCATTER[0] - 3 * own <= self.sd <= SCATTER[1] + 3 * own

    def line(self) -> list[object]:
        """The line of the summary table."""
        control, score = self.control or ("", "")
        return [
            self.experiment, self.observable, self.rows, self.seeds, round(self.mean, 3),
            "" if self.seeds < 2 else round(self.standard_error, 3), round(self.sd, 3),
            round(self.largest, 2), self.failed, control, score and round(score, 2),
        ]


def weakest(runs: list[list[Row]]) -> dict[str, tuple[str, float]]:
    """For each observable the control of the smallest mean score, with the parameters in which its rows differ."""
    found: dict[str, tuple[str, float]] = {}
    named = ["data", "law", "beta", "states", "spike", "signal", "alpha", "criterion", "mode", "x", "w", "sigma", "kappa", "units"]
    for observable, rows in scores(runs, control=True).items():
        of: dict[tuple[str, ...], list[float]] = defaultdict(list)
        for run_rows in rows:
            for row in run_rows:
                of[tuple(row[name] for name in named)].append(abs(float(row["z_score"])))
        key = min(of, key=lambda one: mean(of[one]))
        words = [f"{name}={value}" for name, value in zip(named, key) if value]
        found[observable] = (" ".join(words), mean(of[key]))
    return found


def summarise(runs: dict[str, list[list[Row]]]) -> tuple[list[Summary], dict[str, dict[str, tuple[str, float]]]]:
    """One summary per observable of each experiment, and the weakest controls."""
    summaries, controls = [], {}
    for name, of_seeds in runs.items():
        controls[name] = weakest(of_seeds)
        failed = sum(map(fails, of_seeds))
        for observable, rows in scores(of_seeds, control=False).items():
            summary = Summary(name, observable, rows)
            summary.failed = failed
            summary.control = controls[name].get(observable)
            summaries.append(summary)
    return summaries, controls


def misses(summaries: list[Summary], controls: dict[str, dict[str, tuple[str, float]]]) -> list[str]:
    """The targets that are missed."""
    missed = []
    for one in summaries:
        name = f"{one.experiment} {one.observable}"
        if abs(one.bias()) > MOST_STANDARD_ERRORS:
            missed.append(f"{name}: mean score {one.mean:+.2f} +- {one.standard_error:.2f}")
        if one.is_misjudged():
            missed.append(f"{name}: scores scatter by {one.sd:.2f}")
    scattered = [z for one in summaries if not one.is_identity() for z in one.scores]
    everywhere = scatter(scattered, 0.0, len(scattered))
    if not SCATTER[0] <= everywhere <= SCATTER[1]:
        missed.append(f"all scores together scatter by {everywhere:.2f}")
    for experiment, of in controls.items():
        missed += [f"{experiment} {observable}: its control scores {score:.1f}" for observable, (_, score) in of.items()
                   if score < EXPECTED_SCORE]
    return missed + failures(summaries)


def failures(summaries: list[Summary]) -> list[str]:
    """Runs that end with exit status 1 more often than one in forty would."""
    runs = {one.experiment: (one.failed, one.seeds) for one in summaries}
    missed = []
    for name, (failed, seeds) in runs.items():
        chance = math.fsum(math.comb(seeds, k) * 0.025**k * 0.975 ** (seeds - k) for k in range(failed, seeds + 1))
        if failed and chance < SMALLEST_CHANCE * 30:
            missed.append(f"{name}: {failed} of {seeds} runs end with exit status 1")
    return missed


def write(path: Path, header: list[str], lines: list[list[object]]) -> None:
    """A table that appears whole or not at all."""
    staged = path.with_name(path.name + ".part")
    with staged.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)
    os.replace(staged, path)


def write_controls(path: Path, preset: str, controls: dict[str, dict[str, tuple[str, float]]]) -> None:
    """Expected scores of a preset's controls; lines of other presets and experiments stay."""
    header = ["preset", "experiment", "control", "expected_score"]
    before = list(csv.reader(path.open()))[1:] if path.exists() else []
    kept = [line for line in before if line[0] != preset or line[1] not in controls]
    new = [[preset, name, observable, f"{score:.1f}"] for name, of in controls.items() for observable, (_, score) in of.items()]
    write(path, header, sorted(kept + new))


def main() -> int:
    """Runs, reads, writes, judges."""
    options = arguments()
    names = known(options.program)
    unknown = set(options.names) - set(names)
    if unknown:
        print(f"calibration.py: no experiment is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if not options.no_run:
        run(options, options.names or names)
    summaries, controls = summarise(read(options, names))
    write(options.output, COLUMNS, [one.line() for one in summaries])
    if options.controls:
        write_controls(options.controls, options.preset, controls)
    missed = misses(summaries, controls)
    if missed:
        print(f"calibration.py: {len(missed)} targets missed: {'; '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
