#!/usr/bin/env python3
"""Figure of `validate xy-fields`: receptive fields on a ring of angles, and how many samples they take.

python scripts/xy_fields.py xy-fields.csv -o figures/xy_fields.pdf --law xy-fields-law-1.csv

The law is the table of `flow ring --units 40 --states 10 --beta 1.5 --hidden-units 1,2`.
"""

from __future__ import annotations

import cmath
from collections import defaultdict

import matplotlib.pyplot as plt

import style

STRUCTURES = [("cosine_fraction", "cosines in angle"), ("bump_overlap", "the bump in space")]
CRITERIA = [("crossing", "crossing"), ("crossing-published", "published crossing"), ("spectral", "spectral")]


def hidden_units(row: style.Row, units: int) -> int:
    """M = kappa N."""
    return round(row["kappa"] * units)


def amplitudes(rows: list[style.Row], number: int) -> list[float]:
    """Amplitude of the first hidden unit at each site, from its weights."""
    waves: dict[float, complex] = defaultdict(complex)
    for row in style.select(rows, hidden_units=number, hidden_unit=0):
        p = row["states"]
        waves[row["site"]] += 2 / p * row["weight"] * cmath.exp(2j * cmath.pi * row["state"] / p)
    return [abs(waves[site]) for site in sorted(waves)]


def profile_panel(ax, rows: list[style.Row], law: list[style.Row]) -> None:
    """Amplitudes at distances from the centre: the theory's field, and training for infinitely many samples."""
    for number, line in [(1, "-"), (2, "--")]:
        field = amplitudes(law, number)
        peak = max(range(len(field)), key=field.__getitem__)
        x = range(len(field) // 2)
        y = [field[(peak + d) % len(field)] for d in x]
        ax.plot(x, y, line, color=style.COLOURS[0], label=f"theory, $M={number}$", zorder=1)
    seen = style.select(style.at_limit(rows), observable="amplitude")
    style.points(ax, style.column(seen, "x"), seen, 1, label=r"training, $M=1$, $P\to\infty$")
    ax.set(xlabel="distance from the centre (sites)", ylabel="amplitude of the cosine", xlim=(0, 16))
    ax.set_ylim(bottom=0)
    ax.legend()


def size_panel(ax, rows: list[style.Row]) -> None:
    """Log-likelihood over its limit against the number of samples to the power -1/2."""
    seen = style.select(rows, observable="log_likelihood", control=False)
    for index, (kappa,) in enumerate(style.values(seen, "kappa")):
        one = style.select(seen, kappa=kappa)
        sizes = sorted((row for row in one if row["alpha"] is not None), key=lambda row: row["alpha"])
        limit = style.at_limit(one)[0]["theory"]
        units = round(sizes[0]["units"])
        x = [(row["alpha"] * units) ** -0.5 for row in sizes]
        label = f"$N={units}$, $M={hidden_units(one[0], units)}$"
        style.points(ax, x, sizes, index, [1 / limit] * len(sizes), label=label)
        fit = sorted(zip(x, (row["theory"] / limit for row in sizes)))
        ax.plot(*zip((0.0, 1.0), *fit), color=style.COLOURS[index], zorder=1)
    ax.set(xlabel=r"$P^{-1/2}$", ylabel="log-likelihood over theory")
    ax.set_xlim(left=0)
    ax.legend()


def onset_panel(ax, rows: list[style.Row]) -> None:
    """Structure of the weights against units per sample, beside the theory of cosines and every threshold."""
    shown = style.select(rows, judged=False)
    for index, (observable, label) in enumerate(STRUCTURES):
        one = sorted(style.select(shown, observable=observable), key=lambda row: row["alpha"])
        gamma = [1 / row["alpha"] for row in one]
        style.points(ax, gamma, one, index, label=label)
        if observable == "cosine_fraction":
            theory = style.column(one, "theory")
            ax.plot(gamma, theory, color=style.COLOURS[index], zorder=1, label="replica theory")
    for index, (criterion, label) in enumerate(CRITERIA):
        for row in style.select(shown, criterion=criterion)[:1]:
            colour = style.COLOURS[3 + index]
            ax.axvline(row["theory"], color=colour, linestyle=":", linewidth=0.8, label=label)
    ax.axhline(0.5, color="0.6", linewidth=0.6)
    ax.set(xlabel=r"$\gamma=N/P$", ylabel="share of the weights", xscale="log", ylim=(0, 1.05))
    ax.invert_xaxis()
    ax.legend(loc="lower right", fontsize=5.5)


def main() -> None:
    """Field, log-likelihood, onset of structure, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    law = style.read_table(options.law[0])
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.0), layout="constrained")
    profile_panel(axes[0, 0], rows, law)
    size_panel(axes[0, 1], rows)
    onset_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
