"""Check that saddlepoint reads the files of other programs, by numbers that numpy computes from what was put into them.

    python scripts/check_peers.py [--program target/release/saddlepoint]
    python scripts/check_peers.py --fixtures tests/files     (writes the files of the Rust tests)

Needs numpy, h5py, safetensors, scikit-learn and rbms, which brings torch:

    pip install numpy h5py safetensors scikit-learn rbms

Each peer writes real files into a temporary folder: h5py in every version and layout that it has, safetensors in every type, scikit-learn and
rbms a machine each. Julia and MATLAB do not run here: h5py writes their layouts. Machines are compared by ln Z, which numpy sums over all
configurations; matrices by the ln Z of the machine that they are the weights of, with biases that differ from unit to unit, so that a
number in a wrong place shows; units of several states, of which saddlepoint computes no ln Z, by the mean energy of exact sampling. Prints a
table; the exit status is 1 if a number differs.
"""

import argparse
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

N, M, Q = 6, 4, 3
BOTH = ["--visible", "binary", "--hidden", "binary"]


def states(kind, units):
    """All configurations of a layer, one per row."""
    if kind.startswith("categorical"):
        one_hot = np.eye(int(kind.split(":")[1]))
        return np.array([np.concatenate(x) for x in itertools.product(one_hot, repeat=units)])
    values = {"binary": (0, 1), "spin": (-1, 1)}[kind]
    return np.array(list(itertools.product(values, repeat=units)), float)


def weights_of(W, b, c, visible="binary", hidden="binary", gamma=None):
    """The unnormalised ln p(v) of all configurations v, and the configurations."""
    W, b, c = (np.asarray(x, float) for x in (W, b, c))
    units = len(b) // int(visible.split(":")[1]) if ":" in visible else len(b)
    v = states(visible, units)
    fields = v @ W + c
    if hidden == "gaussian":
        gamma = np.ones(len(c)) if gamma is None else np.asarray(gamma, float)
        hidden_part = fields**2 / (2 * gamma) + 0.5 * np.log(2 * np.pi / gamma)
    elif hidden == "binary":
        hidden_part = np.logaddexp(0, fields)
    else:
        hidden_part = np.logaddexp(fields, -fields)
    return v @ b + hidden_part.sum(1), v


def log_z(*machine, **kinds):
    ln_p, _ = weights_of(*machine, **kinds)
    return np.logaddexp.reduce(ln_p)


def mean_energy(W, b, c, **kinds):
    """The mean of E = -b v - c h - v W h, for binary hidden units."""
    ln_p, v = weights_of(W, b, c, **kinds)
    p = np.exp(ln_p - np.logaddexp.reduce(ln_p))
    fields = v @ W + c
    return float(p @ (-v @ b - (fields / (1 + np.exp(-fields))).sum(1)))


class Checks:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.rows = []
        self.rng = np.random.default_rng(7)
        self.b, self.c = np.linspace(-0.5, 0.6, N), np.linspace(0.7, -0.4, M)
        self.biases = []
        for name, values in (("visible", self.b), ("hidden", self.c)):
            file = folder / f"{name}.csv"
            np.savetxt(file, values)
            self.biases += [f"--{name}-bias", str(file)]

    def file(self, name):
        return self.folder / name

    def run(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        rows = [line.split(",") for line in done.stdout.splitlines()[1:]]
        return rows, done.stderr.strip()

    def add(self, peer, what, found, expected, tolerance, words):
        agrees = found is not None and abs(found - expected) <= tolerance
        self.rows.append((peer, what, found, expected, agrees, "" if agrees else words))

    def machine(self, peer, what, file, expected, flags=(), shift=0.0):
        """ln Z of a machine file; `shift` is what the program says it takes from it."""
        rows, words = self.run("landau", "--log-z", "--chains", 2, "--temperatures", 1, "--fields", "method,log_z", "--machine", file, *flags)
        exact = [float(row[1]) for row in rows if row[0] == "exact"]
        self.add(peer, what, exact[0] - shift if exact else None, expected, 1e-9 * abs(expected), words)

    def matrix(self, peer, what, file, W):
        self.machine(peer, what, file, log_z(W, self.b, self.c), [*BOTH, *self.biases])

    def energy(self, peer, what, file, expected):
        """The mean energy of a machine's exact samples, within five standard errors."""
        rows, words = self.run("simulate", "gibbs", "--method", "exact", "--machine", file, "--fields", "observable,mean,standard_error")
        found = {row[0]: row[1:] for row in rows}.get("energy")
        error = float(found[1]) if found else 0.0
        self.add(peer, what, float(found[0]) if found else None, expected, 5 * error, words)


def write_julia(file, w, visible, hidden):
    """The layout of save_rbm of RestrictedBoltzmannMachines.jl; `w` has Julia's sizes, a layer its type and its `par`."""
    with h5py.File(file, "w") as h:
        h["rbm_hdf5_file_format_version"] = np.bytes_("1.0.0")
        h["rbm_type"] = np.bytes_("RBM")
        h["weights"] = np.asarray(w).T
        for name, (kind, par) in (("visible", visible), ("hidden", hidden)):
            h[f"{name}_type"] = np.bytes_(kind)
            h[f"{name}_par"] = np.asarray(par).T


def write_matlab(file, **matrices):
    """The layout of save -v7.3 of MATLAB."""
    with h5py.File(file, "w", userblock_size=512) as h:
        for name, matrix in matrices.items():
            data = h.create_dataset(name, data=np.asarray(matrix).T, chunks=True, compression="gzip", shuffle=True)
            data.attrs["MATLAB_class"] = np.bytes_("double")
    with open(file, "r+b") as f:
        f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124, b" ") + b"\x00\x02IM")


def check_h5py(checks):
    W = checks.rng.normal(size=(N, M))
    bounds = {"default": None, "latest": "latest", "earliest": ("earliest", "v108")}
    bounds |= {v: (v, v) for v in ("v108", "v110", "v112", "v114")}
    layouts = {
        "contiguous": {},
        "chunks": {"chunks": (4, 3)},
        "gzip": {"chunks": (4, 3), "compression": "gzip"},
        "gzip and shuffle": {"chunks": (4, 3), "compression": "gzip", "shuffle": True},
        "one chunk": {"chunks": (N, M), "compression": "gzip"},
        "one unlimited axis": {"chunks": (2, 2), "maxshape": (None, M)},
        "two unlimited axes": {"chunks": (2, 2), "maxshape": (None, None), "compression": "gzip"},
        "checksums": {"chunks": (4, 3), "fletcher32": True},
        "scale-offset": {"chunks": (4, 3), "scaleoffset": 0},
    }
    for version, libver in bounds.items():
        for layout, settings in layouts.items():
            file = checks.file(f"{version} {layout}.h5")
            data = np.round(3 * W).astype("i4") if "scaleoffset" in settings else W
            with h5py.File(file, "w", libver=libver) as h:
                h.create_dataset("group/W", data=data, **settings)
            checks.matrix("h5py", f"{version}, {layout}", f"{file}:group/W", data)
    for code in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">f2", ">f4", ">f8", ">i2", ">i4", ">u8", "?"):
        data = (W > 0) if code == "?" else np.round(3 * np.abs(W)).astype(code)
        file = checks.file(f"type {code[-2:]} {code[0] == '>'}.h5")
        with h5py.File(file, "w") as h:
            h["W"] = data
        checks.matrix("h5py", f"type {code}", file, np.asarray(data, float))


def check_matlab(checks):
    W = checks.rng.normal(size=(N, M))
    file = checks.file("weights.mat")
    write_matlab(file, J=W)
    checks.matrix("MATLAB (layout)", "7.3, J", f"{file}:J", W)
    file = checks.file("machine.mat")
    write_matlab(file, W=W, b=checks.b[None], c=checks.c[None])
    checks.machine("MATLAB (layout)", "7.3, W b c", file, log_z(W, checks.b, checks.c), BOTH)


def check_safetensors(checks):
    import torch
    from safetensors.torch import save_file

    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool):
        W = torch.tensor(3 * checks.rng.normal(size=(N, M))).abs().to(dtype)
        file = checks.file(f"{dtype}.safetensors")
        save_file({"W": W, "other": torch.zeros(2, 2)}, file)
        checks.matrix("safetensors", str(dtype), f"{file}:W", W.double().numpy())
    W = torch.tensor(checks.rng.normal(size=(N, M)), dtype=torch.float32)
    b, c = (torch.tensor(x, dtype=torch.float32) for x in (checks.b, checks.c))
    expected = log_z(W, b, c)
    for names in (("W", "b", "c"), ("weight", "vbias", "hbias"), ("rbm.W", "rbm.v_bias", "rbm.h_bias"), ("W", "a", "b")):
        for turned in (False, True):
            file = checks.file(f"{names} {turned}.safetensors")
            state = dict(zip(names, ((W.T if turned else W).contiguous(), b, c)))
            save_file(state, file, metadata={"visible": "binary", "hidden": "binary"})
            checks.machine("safetensors", f"state {' '.join(names)}{', M x N' if turned else ''}", file, expected)


def check_sklearn(checks):
    from sklearn.neural_network import BernoulliRBM

    data = checks.rng.integers(0, 2, size=(200, N)).astype(float)
    for visible, hidden in ((N, M), (N, N)):
        rbm = BernoulliRBM(n_components=hidden, n_iter=20, random_state=0).fit(data[:, :visible])
        file = checks.file(f"sklearn{hidden}.npz")
        np.savez(file, components_=rbm.components_, intercept_visible_=rbm.intercept_visible_, intercept_hidden_=rbm.intercept_hidden_)
        expected = log_z(rbm.components_.T, rbm.intercept_visible_, rbm.intercept_hidden_)
        checks.machine("scikit-learn", f"BernoulliRBM {visible} x {hidden}", file, expected)


def check_rbms(checks):
    import torch
    from rbms.bernoulli_bernoulli.classes import BBRBM
    from rbms.io import save_model
    from rbms.potts_bernoulli.classes import PBRBM

    tensor = lambda *shape: torch.tensor(checks.rng.normal(size=shape), dtype=torch.float32)
    binary, potts = checks.file("binary.h5"), checks.file("potts.h5")
    for update in (1, 44, 100):
        machine = BBRBM(weight_matrix=tensor(N, M), vbias=tensor(N), hbias=tensor(M))
        save_model(str(binary), machine, {"visible": torch.zeros(10, N)}, update, 1.0)
        parameters = (machine.weight_matrix, machine.vbias, machine.hbias)
        checks.machine("rbms", f"BBRBM, update {update} as the last", binary, log_z(*parameters))
        if update == 44:
            kept = log_z(*parameters)
        machine = PBRBM(weight_matrix=tensor(N, Q, M), vbias=tensor(N, Q), hbias=tensor(M))
        save_model(str(potts), machine, {"visible": torch.zeros(10, N)}, update, 1.0)
    checks.machine("rbms", "BBRBM, update_44 by name", f"{binary}:update_44", kept)
    W, b, c = (x.double().numpy() for x in (machine.weight_matrix, machine.vbias, machine.hbias))
    checks.energy("rbms", "PBRBM, energy", potts, mean_energy(W.reshape(N * Q, M), b.ravel(), c, visible=f"categorical:{Q}"))


def check_julia(checks):
    W = checks.rng.normal(size=(N, M))
    theta = lambda x: np.asarray(x)[None]
    for visible, hidden in (("Binary", "Binary"), ("Spin", "Spin"), ("Spin", "Binary"), ("Binary", "Spin")):
        file = checks.file(f"{visible} {hidden}.h5")
        write_julia(file, W, (visible, theta(checks.b)), (hidden, theta(checks.c)))
        expected = log_z(W, checks.b, checks.c, visible=visible.lower(), hidden=hidden.lower())
        checks.machine("Julia (layout)", f"{visible} x {hidden}", file, expected)
    gamma = np.linspace(1.5, 3.0, M)
    for name, g in (("1", np.ones(M)), ("1.5 to 3", gamma)):
        file = checks.file(f"gaussian {name}.h5")
        write_julia(file, 0.3 * W, ("Binary", theta(checks.b)), ("Gaussian", np.stack([checks.c, -g])))
        expected = log_z(0.3 * W, checks.b, checks.c, hidden="gaussian", gamma=g)
        checks.machine("Julia (layout)", f"Binary x Gaussian, gamma {name}", file, expected, shift=0.5 * np.log(g).sum())
    w = checks.rng.normal(size=(Q, N, M))
    file = checks.file("potts julia.h5")
    b = checks.rng.normal(size=(Q, N))
    write_julia(file, w, ("Potts", b[None]), ("Binary", theta(checks.c)))
    flat = w.transpose(1, 0, 2).reshape(N * Q, M)
    checks.energy("Julia (layout)", "Potts x Binary, energy", file, mean_energy(flat, b.T.ravel(), checks.c, visible=f"categorical:{Q}"))


def write_fixtures(folder):
    """The files of the Rust tests, whose numbers are exact in single precision and known there by their formulas."""
    folder.mkdir(exist_ok=True)
    n, m = 5, 3
    W = np.array([[((7 * i + 3 * j) % 11 - 5) / 8 for j in range(m)] for i in range(n)])
    b, c = (np.arange(n) % 3 - 1) / 4, (np.arange(m) % 2 - 0.5) / 2
    X = (np.arange(240) % 17 - 8.0).reshape(40, 6)
    with h5py.File(folder / "chunked.h5", "w", libver="latest") as h:
        h.create_dataset("data/X", data=X, chunks=(16, 4), compression="gzip", shuffle=True)
        h["labels"] = np.arange(40)
    with h5py.File(folder / "mixed.h5", "w") as h:
        h["version"] = 3
        h["names"] = np.array([b"first", b"second"])
        h["matrix"] = np.array([[1, 2, 3], [4, 5, 4_000_000_011]], "u4")
    write_matlab(folder / "matlab.mat", X=X)
    with h5py.File(folder / "rbms.h5", "w") as h:
        h["model_type"] = "BBRBM"
        for update in (2, 10):
            group = h.create_group(f"update_{update}/params")
            scale = 1 if update == 10 else 2
            for name, value in (("weight_matrix", W), ("vbias", b), ("hbias", c)):
                group[name] = (value * scale).astype("f4")
    write_julia(folder / "julia.h5", W, ("Binary", b[None]), ("Binary", c[None]))
    write_julia(folder / "julia_gaussian.h5", W, ("Spin", b[None]), ("Gaussian", np.stack([c, np.array([1.0, 4.0, 0.25])])))
    write_julia(folder / "julia_xrelu.h5", W, ("Spin", b[None]), ("xReLU", np.stack([c, c * 0 + 1, c * 0, c * 0])))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="target/release/saddlepoint")
    parser.add_argument("--fixtures", type=Path, help="write the files of the Rust tests there, and check nothing")
    arguments = parser.parse_args()
    if arguments.fixtures:
        write_fixtures(arguments.fixtures)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(arguments.program, Path(folder))
        for check in (check_h5py, check_matlab, check_safetensors, check_sklearn, check_rbms, check_julia):
            check(checks)
    print(f"{'peer':16} {'file':44} {'saddlepoint':>14} {'numpy':>14}")
    for peer, what, found, expected, agrees, words in checks.rows:
        shown = "none" if found is None else f"{found:.10g}"
        print(f"{peer:16} {what:44} {shown:>14} {expected:>14.10g} {'agrees' if agrees else 'DIFFERS'} {words}")
    wrong = sum(not row[4] for row in checks.rows)
    print(f"{len(checks.rows)} files, {wrong} that differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
