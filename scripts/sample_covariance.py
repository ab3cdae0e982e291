#!/usr/bin/env python3
"""Figure of `validate sample-covariance`: the sample spectrum of Ising-ring and three-atom data against its limit law.

python scripts/sample_covariance.py sample-covariance.csv -o figures/sample_covariance.pdf
"""

import bulk

if __name__ == "__main__":
    bulk.draw(__doc__.splitlines()[0])
