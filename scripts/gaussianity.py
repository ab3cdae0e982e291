#!/usr/bin/env python3
"""Figure of `validate gaussianity`: excess kurtosis of free units, and covariance and kurtosis of coupled ones, against size.

python scripts/gaussianity.py gaussianity.csv -o figures/gaussianity.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def free_panel(ax, rows: list[style.Row]) -> None:
    """Mean excess kurtosis over random vectors against N, and -6/(N + 2)."""
    for index, law in enumerate(("spin", "binary")):
        measured = style.at_sizes(style.select(rows, observable="excess_kurtosis_haar", law=law))
        x = [row["units"] * 1.03 ** (2 * index - 1) for row in measured]
        style.points(ax, x, measured, index, [-1.0] * len(measured), label=law)
    units = sorted({row["units"] for row in style.at_sizes(rows) if row["observable"] == "excess_kurtosis_haar"})
    grid = [units[0] * (units[-1] / units[0]) ** (k / 100) for k in range(101)]
    ax.plot(grid, [6 / (n + 2) for n in grid], color="black", linewidth=0.8, zorder=1, label=r"$6/(N+2)$")
    ax.set(xlabel="units $N$", ylabel=r"$-$ excess kurtosis, free units", xscale="log", yscale="log")
    style.plain_log(ax.xaxis, units)
    style.plain_log(ax.yaxis)
    ax.legend()


def coupled_panel(ax, rows: list[style.Row], names: dict[str, str], label: str) -> None:
    """Coupled units over the Gaussian limit against 1/N."""
    index = 0
    for law in ("spin", "binary"):
        for observable, symbol in names.items():
            chosen = style.select(rows, observable=observable, law=law)
            if chosen:
                style.ratio_curve(ax, chosen, 1.0, index, f"{symbol}, {law}")
                index += 1
    ax.axhline(1, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"$1/N$", ylabel=label)
    ax.legend()


def main() -> None:
    """Free units, covariance, kurtosis, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.6), layout="constrained")
    free_panel(axes[0, 0], rows)
    covariance = {"variance": r"$\langle x^2\rangle$", "covariance": r"$\langle xy\rangle$"}
    coupled_panel(axes[0, 1], rows, covariance, "simulation / Gaussian pair")
    kurtosis = {
        "units_times_excess_kurtosis": "$x$",
        "units_times_excess_kurtosis_slow": r"$(x+y)/\sqrt{2}$",
    }
    coupled_panel(axes[1, 0], rows, kurtosis, r"$N\times$ excess kurtosis / limit")
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
