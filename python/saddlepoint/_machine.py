"""Restricted Boltzmann Machines: from other programs and files, their landscape, samples and likelihoods."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _native
from ._call import Call, File, Grid, Progress, Seed
from ._state import parameters
from ._table import Observables, Table

_Array = npt.NDArray[np.float64]


class RBM:
    """A Restricted Boltzmann Machine.

    E(v, h) = −Σ v_i W_iμ h_μ − Σ b_i v_i − Σ c_μ h_μ + Σ U_v(v_i) + Σ U_h(h_μ), with p(v, h) = exp(−E)/Z.

    Parameters
    ----------
    W : array of shape (visible units, hidden units)
        Weights; a categorical unit has a row or column for each of its states.
    b, c : array, optional
        Biases of the visible and of the hidden units. Default 0.
    visible, hidden : str
        Kinds of units: ``"spin"``, ``"binary"``, ``"gaussian"``, ``"categorical:P"``, ``"double-well:THETA"``, ``"relu"``.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, or there is no such kind.

    Examples
    --------
    >>> import numpy as np
    >>> import saddlepoint as sp
    >>> sp.RBM(np.full((4, 1), 0.5))
    RBM(4 visible spin units, 1 hidden spin units)
    """

    def __init__(
        self,
        W: npt.ArrayLike,
        b: npt.ArrayLike | None = None,
        c: npt.ArrayLike | None = None,
        visible: str = "spin",
        hidden: str = "spin",
    ) -> None:
        weights = np.asarray(W, dtype=np.float64)
        if weights.ndim != 2:
            raise ValueError(f"W: has {weights.ndim} dimensions where a matrix has two, one row per visible and one column per hidden unit")
        biases = [np.zeros(size) if bias is None else np.asarray(bias, dtype=np.float64).ravel() for bias, size in zip((b, c), weights.shape)]
        self._native = _native.Machine(weights, biases[0], biases[1], visible, hidden)

    @classmethod
    def _of(cls, native: _native.Machine) -> RBM:
        machine = cls.__new__(cls)
        machine._native = native
        return machine

    @classmethod
    def load(cls, path: File, *, transpose: bool = False, visible: str | None = None, hidden: str | None = None) -> RBM:
        """Reads a machine from a file.

        Parameters
        ----------
        path : path
            ``.npz`` of this program or with ``W`` or ``weight`` and biases, or of scikit-learn's names; a checkpoint of rbms (the last update, or
            ``FILE.h5:update_44``); HDF5 of RestrictedBoltzmannMachines.jl; ``.safetensors``; or ``W`` alone.
        transpose : bool
            The rows of the matrix belong to the hidden units; not needed where format or biases tell.
        visible, hidden : str, optional
            Kinds of units, where the file does not say them. Default: spins, of which there is a warning.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it holds no machine, or contradicts an argument.
        """
        native, words = _native.Machine.load(path, transpose, visible, hidden)
        if "assumed" in words:
            warnings.warn(words, stacklevel=2)
        return cls._of(native)

    @classmethod
    def from_rbms(cls, path: File) -> RBM:
        """The machine of a checkpoint of the program rbms: the last update, or ``FILE.h5:update_44``."""
        return cls.load(path)

    @classmethod
    def from_sklearn(cls, machine: Any) -> RBM:
        """The machine of a fitted ``sklearn.neural_network.BernoulliRBM``: binary units, W turned."""
        return cls(machine.components_.T, machine.intercept_visible_, machine.intercept_hidden_, "binary", "binary")

    @classmethod
    def from_torch(
        cls,
        state: Any,
        visible: str = "binary",
        hidden: str = "binary",
        *,
        transpose: bool | None = None,
    ) -> RBM:
        """The machine of a PyTorch module or its ``state_dict()``.

        Parameters
        ----------
        state : module or mapping of names to tensors or arrays
            With ``W`` or ``weight``, and biases by names such as ``b`` and ``c``, ``vbias`` and ``hbias``, ``visible_bias`` and ``hidden_bias``.
        visible, hidden : str
            Kinds of units.
        transpose : bool, optional
            Whether the rows of the matrix belong to the hidden units. Default: as its biases tell. Needed where both layers are of one size, or there are no
            biases.

        Raises
        ------
        ValueError
            If the names do not say what is what, or the orientation is open.
        """
        weights, b, c = parameters(state, transpose)
        return cls(weights, b, c, visible, hidden)

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the machine as an ``.npz`` of ``W``, ``b``, ``c`` and the kinds of units."""
        self._native.save(path)

    @property
    def W(self) -> _Array:
        """Weights, shape (visible units, hidden units)."""
        return self._native.weights

    @property
    def b(self) -> _Array:
        """Biases of the visible units."""
        return self._native.visible_bias

    @property
    def c(self) -> _Array:
        """Biases of the hidden units."""
        return self._native.hidden_bias

    @property
    def visible(self) -> str:
        """Kind of the visible units."""
        return self._native.visible

    @property
    def hidden(self) -> str:
        """Kind of the hidden units."""
        return self._native.hidden

    @property
    def scaling(self) -> tuple[_Array, _Array] | None:
        """Mean and scale of each variable of the data that the machine learnt from, where they were standardised."""
        return self._native.scaling

    @property
    def singular_values(self) -> _Array:
        """Singular values of W, descending."""
        return np.asarray(np.linalg.svd(self.W, compute_uv=False), dtype=np.float64)

    def landscape(self, scale: Grid | None = None, *, progress: Progress = None) -> Table:
        """The landscape of the machine in the singular modes of its weights.

        Parameters
        ----------
        scale : grid, optional
            Inverse temperature, which multiplies weights and biases. Default 1.
        progress : bool or callable, optional
            A bar of tqdm, or a function of the steps done and their number.

        Returns
        -------
        Table
            A row per mode: ``singular_value``, ``outlier``, curvatures 1 ∓ s in units where a mode orders at s = 1, ``amplitude``, participations.

        Raises
        ------
        ValueError
            For categorical units.
        """
        return self._call("landau").flags(scale=scale).table(progress)

    def profile(
        self,
        mode: int | tuple[int, int] = 0,
        *,
        scale: Grid | None = None,
        amplitude: Grid | None = None,
        progress: Progress = None,
    ) -> Table:
        """The free energy along a mode, or on the surface of two.

        Parameters
        ----------
        mode : int or pair of int
            Counted from 0, the largest singular value.
        scale, progress
            As for `landscape`.
        amplitude : grid, optional
            Amplitudes of the mode. Default: 101, or 41 x 41, that hold the minima.

        Returns
        -------
        Table
            ``amplitude``, and the free energy by Landau's expansion, in mean field, and exactly.

        Raises
        ------
        ValueError
            If there is no such mode.
        """
        return self._call("landau").flags(profile=mode, scale=scale, amplitude=amplitude).table(progress)

    def hysteresis(self, mode: int, field: Grid, *, scale: Grid | None = None, progress: Progress = None) -> Table:
        """The amplitude of a mode along a cycle of a field on it, whose values ascend."""
        return self._call("landau").flags(hysteresis=mode, field=field, scale=scale).table(progress)

    def log_z(
        self,
        *,
        scale: Grid | None = None,
        chains: int | None = None,
        temperatures: int | None = None,
        seed: Seed | None = None,
        progress: Progress = None,
    ) -> Table:
        """ln Z by every method.

        Parameters
        ----------
        scale, progress
            As for `landscape`.
        chains, temperatures : int, optional
            Of annealing. Default 100 and 1000.
        seed : int or Generator, optional
            Default 0.

        Returns
        -------
        Table
            ``method`` (gaussian, naive, tap, exact where a layer can be enumerated, ais, reverse-ais), ``log_z`` in nats, ``standard_error``, ``valid``.

        Warns
        -----
        ShortfallWarning
            If a mean field did not converge, or annealing forth and back disagree.
        """
        call = self._call("landau").switches(log_z=True).flags(scale=scale, chains=chains, temperatures=temperatures)
        return call.seed(seed).table(progress)

    def project(self, X: npt.ArrayLike, *, modes: int | None = None, progress: Progress = None) -> Table:
        """Samples in the leading modes of the machine: x = u·v, y = v·⟨h|v⟩, and u, w from the mode's saddle."""
        return self._call("landau").held(project=X).flags(modes=modes).table(progress)

    def composition(self, X: npt.ArrayLike | File | None = None, *, progress: Progress = None) -> Table:
        """How sparse the weights of each hidden unit are, and how many hidden units a sample activates strongly.

        Parameters
        ----------
        X : array of shape (samples, visible units), or path, optional
            Samples. Default: none, and the densities of the weights alone.
        progress : bool or callable, optional
            A bar of tqdm, or a function of the steps done and their number.

        Returns
        -------
        Table
            Of weights, a row per hidden unit: ``density``, ``square_weights``. Of samples, a row each: ``active_units``, their strength ``m`` and
            ``active_density``.

        Raises
        ------
        ValueError
            For values that the units cannot take, with their place.

        Notes
        -----
        Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017).
        """
        call = self._call("landau")
        call = call.switches(composition=True) if X is None else call.held(composition=X)
        return call.table(progress)

    def symmetry(self, *, rotations: int | None = None, seed: Seed | None = None, progress: Progress = None) -> Table:
        """Whether the weights have preferred units: their entries against those of rotated weights."""
        return self._call("landau").switches(symmetry=True).flags(rotations=rotations).seed(seed).table(progress)

    def cascade(
        self,
        along: Sequence[RBM | File] = (),
        *,
        modes: int | None = None,
        chains: int | None = None,
        steps: int | None = None,
        seed: Seed | None = None,
        progress: Progress = None,
    ) -> Table:
        """Leading modes near their transitions, predicted and as chains of the machine show them; `along` are machines of a training before it."""
        call = self._call("landau").switches(cascade=True).several("along", map(in_memory, along))
        return call.flags(modes=modes, chains=chains, steps=steps).seed(seed).table(progress)

    def spectrum(self, *, points: int | None = None, edges: bool = False, progress: Progress = None) -> Table:
        """The singular values of W against the law fitted to their bulk, or the edges of the law."""
        return Call("spectrum").held(machine=self._native).flags(points=points).switches(edges=edges).table(progress)

    def gibbs(
        self,
        *,
        chains: int | None = None,
        steps: int | None = None,
        thin: int | None = None,
        burn_in: int | None = None,
        method: Literal["gibbs", "tempering", "exact"] | None = None,
        initial: npt.ArrayLike | None = None,
        temperatures: int | None = None,
        along: Sequence[RBM | File] = (),
        modes: int | None = None,
        seed: Seed | None = None,
        progress: Progress = None,
    ) -> tuple[npt.NDArray[Any], Observables]:
        """Samples the machine.

        Parameters
        ----------
        chains, steps : int, optional
            Independent chains (100) and sweeps that count in each (1000).
        thin : int, optional
            Sweeps per recorded configuration. Default 1.
        burn_in : int, optional
            Sweeps that are dropped first. Default: a tenth of `steps`; for tempering a quarter, at least 400.
        method : {"gibbs", "tempering", "exact"}, optional
            Default ``"gibbs"``.
        initial : array of shape (chains, visible units), optional
            Where the chains start.
        temperatures : int, optional
            Rungs of the ladders of tempering.
        along : sequence of RBM or path, optional
            Machines of a training in order, through which the ladders go.
        modes : int, optional
            Leading modes whose amplitudes are observed. Default 3.
        seed : int or Generator, optional
            Default 0.
        progress : bool or callable, optional
            A bar of tqdm, or a function of the sweeps done and their number.

        Returns
        -------
        configurations : array of shape (records x chains, visible units)
            Chain by chain at each record; int8 for units of few values.
        observables : Observables
            A table of means over chains and time, standard errors, autocorrelation times, ``r_hat``, ``ess``; ``observables.trace()`` shows
            some chains in time, and ``observables.ladder()`` the rungs of tempering.

        Raises
        ------
        ValueError
            If an argument is out of its domain, or belongs to another method.

        Warns
        -----
        ShortfallWarning
            If chains are too short for an error, or disagree.
        """
        call = self._call("simulate", "gibbs").flags(chains=chains, steps=steps, thin=thin, burn_in=burn_in, method=method)
        call.held(initial=initial).several("along", map(in_memory, along))
        return call.flags(temperatures=temperatures, modes=modes).seed(seed).gibbs(progress)

    def sample(self, samples: int, *, steps: int = 1000, seed: Seed | None = None) -> npt.NDArray[Any]:
        """Independent samples: the ends of as many chains after `steps` sweeps of Gibbs sampling, shape (samples, visible units).

        Half of the chains begin with independent visible units of their biases, the others with the opposite ones. Whether the sweeps are enough
        is what the observables of `gibbs` tell.
        """
        call = self._call("simulate", "gibbs").flags(chains=samples, steps=1, burn_in=max(steps - 1, 0))
        return call.seed(seed).configurations()

    def langevin(
        self,
        *,
        modes: int | None = None,
        step: float | None = None,
        interval: int | None = None,
        burn_in: int | None = None,
        records: int | None = None,
        walkers: int | None = None,
        limit: float | None = None,
        seed: Seed | None = None,
        progress: Progress = None,
    ) -> Table:
        """Langevin dynamics in the free energy of the reciprocal variables on the real line; parameters as for `saddlepoint.langevin`."""
        call = self._call("simulate", "langevin").flags(modes=modes, step=step, interval=interval, burn_in=burn_in)
        return call.flags(records=records, walkers=walkers, limit=limit).seed(seed).table(progress)

    def score(
        self,
        X: npt.ArrayLike | File,
        *,
        method: Literal["exact", "ais"] | None = None,
        chains: int | None = None,
        temperatures: int | None = None,
        seed: Seed | None = None,
        progress: Progress = None,
    ) -> Table:
        """Free energy and log-likelihood of each sample.

        Parameters
        ----------
        X : array of shape (samples, visible units), or path
            Of values that the visible units take. Where the machine learnt from standardised data, in the units of these data.
        method : {"exact", "ais"}, optional
            How ln Z is found. Default: exactly where a layer can be enumerated.
        chains, temperatures : int, optional
            Of annealing. Default 100 and 1000.
        seed : int or Generator, optional
            Default 0.
        progress : bool or callable, optional
            A bar of tqdm, or a function of the steps done and their number.

        Returns
        -------
        Table
            ``free_energy`` and ``log_likelihood`` in nats, relative to free visible units; ``log_z`` and whether it is reliable.

        Raises
        ------
        ValueError
            For values that the units cannot take, with their place.

        Warns
        -----
        ShortfallWarning
            If annealing forth and back disagree.
        """
        call = self._call("score").samples(X).flags(method=method, chains=chains, temperatures=temperatures)
        return call.seed(seed).table(progress)

    def score_samples(self, X: npt.ArrayLike, *, seed: Seed | None = None) -> _Array:
        """Log-likelihood of each sample in nats, relative to free visible units: see `score`."""
        values: _Array = self.score(X, seed=seed)["log_likelihood"]
        return values

    def hidden_means(self, X: npt.ArrayLike) -> _Array:
        """The mean of each hidden unit given each sample: shape (samples, hidden units)."""
        return self._call("score").samples(X).hidden_means().astype(np.float64, copy=False)

    def log_weights(self, X: npt.ArrayLike) -> _Array:
        """The log-likelihood of each sample but for ln Z, in nats, relative to free visible units: exact for any machine."""
        return self._call("score").samples(X).log_weights()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.W, self.b, self.c, self.visible, self.hidden, self.scaling)

    def _call(self, *command: str) -> Call:
        return Call(*command).held(machine=self._native)

    def __repr__(self) -> str:
        rows, columns = self.W.shape
        return f"RBM({rows} visible {self.visible} units, {columns} hidden {self.hidden} units)"


def _restored(*state: Any) -> RBM:
    """The machine of a pickled state."""
    return RBM._of(_native.Machine(*state))


def in_memory(machine: RBM | File | None) -> object:
    return machine._native if isinstance(machine, RBM) else machine
