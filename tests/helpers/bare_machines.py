"""A person's account on a machine with nothing but the system's Python, and the desk that a kit put there."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener, url2pathname

from command_line import DEADLINE

SYSTEM_PYTHON = "/usr/bin/python3"
_COMMANDS = ("sh", "dirname", "env", "rm", "sleep")
"""What is on the path of that account besides Python: no browser, no compiler, no pip."""
_BROWSER = "#!/bin/sh\necho \"$1\" >>'{shown}'\nexec sleep 1000\n"


class BareMachine:
    """One account: a home with a desktop, and a browser of Chromium's kind that notes what it is to show."""

    def __init__(self, folder: Path) -> None:
        self.home, self.programs = folder / "示例 甲", folder / "bin"
        (self.home / "桌面").mkdir(parents=True)
        self.programs.mkdir()
        for name in _COMMANDS:
            (self.programs / name).symlink_to(shutil.which(name))
        python = Path(SYSTEM_PYTHON).resolve()
        (self.programs / python.name).symlink_to(python)
        self.shown = folder / "shown"
        browser = self.programs / "chromium"
        browser.write_text(_BROWSER.format(shown=self.shown))
        browser.chmod(0o755)
        self.hongxian = self.home / ".local/share/hongxian"
        self._jar = CookieJar()

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """A command of this account, to its end; what it starts may live on."""
        environment = {
            "HOME": str(self.home),
            "PATH": str(self.programs),
            "LANG": "zh_CN.UTF-8",
            "HONGXIAN_MDNS": "off",
            "HONGXIAN_ENCRYPTION": "off",  # the page that comes before the desk has tests of its own
        }
        words = [str(each) for each in command]
        return subprocess.run(
            words, env=environment, cwd="/", text=True, capture_output=True, timeout=5 * DEADLINE
        )

    def start(self, icon: Path) -> None:
        """Press an icon, or log in: what stands in it runs until it ends or is stopped."""
        [line] = re.findall("^Exec=(.*)$", icon.read_text("utf-8"), re.MULTILINE)
        words = re.findall('"([^"]*)"', line)
        told = self.run("sh", "-c", '"$@" >/dev/null 2>&1 & echo $!', "sh", *words)
        assert told.returncode == 0, told.stderr

    def stop(self) -> None:
        """Switch it off: nothing that runs there ends in order."""
        for number in self.processes():
            os.kill(number, signal.SIGKILL)
        wait_for(lambda: not self.processes())

    def processes(self) -> list[int]:
        """All of this account's: they bear its home."""
        mark, found = f"HOME={self.home}".encode(), []
        for each in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (each / "environ").read_bytes().split(b"\0"):
                    found.append(int(each.name))
            except OSError:  # it has ended meanwhile
                continue
        return found

    # -- its desk --------------------------------------------------------------------------------

    @property
    def pages_shown(self) -> list[str]:
        """What windows the browser has been asked for."""
        return self.shown.read_text().splitlines() if self.shown.exists() else []

    def come_in(self) -> str:
        """Follow the window that was opened last; the page on which it ends."""
        text = self.opened(self.pages_shown[-1].removeprefix("--app=")).read_text("utf-8")
        while found := re.search('http-equiv="refresh" content="0; url=([^"]+)"', text):
            way = urlsplit(unescape(found[1]))
            text = self.get(f"{way.path}?{way.query}")
        return text

    def opened(self, url: str) -> Path:
        """The file that a window shows first."""
        return Path(url2pathname(urlsplit(url).path))

    def get(self, path: str) -> str:
        """A page of the desk."""
        return self._ask(path, None)

    def post(self, path: str, page: str, **form: str) -> str:
        """Send a form that stands on a page; the page that follows."""
        token = re.search('name="csrf_token" value="([^"]+)"', page)
        assert token
        return self._ask(path, urlencode({**form, "csrf_token": token[1]}).encode())

    def hubs_word(self) -> dict[str, str]:
        """What is left of what the kit brought."""
        found: dict[str, str] = json.loads((self.hongxian / "hub.json").read_bytes())
        return found

    def _ask(self, path: str, body: bytes | None) -> str:
        """By 127.0.0.1: browsers alone know the desk's own name by themselves."""
        address = urlsplit((self.hongxian / "data" / "desk.address").read_text())
        headers = {"Host": address.netloc, "Accept-Language": "zh-CN"}
        if body is not None:
            headers |= {"Origin": f"http://{address.netloc}"}
        url = f"http://127.0.0.1:{address.port}{path}"
        opener: OpenerDirector = build_opener(HTTPCookieProcessor(self._jar))
        with opener.open(Request(url, body, headers), timeout=DEADLINE) as answer:
            text: str = answer.read().decode()
        return text


def wait_for(is_so: Callable[[], object], times: int = 3) -> None:
    """Wait for it, not for a time; in vain after so many times the deadline of an answer."""
    until = time.monotonic() + times * DEADLINE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)
