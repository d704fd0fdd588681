"""The launcher: what the icon and the log-in start. It changes over, goes back, and starts the version that is current.

    launcher.pyz [start] [WORDS …]   the desk, or another command, of the newest version that comes up
    launcher.pyz run WORDS …         a command of the current version; nothing is changed over
    launcher.pyz install FILE        put the version of a program file in place; it is tried at the next start

The standard library alone: it must live where no version does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from hongxian.releases.program import Program, ProgramUnsound
from hongxian.storage.privacy import make_private_folder
from hongxian_client.program.changing import change_over, environment, settle
from hongxian_client.program.home import AGAIN, HOME_VARIABLE, IS_WINDOWS, UNSEEN, Home
from hongxian_client.program.installing import NotInstalled, bring, mend
from hongxian_client.program.locking import RunningLock


def main() -> None:
    """The command line; ends with the version's own exit code."""
    told = os.environ.get(HOME_VARIABLE)
    home = Home(Path(told)) if told else Home.usual()
    first, *rest = sys.argv[1:] or ["start"]
    match first:
        case "run":
            sys.exit(run(home, rest))
        case "install" if len(rest) == 1:
            sys.exit(install(home, Path(rest[0])))
        case "start":
            sys.exit(start(home, rest))
    sys.exit(start(home, sys.argv[1:]))


def start(home: Home, words: list[str]) -> int:
    """Run the newest version that comes up, and again whenever it ends so that a newer one takes over."""
    further: list[str] = []
    while True:
        lock = RunningLock(home.lock)
        try:
            _settle_and_change(home, lock)
            code = _run_current(home, [*words, *further], lock)
        finally:
            lock.close()
        if code != AGAIN:
            return code
        further = home.take_again()


def run(home: Home, words: list[str]) -> int:
    """Run a command of the current version."""
    lock = RunningLock(home.lock)
    try:
        _take_part(home, lock)
        return _run_current(home, words, lock)
    finally:
        lock.close()


def install(home: Home, path: Path) -> int:
    """Put a version in place that somebody brings by hand; what comes from a hub `program_file` looks at."""
    try:
        bring(Program.of(path), home)
    except (ProgramUnsound, NotInstalled, OSError) as error:
        _tell(
            home,
            f"这个程序文件装不上：{error}",
            f"The program file cannot be put in place: {error}",
        )
        return 1
    return 0


def _settle_and_change(home: Home, lock: RunningLock) -> None:
    """Change over where nobody else runs a version; then take part with the others."""
    if not lock.alone():
        _take_part(home, lock)
        return
    settle(home)
    try:
        change_over(home)
    except OSError as error:
        settle(home)
        _tell(
            home,
            f"新版本 {home.next} 这次没有换上，照旧打开：{error}",
            f"The new version {home.next} is not taken this time, the one before opens: {error}",
        )
    lock.share()


def _take_part(home: Home, lock: RunningLock) -> None:
    """Wait until nobody changes over; what was cut off in the middle is settled first."""
    while True:
        if lock.alone():
            settle(home)
        if lock.share():
            return
        lock.wait()


def _run_current(home: Home, words: list[str], lock: RunningLock) -> int:
    version = home.current
    if not version or not mend(home, version):
        _tell(
            home,
            f"红线打不开：程序{version and f' {version}'}不在或已损坏。您的数据没有动，在 {home.data}。"
            "请用社区给的安装包再装一次，数据会照旧。",
            f"Hongxian does not start: the program{version and f' {version}'} is not there, or is damaged. "
            f"Your data are untouched, in {home.data}. Install it again with the kit of your community: "
            "the data stay.",
        )
        return 1
    make_private_folder(home.data)
    line = home.command_of(version, *words)
    # The lock is held for as long as the version lives, whatever becomes of this process.
    kept = () if IS_WINDOWS else (lock.file,)
    flags = UNSEEN if _is_by_icon() else 0
    started = subprocess.Popen(line, env=environment(home), pass_fds=kept, creationflags=flags)
    with suppress(ValueError):  # in a thread
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # it comes to the version too, which ends by it
        signal.signal(signal.SIGTERM, lambda *_: started.terminate())
    return started.wait()


def _is_by_icon() -> bool:
    """Whether nobody looks at a terminal: the starter says so, on Windows the Python that has none."""
    return bool(os.environ.get("HONGXIAN_ICON")) or Path(sys.executable).name == "pythonw.exe"


def _tell(home: Home, zh: str, en: str) -> None:
    """Say it to whoever looks: in the terminal, or on a page where an icon started it."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    text = en if told and not told.startswith("zh") else zh
    with suppress(AttributeError, OSError, ValueError):  # without a terminal there may be no stream
        sys.stderr.write(f"{text}\n")
    if _is_by_icon():
        import html
        import webbrowser

        page = home.program / "message.html"
        with suppress(OSError):
            page.write_text(
                f'<!DOCTYPE html><meta charset="utf-8"><title>红线</title><p>{html.escape(text)}',
                encoding="utf-8",
            )
            webbrowser.open(page.as_uri())


if __name__ == "__main__":
    main()
