"""What the figures share: the validation table as a list of rows, colours, sizes and the panels that recur."""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator  # noqa: E402

# Okabe & Ito (2008): eight colours that colour-blind readers can tell apart; yellow is left out, too pale on white.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "<", ">"]
COLUMN = 3.39  # width in inches of one column of a two-column journal
PAGE = 7.0  # width of the page

# Row: the cells of one line, numbers as float, truth values as bool, empty cells as None.
Row = dict[str, object]
CONSTANTS = {"": None, "true": True, "True": True, "false": False, "False": False}


def cell(text: str) -> object:
    """A cell as a number, truth value (also as pandas writes it), None or text."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    try:
        return float(text)
    except ValueError:
        return text


def read_table(path: Path) -> list[Row]:
    """All rows of a CSV file with header."""
    with path.open(newline="") as file:
        rows = [{name: cell(text) for name, text in line.items()} for line in csv.DictReader(file)]
    if not rows:
        raise SystemExit(f"{path}: the table is empty; run the validation first")
    return rows


def select(rows: Iterable[Row], **wanted: object) -> list[Row]:
    """Rows whose cells equal the wanted values."""
    return [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]


def values(rows: Iterable[Row], *names: str) -> list[tuple]:
    """The distinct combinations of some columns, in order of appearance."""
    return list(dict.fromkeys(tuple(row.get(name) for name in names) for row in rows))


def column(rows: Iterable[Row], name: str) -> list:
    """One column."""
    return [row[name] for row in rows]


def at_sizes(rows: Iterable[Row]) -> list[Row]:
    """Comparisons at finite size, smallest first."""
    return sorted(
        (row for row in rows if row["units"] is not None and not row["control"]), key=lambda row: row["units"]
    )


def at_limit(rows: Iterable[Row]) -> list[Row]:
    """Comparisons in the limit of infinite size."""
    return [row for row in rows if row["units"] is None and not row["control"]]


def use_style() -> None:
    """Sizes and lines that stay readable at column width."""
    plt.rcParams.update(
        {
            "figure.dpi": 150,
            "savefig.dpi": 300,
            "font.size": 8,
            "axes.labelsize": 8,
            "axes.titlesize": 8,
            "xtick.labelsize": 7,
            "ytick.labelsize": 7,
            "legend.fontsize": 6.5,
            "legend.frameon": False,
            "legend.handlelength": 1.4,
            "legend.labelspacing": 0.3,
            "axes.linewidth": 0.6,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "lines.linewidth": 1.0,
            "lines.markersize": 3.2,
            "errorbar.capsize": 1.5,
            "mathtext.fontset": "dejavusans",
            "svg.hashsalt": "saddlepoint",
            "pdf.fonttype": 42,
        }
    )


def letter(axes) -> None:
    """(a), (b), ... at the upper left of each panel."""
    for index, ax in enumerate(axes):
        ax.text(
            -0.02,
            1.04,
            f"({chr(97 + index)})",
            transform=ax.transAxes,
            ha="right",
            va="bottom",
            weight="bold",
        )


def points(ax, x, rows: list[Row], index: int, scale: Iterable[float] | None = None, **options) -> None:
    """Simulation with error bars (one standard error), each value times its scale."""
    scale = [1.0] * len(rows) if scale is None else list(scale)
    y = [row["simulation"] * s for row, s in zip(rows, scale)]
    error = [row["standard_error"] * abs(s) for row, s in zip(rows, scale)]
    colour = options.pop("color", COLOURS[index % len(COLOURS)])
    marker = options.pop("marker", MARKERS[index % len(MARKERS)])
    ax.errorbar(x, y, error, fmt=marker, color=colour, markerfacecolor="white", elinewidth=0.8, zorder=3, **options)


def ratio_curve(ax, rows: list[Row], power: float, index: int, label: str) -> None:
    """Simulation over the limit of theory against N^-power, and the law of theory that ends at 1."""
    sizes = at_sizes(rows)
    x = [row["units"] ** -power for row in sizes]
    scale = [1 / row["limit"] for row in sizes]
    points(ax, x, sizes, index, scale, label=label)
    law = sorted(zip(x, (row["theory"] * s for row, s in zip(sizes, scale))))
    ax.plot(*zip((0.0, 1.0), *law), color=COLOURS[index % len(COLOURS)], zorder=1)
    ax.set_xlim(left=0)
    ax.locator_params(axis="x", nbins=5)


def batch_curve(ax, rows: list[Row], index: int, label: str) -> None:
    """Simulation over theory against the inverse size of the batch, the law of theory that ends at 1, and the extrapolation."""
    sizes = sorted(at_sizes(rows), key=lambda row: -row["x"])
    x = [1 / row["x"] for row in sizes]
    colour = COLOURS[index % len(COLOURS)]
    points(ax, x, sizes, index, label=label)
    ax.plot([0, *x], [1, *column(sizes, "theory")], color=colour, zorder=1)
    points(ax, [0], at_limit(rows), index, label=r"$B\to\infty$, extrapolated", marker="*", markersize=6)
    ax.set(xlabel="1/batch size", ylim=(0, None))
    ax.locator_params(axis="x", nbins=4)


def score_panel(ax, rows: list[Row]) -> None:
    """Sorted scores of the judged comparisons against the Gaussian, and the controls, which must lie outside +-4."""
    judged = select(rows, judged=True)
    scores = sorted(row["z_score"] for row in judged if not row["control"])
    controls = [row["z_score"] for row in judged if row["control"]]
    share = [(rank + 0.5) / len(scores) for rank in range(len(scores))]
    ax.step(scores, share, where="mid", color=COLOURS[0], label=f"scores ({len(scores)})")
    grid = [-4 + 8 * k / 200 for k in range(201)]
    ax.plot(grid, [0.5 * math.erfc(-z / math.sqrt(2)) for z in grid], "--", color="0.4", label="Gaussian")
    held = [min(max(z, -7), 7) for z in controls]
    if held:
        ax.plot(held, [0.5] * len(held), "x", color=COLOURS[1], label=f"controls ({len(controls)})", clip_on=False)
    for bound in (-4, 4):
        ax.axvline(bound, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"score $z$ (cut at $\pm7$)", ylabel="share below", xlim=(-7.4, 7.4), ylim=(0, 1), xticks=(-4, 0, 4))
    ax.legend(loc="upper left", fontsize=5)


def plain_log(axis, ticks: list[float] | None = None) -> None:
    """Plain numbers on a logarithmic axis: at the given ticks, or at 1, 2 and 5 of each decade."""
    axis.set_major_locator(FixedLocator(ticks) if ticks else LogLocator(subs=(1, 2, 5)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def arguments(description: str) -> argparse.Namespace:
    """TABLE.csv, -o FIGURE and --law TABLE.csv..., the same for every figure."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("table", type=Path, help="CSV that `saddlepoint validate` wrote")
    parser.add_argument("-o", "--output", type=Path, required=True, help="figure: .pdf, .svg or .png")
    parser.add_argument(
        "--law",
        type=Path,
        nargs="*",
        default=[],
        help="tables of `saddlepoint spectrum` or `threshold`: smooth lines of theory",
    )
    return parser.parse_args()


def draw_row(description: str, *panels: Callable[[plt.Axes, list[Row], list[Row]], None]) -> None:
    """The whole figure of a script: panels side by side, each of the table's rows and those of theory, and the scores."""
    options = arguments(description.splitlines()[0])
    rows = read_table(options.table)
    laws = [row for path in options.law for row in read_table(path)]
    use_style()
    figure, axes = plt.subplots(1, len(panels) + 1, figsize=(PAGE, 2.7), layout="constrained")
    for ax, panel in zip(axes, panels):
        panel(ax, rows, laws)
    score_panel(axes[-1], rows)
    letter(axes.flat)
    save(figure, options.output)


def save(figure, path: Path) -> None:
    """Write a figure without a date, so that the same table gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = {".svg": "Date", ".pdf": "CreationDate"}.get(path.suffix)
    figure.savefig(path, metadata={key: None} if key else None)
    plt.close(figure)
