#!/usr/bin/env python3
"""The examples of examples/cluster on this machine: does each give the bytes of one run?

    python scripts/cluster.py                           those whose scheduler is installed
    python scripts/cluster.py slurm --slurm-root DIR    Slurm from DIR, where its packages are unpacked

A scheduler that is not there is left out, with a line. Snakemake and Dask are found beside the Python that runs this script, GNU parallel and Slurm in PATH. Where Slurm
is installed and no cluster answers, one of this machine alone is started for the check, and stopped after it: without munge, on ports of its own.
Exit status 1, with one line, if a table is another one.

Debian's packages need no installation: apt-get download slurmctld slurmd slurm-client slurm-wlm-basic-plugins libhwloc15 libmunge2 liblua5.1-0, and dpkg -x each to DIR.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "cluster"
PROGRAM = ROOT / "target" / "release" / "saddlepoint"

CONFIGURATION = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
AuthType=auth/none
CredType=cred/none
{plugins}
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=batch_sched_delay=0,sched_interval=1
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Missing(Exception):
    """A scheduler that is not installed here."""


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Runs a command in a folder; what it prints is shown only if it fails."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")


def beside_python(module: str) -> None:
    """Errs if the Python that runs this has no such module."""
    if importlib.util.find_spec(module) is None:
        raise Missing(f"{sys.executable} has no {module}")


def snakemake(options: argparse.Namespace, folder: Path, environment: dict[str, str]) -> None:
    """The Snakefile, on the local cores."""
    beside_python("snakemake")
    config = [f"experiment={options.experiment}", f"shards={options.shards}"]
    run([sys.executable, "-m", "snakemake", "--snakefile", str(EXAMPLES / "snakemake" / "Snakefile"), "--cores", "2", "--config", *config],
        folder, environment)


def dask(options: argparse.Namespace, folder: Path, environment: dict[str, str]) -> None:
    """Dask, on the local cores."""
    beside_python("distributed")
    run([sys.executable, str(EXAMPLES / "dask" / "shards.py"), options.experiment, "--shards", str(options.shards)], folder, environment)


def parallel(options: argparse.Namespace, folder: Path, environment: dict[str, str]) -> None:
    """GNU parallel."""
    program = shutil.which("parallel", path=environment["PATH"])
    if program is None or "GNU" not in subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout:
        raise Missing("there is no GNU parallel in PATH")
    run([str(EXAMPLES / "parallel" / "run.sh"), options.experiment, "quick", str(options.shards)], folder, environment)


def slurm(options: argparse.Namespace, folder: Path, environment: dict[str, str]) -> None:
    """The cluster that answers, or one of this machine alone."""
    with slurm_environment(options, folder, environment) as environment:
        run([str(EXAMPLES / "slurm" / "submit.sh"), options.experiment, "quick", str(options.shards)], folder, environment)
        table = folder / f"{options.experiment}-quick.csv"
        for _ in range(1200):
            if table.with_suffix(".meta.json").exists():
                return
            time.sleep(0.5)
        sys.exit(f"slurm: no {table} within ten minutes; its logs are in {folder}")


@contextmanager
def slurm_environment(options: argparse.Namespace, folder: Path, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Where sbatch finds a cluster."""
    path, plugins = environment["PATH"], ""
    if options.slurm_root:
        libraries = next(options.slurm_root.resolve().glob("usr/lib/*/slurm-wlm"))
        plugins = f"PluginDir={libraries}"
        path = f"{options.slurm_root.resolve()}/usr/bin:{options.slurm_root.resolve()}/usr/sbin:{path}"
        environment = {**environment, "LD_LIBRARY_PATH": f"{libraries.parent}:{libraries}"}
    environment = {**environment, "PATH": path}
    if shutil.which("sbatch", path=path) is None:
        raise Missing("there is no sbatch in PATH")
    if not options.slurm_root and subprocess.run(["sinfo"], env=environment, capture_output=True, check=False).returncode == 0:
        yield environment
        return
    found = {name: shutil.which(name, path=path) or shutil.which(f"{name}-wlm", path=path) for name in ("slurmctld", "slurmd", "slurmstepd")}
    if None in found.values():
        raise Missing("no cluster answers, and there are no slurmctld, slurmd and slurmstepd to start one")
    home = folder / "slurm"
    (home / "state").mkdir(parents=True)
    (home / "spool").mkdir()
    host = socket.gethostname().split(".")[0]
    configuration = home / "slurm.conf"
    configuration.write_text(CONFIGURATION.format(
        host=host, folder=home, plugins=plugins, user=os.environ.get("USER", "root"), cores=os.cpu_count(), controller=free_port(), node=free_port()))
    environment = {**environment, "SLURM_CONF": str(configuration)}
    daemons = []
    try:
        for command in ([found["slurmctld"], "-D"], [found["slurmd"], "-D", "-d", found["slurmstepd"]]):
            daemons.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for _ in range(60):
            if "idle" in subprocess.run(["sinfo"], env=environment, capture_output=True, text=True, check=False).stdout:
                break
            time.sleep(0.5)
        else:
            raise Missing(f"a cluster of this machine does not begin; its logs are in {home}")
        yield environment
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
            daemon.wait()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


ENGINES: dict[str, Callable[[argparse.Namespace, Path, dict[str, str]], None]] = {
    "parallel": parallel, "snakemake": snakemake, "dask": dask, "slurm": slurm,
}


def main() -> int:
    """Runs the engines and compares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.RawDescriptionHelpFormatter, epilog=__doc__)
    parser.add_argument("engines", nargs="*", choices=[*ENGINES, []], help="schedulers to try [default: all]")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="the binary [default: target/release/saddlepoint]")
    parser.add_argument("--experiment", default="marchenko-pastur")
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--slurm-root", type=Path, help="folder with Slurm's packages, unpacked")
    options = parser.parse_args()
    if not options.program.is_file():
        parser.error(f"{options.program} does not exist: cargo build --release, or name the binary by --program")
    environment = {**os.environ, "PATH": f"{options.program.resolve().parent}:{os.environ['PATH']}"}
    different = []
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.csv"
        run(["saddlepoint", "validate", options.experiment, "-o", str(whole)], Path(scratch), environment)
        for name in options.engines or ENGINES:
            folder = Path(scratch) / name
            folder.mkdir()
            started = time.monotonic()
            try:
                ENGINES[name](options, folder, environment)
            except Missing as why:
                print(f"{name}: left out, {why}")
                continue
            same = (folder / f"{options.experiment}-quick.csv").read_bytes() == whole.read_bytes()
            verdict = "the bytes of one run" if same else "ANOTHER TABLE"
            print(f"{name}: {options.shards} shards in {time.monotonic() - started:.1f} s, {verdict}")
            different += [] if same else [name]
    if different:
        print(f"other tables than that of one run: {', '.join(different)}", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
