#!/usr/bin/env python3
"""Figure of `simulate train --trajectory`: the weights of one hidden unit against site and epoch, an image for each machine.

saddlepoint simulate train --data ising-ring --units 100 --beta 0.5 --samples 10000 --hidden-units 1 --biases none \\
    --gibbs-steps 20 --learning-rate 0.002 --batch 10 --epochs 60 --trajectory weights_in_time.csv -o ring.npz
python scripts/weights_in_time.py weights_in_time.csv -o figures/weights_in_time.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def image(ax, rows: list[style.Row]):
    """Weights in colour, with the sign that makes their last sum positive; white is zero."""
    epochs = sorted({row["epoch"] for row in rows})
    lines = [style.column(style.select(rows, epoch=epoch), "weight") for epoch in epochs]
    sign = -1 if sum(lines[-1]) < 0 else 1
    # Sites upwards, epochs to the right.
    pixels = [[sign * line[site] for line in lines] for site in range(len(lines[0]))]
    most = max(abs(w) for line in pixels for w in line)
    extent = (epochs[0], epochs[-1], -0.5, len(pixels) - 0.5)
    return ax.imshow(
        pixels, cmap="RdBu_r", vmin=-most, vmax=most, extent=extent, origin="lower", aspect="auto", interpolation="nearest"
    )


def main() -> None:
    """One image for each replica and hidden unit, below each other."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    machines = style.values(rows, "units", "beta", "replica", "hidden_unit")
    style.use_style()
    size = (style.COLUMN, 0.4 + 1.6 * len(machines))
    figure, axes = plt.subplots(len(machines), 1, figsize=size, layout="constrained", sharex=True, squeeze=False)
    for ax, (units, beta, replica, unit) in zip(axes.flat, machines, strict=True):
        shown = image(ax, style.select(rows, units=units, beta=beta, replica=replica, hidden_unit=unit))
        figure.colorbar(shown, ax=ax, label="weight $w_i$")
        ax.set(ylabel="site $i$")
        ax.set_title(rf"$\beta = {beta:g}$", loc="right", fontsize="medium", pad=2)
    axes.flat[-1].set_xlabel("epoch")
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
