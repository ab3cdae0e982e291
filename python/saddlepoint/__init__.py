"""saddlepoint: what a Restricted Boltzmann Machine learns from its data, in theory and in simulation.

Each function asks one question of the command line of the same words, and answers with a `Table` of the same numbers. Arrays take the place of files; a parameter
that is a grid is a number, a sequence, or a text such as ``"0.1:1:10"``. All quantities are dimensionless, log-likelihoods are in nats.

======================  ============================================================================================
`threshold`             from how many samples on learning sees a mode of the data; `threshold_samples` of your own data
`solve_for`             the parameter at which it does
`spectrum`, `law`       the law of sample eigenvalues; `edges` its edges, `profile` the overlaps of the top eigenvector
`learn`                 learning curves of one hidden unit
`infer`                 the best possible inference; `infer_critical` its thresholds
`phase_rbm`             phases of an RBM with one mode and noise; `phase_hopfield`, `phase_patterns`: of random patterns
`flow_modes`            singular values in training; `flow_ring`, `flow_stability`, `flow_localisation`, `flow_diffusion`: place cells
`draw`, `train`         samples of data models, machines that learn from samples
`RBM`                   a given machine: its landscape, ln Z, samples, likelihoods
`langevin`              Langevin dynamics of the modes
`validate`              theory against simulation; `experiments` lists what there is
======================  ============================================================================================
"""

from ._call import ShortfallWarning
from ._ensembles import infer, infer_critical, phase_hopfield, phase_patterns, phase_rbm
from ._flow import flow_diffusion, flow_localisation, flow_modes, flow_persistent_chains, flow_ring, flow_short_chains, flow_stability
from ._machine import RBM
from ._native import __version__
from ._simulation import Experiment, Parameter, draw, draw_with_direction, experiments, langevin, train, validate
from ._table import Column, Observables, Table
from ._theory import Law, edges, law, learn, profile, save_sums, solve_for, spectrum, threshold, threshold_samples

__all__ = [
    "RBM",
    "Column",
    "Experiment",
    "Law",
    "Observables",
    "Parameter",
    "ShortfallWarning",
    "Table",
    "__version__",
    "draw",
    "draw_with_direction",
    "edges",
    "experiments",
    "flow_diffusion",
    "flow_localisation",
    "flow_modes",
    "flow_persistent_chains",
    "flow_ring",
    "flow_short_chains",
    "flow_stability",
    "infer",
    "infer_critical",
    "langevin",
    "law",
    "learn",
    "phase_hopfield",
    "phase_patterns",
    "phase_rbm",
    "profile",
    "save_sums",
    "solve_for",
    "spectrum",
    "threshold",
    "threshold_samples",
    "train",
    "validate",
]
