"""Changing over to a version that is in place, and back from one that does not come up.

A new version is tried before anybody can write by it: it opens the data, brings it up, and asks itself for a page.
Until it has come up, the data of before are put back; from then on it goes only forwards. Each step may be the
last before the power is gone: `settle` finishes or undoes what it finds.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import to_disk, whole_file
from hongxian_client.program.home import HOME_VARIABLE, IS_WINDOWS, UNSEEN, Home

MOST_TRIES = 3
"""Times that a version is tried which never came to an end: the power may have been gone."""
CHECK_SECONDS = 900
"""So long it may take to come up: what it brings up may be large, on a slow disk."""
LOG_CHARACTERS = 800
"""Of the last words of a version that did not come up, as the hub is told them."""
_SPARE_BYTES = 64 * 2**20
_NAMES = "copied.json"
_SHELF = Path("plugins", "releases", "shelf.json")
"""Which release of each plugin runs: one that the new version cannot load went back to the one before."""


def settle(home: Home) -> None:
    """Finish or undo a change-over that was cut off."""
    version, _ = _tried(home)
    if home.copy.exists():
        if home.current != version:
            _put_back(home)
        _drop_copy(home)
    for unfinished in (_part(home), _gone(home)):
        shutil.rmtree(unfinished, ignore_errors=True)
    if version and (home.current == version or not home.next):
        _end(home)


def change_over(home: Home, seconds: float = CHECK_SECONDS) -> None:
    """Try the version that is to be tried, if there is one; it is `current` once it has come up.

    To be called where nothing is left to settle, and nobody runs a version. Raises `OSError` where the disk
    takes no copy of the data, which stay as they are.
    """
    version = home.next
    if not version:
        return
    if version == home.current or version in home.failed() or not home.is_whole(version):
        _end(home)
        return
    tried, count = _tried(home)
    count = count if tried == version else 0
    if count >= MOST_TRIES:
        _give_up(home, version, f"ended {count} times before it had come up")
        return
    _write_tried(home, version, count + 1)
    _make_copy(home)
    why = _check(home, version, seconds)
    if why is None:
        home.write("before", home.current)
        home.write("current", version)  # from here on only forwards
        _drop_copy(home)
        _end(home)
        _tidy(home)
    else:
        _put_back(home)
        _drop_copy(home)
        _give_up(home, version, why)


def environment(home: Home) -> dict[str, str]:
    """What a version finds around it."""
    return {**os.environ, "HONGXIAN_DATA": str(home.data), HOME_VARIABLE: str(home.folder)}


def _give_up(home: Home, version: str, why: str) -> None:
    home.note_failed(version, why)
    _end(home)


def _end(home: Home) -> None:
    home.write("next", "")
    (home.program / "tried.json").unlink(missing_ok=True)


def _check(home: Home, version: str, seconds: float) -> str | None:
    """Why a version does not come up; None where it does."""
    line = home.command_of(version, "program", "check")
    with open(home.check_log, "wb") as log:
        try:
            started = subprocess.Popen(
                line,
                env=environment(home),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # all that it began ends with it
                creationflags=UNSEEN,
            )
        except OSError as error:
            return str(error)
    try:
        code = started.wait(seconds)
    except subprocess.TimeoutExpired:
        _end_all(started)
        return f"did not come up within {seconds:.0f} seconds. {_last_words(home)}".strip()
    return None if code == 0 else f"{_last_words(home)} ({code})".strip()


def _end_all(started: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        if IS_WINDOWS:
            started.kill()
        else:
            os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def _last_words(home: Home) -> str:
    text = home.check_log.read_bytes()[-4 * LOG_CHARACTERS :].decode("utf-8", "replace")
    return text.strip()[-LOG_CHARACTERS:]


# -- the copy of the data ------------------------------------------------------------------------


def _make_copy(home: Home) -> None:
    """Copy the data, for as long as the new version has not come up; nobody has them open."""
    make_private_folder(home.data)
    names = list(_to_copy(home.data))
    needed = sum((home.data / name).stat().st_size for name in names) + _SPARE_BYTES
    if (free := shutil.disk_usage(home.program).free) < needed:
        raise OSError(28, f"{free >> 20} MB are free, and {needed >> 20} MB are needed")
    unfinished = _part(home)
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private_folder(unfinished)
    for name in names:
        make_private_folder((unfinished / name).parent)
        with open(home.data / name, "rb") as source, whole_file(unfinished / name) as file:
            shutil.copyfileobj(source, file, 2**20)
    with whole_file(unfinished / _NAMES) as file:
        file.write(json.dumps([name.as_posix() for name in names]).encode())
    unfinished.rename(home.copy)
    to_disk(home.program)


def _to_copy(data: Path) -> Iterator[Path]:
    """What a version that opens the data may change: databases and keys, and which plugins run."""
    for path in sorted(data.iterdir()):
        if path.is_file() and not path.is_symlink() and path.suffix != ".lock":
            yield path.relative_to(data)
    if (data / _SHELF).is_file():
        yield _SHELF


def _put_back(home: Home) -> None:
    """Move what was copied back to its place, and take away what came since; to be done again if it was cut."""
    names = [Path(each) for each in json.loads((home.copy / _NAMES).read_bytes())]
    for name in set(_to_copy(home.data)) - set(names):
        (home.data / name).unlink()
    for name in names:
        if (home.copy / name).exists():
            (home.copy / name).replace(home.data / name)
            to_disk((home.data / name).parent)


def _drop_copy(home: Home) -> None:
    """Let the copy go: what is deleted from the data is not to lie here."""
    with suppress(FileNotFoundError):
        home.copy.rename(_gone(home))
    to_disk(home.program)
    shutil.rmtree(_gone(home), ignore_errors=True)


def _part(home: Home) -> Path:
    return home.program / "copy.part"


def _gone(home: Home) -> Path:
    return home.program / "copy.gone"


def _tried(home: Home) -> tuple[str, int]:
    """The version that is being tried, and for the how many-th time."""
    try:
        told = json.loads((home.program / "tried.json").read_bytes())
        return str(told["version"]), int(told["times"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return "", 0


def _write_tried(home: Home, version: str, times: int) -> None:
    with whole_file(home.program / "tried.json") as file:
        file.write(json.dumps({"version": version, "times": times}).encode())


def _tidy(home: Home) -> None:
    """Let go of versions that nobody starts any more."""
    for version in set(home.whole_versions()) - {home.current, home.before, home.next}:
        with suppress(OSError):
            (home.of(version) / "whole.json").unlink()
            shutil.rmtree(home.of(version))
            home.file_of(version).unlink(missing_ok=True)
