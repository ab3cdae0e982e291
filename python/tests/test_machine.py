"""Machines from other programs and files, and what is said of them."""

from __future__ import annotations

import copy
import itertools
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Compare
from safetensors.numpy import save_file
from sklearn.neural_network import BernoulliRBM

import saddlepoint as sp

W = np.random.default_rng(0).normal(size=(5, 3))
B = np.random.default_rng(1).normal(size=5)
C = np.random.default_rng(2).normal(size=3)


def assert_same(machine: sp.RBM, visible: str = "binary", hidden: str = "binary") -> None:
    np.testing.assert_array_equal(machine.W, W)
    np.testing.assert_array_equal(machine.b, B)
    np.testing.assert_array_equal(machine.c, C)
    assert (machine.visible, machine.hidden) == (visible, hidden)


def test_a_saved_machine_is_read_back(tmp_path: Path) -> None:
    machine = sp.RBM(W, B, C, "spin", "relu")
    machine.save(tmp_path / "machine.npz")
    assert_same(sp.RBM.load(tmp_path / "machine.npz"), "spin", "relu")
    # Files that were read may be written again.
    machine.save(tmp_path / "machine.npz")
    for again in (pickle.loads(pickle.dumps(machine)), copy.deepcopy(machine)):
        assert_same(again, "spin", "relu")
    with pytest.raises(ValueError, match="must end in .npz"):
        machine.save(tmp_path / "machine.csv")


def test_machines_of_scikit_learn_have_its_law() -> None:
    other = BernoulliRBM(n_components=3, n_iter=2, random_state=0).fit(np.random.default_rng(3).integers(0, 2, (50, 5)))
    machine = sp.RBM.from_sklearn(other)
    X = np.random.default_rng(4).integers(0, 2, (7, 5))
    np.testing.assert_allclose(machine.hidden_means(X), other.transform(X), rtol=1e-12)
    np.testing.assert_allclose(machine.score(X)["free_energy"], other._free_energy(X), rtol=1e-12)


def test_states_of_torch_are_turned_as_their_biases_tell() -> None:
    for names in [("W", "b", "c"), ("weight", "vbias", "hbias"), ("rbm.weight", "rbm.visible_bias", "rbm.hidden_bias"), ("W", "a", "b")]:
        for weights in (W, W.T):
            assert_same(sp.RBM.from_torch(dict(zip(names, (weights, B, C)))))
    square = {"W": np.eye(2), "b": np.zeros(2), "c": np.zeros(2)}
    with pytest.raises(ValueError, match="do not say whose rows"):
        sp.RBM.from_torch(square)
    assert sp.RBM.from_torch(square, transpose=True).W.shape == (2, 2)
    assert_same(sp.RBM.from_torch({"W": W, "b": B, "c": C}, "spin", "gaussian"), "spin", "gaussian")
    for bad, words in [({"U": W}, "one matrix of weights"), ({"W": W, "bias": C}, "not known whose"), ({"W": W, "b": C, "c": C}, "W is")]:
        with pytest.raises(ValueError, match=words):
            sp.RBM.from_torch(bad)


def test_modules_of_torch_are_read() -> None:
    torch = pytest.importorskip("torch")

    class Module(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.W = torch.nn.Parameter(torch.tensor(W.T.copy()))
            self.v_bias = torch.nn.Parameter(torch.tensor(B))
            self.h_bias = torch.nn.Parameter(torch.tensor(C))

    assert_same(sp.RBM.from_torch(Module()))


def test_machines_are_read_from_files_of_other_programs(tmp_path: Path) -> None:
    save_file({"weight": W.T.copy(), "vbias": B, "hbias": C}, tmp_path / "state.safetensors")
    with pytest.warns(UserWarning, match="spins are assumed"):
        assert_same(sp.RBM.load(tmp_path / "state.safetensors"), "spin", "spin")
    assert_same(sp.RBM.load(tmp_path / "state.safetensors", visible="binary", hidden="binary"))
    np.savez(tmp_path / "sklearn.npz", components_=W.T, intercept_visible_=B, intercept_hidden_=C)
    assert_same(sp.RBM.load(tmp_path / "sklearn.npz"))


FILES = Path(__file__).resolve().parents[2] / "tests" / "files"


@pytest.mark.parametrize("name", ["rbms.h5", "julia.h5", "julia_gaussian.h5"])
def test_checkpoints_of_rbms_and_of_julia_are_the_machines_of_the_command_line(name: str, compare: Compare) -> None:
    machine = sp.RBM.from_rbms(FILES / name)
    compare(machine.landscape(), "landau", "--machine", str(FILES / name))
    np.testing.assert_allclose(machine.singular_values[0], machine.landscape()["singular_value"][0], rtol=1e-12)


def test_bad_machines_are_refused() -> None:
    bad: list[tuple[tuple[Any, ...], str]] = [
        ((W, C), "W is 5 x 3, one row per visible"),
        ((W, B, C, "spin", "spim"), "write spin"),
        ((W.ravel(),), "1 dimensions"),
        ((np.full((2, 2), np.nan),), "finite"),
    ]
    for arguments, words in bad:
        with pytest.raises(ValueError, match=words):
            sp.RBM(*arguments)
    with pytest.raises(ValueError, match=r"<data>: sample 0 has 2.0 in column 1"):
        sp.RBM(W).score_samples([[1, 2, 1, 1, 1]])
    with pytest.raises(ValueError, match="has 4 columns, where the machine has 5"):
        sp.RBM(W).score_samples(np.ones((1, 4)))


def test_log_likelihoods_are_those_of_enumeration() -> None:
    machine = sp.RBM(W, B, C, "spin", "spin")
    X = np.array(list(itertools.product([-1, 1], repeat=5)))
    # ln Σ_h exp(−E) with two states of each hidden unit.
    weights = X @ B + np.log(2 * np.cosh(X @ W + C)).sum(axis=1)
    log_z = np.log(np.exp(weights).sum())
    # Sums of 32 terms of order 1: a few roundings.
    np.testing.assert_allclose(machine.score_samples(X), weights - log_z + 5 * np.log(2), rtol=0, atol=1e-12)
    table = machine.log_z(chains=10, temperatures=10)
    assert table["log_z"][list(table["method"]).index("exact")] == pytest.approx(log_z, abs=1e-12)
    np.testing.assert_allclose(machine.hidden_means(X), np.tanh(X @ W + C), atol=1e-14)
    difference = machine.log_weights(X) - machine.score_samples(X)
    np.testing.assert_allclose(difference, difference[0], atol=1e-12)


def test_samples_are_drawn_from_the_law_of_the_machine() -> None:
    machine = sp.RBM(np.zeros((3, 2)), B[:3], visible="binary")
    drawn = machine.sample(4000, steps=5, seed=1)
    assert drawn.shape == (4000, 3) and drawn.dtype == np.int8
    np.testing.assert_array_equal(drawn, machine.sample(4000, steps=5, seed=1))
    # Four standard errors of a mean of 4000 bits.
    np.testing.assert_allclose(drawn.mean(axis=0), 1 / (1 + np.exp(-B[:3])), atol=4 * 0.5 / np.sqrt(4000))


def test_a_machine_of_standardised_data_takes_data_as_they_are(tmp_path: Path) -> None:
    X = 5 + 3 * np.random.default_rng(0).normal(size=(200, 4))
    (machine,), _ = sp.train(X, hidden_units=2, epochs=3, standardize=True)
    assert machine.scaling is not None
    mean, scale = machine.scaling
    np.testing.assert_allclose(mean, X.mean(axis=0))
    plain = sp.RBM(machine.W, machine.b, machine.c, machine.visible, machine.hidden)
    np.testing.assert_allclose(machine.hidden_means(X), plain.hidden_means((X - mean) / scale), atol=1e-12)
    machine.save(tmp_path / "machine.npz")
    np.testing.assert_array_equal(sp.RBM.load(tmp_path / "machine.npz").hidden_means(X), machine.hidden_means(X))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(machine)).hidden_means(X), machine.hidden_means(X))
