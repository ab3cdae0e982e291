# %% [markdown]
# # What did my machine learn?
#
# A machine may come from PyTorch (`sp.RBM.from_torch(module)`), scikit-learn, rbms or a file. Here it is a state as PyTorch has it, of a machine that
# `saddlepoint` trains on two clusters of spins.

# %%
import numpy as np
from matplotlib import pyplot as plt

import saddlepoint as sp

drawn = sp.draw("two-cluster", 4000, units=40, signal=2.0, seed=0)
X, fresh = drawn[:2000], drawn[2000:]
(trained,), log = sp.train(X, hidden_units=4, epochs=40, biases="none", seed=0)
state = {"weight": trained.W.T, "vbias": trained.b, "hbias": trained.c}
machine = sp.RBM.from_torch(state, visible="spin", hidden="spin")
machine

# %%
log.plot()
plt.show()

# %% [markdown]
# Its landscape. A mode whose singular value is above 1 orders, and the free energy along it has two minima: the two clusters.

# %%
machine.landscape().to_pandas()[["mode", "singular_value", "outlier", "curvature_unstable", "amplitude"]]

# %%
machine.profile(0).plot()
plt.show()

# %% [markdown]
# ln Z by every method, how likely fresh samples are, and what chains of the machine show:

# %%
machine.log_z(temperatures=500).to_pandas()[["method", "log_z", "standard_error"]]

# %%
print("nats per sample above uniform spins:", machine.score_samples(fresh).mean())
configurations, observables = machine.gibbs(chains=50, steps=2000, thin=100)
u = np.linalg.svd(machine.W)[0][:, 0]
plt.hist(configurations @ u, bins=40, density=True, label="machine")
plt.hist(X @ u, bins=40, density=True, histtype="step", color="k", label="data")
plt.xlabel("projection on the leading mode")
plt.legend()
plt.show()
