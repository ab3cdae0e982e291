#!/usr/bin/env python3
"""Training, Gibbs sampling and annealing of binary machines in numpy, scikit-learn and PyTorch, timed.

Peers of the criterion bench `training`, with its sizes: epochs of PCD-1, unit updates of block Gibbs sampling and a run of
annealed importance sampling. Numpy works in single precision with buffers that are allocated once. What is not installed is
left out. The best of several repetitions is printed: CPU time for one thread, so that other work on the machine matters little,
and time on the wall for several.

    python simulator/benches/peers/machines.py --threads 1
    RAYON_NUM_THREADS=1 cargo bench -p saddlepoint-simulator --bench training
"""

import argparse
import importlib.util
import os
import time

PARSER = argparse.ArgumentParser(description=__doc__.splitlines()[0])
PARSER.add_argument("--threads", type=int, default=1)
PARSER.add_argument("--repetitions", type=int, default=3)
ARGUMENTS = PARSER.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(ARGUMENTS.threads)  # before numpy is loaded
import numpy as np  # noqa: E402

SMALL = {"units": 64, "hidden_units": 64, "rows": 1797, "batch": 100}
LARGE = {"units": 784, "hidden_units": 500, "rows": 20_000, "batch": 500}


def best(run):
    """Shortest time of the repetitions, in seconds."""
    clock = time.process_time if ARGUMENTS.threads == 1 else time.perf_counter
    times = []
    for _ in range(ARGUMENTS.repetitions):
        start = clock()
        run()
        times.append(clock() - start)
    return min(times)


def report(package, what, seconds, updates=None):
    rate = f", {1e-6 * updates / seconds:.1f} million updates/s" if updates else ""
    print(f"{package:>12}  {what}: {1e3 * seconds:.2f} ms{rate}", flush=True)


def samples(rows, units):
    return (np.random.default_rng(11).random((rows, units)) < 0.27).astype(np.float32)


class NumpyMachine:
    """A binary machine of small random weights, with the buffers of its chains."""

    def __init__(self, units, hidden_units, chains):
        self.rng = np.random.default_rng(10)
        self.weights = 0.1 * self.rng.standard_normal((units, hidden_units), dtype=np.float32)
        self.visible_biases = np.zeros(units, np.float32)
        self.hidden_biases = np.zeros(hidden_units, np.float32)
        self.visible = (self.rng.random((chains, units)) < 0.5).astype(np.float32)
        self.hidden = np.empty((chains, hidden_units), np.float32)
        self.uniforms = [np.empty_like(self.visible), np.empty_like(self.hidden)]

    def means(self, values, weights, biases, out, beta=1.0):
        np.matmul(values, weights, out=out)
        out += biases
        out *= -beta
        np.exp(out, out=out)
        out += 1.0
        return np.reciprocal(out, out=out)

    def draw(self, means, uniforms):
        self.rng.random(out=uniforms, dtype=np.float32)
        np.less(uniforms, means, out=means, casting="unsafe")

    def sweep(self, beta=1.0):
        self.means(self.visible, self.weights, self.hidden_biases, self.hidden, beta)
        self.draw(self.hidden, self.uniforms[1])
        self.means(self.hidden, self.weights.T, self.visible_biases, self.visible, beta)
        self.draw(self.visible, self.uniforms[0])

    def epoch(self, data, batch, rate):
        order = self.rng.permutation(len(data))
        for first in range(0, len(data), batch):
            some = data[order[first : first + batch]]
            means = np.empty((len(some), len(self.hidden_biases)), np.float32)
            self.means(some, self.weights, self.hidden_biases, means)
            self.sweep()
            self.means(self.visible, self.weights, self.hidden_biases, self.hidden)
            scale, count = rate / len(some), rate / len(self.visible)
            self.weights += scale * (some.T @ means) - count * (self.visible.T @ self.hidden)
            self.visible_biases += scale * some.sum(0) - count * self.visible.sum(0)
            self.hidden_biases += scale * means.sum(0) - count * self.hidden.sum(0)

    def anneal(self, temperatures):
        """Estimate of ln Z by annealing from independent units."""
        self.visible[:] = self.rng.random(self.visible.shape, dtype=np.float32) < 0.5
        logs = np.zeros(len(self.visible))
        for k in range(temperatures):
            inputs = self.visible @ self.weights + self.hidden_biases
            for beta, sign in (((k + 1) / temperatures, 1), (k / temperatures, -1)):
                logs += sign * np.logaddexp(0, np.float32(beta) * inputs).sum(1)
            self.sweep((k + 1) / temperatures)
        return np.log(np.mean(np.exp(logs - logs.max()))) + logs.max() + 128 * np.log(2)


def run_numpy():
    for size in (SMALL, LARGE):
        data = samples(size["rows"], size["units"])
        machine = NumpyMachine(size["units"], size["hidden_units"], size["batch"])
        seconds = best(lambda: machine.epoch(data, size["batch"], 0.05))
        report("numpy", f"epoch of PCD-1, N={size['units']} M={size['hidden_units']}", seconds)
    machine = NumpyMachine(784, 500, 1000)
    report("numpy", "Gibbs sweep, N=784 M=500, 1000 chains", best(machine.sweep), 1284 * 1000)
    machine = NumpyMachine(64, 64, 1000)
    report("numpy", "annealing, N=M=64, 1000 chains, 1000 temperatures", best(lambda: machine.anneal(1000)))


def run_sklearn():
    from sklearn.neural_network import BernoulliRBM

    for size in (SMALL, LARGE):
        data = samples(size["rows"], size["units"])
        machine = BernoulliRBM(
            n_components=size["hidden_units"], batch_size=size["batch"], learning_rate=0.05, n_iter=1
        )
        seconds = best(lambda: machine.fit(data))
        report("scikit-learn", f"epoch of PCD-1, N={size['units']} M={size['hidden_units']}", seconds)
    seconds = best(lambda: machine.gibbs(data[:1000]))
    report("scikit-learn", "Gibbs sweep, N=784 M=500, 1000 chains", seconds, 1284 * 1000)


def run_torch():
    import torch

    torch.set_num_threads(ARGUMENTS.threads)

    def sweep(weights, visible):
        hidden = torch.bernoulli(torch.sigmoid(visible @ weights))
        return torch.bernoulli(torch.sigmoid(hidden @ weights.T))

    def epoch(weights, data, visible, batch):
        for some in torch.randperm(len(data)).split(batch):
            some = data[some]
            visible = sweep(weights, visible)
            slopes = some.T @ torch.sigmoid(some @ weights) / len(some)
            slopes -= visible.T @ torch.sigmoid(visible @ weights) / len(visible)
            weights += 0.05 * slopes

    def anneal(weights, temperatures):
        visible = torch.bernoulli(torch.full((1000, 64), 0.5))
        logs = torch.zeros(1000, dtype=torch.float64)
        for k in range(temperatures):
            inputs = visible @ weights
            for beta, sign in (((k + 1) / temperatures, 1), (k / temperatures, -1)):
                logs += sign * torch.nn.functional.softplus(beta * inputs).sum(1)
            visible = sweep((k + 1) / temperatures * weights, visible)
        return torch.logsumexp(logs, 0)

    with torch.no_grad():
        for size in (SMALL, LARGE):
            data = torch.from_numpy(samples(size["rows"], size["units"]))
            weights = 0.1 * torch.randn(size["units"], size["hidden_units"])
            chains = torch.bernoulli(torch.full((size["batch"], size["units"]), 0.5))
            seconds = best(lambda: epoch(weights, data, chains, size["batch"]))
            report("PyTorch", f"epoch of PCD-1, N={size['units']} M={size['hidden_units']}", seconds)
        chains = torch.bernoulli(torch.full((1000, 784), 0.5))
        seconds = best(lambda: sweep(weights, chains))
        report("PyTorch", "Gibbs sweep, N=784 M=500, 1000 chains", seconds, 1284 * 1000)
        seconds = best(lambda: anneal(0.1 * torch.randn(64, 64), 1000))
        report("PyTorch", "annealing, N=M=64, 1000 chains, 1000 temperatures", seconds)


if __name__ == "__main__":
    run_numpy()
    for module, run in (("sklearn", run_sklearn), ("torch", run_torch)):
        if importlib.util.find_spec(module):
            run()
        else:
            print(f"{module} is not installed")
