#!/usr/bin/env python3
"""Figure of `validate place-cell-regimes`: noise or a place cell, and the landscape that traps it.

python scripts/place_cell_regimes.py place-cell-regimes.csv -o figures/place_cell_regimes.pdf --law thresholds.csv diffusion.csv
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

HALF = 0.5


def lines(options) -> dict[str, dict[float, float]]:
    """Samples per unit at each coupling, of the crossing and the spectral criterion and where trapping turns to diffusion."""
    found: dict[str, dict[float, float]] = {"crossing": {}, "spectral": {}, "turning": {}}
    for path in options.law:
        for row in style.read_table(path):
            if "samples_diffusing" in row:
                found["turning"][row["beta"]] = row["samples_diffusing"] / row["units"]
            else:
                found[row["criterion"]][row["beta"]] = row["alpha_c"]
    return found


def diagram_panel(ax, rows: list[style.Row], laws: dict[str, dict[float, float]]) -> None:
    """The lines of the theory and what was measured."""
    for name, dashes, label in (
        ("turning", "-", r"trapped below, $\Delta=T$"),
        ("crossing", "-", "crossing"),
        ("spectral", ":", "spectral, uniform mode"),
    ):
        law = sorted(laws[name].items())
        colour = {"turning": style.COLOURS[1], "crossing": "0.2", "spectral": "0.5"}[name]
        ax.plot([beta for beta, _ in law], [alpha for _, alpha in law], dashes, color=colour, label=label, zorder=1)
    overlaps = style.select(rows, observable="overlap_squared", control=False)
    for is_noise, marker, colour, label in ((True, "x", "0.4", "noise"), (False, "o", style.COLOURS[0], "place cell")):
        shown = [row for row in overlaps if (row["simulation"] < HALF) == is_noise]
        x, y = style.column(shown, "beta"), style.column(shown, "alpha")
        ax.plot(x, y, marker, color=colour, label=label, zorder=3)
    # Room for the legend below the points.
    ax.set(xlabel=r"coupling $\beta$", ylabel=r"samples per site $\alpha$", yscale="log", ylim=(2e-3, None))
    ax.legend(ncols=2, loc="lower left", fontsize=5.5)


def scaled_panel(ax, rows: list[style.Row], observable: str, law: dict[float, float]) -> None:
    """An observable against the number of samples over that of a line."""
    seen = style.select(rows, observable=observable, control=False)
    for index, (beta,) in enumerate(sorted(style.values(rows, "beta"))):
        one = sorted(style.select(seen, beta=beta), key=lambda row: row["alpha"])
        if not one:
            continue
        line = law[min(law, key=lambda known: abs(known - beta))]
        x = [row["alpha"] / line for row in one]
        style.points(ax, x, one, index, label=rf"$\beta={beta:g}$")
    ax.axvline(1, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xscale="log", ylim=(0, None))


def landscape_panel(ax, rows: list[style.Row]) -> None:
    """Variance of the landscape of places over the theory."""
    for index, (beta,) in enumerate(sorted(style.values(rows, "beta"))):
        shown = style.select(rows, observable="landscape_variance", beta=beta, control=False)
        x = style.column(shown, "alpha")
        style.points(ax, x, shown, index, [1 / row["theory"] for row in shown], label=rf"$\beta={beta:g}$")
    ax.axhline(1, color="0.6", linewidth=0.6)
    ax.set(xlabel=r"samples per site $\alpha$", ylabel=r"$P\sigma^2$ over theory", xscale="log", ylim=(0, None))


def main() -> None:
    """The diagram, overlap along it, the landscape."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = lines(options)
    style.use_style()
    figure, axes = plt.subplots(1, 3, figsize=(style.PAGE, 2.8), layout="constrained", width_ratios=(1.4, 1, 1))
    diagram_panel(axes[0], rows, laws)
    scaled_panel(axes[1], rows, "overlap_squared", laws["crossing"])
    axes[1].axhline(HALF, color="0.6", linewidth=0.6)
    axes[1].set(xlabel=r"$\alpha$ over crossing", ylabel="squared overlap with the bump")
    axes[1].legend()
    landscape_panel(axes[2], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
