#!/usr/bin/env python3
"""Figure of `validate persistent-chains`: weights that overshoot, since the chains of their training lag behind.

python scripts/persistent_chains.py persistent-chains.csv --law updates.csv summary.csv -o figures/persistent_chains.pdf
"""

from __future__ import annotations

import style


def update_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Singular value from update to update: theory, chains in equilibrium, and the simulation in the limit at its two looks."""
    curve = [row for row in laws if "update" in row]
    ax.plot(style.column(curve, "update"), style.column(curve, "singular_value"), color=style.COLOURS[0], label="chains that lag")
    equilibrium = [row for row in curve if row["equilibrium_singular_value"] is not None]
    ax.plot(
        style.column(equilibrium, "update"),
        style.column(equilibrium, "equilibrium_singular_value"),
        color=style.COLOURS[1],
        linestyle="--",
        label="in equilibrium",
    )
    rate = curve[0]["learning_rate"]
    for observable in ("singular_value_rising", "singular_value_peak"):
        for row in style.select(style.at_limit(rows), x=rate, observable=observable):
            if not row["control"]:
                # The look is where the curve has the row's theory.
                look = min(curve, key=lambda moment: abs(moment["singular_value"] - row["theory"]))
                style.points(ax, [look["update"]], [row], 0)
    ax.set(xlabel="updates", ylabel=rf"singular value, $\eta={rate:g}$, $c={curve[0]['eigenvalue']:g}$", xlim=(0, 60), ylim=(0.5, 1))
    ax.legend(loc="lower right")


def decay_panel(ax, _rows: list[style.Row], laws: list[style.Row]) -> None:
    """Decay of a deviation per update against the learning rate, for several numbers of sweeps."""
    summary = [row for row in laws if "decay" in row]
    for index, (sweeps,) in enumerate(style.values(summary, "gibbs_steps")):
        curve = style.select(summary, gibbs_steps=sweeps)
        label = "1 sweep" if sweeps == 1 else f"{sweeps:g} sweeps"
        ax.plot(style.column(curve, "learning_rate"), style.column(curve, "decay"), color=style.COLOURS[index], label=label)
    ax.axhline(1, color="0.8", linewidth=0.8, zorder=0)
    ax.set(
        xscale="log",
        xlabel=r"learning rate $\eta$",
        ylabel=rf"decay per update $|\Lambda|$, $c={summary[0]['eigenvalue']:g}$",
        ylim=(0, 2),
    )
    ax.legend(loc="upper left")


def noise_panel(ax, rows: list[style.Row], _laws: list[style.Row]) -> None:
    """Variance of the singular value times the chains, over its limit, against 1/N."""
    chosen = [row for row in rows if row["observable"] == "chains_times_variance"]
    for index, (rate, signal) in enumerate(style.values(chosen, "x", "signal")):
        group = style.select(chosen, x=rate, signal=signal)
        style.ratio_curve(ax, group, 1.0, index, rf"$\eta={rate:g}$, $c={1 + signal**2:.3g}$")
    largest = max(1 / row["units"] for row in style.at_sizes(rows))
    ax.set(xlabel=r"$1/N$", ylabel="variance over its limit", xlim=(0, 1.05 * largest), ylim=(0.6, 1.06))
    ax.legend(loc="lower left")


if __name__ == "__main__":
    style.draw_row(__doc__, update_panel, decay_panel, noise_panel)
