"""Parameters of a machine from a module or a state of PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_Array = npt.NDArray[np.float64]

# Names of the parameters of a state, as the readers of files know them.
_WEIGHTS = ("W", "weight", "weights", "weight_matrix")
_VISIBLE = ("vbias", "v_bias", "bias_v", "visible_bias", "bias_visible", "bv", "b_v", "a", "b_visible", "b")
_HIDDEN = ("hbias", "h_bias", "bias_h", "hidden_bias", "bias_hidden", "bh", "b_h", "b_hidden", "c")


def parameters(state: Any, transpose: bool | None) -> tuple[_Array, _Array | None, _Array | None]:
    """Weights, one row per visible unit, and biases of a module or of a mapping of names to tensors or arrays."""
    state = state.state_dict() if hasattr(state, "state_dict") else state
    weights, b, c = _named({name: _detached(value) for name, value in state.items()})
    return _oriented(weights, b, c, transpose), b, c


def _detached(value: Any) -> _Array:
    """An array of a tensor or of an array."""
    value = value.detach().cpu() if hasattr(value, "detach") else value
    return np.asarray(value, dtype=np.float64)


def _named(arrays: Mapping[str, _Array]) -> tuple[_Array, _Array | None, _Array | None]:
    """Weights and biases by their names."""
    last = {name.rsplit(".", 1)[-1]: array for name, array in arrays.items()}
    if len(last) != len(arrays):
        raise ValueError(f"several parameters have one name among: {', '.join(arrays)}; give those of one machine")
    weights = [name for name in _WEIGHTS if name in last]
    if len(weights) != 1:
        raise ValueError(f"one matrix of weights is needed, named W or weight, among: {', '.join(arrays)}; name it so: {{'W': …, 'b': …, 'c': …}}")
    # Where there is an a, b is the bias of the hidden units.
    turned = "a" in last and "b" in last and "c" not in last
    visible = ("a",) if turned else _VISIBLE
    hidden = ("b",) if turned else _HIDDEN
    found = [next((name for name in names if name in last), None) for names in (visible, hidden)]
    left = set(last) - {weights[0], *found}
    if left:
        raise ValueError(f"{', '.join(sorted(left))}: not known whose parameters these are; give {{'W': …, 'b': …, 'c': …}}, b of the visible units")
    b, c = (None if name is None else last[name].ravel() for name in found)
    return last[weights[0]], b, c


def _oriented(weights: _Array, b: _Array | None, c: _Array | None, transpose: bool | None) -> _Array:
    """The weights with one row per visible unit."""
    if weights.ndim != 2:
        raise ValueError(f"the weights have {weights.ndim} dimensions where a matrix has two")

    def fits(shape: tuple[int, ...]) -> bool:
        return all(bias is None or len(bias) == size for bias, size in zip((b, c), shape))

    as_is, turned = fits(weights.shape), fits(weights.shape[::-1])
    if transpose is None:
        if as_is and turned:
            raise ValueError(
                f"weights of {weights.shape[0]} x {weights.shape[1]} do not say whose rows they are; give transpose=False if those of the visible units, "
                "as in W v of shape (hidden, visible) transpose=True"
            )
        transpose = turned
    return weights.T if transpose else weights
