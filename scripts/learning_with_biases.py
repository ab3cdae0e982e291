#!/usr/bin/env python3
"""Figure of `validate learning-with-biases`: trained machines of one hidden unit with biases, against their replica theory.

python scripts/learning_with_biases.py learning-with-biases.csv -o figures/learning_with_biases.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

PANELS = {
    "overlap_squared": "squared overlap",
    "q": "$Q$ of simulation over theory",
    "train_loglik": "train log-likelihood (nats)",
    "test_loglik": "test log-likelihood (nats)",
}


def settings(rows: list[style.Row]) -> list[tuple]:
    """The machines that are judged, in the order of the table."""
    judged = [row for row in rows if row["judged"] and not row["control"]]
    return list(dict.fromkeys((row["law"], row["signal"], row["alpha"], row["x"]) for row in judged))


def panel(ax, rows: list[style.Row], observable: str) -> None:
    """One observable of all machines: theory as bars, the limit of infinite size as points."""
    names = []
    for place, (law, signal, alpha, penalty) in enumerate(settings(rows)):
        chosen = style.select(rows, law=law, signal=signal, alpha=alpha, x=penalty, observable=observable, control=False)
        for row in style.at_limit(chosen):
            scale = row["theory"] if observable == "q" else 1.0
            ax.plot([place - 0.3, place + 0.3], [row["theory"] / scale] * 2, color="0.4", linewidth=1.2, zorder=1)
            shown = {**row, "simulation": row["simulation"] / scale, "standard_error": row["standard_error"] / abs(scale)}
            style.points(ax, [place], [shown], 0)
        decay = f", $\\epsilon={penalty:g}$" if penalty else ""
        names.append(f"{law}\n$b={signal:g}$, $\\alpha={alpha:g}${decay}")
    ax.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=5.5)
    ax.set(ylabel=PANELS[observable])


def main() -> None:
    """Overlap, Q and both likelihoods."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.4), layout="constrained")
    for ax, observable in zip(axes.flat, PANELS):
        panel(ax, rows, observable)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
