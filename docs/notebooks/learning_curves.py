# %% [markdown]
# # Learning curves, and simulations of them
#
# What one spin hidden unit learns by maximum likelihood from P = αN samples of two clusters: theory for N → ∞ as a line, machines of N = 100 spins that are trained
# to the end as points.

# %%
import numpy as np
from matplotlib import pyplot as plt

import saddlepoint as sp

units, signal = 100, 1.5
theory = sp.learn("two-cluster", signal=signal, alpha="0.3:8:40:log", biases="none")

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
theory.plot(axes)
for alpha in [1, 2, 4, 8]:
    overlaps = []
    for seed in range(8):
        X, direction = sp.draw_with_direction("two-cluster", units * alpha, units=units, signal=signal, seed=seed)
        (machine,), _ = sp.train(
            X, hidden_units=1, algorithm="exact", biases="none", batch=len(X), learning_rate=0.5, epochs=400, likelihood="none", seed=seed
        )
        w = machine.W[:, 0]
        overlaps.append((w @ direction) ** 2 / (w @ w))
    axes[0].errorbar(alpha, np.mean(overlaps), np.std(overlaps) / np.sqrt(8), fmt="ko", capsize=2)
plt.show()

# %% [markdown]
# The same comparison with controls, that must fail, and extrapolation to N → ∞ is an experiment of the program:

# %%
checked = sp.validate("learning-curve")
judged = checked[checked["judged"]]
agrees, control = judged["agrees"], judged["control"]
print(f"{agrees[~control].sum()} of {(~control).sum()} rows agree, {(~agrees[control]).sum()} of {control.sum()} controls are rejected")
