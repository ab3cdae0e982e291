#!/usr/bin/env python3
"""Every experiment once at points away from its presets: do theory and simulation agree, and are controls refused?

    python scripts/own_points.py                       all experiments, into docs/own_points.csv
    python scripts/own_points.py landau cascade        these only, printed
    python scripts/own_points.py --seed 1              with other random numbers

Exit status 1 if an experiment ends with another status than 0.
"""

from __future__ import annotations

import argparse
import csv
import io
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / "saddlepoint"
OUTPUT = ROOT / "docs" / "own_points.csv"

# One command of each experiment, at points that no preset has.
COMMANDS: dict[str, str] = {
    "marchenko-pastur": "--data iid-spin --alpha 3",
    "sample-covariance": "--data ising-ring --beta 0.3 --alpha 2.5",
    "retarded-learning": "--data spiked --spike 1.5 --alpha 3",
    "outlier-detection": "--ratio 1.5 --alpha 1.5",
    "overlap-profile": "--alpha 3",
    "retarded-learning-ring": "--beta 0.4",
    "learning-curve": "--hidden spin --signal 1.3 --alpha 6",
    "learning-with-biases": "--hidden spin --signal 1.3 --alpha 6 --l2 0.05",
    "bayes-optimal": "--laws rademacher/gaussian --snr 1.2 --alpha 2.5",
    "mismatched-inference": "--alpha 2 --student-beta 0.9 --teacher-beta 1.3",
    "soft-priors": "--alpha 2.5 --student-beta 1.4 --teacher-beta 1.1 --student-weights 0.7 --teacher-weights 0.3",
    "rbm-phases": "--w 1.8 --sigma 0.6 --kappa 0.7",
    "several-modes": "--w 1.9 --further-w 1.7 --kappa 0.7",
    "compositional": "--model medium --units 200,400,800,1600",
    "hopfield-retrieval": "--alpha 0.03 --temperature 0.45",
    "log-partition": "--estimate gaussian --units 20,30,40,60",
    "langevin": "--w 0.6",
    "gaussianity": "--kind spin --weights coupled --units 14,28,56,112",
    "landau": "--units 12,24,48,96,192",
    "short-chains": "--gibbs-steps 3 --signal 1.2 --units 24,48,96,192",
    "persistent-chains": "--learning-rate 0.05 --signal 1.6 --units 60,120,240,480",
    "singular-value-flow": "--stage saturation --units 24,48,96",
    "cascade": "--units 20,40,80,160",
    "hierarchical-learning": "--replicas 30",
    "place-cell": "--units 30 --beta 0.6",
    "place-cell-tiling": "--hidden-units 3",
    "place-cell-training": "--beta 0.7 --inverse-rate 25,40,60,90",
    "place-cell-regimes": "--beta 0.45",
    "place-cell-pinning": "--beta 0.45 --batch 120",
    "receptive-field-diffusion": "--batch 50,100,150",
    "place-cell-walk": "--units 28 --beta 0.45",
    "place-cell-wells": "--hidden double-well:-1 --units 30 --beta 0.6",
    "place-cells-together": "--batch 60,120,240",
    "xy-fields": "--units 12",
    "localisation": "--law cubic --strength -0.04 --units 70",
}

COLUMNS = ["experiment", "parameters", "judged", "largest_score", "controls", "weakest_control", "status", "seconds"]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=__doc__)
    parser.add_argument("names", nargs="*", help="experiments [default: all, into docs/own_points.csv]")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="the binary [default: target/release/saddlepoint]")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random numbers [default: 0]")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in COMMANDS]
    if unknown:
        parser.error(f"no experiment is called {unknown[0]!r}; known are {', '.join(COMMANDS)}")
    return options


def outcome(program: Path, name: str, seed: int) -> dict[str, str]:
    """What an experiment says at its points."""
    command = [program, "validate", name, *COMMANDS[name].split(), "--seed", str(seed), "--quiet"]
    begin = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    seconds = time.monotonic() - begin
    if run.returncode > 1:
        sys.exit(run.stderr.strip())
    rows = [row for row in csv.DictReader(io.StringIO(run.stdout)) if row["judged"] == "true"]
    scores = {control: [abs(float(row["z_score"])) for row in rows if row["control"] == control] for control in ("false", "true")}
    return {
        "experiment": name,
        "parameters": COMMANDS[name],
        "judged": str(len(scores["false"])),
        "largest_score": f"{max(scores['false'], default=0.0):.2f}",
        "controls": str(len(scores["true"])),
        "weakest_control": f"{min(scores['true']):.2f}" if scores["true"] else "",
        "status": str(run.returncode),
        "seconds": f"{seconds:.0f}",
    }


def main() -> None:
    """Runs the experiments and writes what they say."""
    options = arguments()
    found = []
    for name in options.names or COMMANDS:
        found.append(outcome(options.program, name, options.seed))
        print(", ".join(f"{column} {value}" for column, value in found[-1].items()), flush=True)
    if not options.names and options.seed == 0:
        unfinished = OUTPUT.with_suffix(".part")
        with unfinished.open("w", newline="") as file:
            writer = csv.DictWriter(file, [column for column in COLUMNS if column != "seconds"], extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
        unfinished.replace(OUTPUT)
    wrong = [row["experiment"] for row in found if row["status"] != "0"]
    if wrong:
        sys.exit(f"own_points.py: exit status 1 of {', '.join(wrong)}")


if __name__ == "__main__":
    main()
