# %% [markdown]
# # What do my data show?
#
# Digits of scikit-learn: 1797 images of 8 x 8 grey values. Pixels that never vary are left out.

# %%
from matplotlib import pyplot as plt
from sklearn.datasets import load_digits

import saddlepoint as sp

X = load_digits().data
modes = sp.threshold_samples(X, standardize=True)
modes[:8].to_pandas()[["mode", "sample_eigenvalue", "eigenvalue", "overlap_squared", "detection_samples", "p_value"]]

# %% [markdown]
# `detection_samples` is the number of samples that shows a mode in 9 of 10 data sets. The last row says what could still hide.

# %%
print(list(modes)[-1]["reason"])

# %% [markdown]
# The eigenvalues beside the law that is fitted to their bulk:

# %%
sp.spectrum(X, standardize=True).plot()
plt.show()
