"""Fetching the wheels that a program file needs, of the releases in constraints.txt, for any machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from hongxian.releases.program_making import PIP
from hongxian.releases.wheels import NAME, Target, Wheels

PIP_RELEASE = "26.3"
"""The pip that travels along."""


def fetch(
    folder: Path, targets: Iterable[Target], constraints: Path, roots: Sequence[str] = (NAME, PIP)
) -> None:
    """Put what the `roots`, of which the program's wheel lies in `folder`, need on these machines beside it."""
    for target in targets:
        while names := Wheels.of(folder).found(target, roots)[1]:
            print(f"  {target}: {', '.join(sorted(names))}", flush=True)
            _download(folder, target, names, constraints)


def _download(folder: Path, target: Target, names: Iterable[str], constraints: Path) -> None:
    python = "{}{}".format(*target.python)
    wanted = [f"{PIP}=={PIP_RELEASE}" if name == PIP else name for name in sorted(names)]
    words = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    words += ["--dest", str(folder), "--constraint", str(constraints)]
    words += ["--python-version", python, "--implementation", "cp"]
    words += [f"--abi={each}" for each in (f"cp{python}", "abi3", "none")]
    words += [f"--platform={each}" for each in target.platforms]
    subprocess.run([sys.executable, "-m", "pip", "download", *words, *wanted], check=True)
