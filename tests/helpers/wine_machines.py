"""A person's account on a Windows that wine plays, a stand-in for its browser, and the desk that a kit put there."""

import os
import subprocess
import zipfile
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bare_machines import BareMachine
from command_line import DEADLINE
from windows_parts import compile_for_windows

NAME = "示例 甲"
"""Of the account, with a blank."""
_LOCALE = "zh_CN.UTF-8"
_SYSTEM, _EDGE = "windows/system32", "Program Files (x86)/Microsoft/Edge/Application"
_START = "import os, sys; os.startfile(sys.argv[1])"


class WineMachine(BareMachine):
    """One account, whose drive lies in a folder; its Python is the kit's own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._prefix = folder / "prefix"
        self.drive = self._prefix / "drive_c"
        self.home = self.drive / "users" / NAME
        self.hongxian = self.home / "AppData/Local/Hongxian"
        self._jar = CookieJar()
        self._environment = {
            "WINEPREFIX": str(self._prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",  # no window that asks to fetch more of it
            "HOME": str(folder),
            "PATH": os.defpath,
            "LC_ALL": _LOCALE,  # and so its code page is 936, as in China
            "LOCPATH": str(folder),
            "USER": NAME,
            "HONGXIAN_MDNS": "off",
            "HONGXIAN_ENCRYPTION": "off",  # the page that comes before the desk has tests of its own
        }
        made = ["localedef", "-i", "zh_CN", "-f", "UTF-8", str(folder / _LOCALE)]
        subprocess.run(made, check=True)
        self.wine("wineboot", "--init")
        self.wine("winecfg", "-v", "win10")
        desktop = self.home / "Desktop"
        if desktop.is_symlink():  # to this machine's own
            desktop.unlink()
        desktop.mkdir(exist_ok=True)  # without one the shell resolves no shortcut
        (self.drive / _EDGE).mkdir(parents=True)
        library = self.drive / _SYSTEM / "bcryptprimitives.dll"
        compile_for_windows("bcryptprimitives.c", library, "-shared")
        compile_for_windows("msedge.c", self.drive / _EDGE / "msedge.exe", "-mwindows")
        self.shown = self.drive / "shown.txt"

    def wine(self, *words: str | Path, cwd: Path | None = None) -> str:
        """A program of Windows, to its end; what it starts lives on. Gives what it said."""
        # A Python of Windows takes no file of Linux for its streams, only pipes.
        started = subprocess.Popen(
            ["wine", *map(str, words)],
            env=self._environment,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert started.stdin is not None
        assert started.stdout is not None
        with started.stdin, started.stdout as said:
            code = started.wait(10 * DEADLINE)
            os.set_blocking(said.fileno(), False)  # what lives on may hold its other end
            text = (said.read() or b"").decode("utf-8", "replace")
        assert code == 0, text
        return text

    def python(self, code: str, *words: str) -> str:
        """Lines of Python, run by that of the launcher."""
        return self.wine(self.hongxian / "program/python/python.exe", "-c", code, *words)

    def press(self, icon: Path) -> None:
        """What a double click on a shortcut does, or a log-in."""
        self.python(_START, self.named(icon))

    def hongxian_says(self, *words: str) -> str:
        """What a command of the version that runs says."""
        launcher = self.hongxian / "program/launcher.pyz"
        python = self.hongxian / "program/python/python.exe"
        return self.wine(python, self.named(launcher), "run", *words)

    def icons(self) -> tuple[Path, Path, Path]:
        """The shortcuts of the Start menu, of the log-in and of the desktop."""
        programs = self.home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        [log_in] = programs.glob("Start[Uu]p/红线.lnk")
        return programs / "红线.lnk", log_in, self.home / "Desktop/红线.lnk"

    def named(self, path: Path) -> str:
        """What Windows calls a file."""
        return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")

    def stop(self) -> None:
        """Switch it off."""
        subprocess.run(["wineserver", "-k"], env=self._environment, check=False)
        subprocess.run(["wineserver", "-w"], env=self._environment, check=False)

    def opened(self, url: str) -> Path:
        """The file that a window shows first."""
        return self.drive / unquote(urlsplit(url).path).removeprefix("/C:/")

    def unpack(self, kit: Path) -> Path:
        """As a person does, beside what else was loaded down; gives the folder."""
        into = self.home / "下载"
        with zipfile.ZipFile(kit) as archive:
            archive.extractall(into)
        return into / "hongxian-kit"
