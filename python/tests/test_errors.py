"""What goes wrong, by the words of the command line."""

from __future__ import annotations

import json
import logging
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import run

import saddlepoint as sp

BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: sp.threshold("spikes"), "threshold --data=spikes"),
    (lambda: sp.threshold("spiked"), "threshold --data=spiked"),
    (lambda: sp.threshold("spiked", spike=-1), "threshold --data=spiked --spike=-1"),
    (lambda: sp.threshold("iid", spike=1), "threshold --data=iid --spike=1"),
    (lambda: sp.threshold("spiked", spike="1:0.1:5"), "threshold --data=spiked --spike=1:0.1:5"),
    (lambda: sp.threshold("ising-ring", units=2.5, beta=1), "threshold --data=ising-ring --units=2.5 --beta=1"),
    (lambda: sp.learn("two-cluster", signal=1.5, alpha=1, hidden="spim"), "learn --data=two-cluster --signal=1.5 --alpha=1 --hidden=spim"),
    (lambda: sp.infer(alpha=1, snr=1, teacher_beta=1), "infer --alpha=1 --snr=1 --teacher-beta=1"),
    (lambda: sp.phase_rbm(sigma=0.5), "phase --sigma=0.5"),
    (lambda: sp.validate("marchenko-pasture"), "validate marchenko-pasture"),
    (lambda: sp.draw("iid", 0, units=3), "simulate data --data=iid --units=3 --samples=0"),
    (lambda: sp.train("iid", hidden_units=2, units=5), "simulate train --data=iid --units=5 --hidden-units=2"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_arguments_have_the_line_of_the_command_line(number: int) -> None:
    call, arguments = BAD[number]
    ended = run(*arguments.split())
    assert ended.returncode == 2
    with pytest.raises(ValueError) as error:
        call()
    assert f"saddlepoint: {error.value}\n" == ended.stderr


def test_a_number_that_is_not_finite_is_named_by_its_place() -> None:
    values = np.ones((5, 3))
    values[3, 1] = np.nan
    with pytest.raises(ValueError, match=r"<data>: holds NaN at \[3, 1\]"):
        sp.threshold_samples(values)
    with pytest.raises(ValueError, match=r"<data>: holds NaN at \[3, 1\]"):
        sp.train(values, hidden_units=2)


def test_arrays_of_no_numbers_and_of_no_shape_are_refused() -> None:
    for bad, words in [(np.array(["a", "b"]), "no real numbers"), (np.float64(3), "single number"), (np.zeros((0, 3)), "holds nothing")]:
        with pytest.raises(ValueError, match=words):
            sp.threshold_samples(bad)
    with pytest.raises(ValueError, match="leave file out"):
        sp.spectrum(np.eye(4), file="x.npy")
    with pytest.raises(ValueError, match="2 samples"):
        sp.threshold_samples(np.eye(2))


def test_files_raise_errors_of_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere.npy"):
        sp.threshold_samples("nowhere.npy")
    with pytest.raises(FileNotFoundError, match="nowhere.npz"):
        sp.RBM.load("nowhere.npz")
    table = sp.threshold("iid", units=10)
    with pytest.raises(OSError):
        table.save(tmp_path / "no" / "folder.csv")
    with pytest.raises(ValueError, match=r"no \.xlsx file"):
        table.save(tmp_path / "table.xlsx")


def test_rows_that_are_no_full_answer_warn_with_the_line_of_the_command_line(machine: tuple[sp.RBM, Path]) -> None:
    given, path = machine
    ended = run("simulate", "gibbs", "--machine", str(path), *"--chains 4 --steps 20 --quiet".split())
    assert ended.returncode == 1
    with pytest.warns(sp.ShortfallWarning) as warned:
        _, observables = given.gibbs(chains=4, steps=20)
    assert [f"saddlepoint: {warning.message}" for warning in warned] == ended.stderr.splitlines()
    assert warned[0].filename == __file__
    assert observables.shortfalls == [str(warning.message) for warning in warned]


def test_a_saved_table_says_which_rows_are_short_as_that_of_the_command_line_does(machine: tuple[sp.RBM, Path], tmp_path: Path) -> None:
    given, path = machine
    run("simulate", "gibbs", "--machine", str(path), *"--chains 4 --steps 20 -o".split(), str(tmp_path / "command.csv"))
    with pytest.warns(sp.ShortfallWarning):
        _, observables = given.gibbs(chains=4, steps=20)

    def short(table: sp.Table, name: str) -> list[dict[str, object]]:
        table.save(tmp_path / f"{name}.csv")
        said = json.loads((tmp_path / f"{name}.meta.json").read_text())
        return list(said.get("shortfalls", []))

    expected = json.loads((tmp_path / "command.meta.json").read_text())["shortfalls"]
    assert expected == short(observables, "call") == short(pickle.loads(pickle.dumps(observables)), "pickled")
    # Of some rows it says what is so of these.
    assert sum(why["rows"] for why in expected) == len(observables)
    assert [why["rows"] for why in short(observables[:1], "one")] == [1]


def test_what_was_read_is_said(samples: tuple[np.ndarray, Path], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    values, path = samples
    ended = run("threshold", "--data", "samples", "--file", str(path))
    with caplog.at_level(logging.INFO, logger="saddlepoint"):
        table = sp.threshold_samples(path)
    assert [f"saddlepoint: {line}" for line in table.notices] == ended.stderr.splitlines()
    assert caplog.messages == table.notices != []
    assert all(line in repr(table) for line in table.notices)
    assert pickle.loads(pickle.dumps(table)).notices == table[:1].notices == table.notices
    assert "300 samples of 12 variables" in sp.threshold_samples(values).notices[0]
    _, log = sp.train(np.random.default_rng(1).normal(size=(30, 40)), hidden_units=1, epochs=1, visible="gaussian")
    assert any(line.startswith("no mode exceeds its threshold") for line in log.notices), log.notices
    assert capfd.readouterr().err == ""


LONG = 20_000_000


def test_python_runs_while_a_question_is_answered() -> None:
    machine = sp.RBM(np.full((40, 20), 0.01))
    ticks = 0
    ended = threading.Event()

    def ask() -> None:
        machine.gibbs(chains=100, steps=3000, thin=3000)
        ended.set()

    asking = threading.Thread(target=ask)
    asking.start()
    while not ended.is_set():
        time.sleep(0.001)
        ticks += 1
    asking.join()
    # The question takes a tenth of a second or more; with the lock held there would be a tick or two.
    assert ticks > 10


def test_two_threads_ask_at_once_and_both_are_answered_right() -> None:
    expected = [sp.threshold("spiked", spike=spike)["alpha_c"] for spike in (1, 2)]
    wrong: list[object] = []

    def ask(number: int) -> None:
        values = np.random.default_rng(number).normal(size=(60, 5))
        own = sp.threshold_samples(values)["sample_eigenvalue"]
        for _ in range(50):
            if (sp.threshold("spiked", spike=1 + number)["alpha_c"] != expected[number]).any():
                wrong.append(number)
            # Each has its own array of one name.
            if not np.array_equal(sp.threshold_samples(values)["sample_eigenvalue"], own):
                wrong.append(values)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_stops_a_question_at_once() -> None:
    script = f"""
import os, signal, threading, time
import numpy, saddlepoint as sp
machine = sp.RBM(numpy.full((40, 20), 0.01))
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
begun = time.monotonic()
try:
    machine.gibbs(chains=100, steps={LONG}, thin={LONG})
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - begun)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    word, seconds = ended.stdout.split()
    assert word == "interrupted" and float(seconds) < 5


def test_progress_is_told_to_a_function_and_its_error_stops_the_question() -> None:
    machine = sp.RBM(np.full((40, 20), 0.01))
    told: list[tuple[int, int]] = []
    machine.gibbs(chains=100, steps=4000, thin=4000, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (4400, 4400)
    assert told == sorted(told)

    def stop(done: int, total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        machine.gibbs(chains=100, steps=LONG, thin=LONG, progress=stop)


def test_a_bar_of_tqdm_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    sp.RBM(np.full((40, 20), 0.01)).gibbs(chains=100, steps=4000, thin=4000, progress=True)
    assert "/4400 [" in capsys.readouterr().err


def test_a_fork_has_threads_of_its_own() -> None:
    script = """
import os, saddlepoint as sp
sp.threshold("spiked", spike=1)
child = os.fork()
if child == 0:
    sp.threshold("spiked", spike=1)
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""
    if not hasattr(__import__("os"), "fork"):
        pytest.skip("no forks")
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=60)
    assert ended.stdout == "0\n", ended.stderr
