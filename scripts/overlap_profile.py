#!/usr/bin/env python3
"""Figure of `validate overlap-profile`: what the top sample eigenvector of ring data looks like below its threshold.

python scripts/overlap_profile.py overlap-profile.csv -o figures/overlap_profile.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def degeneracy(row: style.Row) -> int:
    """Modes k and N - k coincide, except k = 0 and k = N/2 (x = k/N)."""
    return 1 if row["x"] in (0.0, 0.5) else 2


def profile_panel(ax, rows: list[style.Row]) -> None:
    """Overlap per mode in units of white noise, largest size; the profile joined by lines."""
    for index, (alpha,) in enumerate(style.values(rows, "alpha")):
        group = style.at_sizes(style.select(rows, alpha=alpha, observable="overlap_squared"))
        largest = group[-1]["units"]
        shown = sorted(style.select(group, units=largest), key=lambda row: row["x"])
        x = style.column(shown, "x")
        scale = [largest / degeneracy(row) for row in shown]
        style.points(ax, x, shown, index, scale, label=rf"$\alpha={alpha:g}$, $N={largest:g}$")
        ax.plot(x, [row["limit"] * s for row, s in zip(shown, scale)], color=style.COLOURS[index], zorder=1)
    ax.axhline(1, color="0.5", linestyle="--", linewidth=0.8)
    ax.annotate("white noise", (0.5, 1), (0, 2), textcoords="offset points", ha="right", color="0.4", fontsize=6.5)
    ax.set(xlabel=r"wave number $k/N$", ylabel=r"$N\,\times$ squared overlap per mode", yscale="log")
    ax.set_ylim(top=300)
    ax.legend(loc="upper right")


def ratio_panel(ax, rows: list[style.Row], alpha: float) -> None:
    """Ratio to the profile of the same size against N^(-2/3), ending at 1."""
    for index, (x,) in enumerate(style.values(rows, "x")):
        group = style.select(rows, alpha=alpha, x=x, observable="overlap_squared")
        style.ratio_curve(ax, group, 2 / 3, index, f"$k/N={x:g}$")
    ax.set(xlabel=r"$N^{-2/3}$", ylabel=rf"overlap / profile, $\alpha={alpha:g}$")
    ax.legend(loc="best")


def main() -> None:
    """Profile, approach to it, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(1, 3, figsize=(style.PAGE, 2.5), layout="constrained")
    profile_panel(axes[0], rows)
    ratio_panel(axes[1], rows, style.values(rows, "alpha")[0][0])
    style.score_panel(axes[2], rows)
    style.letter(axes)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
