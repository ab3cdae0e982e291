#!/usr/bin/env python3
"""Figure of `validate soft-priors`: students whose weights or hidden units are no spins.

python scripts/soft_priors.py soft-priors.csv -o figures/soft_priors.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

CASES = {
    "soft": r"soft weights, Gaussian teacher",
    "gaussian": r"Gaussian weights, spin teacher",
    "soft-hidden": r"soft weights and hidden units",
}
OBSERVABLES = {
    "overlap_teacher": "overlap with the teacher $m$",
    "overlap_students": "overlap of two students $q$",
    "norm": "squared norm per unit $D$",
}


def size_panel(ax, rows: list[style.Row], observable: str) -> None:
    """One observable at each size and in the limit, its theory, and that of spins."""
    for index, (case, label) in enumerate(CASES.items()):
        of_case = style.select(rows, law=case, observable=observable)
        sizes = style.at_sizes(of_case)
        colour = style.COLOURS[index]
        x = [1 / row["units"] for row in sizes]
        style.points(ax, x, sizes, index, label=label)
        for limit in style.at_limit(of_case):
            law = sorted(zip(x, (row["theory"] for row in sizes)))
            ax.plot(*zip((0.0, limit["theory"]), *law), color=colour, zorder=1)
        controls = style.select(of_case, control=True)
        ax.plot([0.0] * len(controls), style.column(controls, "theory"), "x", color=colour, clip_on=False, zorder=4)
    ax.set(xlabel="$1/N$", ylabel=OBSERVABLES[observable])
    ax.set_xlim(left=0)
    ax.locator_params(axis="x", nbins=4)


def main() -> None:
    """The three observables against size, and the scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.0), layout="constrained")
    for ax, observable in zip(axes.flat, OBSERVABLES):
        size_panel(ax, rows, observable)
    axes[0, 0].legend(fontsize=5.5)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
