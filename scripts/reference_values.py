#!/usr/bin/env python3
"""Write the high-precision reference values that the tests of the theory crate read.

Every number is computed here from its defining equation with mpmath (60 digits), by methods that the Rust crates do not
use: convex bisection between poles for the edges, the real sweep a -> (x, b) and tanh-sinh quadrature for density and
cumulative, sums over all modes for thresholds, enumeration for the spectra. The files are the same bytes on every run.

    python scripts/reference_values.py            # write theory/tests/reference/*.csv
    python scripts/reference_values.py --check    # recompute and compare with the files
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import time
from pathlib import Path

from reference import checks, covariance_tables, inference, learning, localisation, machines, one_step, patterns, phases, rectified_ring, ring_flow, threshold_tables

MODEL = ["data", "units", "beta", "states", "spike", "signal"]
MODE = ["mode", "label", "degeneracy", "eigenvalue"]
TABLES = {
    "covariance_populations": (["population", "eigenvalue", "weight"], covariance_tables.population_rows),
    "covariance_edges": (["population", "gamma", "edge", "side", "x"], covariance_tables.edge_rows),
    "covariance_density": (
        ["population", "gamma", "x", "density", "condition", "cumulative"],
        covariance_tables.density_rows,
    ),
    "covariance_moments": (
        ["population", "gamma", "atom_at_zero", "mean", "second_moment", "third_moment"],
        covariance_tables.moment_rows,
    ),
    "thresholds": ([*MODEL, "criterion", *MODE, "alpha_c", "samples_c"], threshold_tables.threshold_rows),
    "ring_law": (["units", "beta", "samples_c", "closed_form", "large_n"], threshold_tables.ring_law_rows),
    "profile": ([*MODEL, "alpha", *MODE, "x_star", "overlap_squared"], threshold_tables.profile_rows),
    "outliers": (
        [*MODEL, "alpha", *MODE, "sample_eigenvalue", "detached", "overlap_squared"],
        threshold_tables.outlier_rows,
    ),
    "hopfield": (phases.HOPFIELD, phases.hopfield_rows),
    "hopfield_lines": (phases.HOPFIELD_LINES, phases.hopfield_line_rows),
    "ensemble": (phases.ENSEMBLE, phases.ensemble_rows),
    "localisation": (localisation.COLUMNS, localisation.rows),
    "one_step": (one_step.COLUMNS, one_step.rows),
    "patterns": (patterns.COLUMNS, patterns.rows),
    "infinite_ring": (["beta", "gamma", "lower", "upper"], threshold_tables.infinite_ring_rows),
    "infinite_ring_density": (["beta", "gamma", "x", "density"], threshold_tables.infinite_ring_density_rows),
    "inference_channel": (["law", "r", "overlap", "error", "slope", "free_entropy"], inference.channel_rows),
    "inference_critical": (
        ["weights", "hidden", "snr", "spectral", "spinodal", "information", "algorithmic", "transition"],
        inference.critical_rows,
    ),
    "inference_evolution": (
        ["weights", "hidden", "snr", "alpha", "q_weights", "q_hidden", "free_entropy"],
        inference.evolution_rows,
    ),
    "units": (learning.UNIT_HEADER, learning.unit_rows),
    "learning": (learning.HEADER, learning.learning_rows),
    "small_machine": (["parameter", "value"], machines.machine_rows),
    "rectified_ring": (rectified_ring.HEADER, rectified_ring.rows),
    "ring_flow": (ring_flow.HEADER, ring_flow.ring_flow_rows),
    "inverse": (["solve_for", "data", "units", "given", "target", "solution"], threshold_tables.inverse_rows),
}


def render(header: list[str], rows: list[list[str]]) -> str:
    """A table as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def main() -> int:
    """Write or check the tables; exit status 1 if a file differs."""
    default = Path(__file__).resolve().parent.parent / "theory" / "tests" / "reference"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=default, help="folder of the tables (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=TABLES, help="some of the tables (default: all)")
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    parser.add_argument(
        "--jobs", type=int, default=1, help="processes for the density table, the slow one (default: 1)"
    )
    arguments = parser.parse_args()
    checks.run()
    differing = 0
    for name in arguments.only or TABLES:
        started = time.monotonic()
        header, make = TABLES[name]
        text = render(header, make(arguments.jobs) if make is covariance_tables.density_rows else make())
        path = arguments.output / f"{name}.csv"
        if not arguments.check:
            arguments.output.mkdir(parents=True, exist_ok=True)
            path.write_text(text, newline="\n")
            verdict = "written"
        elif path.is_file() and path.read_bytes() == text.encode():
            verdict = "same"
        else:
            verdict, differing = "DIFFERS", differing + 1
        print(
            f"{path.name}: {text.count(chr(10)) - 1} rows, {verdict} ({time.monotonic() - started:.1f} s)",
            file=sys.stderr,
        )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
