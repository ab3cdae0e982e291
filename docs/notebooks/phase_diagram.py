# %% [markdown]
# # A phase diagram
#
# The Hopfield model: lines between paramagnet, retrieval and spin glass, and the overlap with a stored pattern across the line of retrieval.

# %%
from matplotlib import pyplot as plt

import saddlepoint as sp

fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
sp.phase_hopfield(temperature="0.02:1.2:60", boundary=True).plot(axes[0])
overlap = sp.phase_hopfield(alpha=[0.02, 0.05, 0.1], temperature="0.05:1:60")
for alpha in [0.02, 0.05, 0.1]:
    rows = overlap[overlap["alpha"] == alpha]
    axes[1].plot(rows["temperature"], rows["m"], label=f"α = {alpha}")
axes[1].set_xlabel("temperature T")
axes[1].set_ylabel("overlap m")
axes[1].legend()
plt.show()
