"""Where a desktop looks for a program: an icon in the menu, one on the desktop, and the start at log-in.

The standard library alone: what installs runs on a Python without anything else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from hongxian_client.program.home import IS_WINDOWS
from hongxian_client.program.shortcuts import put_shortcut

NAME = "hongxian"
CALLED = "红线"
_ENTRY = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=Red Thread
Name[zh_CN]={called}
Comment=The work of your team, with or without a network
Comment[zh_CN]=本队的工作，断网照样用
Exec={command}
Icon={icon}
Terminal=false
Categories=Office;
"""
_OF_DESKTOP = re.compile(r'^XDG_DESKTOP_DIR="(.+)"', re.MULTILINE)
_AT_LOG_IN = ("autostart", "Startup")
"""The folders of what starts then."""
_DESKTOPS = ("桌面", "Desktop")


def put_icons(command: Sequence[str], at_log_in: Sequence[str], icon: Path) -> None:
    """Let the desktop's icons start `command`, and each log-in `at_log_in`; those that are there are written anew."""
    for path in _icons():
        words = at_log_in if path.parent.name in _AT_LOG_IN else command
        path.parent.mkdir(parents=True, exist_ok=True)
        if IS_WINDOWS:
            put_shortcut(path, words, icon)
        else:
            path.write_text(_entry(words, icon), encoding="utf-8")
            path.chmod(0o755)  # some desktops start what may be run alone


def take_icons_away() -> None:
    """Leave none of them."""
    for each in _icons():
        each.unlink(missing_ok=True)


def shown_folder() -> Path:
    """Where a person finds a file that is left for them: on the desktop, or else among their own."""
    folder = _icons()[-1].parent
    return folder if folder.is_dir() and folder.name != "autostart" else Path.home()


def _icons() -> list[Path]:
    return windows_icons(os.environ) if IS_WINDOWS else linux_icons(Path.home(), os.environ)


def linux_icons(home: Path, environment: Mapping[str, str]) -> list[Path]:
    """The files by which desktops of Linux know it: of menu and log-in, and on the desktop where there is one."""
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    desktop = desktop_folder(home, config)
    places = [data / "applications", config / "autostart", *([desktop] if desktop else ())]
    return [each / f"{NAME}.desktop" for each in places]


def windows_icons(environment: Mapping[str, str]) -> list[Path]:
    """The shortcuts of the Start menu, of the log-in and of the desktop."""
    menu = Path(environment["APPDATA"]) / "Microsoft" / "Windows" / "Start Menu" / "Programs"
    person = Path(environment["USERPROFILE"])
    carried = Path(environment.get("OneDrive") or person)  # which may hold the desktop
    desktops = [carried / name for name in reversed(_DESKTOPS)]
    desktop = next(filter(Path.is_dir, desktops), person / "Desktop")
    return [each / f"{CALLED}.lnk" for each in (menu, menu / "Startup", desktop)]


def desktop_folder(home: Path, config: Path) -> Path | None:
    """The folder that a desktop of Linux shows; None where nobody has one."""
    try:
        named = _OF_DESKTOP.search((config / "user-dirs.dirs").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        named = None
    told = [Path(named[1].replace("$HOME", str(home)))] if named else []
    there = (each for each in (*told, *(home / name for name in _DESKTOPS)) if each.is_dir())
    found = next(there, None)
    return None if found == home else found  # so it is written where there is none


def _entry(words: Sequence[str], icon: Path) -> str:
    return _ENTRY.format(called=CALLED, command=_quoted(words), icon=icon)


def _quoted(words: Sequence[str]) -> str:
    """As the key Exec has it: quoted, and that escaped once more, as every value is."""
    quoted = (re.sub(r'([\\"`$])', r"\\\1", each).replace("%", "%%") for each in words)
    return " ".join(f'"{each}"' for each in quoted).replace("\\", "\\\\")
