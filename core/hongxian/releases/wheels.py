"""Wheels of a folder: which of them a program needs on a machine, read from what each says of itself."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from hongxian.errors import Refused
from hongxian.text import Text

NAME = "hongxian"
"""Of the program's own wheel."""
_OLDEST_GLIBC, _NEWEST_GLIBC = 5, 28
"""Wheels for glibc 2.5 to 2.28 run on every Linux that has Python 3.11."""


class WheelMissing(Refused):
    """A folder of wheels that lacks something the program needs."""

    message = Text(
        "{folder} 里没有 {names} 的 wheel（{target}）。",
        "{folder} has no wheel of {names} for {target}.",
    )


class TwoWheels(Refused):
    """A folder with wheels of two releases of one library."""

    message = Text(
        "{folder} 里有 {name} 的两个版本：{versions}。请只留一个。",
        "{folder} has two versions of {name}: {versions}. Keep only one.",
    )


@dataclass(frozen=True)
class Target:
    """A kind of machine: its Python and what runs on it."""

    python: tuple[int, int]
    platforms: tuple[str, ...]
    """Tags of wheels, the best first."""
    machine: str
    windows: bool = False

    def __str__(self) -> str:
        system = "Windows" if self.windows else "Linux"
        return f"{system} {self.machine}, Python {self.python[0]}.{self.python[1]}"

    def tags(self) -> Iterator[Tag]:
        """What a wheel may bear to be installed there, the best first."""
        abis = [f"cp{self.python[0]}{self.python[1]}"]
        yield from cpython_tags(self.python, abis, self.platforms)
        yield from compatible_tags(self.python, abis[0], self.platforms)

    def environment(self) -> dict[str, str]:
        """What a requirement's marker is asked about."""
        python = f"{self.python[0]}.{self.python[1]}"
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{python}.0",
            "os_name": "nt" if self.windows else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Windows" if self.windows else "Linux",
            "platform_version": "",
            "python_full_version": f"{python}.0",
            "python_version": python,
            "sys_platform": "win32" if self.windows else "linux",
        }


def linux(python: tuple[int, int], machine: str) -> Target:
    """A Linux with glibc on an `x86_64` or an `aarch64`."""
    platforms = [
        f"manylinux_2_{minor}_{machine}" for minor in range(_NEWEST_GLIBC, _OLDEST_GLIBC - 1, -1)
    ]
    older = [f"manylinux{year}_{machine}" for year in ("2014", "2010", "1")]
    return Target(python, (*platforms, *older, f"linux_{machine}"), machine)


def windows(python: tuple[int, int]) -> Target:
    """A Windows of 64 bits."""
    return Target(python, ("win_amd64",), "AMD64", windows=True)


@dataclass(frozen=True)
class Wheel:
    """One wheel of a folder."""

    path: Path
    name: str
    version: str
    tags: frozenset[Tag]
    needs: tuple[Requirement, ...]

    @classmethod
    def of(cls, path: Path) -> Wheel:
        """A wheel's file; raises `ValueError`, `OSError` or `BadZipFile` for what is none."""
        name, version, _, tags = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            [metadata] = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
            told, _ = parse_email(archive.read(metadata))
        return cls(
            path, name, str(version), tags, tuple(map(Requirement, told.get("requires_dist", [])))
        )


@dataclass(frozen=True)
class Wheels:
    """The wheels of a folder, one release of each library."""

    folder: Path
    by_name: Mapping[str, list[Wheel]]

    @classmethod
    def of(cls, folder: Path) -> Wheels:
        """All that lie there; raises `TwoWheels`."""
        found: dict[str, list[Wheel]] = {}
        for path in sorted(folder.glob("*.whl")):
            wheel = Wheel.of(path)
            found.setdefault(wheel.name, []).append(wheel)
        for name, wheels in found.items():
            if len(versions := sorted({each.version for each in wheels})) > 1:
                raise TwoWheels(folder=str(folder), name=name, versions=", ".join(versions))
        return cls(folder, found)

    @property
    def version(self) -> str:
        """The program's own; raises `WheelMissing`."""
        if not (own := self.by_name.get(NAME)):
            raise WheelMissing(folder=str(self.folder), names=NAME, target="Linux, Windows")
        return own[0].version

    def for_target(self, target: Target, roots: Iterable[str] = (NAME,)) -> list[Wheel]:
        """What the program needs there, by name; raises `WheelMissing`."""
        chosen, missing = self.found(target, roots)
        if missing:
            names = ", ".join(sorted(missing))
            raise WheelMissing(folder=str(self.folder), names=names, target=str(target))
        return chosen

    def found(self, target: Target, roots: Iterable[str] = (NAME,)) -> tuple[list[Wheel], set[str]]:
        """Of what the program needs there what is here, by name, and the names of what is not."""
        rank = {tag: place for place, tag in reversed(list(enumerate(target.tags())))}
        chosen: dict[str, Wheel] = {}
        missing: set[str] = set()
        seen: set[tuple[str, str]] = set()
        waiting = [Requirement(root) for root in roots]
        while waiting:
            asked = waiting.pop()
            name = canonicalize_name(asked.name)
            best = min(
                (
                    (rank[tag], each)
                    for each in self.by_name.get(name, ())
                    for tag in each.tags & rank.keys()
                ),
                key=lambda ranked: ranked[0],
                default=None,
            )
            if best is None:
                missing.add(name)
                continue
            chosen[name] = best[1]
            for extra in ("", *asked.extras):
                if (name, extra) not in seen:
                    seen.add((name, extra))
                    waiting += _needed(best[1], extra, target)
        return [chosen[name] for name in sorted(chosen)], missing


def _needed(wheel: Wheel, extra: str, target: Target) -> Iterator[Requirement]:
    asked = target.environment() | {"extra": extra}
    for each in wheel.needs:
        if each.marker is None or each.marker.evaluate(asked):
            yield each
