"""Every question has the numbers of the command line, to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Compare, run

import saddlepoint as sp

pytestmark = pytest.mark.filterwarnings("ignore::saddlepoint.ShortfallWarning")

CASES: dict[str, tuple[Callable[[], sp.Table], str]] = {
    "threshold": (
        lambda: sp.threshold("ising-ring", units=[50, 20], beta="0.1:0.9:5", modes=2),
        "threshold --data ising-ring --units 50,20 --beta 0.1:0.9:5 --modes 2",
    ),
    "threshold at alpha": (
        lambda: sp.threshold("spiked", spike=np.array([0.5, 1 / 3]), alpha="0.1:10:7:log", criterion=["spectral", "bayes"]),
        "threshold --data spiked --spike 0.5,0.3333333333333333 --alpha 0.1:10:7:log --criterion spectral,bayes",
    ),
    "threshold of a clock ring": (
        lambda: sp.threshold("clock-ring", units=30, beta=-0.5, states=5, criterion="crossing-published"),
        "threshold --data clock-ring --units 30 --beta=-0.5 --states 5 --criterion crossing-published",
    ),
    "threshold of a trained unit": (
        lambda: sp.threshold("two-cluster", signal=1.5, criterion="maximum-likelihood", hidden=["spin", "relu"], biases="none", l2=0.1),
        "threshold --data two-cluster --signal 1.5 --criterion maximum-likelihood --hidden spin,relu --biases none --l2 0.1",
    ),
    "explained threshold": (
        lambda: sp.threshold("ising-ring", units=200, correlation_length=4, explain=True),
        "threshold --data ising-ring --units 200 --correlation-length 4 --explain",
    ),
    "flow_localisation": (
        lambda: sp.flow_localisation("nlgp-ring", units=[40, 90], correlation_length=3, nonlinearity=["cubic:-0.05", "erf:1"]),
        "flow localisation --data nlgp-ring --units 40,90 --correlation-length 3 --nonlinearity cubic:-0.05,erf:1",
    ),
    "flow_localisation of skewed data": (
        lambda: sp.flow_localisation("nlgp-ring", units=100, correlation_length=2, nonlinearity="rate:0.3", biases="none"),
        "flow localisation --data nlgp-ring --units 100 --correlation-length 2 --nonlinearity rate:0.3 --biases none",
    ),
    "flow_short_chains": (
        lambda: sp.flow_short_chains(eigenvalues=[1.5, 3], gibbs_steps=[1, 10]),
        "flow short-chains --eigenvalues 1.5,3 --gibbs-steps 1,10",
    ),
    "flow_persistent_chains": (
        lambda: sp.flow_persistent_chains(eigenvalues=3, learning_rate=[0.01, 0.2], updates=30),
        "flow persistent-chains --eigenvalues 3 --learning-rate 0.01,0.2 --updates 30",
    ),
    "flow_persistent_chains in short": (
        lambda: sp.flow_persistent_chains(eigenvalues=[1.5, 3], learning_rate=0.05, gibbs_steps=[1, 5], summary=True, batch=50),
        "flow persistent-chains --eigenvalues 1.5,3 --learning-rate 0.05 --gibbs-steps 1,5 --summary --batch 50",
    ),
    "solve_for": (
        lambda: sp.solve_for("beta", "ising-ring", units=100, alpha=10),
        "threshold --data ising-ring --units 100 --solve-for beta --alpha 10",
    ),
    "spectrum": (
        lambda: sp.spectrum("ising-ring", units="inf", beta=0.5, alpha=[2, 10], points=64),
        "spectrum --data ising-ring --units inf --beta 0.5 --alpha 2,10 --points 64",
    ),
    "edges": (
        lambda: sp.edges("spiked", spike=2.0, units=100, alpha=3),
        "spectrum --edges --data spiked --spike 2.0 --units 100 --alpha 3",
    ),
    "profile": (
        lambda: sp.profile("ising-ring", units=40, beta=0.5, alpha=[2, 10]),
        "spectrum --profile --data ising-ring --units 40 --beta 0.5 --alpha 2,10",
    ),
    "learn": (
        lambda: sp.learn("two-cluster", signal=1.5, alpha=[1, 4], hidden=["spin", "gaussian", "double-well:-2"], l2=[0, 0.1], all_branches=True),
        "learn --data two-cluster --signal 1.5 --alpha 1,4 --hidden spin,gaussian,double-well:-2 --l2 0,0.1 --all-branches",
    ),
    "infer": (
        lambda: sp.infer(weight_prior="sparse-rademacher:0.05", snr=1, alpha=[0.5, 2]),
        "infer --weight-prior sparse-rademacher:0.05 --snr 1 --alpha 0.5,2",
    ),
    "infer of a student": (
        lambda: sp.infer(student_beta=[0.7, 1.2], teacher_beta=1.2, alpha=2),
        "infer --student-beta 0.7,1.2 --teacher-beta 1.2 --alpha 2",
    ),
    "infer_critical": (
        lambda: sp.infer_critical(weight_prior="sparse-rademacher:0.05", snr=1),
        "infer --critical --weight-prior sparse-rademacher:0.05 --snr 1",
    ),
    "lines of inference": (
        lambda: sp.infer_critical(teacher_beta=1, patterns=[2, 5], correlation="0:0.9:4"),
        "infer --critical --teacher-beta 1 --patterns 2,5 --correlation 0:0.9:4",
    ),
    "phase_rbm": (
        lambda: sp.phase_rbm(w=[0.5, 2], sigma=0.5, components="rademacher"),
        "phase --w 0.5,2 --sigma 0.5 --components rademacher",
    ),
    "phase_rbm of several modes": (
        lambda: sp.phase_rbm(w="1.5+1.2+1", sigma=0.5, components=["laplace", "gaussian+laplace+sparse:0.1"], all_branches=True),
        "phase --w 1.5+1.2+1 --sigma 0.5 --components laplace,gaussian+laplace+sparse:0.1 --all-branches",
    ),
    "boundary of phase_rbm": (lambda: sp.phase_rbm(sigma=[0.3, 0.5], boundary=True), "phase --sigma 0.3,0.5 --boundary"),
    "phase_hopfield": (
        lambda: sp.phase_hopfield(alpha=[0.05, 0.1], temperature=[0, 0.5], all_branches=True),
        "phase --model hopfield --alpha 0.05,0.1 --temperature 0,0.5 --all-branches",
    ),
    "phase_hopfield with a step": (
        lambda: sp.phase_hopfield(alpha=0.138, temperature=[0, 0.3], one_step=True),
        "phase --model hopfield --alpha 0.138 --temperature 0,0.3 --one-step",
    ),
    "boundary of phase_hopfield": (
        lambda: sp.phase_hopfield(temperature=[0.1, 0.5], boundary=True),
        "phase --model hopfield --temperature 0.1,0.5 --boundary",
    ),
    "phase_patterns": (
        lambda: sp.phase_patterns(
            alpha=[0.01, 0.1], density=0.1, scale=3.8, visible="binary", hidden=["relu", "spin"], threshold=5, visible_field=-3, recalled=4, all_branches=True
        ),
        "phase --model patterns --alpha 0.01,0.1 --density 0.1 --scale 3.8 --visible binary --hidden relu,spin --threshold 5 --visible-field=-3 --recalled 4 --all-branches",
    ),
    "flow_modes": (
        lambda: sp.flow_modes(eigenvalues=[1, 2.5], time="0:5:6"),
        "flow modes --eigenvalues 1,2.5 --time 0:5:6",
    ),
    "flow_ring": (
        lambda: sp.flow_ring(units=30, beta=0.8, hidden_units=[1, 2], summary=True, seed=3),
        "flow ring --units 30 --beta 0.8 --hidden-units 1,2 --summary --seed 3",
    ),
    "flow_ring of rectified units": (
        lambda: sp.flow_ring(units=10, beta=0.5, hidden="relu", starts=1),
        "flow ring --units 10 --beta 0.5 --hidden relu --starts 1",
    ),
    "trajectory of flow_ring": (
        lambda: sp.flow_ring(units=12, beta=0.8, trajectory=True, time="0:100:3", seed=3),
        "flow ring --units 12 --beta 0.8 --trajectory --time 0:100:3 --seed 3",
    ),
    "flow_stability": (lambda: sp.flow_stability(beta=[0.5, 1]), "flow stability --beta 0.5,1"),
    "flow_diffusion": (
        lambda: sp.flow_diffusion(units=40, beta=0.8, learning_rate=0.01, batch=10, samples=1e4),
        "flow diffusion --units 40 --beta 0.8 --learning-rate 0.01 --batch 10 --samples 1e4",
    ),
    "langevin": (
        lambda: sp.langevin([0.3, 0.9], records=200, seed=2),
        "simulate langevin --singular-values 0.3,0.9 --records 200 --seed 2",
    ),
    "validate": (
        lambda: sp.validate("marchenko-pastur", replicas=16, seed=1),
        "validate marchenko-pastur --replicas 16 --seed 1",
    ),
    "parameters of validate": (
        lambda: sp.validate("mismatched-inference", alpha=2, teacher_beta=1.2, student_beta=1, replicas=16),
        "validate mismatched-inference --alpha 2 --teacher-beta 1.2 --student-beta 1 --replicas 16",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_question_has_the_numbers_of_the_command_line(name: str, compare: Compare) -> None:
    ask, arguments = CASES[name]
    compare(ask(), *arguments.split())


Samples = tuple[np.ndarray, Path]
Machine = tuple[sp.RBM, Path]


def test_an_array_of_samples_is_a_file_of_them(samples: Samples, compare: Compare) -> None:
    values, path = samples
    of_file = ["--data", "samples", "--file", str(path)]
    compare(sp.threshold_samples(values), "threshold", *of_file)
    compare(
        sp.threshold_samples(values.astype(float), null="permutation", permutations=9, seed=4),
        "threshold",
        *of_file,
        *"--null permutation --permutations 9 --seed 4".split(),
    )
    compare(sp.spectrum(values, points=32), "spectrum", *of_file, "--points", "32")
    compare(sp.learn(values, alpha=[1, 2]), "learn", *of_file, "--alpha", "1,2")
    real = np.asfortranarray(values + 0.25 * np.random.default_rng(0).normal(size=values.shape))
    text = path.with_suffix(".csv")
    np.savetxt(text, real, delimiter=",", fmt="%.17g")
    compare(sp.threshold_samples(real, standardize=True), "threshold", "--data", "samples", "--file", str(text), "--standardize")
    compare(sp.threshold_samples(real.T[:, ::1], transpose=True), "threshold", "--data", "samples", "--file", str(text))


def test_an_array_of_eigenvalues_is_a_file_of_them(tmp_path: Path, compare: Compare) -> None:
    eigenvalues = [3.0, 1.5, 1.0, 0.25]
    np.save(tmp_path / "list.npy", eigenvalues)
    compare(
        sp.threshold("spectrum", file=eigenvalues, modes="all"),
        "threshold",
        "--data",
        "spectrum",
        "--file",
        str(tmp_path / "list.npy"),
        "--modes",
        "all",
    )


def test_a_machine_has_the_tables_of_its_file(machine: Machine, samples: Samples, compare: Compare) -> None:
    given, path = machine
    values, file = samples
    of_file = ["--machine", str(path)]
    compare(given.landscape(scale=[0.5, 2]), "landau", *of_file, "--scale", "0.5,2")
    compare(given.profile(0), "landau", *of_file, "--profile", "0")
    compare(given.profile((0, 1), amplitude="-1:1:5"), "landau", *of_file, "--profile", "0,1", "--amplitude=-1:1:5")
    compare(given.hysteresis(0, "-1:1:9"), "landau", *of_file, "--hysteresis", "0", "--field=-1:1:9")
    compare(given.log_z(chains=20, temperatures=50, seed=7), "landau", *of_file, *"--log-z --chains 20 --temperatures 50 --seed 7".split())
    compare(given.project(values), "landau", *of_file, "--project", str(file))
    compare(given.composition(), "landau", *of_file, "--composition")
    compare(given.composition(values), "landau", *of_file, "--composition", str(file))
    compare(given.symmetry(rotations=4), "landau", *of_file, "--symmetry", "--rotations", "4")
    compare(
        given.cascade([given], chains=10, steps=100, modes=1),
        "landau",
        *of_file,
        "--cascade",
        "--along",
        str(path),
        *"--chains 10 --steps 100 --modes 1".split(),
        but="machine",
    )
    compare(given.spectrum(points=32), "spectrum", *of_file, "--points", "32")
    compare(given.langevin(records=100), "simulate", "langevin", *of_file, "--records", "100")
    compare(given.score(values), "score", *of_file, "--file", str(file))


def test_gibbs_draws_the_configurations_of_the_command_line(machine: Machine, tmp_path: Path, compare: Compare) -> None:
    given, path = machine
    arguments = ["simulate", "gibbs", "--machine", str(path), *"--chains 10 --steps 200 --thin 10 --seed 3".split()]
    configurations, observables = given.gibbs(chains=10, steps=200, thin=10, seed=3)
    compare(observables, *arguments)
    run(*arguments, "-o", str(tmp_path / "drawn.npy"))
    expected = np.load(tmp_path / "drawn.npy")
    assert configurations.dtype == expected.dtype
    np.testing.assert_array_equal(configurations, expected)
    start = configurations[:10]
    _, of_start = given.gibbs(chains=10, steps=50, initial=start)
    np.save(tmp_path / "start.npy", start)
    compare(of_start, *arguments[:4], "--chains", "10", "--steps", "50", "--initial", str(tmp_path / "start.npy"))


def test_what_gibbs_shows_besides_is_what_the_command_line_writes(machine: Machine, tmp_path: Path, compare: Compare) -> None:
    given, path = machine
    files = {name: tmp_path / f"{name}.csv" for name in ("trace", "ladder")}
    arguments = ["simulate", "gibbs", "--machine", str(path), *"--chains 6 --steps 40 --method tempering --seed 3".split()]
    _, observables = given.gibbs(chains=6, steps=40, method="tempering", seed=3)
    compare(observables, *arguments)
    written = run(*arguments, "--quiet", "-o", str(tmp_path / "observables.csv"), *(word for name, file in files.items() for word in (f"--{name}", str(file))))
    assert written.returncode in (0, 1), written.stderr
    for name, table in {"trace": observables.trace(), "ladder": observables.ladder()}.items():
        table.save(tmp_path / "own.csv")
        own = (tmp_path / "own.csv").read_text(encoding="utf-8")
        assert own.replace("<machine>", str(path)) == files[name].read_text(encoding="utf-8")
        assert len(table) > 1
    _, plain = given.gibbs(chains=6, steps=40)
    assert len(plain.ladder()) == 0
    assert len(plain[:2]) == 2


def test_sums_of_parts_have_the_answer_of_the_whole(tmp_path: Path, compare: Compare) -> None:
    data, parts = tmp_path / "data.npy", [tmp_path / f"part{k}.npz" for k in (1, 2)]
    np.save(data, np.random.default_rng(2).normal(size=(9000, 7)))
    for k, part in enumerate(parts):
        sp.save_sums(data, part, shard=f"{k + 1}/2")
        other = tmp_path / "other.npz"
        ended = run("threshold", "--data", "samples", "--file", str(data), "--shard", f"{k + 1}/2", "--save-sums", str(other))
        assert ended.returncode == 0, ended.stderr
        assert part.read_bytes() == other.read_bytes()
    compare(sp.threshold_samples(sums=parts), "threshold", "--data", "samples", "--sums", ",".join(map(str, parts)))


def test_a_machine_of_ones_own_is_validated(machine: Machine, compare: Compare) -> None:
    given, path = machine
    compare(sp.validate("landau", machine=given, replicas=16), "validate", "landau", "--machine", str(path), "--replicas", "16")


def test_hidden_means_are_those_of_the_command_line(machine: Machine, samples: Samples, tmp_path: Path) -> None:
    given, path = machine
    values, file = samples
    ended = run(
        "score", "--machine", str(path), "--file", str(file), "-o", str(tmp_path / "score.csv"), "--hidden-means", str(tmp_path / "means.npy")
    )
    assert ended.returncode == 0, ended.stderr
    np.testing.assert_array_equal(given.hidden_means(values), np.load(tmp_path / "means.npy"))


def test_training_makes_the_machine_of_the_command_line(samples: Samples, tmp_path: Path, compare: Compare) -> None:
    values, file = samples
    machines, log = sp.train(values, hidden_units=3, epochs=4, batch=50, seed=9, replicas=2, test=values[:20])
    np.save(tmp_path / "test.npy", values[:20])
    arguments = ["simulate", "train", "--data", "samples", "--file", str(file), "--test", str(tmp_path / "test.npy")]
    arguments += "--hidden-units 3 --epochs 4 --batch 50 --seed 9 --replicas 2".split()
    compare(log, *arguments)
    assert run(*arguments, "-o", str(tmp_path / "machine.npz")).returncode == 0
    for number, machine in enumerate(machines):
        expected = np.load(tmp_path / f"machine-{number}.npz")
        np.testing.assert_array_equal(machine.W, expected["W"])
        np.testing.assert_array_equal(machine.b, expected["b"])
        np.testing.assert_array_equal(machine.c, expected["c"])


def test_draw_gives_the_samples_of_the_command_line(tmp_path: Path) -> None:
    for arguments, values in [
        ("--data two-cluster --units 20 --signal 1.5", sp.draw("two-cluster", 50, units=20, signal=1.5, seed=2)),
        ("--data spiked --units 20 --spike 1", sp.draw("spiked", 50, units=20, spike=1, seed=2)),
        ("--data ising-torus --units 16 --beta 0.3", sp.draw("ising-torus", 50, units=16, beta=0.3, seed=2)),
    ]:
        path = tmp_path / "drawn.npy"
        ended = run("simulate", "data", *arguments.split(), "--samples", "50", "--seed", "2", "-o", str(path))
        assert ended.returncode == 0, ended.stderr
        expected = np.load(path)
        assert values.dtype == expected.dtype
        np.testing.assert_array_equal(values, expected)


def test_the_law_has_the_points_of_its_table() -> None:
    table = sp.spectrum("ising-ring", units="inf", beta=0.5, alpha=3, points=64)
    law = sp.law("ising-ring", units="inf", beta=0.5, alpha=3)
    inside = table["density"] > 0
    # The table has the points of its grid by their place, the law finds them: a few roundings, relative to the largest values.
    np.testing.assert_allclose(law.pdf(table["x"][inside]), table["density"][inside], rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(law.cdf(table["x"][inside]), table["cumulative"][inside], rtol=1e-7, atol=1e-10)
    probabilities = np.linspace(0.05, 0.95, 7).reshape(7, 1)
    # The quantile is found to the resolution of doubles, times the slope of F.
    np.testing.assert_allclose(law.cdf(law.ppf(probabilities)), probabilities, atol=1e-10)
    np.testing.assert_allclose(law.edges.ravel(), sp.edges("ising-ring", units="inf", beta=0.5, alpha=3)["x"])
    assert sp.law("iid", alpha=0.5).atom == pytest.approx(0.5, abs=1e-15)


def test_seeds_are_numbers_or_generators() -> None:
    one, other = (sp.draw("iid", 5, units=40, seed=np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    generator = np.random.default_rng(1)
    first, second = (sp.draw("iid", 5, units=40, seed=generator) for _ in range(2))
    assert (first != second).any()
