"""The estimator of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import saddlepoint as sp
from saddlepoint.sklearn import RBM


@parametrize_with_checks([RBM(hidden_units=2, epochs=5)])  # type: ignore[untyped-decorator]
def test_scikit_learn_finds_an_estimator(estimator: Any, check: Any) -> None:
    check(estimator)


def test_it_trains_the_machine_of_the_package() -> None:
    X = sp.draw("two-cluster", 300, units=12, signal=2)
    estimator = RBM(2, visible="spin", epochs=5, random_state=3).fit(X)
    (machine,), log = sp.train(X, hidden_units=2, epochs=5, learning_rate=0.01, seed=3, visible="spin", hidden="spin")
    np.testing.assert_array_equal(estimator.rbm_.W, machine.W)
    assert list(estimator.log_) == list(log)
    np.testing.assert_array_equal(estimator.transform(X), machine.hidden_means(X))
    # ln Z is exact for two hidden units, in the log as in score.
    np.testing.assert_allclose(estimator.score_samples(X), machine.score_samples(X), atol=1e-12)
    assert estimator.components_.shape == (2, 12)
    assert list(estimator.get_feature_names_out()) == ["rbm0", "rbm1"]
    drawn = estimator.sample(50, steps=20)
    assert drawn.shape == (50, 12) and set(np.unique(drawn)) == {-1, 1}


def test_samples_are_in_the_units_of_the_data() -> None:
    X = 100 + 5 * np.random.default_rng(0).normal(size=(400, 3))
    drawn = RBM(1, epochs=2, random_state=0).fit(X).sample(400, steps=10)
    # Means of 400 numbers of standard deviation 5: four standard errors of 5/20.
    np.testing.assert_allclose(drawn.mean(axis=0), X.mean(axis=0), atol=4 * 5 / 20 * np.sqrt(2))


@pytest.mark.parametrize(("visible", "words"), [("binary", "values that its units can take"), ("spin", "values that its units can take")])
def test_values_that_units_cannot_take_are_refused(visible: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        RBM(2, visible=visible).fit(np.random.default_rng(0).uniform(size=(20, 4)))
