#!/usr/bin/env python3
"""Figure of `validate overlap-profile`: what the top sample eigenvector looks like below and across its threshold.

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


def across_panel(ax, rows: list[style.Row]) -> None:
    """Overlap with the leading mode against samples per unit; theory at finite N joined by lines; infinite N: crosses."""
    keys = ("data", "beta", "units")
    measured = style.select(rows, observable="leading_overlap_squared", control=False)
    for index, key in enumerate(style.values(measured, *keys)):
        shown = style.select(measured, **dict(zip(keys, key, strict=True)))
        shown = sorted(shown, key=lambda row: row["alpha"])
        colour = style.COLOURS[index % len(style.COLOURS)]
        name = "spike" if key[0] == "spiked" else rf"ring $\beta={key[1]:g}$"
        style.points(ax, style.column(shown, "alpha"), shown, index % len(style.COLOURS), label=f"{name}, $N={key[2]:g}$")
        theory = [row["limit"] or row["theory"] for row in shown]
        ax.plot(style.column(shown, "alpha"), theory, color=colour, zorder=1)
    ax.set(xlabel=r"samples per unit $\alpha$", ylabel="squared overlap, leading mode", xscale="log", ylim=(0, 1))
    ax.legend(loc="best", fontsize=5)


def main() -> None:
    """Profile, approach to it, the threshold, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.0), layout="constrained")
    below = [row for row in rows if not row["observable"].startswith("leading")]
    profile_panel(axes[0, 0], below)
    ratio_panel(axes[0, 1], below, style.values(below, "alpha")[0][0])
    across_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
