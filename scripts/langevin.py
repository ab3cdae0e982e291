#!/usr/bin/env python3
"""Figure of `validate langevin`: rates and variances of the modes, infinite and finite, and what holds a mode beyond s = 1.

python scripts/langevin.py langevin.csv -o figures/langevin.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

GRID = [1.6 * k / 320 for k in range(321)]


def infinite_panel(ax, rows: list[style.Row], quantity: str, label: str) -> None:
    """Rates or variances of the slow and the fast variable against s, with their closed forms."""
    pairs = style.select(rows, data="gaussian-pair", control=False)
    laws = [("slow", -1), ("fast", 1)]
    for index, (name, sign) in enumerate(laws):
        measured = style.select(pairs, observable=f"{quantity}_{name}")
        style.points(ax, style.column(measured, "w"), measured, index, label=name)
        rates = [(s, 1 + sign * s) for s in GRID]
        if quantity == "variance":
            rates = [(s, 1 / rate) for s, rate in rates if rate > 0.08]
        ax.plot(*zip(*rates), color=style.COLOURS[index], zorder=1)
    ax.axvline(1, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel="singular value $s$", ylabel=label, xlim=(0, 1.6))
    ax.legend()


def finite_panel(ax, rows: list[style.Row]) -> None:
    """The rank-one machine over its limit against 1/N: below the transition, and in its minima beyond."""
    names = {
        "rate_slow": r"rate $1-s$, $s=0.5$",
        "variance_slow": r"variance, $s=0.5$",
        "variance_slow_per_unit": r"$\langle\phi^2\rangle/N$, $s=1.5$",
    }
    for index, (observable, label) in enumerate(names.items()):
        chosen = style.select(rows, data="rank-one", observable=observable)
        style.ratio_curve(ax, chosen, 1.0, index, label)
    ax.axhline(1, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"$1/N$", ylabel="simulation / limit")
    ax.legend()


def main() -> None:
    """Rates, variances, finite machines, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.6), layout="constrained")
    infinite_panel(axes[0, 0], rows, "rate", "relaxation rate")
    infinite_panel(axes[0, 1], rows, "variance", "variance")
    axes[0, 0].axhline(0, color="0.6", linewidth=0.6, linestyle=":")
    axes[0, 0].text(1.3, 0.04, "relaxes", va="bottom", fontsize=6.5)
    axes[0, 0].text(1.04, -0.42, "diverges", va="top", fontsize=6.5)
    finite_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
