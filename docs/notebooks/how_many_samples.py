# %% [markdown]
# # How many samples do I need?
#
# Data of N = 100 spins on a ring are correlated. From how many samples on does the leading eigenvector of their covariance point towards the leading mode of the
# population, and from how many on does a trained hidden unit learn it?

# %%
import numpy as np
from matplotlib import pyplot as plt

import saddlepoint as sp

table = sp.threshold("ising-ring", units=100, beta=[0.3, 0.5, 0.7, 0.9])
table.to_pandas()[["beta", "eigenvalue", "alpha_c", "samples_c"]]

# %% [markdown]
# The other way round: how strong must the coupling be for 2000 samples, which are 20 per unit?

# %%
sp.solve_for("beta", "ising-ring", units=100, alpha=20)["beta"]

# %% [markdown]
# Beyond the threshold the overlap grows. Theory as a line, and one simulation for each number of samples.

# %%
fig, ax = plt.subplots(layout="constrained")
sp.threshold("two-cluster", units=300, signal=1.2, alpha="0.1:6:80").plot(ax)
alphas = np.array([0.3, 0.6, 1, 2, 4])
overlaps = []
for alpha in alphas:
    X, direction = sp.draw_with_direction("two-cluster", int(300 * alpha), units=300, signal=1.2, seed=1)
    _, _, v = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    overlaps.append((v[0] @ direction) ** 2)
ax.plot(alphas, overlaps, "ko", label="one simulation each, N = 300")
ax.legend()
plt.show()
