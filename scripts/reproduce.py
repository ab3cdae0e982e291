#!/usr/bin/env python3
"""Build the program, run every validation, draw every figure.

Tables and figures land in `figures/`; a run that was stopped continues where it was. Needs Rust and the packages of
scripts/requirements.txt.

    python scripts/reproduce.py                      # quick preset: minutes
    python scripts/reproduce.py --preset paper       # an hour on two cores
    python scripts/reproduce.py --only retarded-learning
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / ("saddlepoint.exe" if sys.platform == "win32" else "saddlepoint")

# Sparse receptive fields of 34 densities.
SPARSE = ",".join(f"sparse-rademacher:{k / 400:g}" for k in range(1, 35))

# Experiment and the tables of theory that its figure draws as lines: command and arguments.
EXPERIMENTS: dict[str, list[str]] = {
    "marchenko-pastur": ["spectrum --points 256 --data iid --alpha 0.25,0.5,1,2,4,8"],
    "sample-covariance": [
        "spectrum --points 256 --data ising-ring --units inf --beta 0.5 --alpha 0.5,1,4",
        "spectrum --points 256 --data ising-ring --units inf --beta 1 --alpha 2",
        "spectrum --points 256 --data spectrum --file scripts/three_atoms.csv --alpha 5,20",
    ],
    "retarded-learning": [
        "threshold --data spiked --spike 1 --alpha 0.25:4:201:log",
        "threshold --data two-cluster --signal 1 --alpha 0.25:4:201:log",
    ],
    "outlier-detection": [],
    "overlap-profile": [],
    "retarded-learning-ring": [
        "threshold --data ising-ring --units 12:160:38 --beta 0.5,1",
        "threshold --data clock-ring --units 12:32:11 --states 10 --beta 1.5",
    ],
    "learning-curve": [
        "learn --biases none --data two-cluster --signal 1,1.5 --alpha 0.4:20:201:log",
    ],
    "learning-with-biases": [],
    "rbm-phases": [
        "phase --w 0:3:121 --sigma 0:2.5:101",
        "phase --sigma 0:2.5:101 --boundary",
        "phase --w 0.8:2.4:65 --sigma 0.5 --kappa 0.5 --components gaussian,rademacher",
        "phase --w 0.8:2.4:65 --sigma 0.8 --kappa 2",
        "phase --w 0.8:2.4:65 --sigma 0.5 --components laplace",
        "phase --w 0.8:2.4:65 --sigma 0.3 --components sparse:0.2",
    ],
    "several-modes": [
        "phase --w 2+0:3.5:141 --sigma 0.5",
        "phase --w 2.5+0:3.5:141 --sigma 0.5 --components laplace",
    ],
    "hopfield-retrieval": [
        "phase --model hopfield --temperature 0:1.5:151 --boundary",
        "phase --model hopfield --alpha 0.01:0.1379:129 --temperature 0 --all-branches",
        "phase --model hopfield --alpha 0.01,0.02,0.04 --temperature 0.01:0.99:99 --all-branches",
    ],
    "compositional": [
        "phase --model patterns --visible binary --hidden relu --visible-field -3 --threshold 5 --alpha 0.01 --scale 3.8 --density 0.02:1:25:log --recalled 60",
    ],
    "log-partition": [],
    "langevin": [],
    "gaussianity": [],
    "landau": [
        "landau --machine scripts/rank_one.csv --scale 0.6:1.6:201",
    ],
    "short-chains": ["flow short-chains --eigenvalues 3 --gibbs-steps 1,2 --sample-steps 1:12:12"],
    "persistent-chains": [
        "flow persistent-chains --eigenvalues 5 --learning-rate 0.02 --initial-singular-value 0.5 --updates 60",
        "flow persistent-chains --eigenvalues 3 --gibbs-steps 1,3,10 --learning-rate 0.001:0.5:200:log --summary",
    ],
    "singular-value-flow": [
        "flow modes --eigenvalues 6,4 --time 0:2.6:131 --initial-singular-value 0.01",
        "flow modes --file scripts/two_spikes.csv --hidden-units 150 --init-scale 0.00001 --time 0.005:0.5:100",
    ],
    "cascade": [],
    "hierarchical-learning": [],
    "place-cell": [],
    "place-cell-tiling": [],
    "place-cell-wells": [f"flow ring --units 40 --beta 0.5 --hidden {kind} --starts 1" for kind in ("gaussian", "double-well:-2")],
    "place-cell-training": ["flow ring --units 20,100 --beta 0.025:0.75:30 --starts 1 --summary"],
    "place-cell-regimes": [
        "threshold --data ising-ring --units 40 --beta 0.25:0.75:11 --criterion spectral,crossing",
        "flow diffusion --units 40 --beta 0.25:0.75:11 --learning-rate 0.25 --batch 50",
    ],
    "place-cell-pinning": ["flow diffusion --units 30 --beta 0.35:0.65:13 --learning-rate 0.25 --batch 300"],
    "receptive-field-diffusion": [],
    "place-cell-walk": [],
    "place-cells-together": [],
    "xy-fields": [
        "flow ring --units 40 --states 10 --beta 1.5 --hidden-units 1,2 --starts 1",
    ],
    "localisation": ["flow localisation --data nlgp-ring --units 20:200:46 --correlation-length 3 --nonlinearity cubic:-0.05,cubic:-0.3,erf:1,cubic:0.05"],
    "bayes-optimal": [
        "infer --weight-prior sparse-rademacher:0.02 --hidden-prior gaussian --snr 1 --alpha 0.3:2.1:361",
        "infer --hidden-prior gaussian --snr 1 --critical --weight-prior " + SPARSE,
    ],
    "mismatched-inference": [
        "infer --student-beta 0.3:3.5:129 --teacher-beta 1.2 --alpha 1.5",
        "infer --student-beta 0.3:3.5:129 --teacher-beta 1.2 --critical",
    ],
    "soft-priors": [],
}


# Figures of single commands: script and the command that makes its table, TABLE.
SINGLE: dict[str, str] = {
    "receptive-fields": "flow ring --units 100 --beta 0.5 --hidden-units 1,3,4,6,12 -o TABLE",
    "weights-in-time": "simulate train --data ising-ring --units 100 --beta 0.5 --samples 10000 --hidden-units 1 --biases none "
    "--gibbs-steps 20 --learning-rate 0.002 --batch 10 --epochs 60 --likelihood none --trajectory TABLE",
}


def run(command: list[str | Path]) -> int:
    """Run a command in the project's folder, showing it, and return its exit status."""
    print("+", *command, file=sys.stderr, flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def must(command: list[str | Path]) -> None:
    """Run a command that has to succeed."""
    status = run(command)
    if status != 0:
        raise SystemExit(f"reproduce.py: {command[0]} ended with status {status}")


def reproduce(name: str, folder: Path, options: argparse.Namespace) -> bool:
    """Table, laws and figure of one experiment; False if theory and simulation disagree."""
    table = folder / f"{name}.csv"
    command = [PROGRAM, "validate", name, "--preset", options.preset, "--seed", str(options.seed), "--resume"]
    status = run([*command, "-o", table])
    if status not in (0, 1):
        raise SystemExit(f"reproduce.py: validate {name} ended with status {status}")
    laws: list[str | Path] = []
    for number, arguments in enumerate(EXPERIMENTS[name], start=1):
        laws.append(folder / f"{name}-law-{number}.csv")
        must([PROGRAM, *arguments.split(), "-o", laws[-1]])
    script = ROOT / "scripts" / f"{name.replace('-', '_')}.py"
    for suffix in options.formats:
        figure = folder / f"{script.stem}.{suffix}"
        must([sys.executable, script, table, "-o", figure, *(["--law", *laws] if laws else [])])
    return status == 0


def draw(name: str, folder: Path, options: argparse.Namespace) -> None:
    """Table and figure of a single command."""
    table = folder / f"{name}.csv"
    arguments = [table if word == "TABLE" else word for word in SINGLE[name].split()]
    must([PROGRAM, *arguments])
    script = ROOT / "scripts" / f"{name.replace('-', '_')}.py"
    for suffix in options.formats:
        must([sys.executable, script, table, "-o", folder / f"{script.stem}.{suffix}"])


def main() -> int:
    """Exit status 0 if everything agrees, 1 if a comparison fails; anything that could not run stops the script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--preset", choices=["quick", "standard", "paper"], default="quick", help="default: %(default)s"
    )
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, default=list(EXPERIMENTS), help="default: all")
    parser.add_argument("--output", type=Path, default=ROOT / "figures", help="folder (default: figures)")
    parser.add_argument(
        "--formats", nargs="+", choices=["pdf", "svg", "png"], default=["pdf", "png"], help="default: pdf png"
    )
    options = parser.parse_args()
    must(["cargo", "build", "--release", "--locked"])
    folder = options.output.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for name in SINGLE:
        draw(name, folder, options)
    agreeing = [reproduce(name, folder, options) for name in options.only]
    failed = [name for name, agrees in zip(options.only, agreeing) if not agrees]
    for name in failed:
        print(f"reproduce.py: {name}: theory and simulation disagree, see {folder / name}.csv", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
