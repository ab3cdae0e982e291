#!/usr/bin/env python3
"""Figure of `validate marchenko-pastur`: the sample spectrum of independent units against its limit law.

python scripts/marchenko_pastur.py marchenko-pastur.csv -o figures/marchenko_pastur.pdf
"""

import bulk

if __name__ == "__main__":
    bulk.draw(__doc__.splitlines()[0])
