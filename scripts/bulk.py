"""The figure of a whole sample spectrum, shared by `marchenko_pastur.py` and `sample_covariance.py`."""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

# What tells one spectrum from another.
SPECTRUM = ("data", "law", "beta", "alpha")


def name(row: style.Row) -> str:
    """A spectrum in the legend."""
    if row["data"] == "ising-ring":
        text = rf"ring $\beta={row['beta']:g}$"
    elif row["data"] == "spectrum":
        text = "three atoms"
    else:
        text = {"spin": r"$\pm1$", "gaussian": "Gauss"}.get(row["law"], str(row["data"]))
    return rf"{text}, $\alpha={row['alpha']:g}$"


def spectra(rows: list[style.Row]) -> dict[str, list[style.Row]]:
    """The rows of each spectrum under its name."""
    return {
        name(group[0]): group
        for key in style.values(rows, *SPECTRUM)
        for group in [style.select(rows, **dict(zip(SPECTRUM, key)))]
    }


def cumulative_panel(ax, groups: dict[str, list[style.Row]], laws: list[style.Row]) -> None:
    """Cumulative in the limit: simulation as points; theory as the law's line, or as ticks where no law is given."""
    for index, (label, rows) in enumerate(groups.items()):
        limit = sorted(style.at_limit(style.select(rows, observable="cumulative")), key=lambda row: row["x"])
        x = style.column(limit, "x")
        style.points(ax, x, limit, index, label=label)
        colour = style.COLOURS[index % len(style.COLOURS)]
        line = matching(laws, rows[0])
        if line:
            ax.plot(style.column(line, "x"), style.column(line, "cumulative"), color=colour, zorder=1)
        else:
            ax.plot(x, style.column(limit, "theory"), "_", color=colour, markersize=9, zorder=1)
    measured = [row["x"] for rows in groups.values() for row in style.select(rows, observable="cumulative")]
    reach = (min(measured) / 3, 2 * max(measured))  # at a hard edge the law goes on to x = 0
    ax.set(xlabel=r"eigenvalue $x$", ylabel=r"cumulative $F(x)$", ylim=(0, 1), xscale="log", xlim=reach)
    style.plain_log(ax.xaxis)
    ax.legend(loc="upper left")


def matching(laws: list[style.Row], row: style.Row) -> list[style.Row]:
    """The law of the same data, coupling and alpha."""
    same = [law for law in laws if law["data"] == row["data"] and law["alpha"] == row["alpha"]]
    return [law for law in same if law.get("beta") == row["beta"]]


def ratio_panel(ax, groups: dict[str, list[style.Row]], power: float, **observable: object) -> None:
    """An observable of every spectrum over its limit."""
    for index, (label, rows) in enumerate(groups.items()):
        style.ratio_curve(ax, style.select(rows, **observable), power, index, label)


def draw(description: str) -> None:
    """Cumulative, edge, moment and scores of every spectrum of the table."""
    options = style.arguments(description)
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.8), layout="constrained")
    groups = spectra(rows)
    cumulative_panel(axes[0, 0], groups, laws)
    ratio_panel(axes[0, 1], groups, 2 / 3, observable="upper_edge", mode=0.0)
    axes[0, 1].set(xlabel=r"$N^{-2/3}$", ylabel=r"$\langle x_{\max}\rangle/x_+$")
    ratio_panel(axes[1, 0], groups, 1, observable="moment_3")
    axes[1, 0].set(xlabel=r"$1/N$", ylabel=r"$m_3(N)/m_3$")
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)
