"""Tables of numpy arrays whose columns know what they mean."""

from __future__ import annotations

import html
from collections.abc import Iterator, KeysView, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

from . import _native

if TYPE_CHECKING:
    import pandas

_DIGITS = 6
_MOST_ROWS = 20


@dataclass(frozen=True)
class Column:
    """What a column means.

    Attributes
    ----------
    name : str
        Its key in the table.
    symbol : str
        Symbol in the handbook's equations, ``_{…}`` a subscript and ``^{…}`` a superscript.
    meaning : str
        What it is, in a few words.
    unit : str
        Empty where it is dimensionless.
    equation : str
        What defines it; empty for parameters.
    """

    name: str
    symbol: str
    meaning: str
    unit: str
    equation: str


class Table:
    """The answer to a question: arrays of one length by the names of their columns.

    A column of numbers is float64 with NaN for what is missing, int64 or bool where none is missing; a column of words is an array of objects with None
    for what is missing. ``table[2:]`` and ``table[mask]`` are tables of some rows, ``len(table)`` is the number of rows, and ``for row in table`` gives them as
    dictionaries.

    Examples
    --------
    >>> import saddlepoint as sp
    >>> table = sp.threshold("spiked", spike=[1, 2])
    >>> table["alpha_c"]
    array([1.  , 0.25])
    >>> table[1:]["spike"]
    array([2.])
    """

    def __init__(self, answer: _native.Answer) -> None:
        self._answer = answer
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {column[0]: Column(*column) for column in self._answer.columns}

    @property
    def name(self) -> str:
        """The kind of table."""
        return self._answer.name

    @property
    def columns(self) -> Mapping[str, Column]:
        """What each column means, by its name."""
        return self._columns

    @property
    def shortfalls(self) -> list[str]:
        """Lines about rows that are no full answer, of which there has been a warning; none if all are."""
        return self._answer.shortfalls

    @property
    def notices(self) -> list[str]:
        """What the command line says on stderr: what was read, and what was assumed of it. The logger ``saddlepoint`` has it at level INFO."""
        return self._answer.notices

    @overload
    def __getitem__(self, key: str) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, key: slice | npt.NDArray[Any] | list[int]) -> Table: ...
    def __getitem__(self, key: Any) -> Any:
        """A column by its name; the table of some rows by a slice, a mask or their numbers."""
        if isinstance(key, str):
            if key not in self._arrays:
                try:
                    self._arrays[key] = self._answer.column(key)
                except KeyError:
                    raise KeyError(f"there is no column {key!r}; the table has: {', '.join(self._columns)}") from None
            return self._arrays[key]
        places = np.arange(len(self))[key]
        return Table(self._answer.of_rows(np.atleast_1d(places).tolist()))

    def __len__(self) -> int:
        return len(self._answer)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Each row as a dictionary, what is missing being None."""
        for place in range(len(self)):
            yield dict(zip(self._columns, self._answer.row(place)))

    def keys(self) -> KeysView[str]:
        """Names of the columns."""
        return self._columns.keys()

    def to_dict(self) -> dict[str, npt.NDArray[Any]]:
        """The columns as a dictionary."""
        return {name: self[name] for name in self._columns}

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a DataFrame, whose ``attrs["columns"]`` say what the columns mean."""
        try:
            import pandas
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install pandas") from error
        frame: pandas.DataFrame = pandas.DataFrame(self.to_dict())
        frame.attrs["columns"] = {name: vars(column) for name, column in self._columns.items()}
        return frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table for whoever reads Arrow streams: ``polars.DataFrame(table)``, ``pyarrow.table(table)``."""
        try:
            import pyarrow
        except ImportError as error:
            raise ImportError("the Arrow stream of a table needs pyarrow: pip install pyarrow") from error
        arrays = {name: pyarrow.array(self[name], from_pandas=True) for name in self._columns}
        return pyarrow.table(arrays).__arrow_c_stream__(requested_schema)

    def save(self, path: str | PathLike[str], format: str | None = None) -> None:
        """Writes the table, or its figure, by the writers of the command line.

        Parameters
        ----------
        path : path
            A table as ``.csv``, ``.json``, ``.md`` or ``.tex``, with its sidecar ``.meta.json`` beside it; a figure as ``.svg``, ``.pdf`` or ``.png``.
        format : str, optional
            ``csv``, ``json``, ``markdown``, ``latex`` or ``table``, where the name does not say it.
        """
        self._answer.save(path, format)

    def plot(self, ax: Any = None) -> Any:
        """Draws the figure of this kind of table with matplotlib.

        Parameters
        ----------
        ax : Axes or sequence of Axes, optional
            One for each panel; new ones if there are none.

        Returns
        -------
        Axes or array of Axes
            One, or one for each panel.
        """
        from ._figure import plot

        return plot(self._answer.figure(), ax)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._answer.state(),)

    def _texts(self) -> tuple[list[list[str]], int]:
        """The first rows for a reader, and how many more there are."""
        shown = min(len(self), _MOST_ROWS)
        return [self._answer.texts(place, _DIGITS) for place in range(shown)], len(self) - shown

    def _constant(self, texts: list[list[str]]) -> list[bool]:
        """Whether a column says the same in all rows, and no number of digits hides a difference."""
        certain = len(self) == len(texts) > 1
        return [certain and len(set(cells)) == 1 for cells in zip(*texts)] or [False] * len(self._columns)

    def __repr__(self) -> str:
        texts, more = self._texts()
        empty = [bool(texts) and all(text == "" for text in cells) for cells in zip(*texts)] or [False] * len(self._columns)
        constant = self._constant(texts)
        names = list(self._columns)
        kept = [k for k in range(len(names)) if not empty[k] and not constant[k]]
        said = [f"{names[k]} = {texts[0][k]}" for k in range(len(names)) if constant[k] and not empty[k]]
        lines = [[names[k] for k in kept]] + [[row[k] for k in kept] for row in texts]
        widths = [max(map(len, cells)) for cells in zip(*lines)]
        out = [f"Table {self.name}: {len(self)} rows, {len(self._columns)} columns"]
        out += [", ".join(said)] if said else []
        out += ["  ".join(cell.rjust(width) for cell, width in zip(line, widths)) for line in lines] if kept else []
        out += [f"… {more} more rows"] if more else []
        out += self.notices
        return "\n".join(out)

    def _repr_html_(self) -> str:
        def head(column: Column) -> str:
            title = column.meaning + (f": {column.equation}" if column.equation else "")
            unit = f"<br><small>{html.escape(column.unit)}</small>" if column.unit else ""
            return f'<th title="{html.escape(title)}">{html.escape(column.name)}{unit}</th>'

        texts, more = self._texts()
        heads = "".join(map(head, self._columns.values()))
        body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in texts)
        said = [f"{more} more rows"] if more else []
        below = "".join(f"<p>{html.escape(line)}</p>" for line in said + self.notices)
        return f"<table><caption>{html.escape(self.name)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{below}"


class Observables(Table):
    """The observables of a machine that was sampled, with the tables that tell whether it was sampled enough.

    A pickle, and a table of some rows, are the table of observables alone.
    """

    def __init__(self, sampling: _native.Sampling) -> None:
        super().__init__(sampling.observables())
        self._sampling = sampling

    def trace(self) -> Table:
        """The observables of the first five chains at each record: ``step``, ``chain``, ``observable``, ``value``."""
        return Table(self._sampling.trace())

    def ladder(self) -> Table:
        """The rungs of parallel tempering, their exchanges and ln Z; without rows for other methods."""
        return Table(self._sampling.ladder())


def _restored(state: Any) -> Table:
    """The table of a pickled state."""
    return Table(_native.Answer.of_state(state))
