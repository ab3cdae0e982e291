#!/usr/bin/env python3
"""Figure of `validate cascade`: finite-size scaling of one mode at its transition, and modes that pass theirs in training.

python scripts/cascade.py cascade.csv -o figures/cascade.pdf
"""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np

import style


def shade(rank: int, count: int) -> float:
    """Paler for smaller sizes."""
    return 0.25 + 0.75 * (rank + 1) / count


def quartic_well(rho: float) -> tuple[float, float]:
    """Half the mean square, and the relaxation time, of the law exp(-rho t^2/2 - t^4/24)."""
    t, step = np.linspace(-12, 12, 4001, retstep=True)
    law = np.exp(-rho * t**2 / 2 - t**4 / 24)
    law /= law.sum() * step
    square = (t**2 * law).sum() * step
    tail = np.cumsum((t * law)[::-1])[::-1] * step
    inside = law > 1e-12
    time = (tail[inside] ** 2 / law[inside]).sum() * step / (2 * square)
    return square / 2, time


def scaling_panel(ax, rows: list[style.Row], observable: str, place: int, label: str) -> None:
    """All sizes against the scaled distance from the transition, with the exact sums and the limit."""
    chosen = style.at_sizes(style.select(rows, data="rank-one", observable=observable))
    units = sorted({row["units"] for row in chosen})
    for rank, size in enumerate(units):
        measured = sorted(style.select(chosen, units=size), key=lambda row: row["x"])
        alpha, ends = shade(rank, len(units)), rank in (0, len(units) - 1)
        style.points(ax, style.column(measured, "x"), measured, 0, alpha=alpha, label=f"$N={size:g}$" if ends else None)
        ax.plot(style.column(measured, "x"), style.column(measured, "theory"), "_", color=style.COLOURS[0], alpha=alpha)
    rho = np.linspace(-0.6, 2.1, 109)
    ax.plot(rho, [quartic_well(x)[place] for x in rho], color=style.COLOURS[1], label=r"theory, $N\to\infty$", zorder=1)
    limits = style.at_limit(style.select(rows, data="rank-one", observable=observable))
    limits = [row for row in limits if row["x"] is not None]
    style.points(ax, style.column(limits, "x"), limits, 1, marker="*", markersize=6, label="extrapolated")
    ax.set(xlabel=r"$\rho=(1-w)\,\sqrt{n}$", ylabel=label)
    ax.legend()


def extrapolation_panel(ax, rows: list[style.Row]) -> None:
    """At the transition, over the limit of theory, against 1/sqrt(N)."""
    names = [
        ("susceptibility", r"$\langle x^2\rangle/\sqrt{n}$"),
        ("time", r"$\tau/\sqrt{n}$"),
        ("binder", "Binder's cumulant"),
    ]
    for index, (observable, label) in enumerate(names):
        chosen = style.select(rows, data="rank-one", x=0.0, observable=f"{observable}_towards_limit")
        style.ratio_curve(ax, chosen, 0.5, index, label)
    ax.set(xlabel=r"$N^{-1/2}$", ylabel=r"over the limit, at $w=1$")
    ax.legend(loc="upper left")


def passage_panel(ax, rows: list[style.Row]) -> None:
    """When each mode has which singular value: theory as a line, machines as points."""
    chosen = style.at_sizes(style.select(rows, observable="time_of_singular_value"))
    size = max(row["units"] for row in chosen)
    for index, (mode,) in enumerate(style.values(chosen, "mode")):
        passages = sorted(style.select(chosen, mode=mode, units=size), key=lambda row: row["x"])
        x, y = style.column(passages, "simulation"), style.column(passages, "x")
        colour = style.COLOURS[index]
        ax.plot(style.column(passages, "theory"), y, color=colour, zorder=1)
        error = style.column(passages, "standard_error")
        marker = style.MARKERS[index]
        label = f"mode {mode + 1:g}"
        ax.errorbar(x, y, xerr=error, fmt=marker, color=colour, markerfacecolor="white", elinewidth=0.8, label=label)
    wrong = style.select(rows, observable="time_of_singular_value", control=True, units=size)
    ax.plot(style.column(wrong, "theory"), style.column(wrong, "x"), "x", color="0.3", label="at the rate $c$ alone")
    ax.axhline(1, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"time $\times\,n$", ylabel="singular value $s$", ylim=(0.2, 1.1), title=f"blocks of $n={size:g}$")
    ax.legend(loc="lower right", ncols=2)


def training_panel(ax, rows: list[style.Row]) -> None:
    """Susceptibility of the modes while they pass: all modes are alike, all sizes meet at the transition."""
    chosen = style.at_sizes(style.select(rows, observable="susceptibility_in_training"))
    units = sorted({row["units"] for row in chosen})
    modes = style.values(chosen, "mode")
    for rank, size in enumerate(units):
        for index, (mode,) in enumerate(modes):
            passages = sorted(style.select(chosen, mode=mode, units=size), key=lambda row: row["x"])
            alpha = shade(rank, len(units))
            x = [row["x"] + 0.012 * (index - 1) for row in passages]
            label = f"mode {mode + 1:g}" if size == units[-1] else None
            style.points(ax, x, passages, index, alpha=alpha, label=label)
            if index == 0:
                ax.plot(style.column(passages, "x"), style.column(passages, "theory"), color="0.4", alpha=alpha, zorder=1)
    ax.axhline(0.5 * math.sqrt(24) * math.gamma(0.75) / math.gamma(0.25), color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel="singular value $s$ of the mode", ylabel=r"$\langle x^2\rangle/\sqrt{2n}$", ylim=(0, 0.95))
    low, high = units[0], units[-1]
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0.85), title=f"$n={low:g}$ (pale) to ${high:g}$", title_fontsize=6.5)


def main() -> None:
    """Susceptibility, time, limits; passages, susceptibility in training, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 3, figsize=(style.PAGE, 4.6), layout="constrained")
    scaling_panel(axes[0, 0], rows, "susceptibility", 0, r"susceptibility $\langle x^2\rangle/\sqrt{n}$")
    scaling_panel(axes[0, 1], rows, "autocorrelation_time", 1, r"autocorrelation time $\tau/\sqrt{n}$")
    extrapolation_panel(axes[0, 2], rows)
    passage_panel(axes[1, 0], rows)
    training_panel(axes[1, 1], rows)
    style.score_panel(axes[1, 2], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
