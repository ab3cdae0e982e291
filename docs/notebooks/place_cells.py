# %% [markdown]
# # Place cells
#
# No place on a ring is special, and yet hidden units that learn from infinitely many configurations of a ring of spins settle in places, and tile it.

# %%
from matplotlib import pyplot as plt

import saddlepoint as sp

fig, axes = plt.subplots(1, 3, figsize=(11, 3), layout="constrained", sharey=True)
for ax, hidden_units in zip(axes, [1, 3, 6]):
    sp.flow_ring(units=100, beta=0.8, hidden_units=hidden_units).plot(ax)
    ax.set_title(f"M = {hidden_units}")
plt.show()

# %% [markdown]
# The smallest rings on which that happens, and how fast the noise of stochastic learning moves a place cell:

# %%
sp.flow_stability(beta=[0.5, 0.8, 1.0]).to_pandas()

# %%
sp.flow_diffusion(units=100, beta=0.8, learning_rate=0.01, batch=[10, 100]).to_pandas()[["batch", "diffusion", "temperature", "regime"]]
