"""Tables: columns, rows, other libraries, files, figures."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from conftest import run
from matplotlib import pyplot
from matplotlib.colors import to_hex

import saddlepoint as sp


@pytest.fixture
def table() -> sp.Table:
    return sp.threshold("spiked", spike=[0.5, 1, 2], alpha=[1, 10])


def test_columns_have_the_narrowest_type_and_say_what_they_mean(table: sp.Table) -> None:
    assert len(table) == 6
    assert table["alpha"].dtype == np.float64
    assert table["mode"].dtype == np.int64
    assert table["detached"].dtype == np.bool_
    assert table["data"].dtype == object and table["data"][0] == "spiked"
    assert np.isnan(table["samples_c"]).all()
    assert table["units"][0] == np.inf
    assert table.columns["alpha"].symbol == "α" and table.columns["alpha"].equation == "α = P/N"
    assert sp.learn("two-cluster", signal=2, alpha=1).columns["train_loglik"].unit == "nats"
    assert "alpha" in table and "beta_c" not in table
    with pytest.raises(KeyError, match="there is no column 'alfa'; the table has: data, units"):
        table["alfa"]
    assert dict(table).keys() == table.keys()


def test_rows_are_dictionaries_and_are_taken_by_slices_masks_and_numbers(table: sp.Table) -> None:
    rows = list(table)
    assert rows[5]["spike"] == 2.0 and rows[5]["samples_c"] is None
    assert list(table[1:4]) == rows[1:4]
    assert list(table[[5, 0]]) == [rows[5], rows[0]]
    assert list(table[table["detached"]]) == [row for row in rows if row["detached"]]
    assert len(table[:0]) == 0
    with pytest.raises(IndexError):
        table[[6]]


def test_other_libraries_have_the_same_columns(table: sp.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = table.to_pandas()
    assert list(frame) == list(table.keys())
    assert frame["alpha"].to_numpy().tobytes() == table["alpha"].tobytes()
    assert frame.attrs["columns"]["alpha"]["symbol"] == "α"
    arrow = pyarrow.table(table)
    assert arrow.column_names == list(table.keys())
    assert arrow["alpha"].to_numpy().tobytes() == table["alpha"].tobytes()
    assert arrow["samples_c"].null_count == 6
    uses: list[tuple[str, Callable[[], object]]] = [("pandas", table.to_pandas), ("pyarrow", table.__arrow_c_stream__), ("matplotlib", table.plot)]
    for module, use in uses:
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ImportError, match=f"pip install {module}"):
            use()


def test_a_table_is_shown_to_a_reader(table: sp.Table) -> None:
    text = repr(table)
    assert text.startswith("Table threshold: 6 rows")
    assert "data = spiked" in text and "samples_c" not in text
    page = table._repr_html_()
    assert '<th title="samples per unit: α = P/N">alpha</th>' in page
    assert page.count("<tr>") == 7
    assert "nats" in sp.learn("two-cluster", signal=2, alpha=1)._repr_html_()
    long = sp.threshold("spiked", spike="1:2:50")
    assert "30 more rows" in repr(long) and "30 more rows" in long._repr_html_()
    assert repr(table[:0])


@pytest.mark.parametrize("suffix", ["csv", "json", "md", "tex", "svg"])
def test_files_have_the_bytes_of_the_command_line(table: sp.Table, tmp_path: Path, suffix: str) -> None:
    table.save(tmp_path / f"own.{suffix}")
    output = ["--plot", str(tmp_path / "said.svg")] if suffix == "svg" else ["-o", str(tmp_path / f"said.{suffix}")]
    ended = run(*"threshold --data spiked --spike 0.5,1,2 --alpha 1,10".split(), *output)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / f"own.{suffix}").read_bytes() == (tmp_path / f"said.{suffix}").read_bytes()
    sidecar = tmp_path / "own.meta.json"
    assert sidecar.exists() == (suffix != "svg")
    if sidecar.exists():
        assert '"--spike=0.5,1,2"' in sidecar.read_text()
    # What was read by one call may be written by the next.
    table.save(tmp_path / f"own.{suffix}")


def test_a_pickled_table_is_the_same(table: sp.Table, tmp_path: Path) -> None:
    for again in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table)):
        assert list(again) == list(table)
        assert again.columns == table.columns
        again.save(tmp_path / "again.csv")
        table.save(tmp_path / "table.csv")
        assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "table.csv").read_bytes()


def test_a_figure_has_the_lines_of_the_table() -> None:
    table = sp.learn("two-cluster", signal=1.5, alpha="0.5:8:9:log", hidden=["spin", "gaussian"])
    axes = table.plot()
    assert len(axes) == 2
    assert axes[0].get_ylabel() == "squared overlap with the truth  c²"
    assert axes[0].get_xscale() == "log"
    of_spin = table[table["hidden"] == "spin"]
    lines = [line for line in axes[0].get_lines() if to_hex(line.get_color()) == "#0072b2"]
    drawn = np.concatenate([line.get_ydata() for line in lines])
    np.testing.assert_array_equal(np.unique(drawn[np.isfinite(drawn)]), np.unique(of_spin["overlap_squared"]))
    pyplot.close("all")


def test_a_figure_is_drawn_on_given_axes() -> None:
    table = sp.learn("two-cluster", signal=1.5, alpha="0.5:8:9:log")
    _, given = pyplot.subplots(2)
    drawn = table.plot(given)
    assert list(drawn) == list(given)
    with pytest.raises(ValueError, match="2 panels"):
        table.plot(given[0])
    _, one = pyplot.subplots()
    assert sp.spectrum("iid", alpha=2).plot(one) is one
    pyplot.close("all")


@pytest.mark.filterwarnings("ignore::saddlepoint.ShortfallWarning")
def test_every_kind_of_figure_is_drawn(machine: tuple[sp.RBM, Path]) -> None:
    given, _ = machine
    for table in [
        sp.threshold("iid", units=10),
        sp.threshold_samples(sp.draw("ising-ring", 200, units=20, beta=0.6)),
        sp.spectrum(sp.draw("ising-ring", 200, units=20, beta=0.6)),
        sp.phase_hopfield(temperature="0.05:0.9:9", boundary=True),
        sp.flow_ring(units=30, beta=0.8, hidden_units=2),
        sp.validate("marchenko-pastur", replicas=16),
        given.profile((0, 1), amplitude="-1:1:7"),
        given.landscape(),
        given.gibbs(chains=5, steps=50)[1],
    ]:
        table.plot()
        pyplot.gcf().canvas.draw()
        pyplot.close("all")
