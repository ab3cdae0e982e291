"""Restricted Boltzmann Machines as estimators of scikit-learn."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("saddlepoint.sklearn needs scikit-learn 1.6 or later: pip install scikit-learn") from error

from ._machine import RBM as Machine
from ._simulation import train

_Array = npt.NDArray[np.float64]


class RBM(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A Restricted Boltzmann Machine that is trained by `saddlepoint.train`.

    Parameters
    ----------
    hidden_units : int
        Number of hidden units M.
    visible : str
        Kind of the visible units, which must take the data's values: ``"gaussian"`` any real numbers, ``"spin"`` −1 and 1, ``"binary"`` 0 and 1. Numbers between
        0 and 1, which ``BernoulliRBM`` takes for probabilities, are no values of binary units: threshold them, or take Gaussian units.
    hidden : str
        Kind of the hidden units.
    standardize : bool, optional
        Scale columns to zero mean and unit variance. Default: where the visible units are Gaussian, whose variance is 1 without weights.
    algorithm : {"pcd", "cd", "exact", "rdm"}
        Averages over the machine: persistent chains, contrastive divergence, or enumeration.
    gibbs_steps, learning_rate, batch, epochs, l2, init_scale
        As for `saddlepoint.train`.
    biases : {"learned", "none"}
        Whether there are any.
    likelihood : {"best", "none"}
        Whether the log has log-likelihoods, and with them ln Z, which `score_samples` needs.
    random_state : int, RandomState or None
        Seed of the random numbers.

    Attributes
    ----------
    rbm_ : saddlepoint.RBM
        The machine.
    log_ : saddlepoint.Table
        A row per logged epoch.
    n_features_in_ : int
        Number of visible units.
    components_ : array of shape (hidden units, visible units)
        The weights, turned as scikit-learn has them.

    Examples
    --------
    >>> import saddlepoint as sp
    >>> from saddlepoint.sklearn import RBM
    >>> X = sp.draw("two-cluster", 400, units=20, signal=2)
    >>> RBM(2, visible="spin", epochs=20, random_state=0).fit_transform(X).shape
    (400, 2)
    """

    def __init__(
        self,
        hidden_units: int = 16,
        *,
        visible: str = "gaussian",
        hidden: str = "spin",
        standardize: bool | None = None,
        algorithm: Literal["pcd", "cd", "exact", "rdm"] = "pcd",
        gibbs_steps: int = 1,
        learning_rate: float = 0.01,
        batch: int = 100,
        epochs: int = 100,
        l2: float = 0.0,
        init_scale: float = 0.01,
        biases: Literal["learned", "none"] = "learned",
        likelihood: Literal["best", "none"] = "best",
        random_state: Any = None,
    ) -> None:
        self.hidden_units = hidden_units
        self.visible = visible
        self.hidden = hidden
        self.standardize = standardize
        self.algorithm = algorithm
        self.gibbs_steps = gibbs_steps
        self.learning_rate = learning_rate
        self.batch = batch
        self.epochs = epochs
        self.l2 = l2
        self.init_scale = init_scale
        self.biases = biases
        self.likelihood = likelihood
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: object = None) -> RBM:
        """Trains the machine on samples, one per row.

        Raises
        ------
        ValueError
            If the visible units cannot take a value, or a parameter is out of its domain.
        """
        values = validate_data(self, X, dtype=np.float64)
        is_scaled = self.visible == "gaussian" if self.standardize is None else self.standardize
        machines, self.log_ = train(
            values,
            hidden_units=self.hidden_units,
            visible=self.visible,
            hidden=self.hidden,
            standardize=is_scaled,
            algorithm=self.algorithm,
            gibbs_steps=self.gibbs_steps,
            learning_rate=self.learning_rate,
            batch=self.batch,
            epochs=self.epochs,
            l2=self.l2,
            init_scale=self.init_scale,
            biases=self.biases,
            likelihood=self.likelihood,
            seed=self._seed(),
        )
        self.rbm_: Machine = machines[0]
        return self

    def transform(self, X: npt.ArrayLike) -> _Array:
        """The mean of each hidden unit given each sample: shape (samples, hidden units)."""
        return self.rbm_.hidden_means(self._checked(X))

    def score_samples(self, X: npt.ArrayLike) -> _Array:
        """Log-likelihood of each sample in nats, relative to free visible units, with ln Z as the last row of the log has it."""
        values = self._checked(X)
        if self.likelihood == "none":
            raise ValueError("score_samples needs ln Z: fit with likelihood='best'")
        weights: _Array = self.rbm_.log_weights(values) - self.log_["log_z"][-1]
        return weights

    def score(self, X: npt.ArrayLike, y: object = None) -> float:
        """Mean log-likelihood of the samples."""
        return float(np.mean(self.score_samples(X)))

    def sample(self, n_samples: int = 1, *, steps: int = 1000) -> npt.NDArray[Any]:
        """The ends of independent chains after `steps` sweeps of Gibbs sampling, in the units of the data: shape (samples, visible units)."""
        check_is_fitted(self)
        configurations = self.rbm_.sample(n_samples, steps=steps, seed=self._seed())
        if self.rbm_.scaling is None:
            return configurations
        mean, scale = self.rbm_.scaling
        return np.asarray(configurations * scale + mean)

    @property
    def components_(self) -> _Array:
        """The weights, one row per hidden unit."""
        weights: _Array = self.rbm_.W.T
        return weights

    @property
    def _n_features_out(self) -> int:
        return int(self.rbm_.W.shape[1])

    def _checked(self, X: npt.ArrayLike) -> _Array:
        check_is_fitted(self)
        values: _Array = validate_data(self, X, dtype=np.float64, reset=False)
        return values

    def _seed(self) -> int:
        if isinstance(self.random_state, (int, np.integer)):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31))
