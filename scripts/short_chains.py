#!/usr/bin/env python3
"""Figure of `validate short-chains`: what machines trained with few sweeps learn, and what their samples remember of it.

python scripts/short_chains.py short-chains.csv --law curves.csv -o figures/short_chains.pdf
"""

from __future__ import annotations

import style


def name(sweeps: float) -> str:
    """A number of sweeps in words."""
    return "1 sweep" if sweeps == 1 else f"{sweeps:g} sweeps"


def memory_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Variance of samples against their sweeps: theory, and the simulation in the limit after k and 2k of them."""
    for index, sweeps in enumerate((1, 2)):
        curve = style.select(laws, gibbs_steps=sweeps)
        ax.plot(style.column(curve, "sample_steps"), style.column(curve, "variance"), color=style.COLOURS[index], label=name(sweeps))
        for observable, times in (("variance_as_trained", 1), ("variance_later", 2)):
            limits = [row for row in style.select(style.at_limit(rows), x=sweeps, observable=observable) if not row["control"] and row["signal"] < 1.5]
            style.points(ax, [times * sweeps] * len(limits), limits, index)
    ax.axhline(3, color="0.8", linewidth=0.8, zorder=0)
    ax.set(xlabel="sweeps of the samples", ylabel=r"variance along the mode, $N\to\infty$", xlim=(0, 8), ylim=(1, 9))
    ax.legend(loc="upper left", title="training")


def size_panel(ax, rows: list[style.Row], _laws: list[style.Row]) -> None:
    """Singular values over their limit against 1/N."""
    chosen = [row for row in rows if row["observable"] == "singular_value"]
    for index, (sweeps, signal) in enumerate(style.values(chosen, "x", "signal")):
        group = style.select(chosen, x=sweeps, signal=signal)
        style.ratio_curve(ax, group, 1.0, index, rf"{name(sweeps)}, $c={1 + signal**2:.3g}$")
    largest = max(1 / row["units"] for row in style.at_sizes(rows))
    ax.set(xlabel=r"$1/N$", ylabel="singular value over its limit", xlim=(0, 1.05 * largest))
    ax.legend(loc="upper left")


if __name__ == "__main__":
    style.draw_row(__doc__, memory_panel, size_panel)
