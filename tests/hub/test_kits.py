"""Kits: what a hub hands out for laptops without a network, on a stick and from a page, with a code and without."""

import json
import os
import re
import shlex
import stat
import subprocess
import sys
import tarfile
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from command_line import Place, new_hub
from consoles import keepers, last_act, page, send, visitor
from desks import CHINESE
from hongxian.releases.publisher import called
from hongxian.security.code import fingerprint_of, grouped
from hongxian_server.hub import Hub
from hongxian_server.kits.keeping import KITS, MOST, kept_kit, programs_here
from hongxian_server.membership import devices
from hongxian_server.ops.releases.programs import add_program
from kit_programs import OTHER, PUBLISHER, VERSION, put_programs

ADDRESS = "https://192.0.2.7:8470"
LINUX, WINDOWS = f"hongxian-{VERSION}-linux.tar.gz", f"hongxian-{VERSION}-windows.zip"
PEOPLE_SAY = {"x86_64": "Intel, AMD, Zhaoxin, Hygon", "aarch64": "Phytium, Kunpeng: ARM"}
OF_OTHER = f"hongxian-{VERSION}-linux-{OTHER}.tar.gz"
on_linux = pytest.mark.skipif(os.name == "nt", reason="the kit for Linux")


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return put_programs(tmp_path_factory.mktemp("programs"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return new_hub(tmp_path / "hub", "甲队")


@pytest.fixture
def stick(place: Place, programs: list[Path], tmp_path: Path) -> Path:
    """What `hongxian hub kit` writes."""
    folder = tmp_path / "stick"
    folder.mkdir()
    words = [word for each in programs for word in ("--program", each)]
    told = place.json("hub", "kit", "--to", folder, "--address", ADDRESS, *words)
    assert [Path(each).name for each in told["kits"]] == [LINUX, WINDOWS, OF_OTHER]
    return folder


@pytest.fixture
def linux(stick: Path, tmp_path: Path) -> Path:
    """The folder that is unpacked of the kit for Linux, in one with an awkward name."""
    into = tmp_path / "下载 $HOME"
    with tarfile.open(stick / LINUX) as archive:
        archive.extractall(into, filter="data")
    return into / "hongxian-kit"


@pytest.fixture
def hub(place: Place, programs: list[Path]) -> Hub:
    """One that has taken these programs in."""
    opened = Hub.open(place.folder)
    with opened:
        for each in programs:
            add_program(opened, each, called(PUBLISHER.public))
    return opened


# -- on a stick ----------------------------------------------------------------------------------


def test_a_kit_knows_its_hub_and_holds_the_program_as_it_was_signed(
    linux: Path, place: Place, programs: list[Path]
) -> None:
    with Hub.open(place.folder) as hub:
        letters = grouped(fingerprint_of(hub.identity.public))
    told = json.loads((linux / "hub.json").read_bytes())
    assert told == {
        "address": ADDRESS,
        "fingerprint": letters,
        "community": "示例社区",
        "code": "",
    }
    assert (linux / programs[0].name).read_bytes() == programs[0].read_bytes()


@on_linux
def test_what_installs_on_linux_may_be_run_and_is_a_shells(linux: Path) -> None:
    for name in ("install.sh", "安装红线.desktop"):
        assert stat.S_IMODE((linux / name).stat().st_mode) & 0o111 == 0o111
    subprocess.run(["sh", "-n", linux / "install.sh"], check=True)
    shellcheck_free = (linux / "install.sh").read_bytes()
    assert b"\r" not in shellcheck_free


@on_linux
def test_what_installs_needs_nothing_but_python(linux: Path) -> None:
    """No folder of libraries, no variable: as a system's Python has nothing."""
    asked = (
        f"import sys; sys.path.insert(0, {str(linux / 'setup' / 'installer.zip')!r});"
        "import hongxian_client.program.setting_up as s; print(s.__file__);"
        "import sysconfig; pure = sysconfig.get_path('purelib');"
        "assert not [m for m in sys.modules.values() if (getattr(m, '__file__', '') or '').startswith(pure)]"
    )
    told = subprocess.run([sys.executable, "-I", "-S", "-c", asked], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert "installer.zip" in told.stdout


@on_linux
@pytest.mark.parametrize(
    ("language", "said"),
    [("zh_CN.UTF-8", "没有 Python 3.11 或更新的版本"), ("en_GB.UTF-8", "no Python 3.11 or later")],
)
def test_without_a_python_it_says_what_is_missing_in_the_persons_language(
    linux: Path, tmp_path: Path, language: str, said: str
) -> None:
    told = started(linux, tmp_path, language, python="exit 1")
    assert (told.returncode, said in told.stdout) == (1, True)


@on_linux
def test_a_python_that_has_no_venv_is_told_of_by_its_name(linux: Path, tmp_path: Path) -> None:
    told = started(linux, tmp_path, "zh_CN.UTF-8", python='case "$2" in *venv*) exit 1;; esac')
    assert (told.returncode, "python3-venv" in told.stdout) == (1, True)


@on_linux
def test_a_kit_for_another_processor_says_so_and_changes_nothing(
    stick: Path, tmp_path: Path
) -> None:
    with tarfile.open(stick / OF_OTHER) as archive:
        archive.extractall(tmp_path, filter="data")
    told = started(tmp_path / "hongxian-kit", tmp_path, "zh_CN.UTF-8", python="exit 0")
    assert (told.returncode, "另一种处理器" in told.stdout) == (1, True)
    assert os.uname().machine in told.stdout


@on_linux
def test_the_icon_of_the_kit_starts_it_wherever_it_was_unpacked(
    linux: Path, tmp_path: Path
) -> None:
    entry = (linux / "安装红线.desktop").read_text("utf-8")
    [line] = re.findall("^Exec=(.*)$", entry, re.MULTILINE)
    command = [
        re.sub(r'\\(["$])', r"\1", word).replace("%k", str(linux / "安装红线.desktop"))
        for word in shlex.split(line.replace("\\\\", "\\"))
    ]
    ran = tmp_path / "ran"
    told = started(linux, tmp_path, "zh_CN.UTF-8", python=f'echo "$@" >>{ran}', command=command)
    assert told.returncode == 0, told
    assert ran.read_text().splitlines()[-1] == f"-B -I {linux}/setup.py"


def started(
    linux: Path, tmp_path: Path, language: str, *, python: str, command: list[str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What the kit does where a Python of these lines is the only one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "uname"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    (folder / "python3").write_text(f"#!/usr/bin/sh\n{python}\n")
    (folder / "python3").chmod(0o755)
    environment = {"PATH": str(folder), "HOME": str(tmp_path), "LANG": language}
    line = command or ["/usr/bin/sh", str(linux / "install.sh")]
    return subprocess.run(line, env=environment, capture_output=True, text=True, cwd="/")


def test_the_kit_for_windows_has_its_python_and_scripts_that_windows_can_read(
    stick: Path, programs: list[Path]
) -> None:
    with zipfile.ZipFile(stick / WINDOWS) as kit, zipfile.ZipFile(programs[1]) as program:
        held = {name.removeprefix("hongxian-kit/"): kit.read(name) for name in kit.namelist()}
        python = {name: program.read(name) for name in program.namelist() if "python/" in name}
        assert all(told.flag_bits & 0x800 for told in kit.infolist() if not told.filename.isascii())
    assert python
    assert python.items() <= held.items()
    assert held[programs[1].name] == programs[1].read_bytes()
    script = held["安装红线.cmd"]
    assert not script.startswith(b"\xef\xbb\xbf"), "cmd would read the mark as a command"
    assert script.count(b"\n") == script.count(b"\r\n") > 10
    before = script[: script.index(b"chcp 65001")]
    assert before.isascii(), "until then it is read in the system's own code page"
    for used in re.findall(rb'%~dp0([\w\\.]+)"', script):
        assert used.decode().replace("\\", "/") in held
    assert held["请先读我.txt"].startswith(b"\xef\xbb\xbf")
    assert held["setup/hongxian.ico"][:4] == b"\0\0\1\0"
    with zipfile.ZipFile(BytesIO(held["setup/installer.zip"])) as installer:
        names = installer.namelist()
    assert "hongxian_client/program/setting_up.py" in names
    assert not [name for name in names if "desk" in name], "only what installs"
    assert not {"install.sh", "安装红线.desktop"} & held.keys()


def test_no_kit_is_made_of_a_program_that_nobody_signed(
    place: Place, programs: list[Path], tmp_path: Path
) -> None:
    changed = bytearray(programs[0].read_bytes())
    changed[changed.index(b'"version"') + 14] ^= 1
    (tmp_path / programs[0].name).write_bytes(changed)
    said = place("hub", "kit", "--to", tmp_path, "--program", tmp_path / programs[0].name)
    assert said.code == 1
    assert not [*tmp_path.glob("*.tar.gz")]
    assert "还没有程序文件" in place("hub", "kit", "--to", tmp_path).err


def test_a_kit_with_a_code_is_for_one_laptop_and_says_so(
    place: Place, programs: list[Path], tmp_path: Path
) -> None:
    words = ("--to", tmp_path, "--program", programs[0], "--team", "甲队")
    assert "只交给那位队长" in place("hub", "kit", *words).out
    with tarfile.open(tmp_path / LINUX) as archive:
        told = json.load(archive.extractfile("hongxian-kit/hub.json"))
    assert told["code"].startswith(told["fingerprint"])
    with Hub.open(place.folder) as hub:
        assert last_act(hub) == ["code made", "甲队"]


# -- from the page -------------------------------------------------------------------------------


def test_whoever_opens_the_page_takes_a_kit_without_a_log_in_and_without_a_code(hub: Hub) -> None:
    browser = visitor(hub)
    for headers, said in ((CHINESE, "双击“安装红线”"), ({}, "double-click 安装红线")):
        shown = page(browser, "/install", headers=headers)
        assert said in shown
        assert "示例社区" in shown
        assert "/console/codes" not in shown, "the keeper's menu is the keeper's"
    answer = browser.get("/install/linux")
    assert answer.headers["Content-Disposition"].endswith(f"filename={LINUX}")
    told = brought_in(answer)
    assert told["code"] == ""
    assert told["address"] == "http://localhost"
    for odd in ("/install/mac", "/install/..%2Fhub.db", "/install/linux/x"):
        assert browser.get(odd).status_code in (302, 404)


def test_the_readers_own_system_comes_first(hub: Hub) -> None:
    for agent, first in (
        ("Windows NT 10.0", "Windows 10"),
        (f"X11; Linux {OTHER}", f"{PEOPLE_SAY[OTHER]})"),
        ("X11; Linux riscv64", "Linux, UOS, Kylin"),
    ):
        shown = page(visitor(hub), "/install", headers={"User-Agent": f"Mozilla/5.0 ({agent})"})
        assert first in shown[shown.index("btn-red") :].split("</a>")[0]


def test_a_hub_without_a_program_has_no_kit_and_says_so(place: Place) -> None:
    browser = visitor(Hub.open(place.folder))
    assert "no kit here yet" in page(browser, "/install")
    assert "/console/plugins/program" not in page(browser, "/install"), "the keeper's alone"
    assert 'href="/help/leader/01-start"' in page(browser, "/install"), "who opens it is a leader"
    assert 'href="/console/plugins/program"' in page(keepers(Hub.open(place.folder)), "/install")
    assert browser.get("/install/linux").status_code == 404


def test_a_kit_is_made_once_for_each_address_and_few_are_kept(hub: Hub) -> None:
    """Whoever asks again and again fills no disk and costs no work."""
    with hub:
        program = programs_here(hub)["linux"]
        first = kept_kit(hub, program, "https://a")
        made = first.stat().st_mtime_ns
        assert (kept_kit(hub, program, "https://a"), first.stat().st_mtime_ns) == (first, made)
        for number in range(MOST + 2):
            kept_kit(hub, program, f"https://{number}")
    assert len([*(hub.folder / KITS).iterdir()]) == MOST


def test_the_keeper_takes_a_kit_with_a_code_and_nobody_else_does(hub: Hub) -> None:
    browser = keepers(hub)
    assert "/install" in page(browser, "/console/codes")
    with hub:
        [scope] = devices.teams()
    before = {each.name for each in hub.folder.iterdir()}
    form = {"teams": scope, "days": "1", "system": "linux"}
    answer = send(browser, "/console/codes", **form)
    told = brought_in(answer)
    assert told["code"].startswith(told["fingerprint"])
    assert last_act(hub) == ["code made", "甲队"]
    assert {each.name for each in hub.folder.iterdir()} == before, "nothing of it stays here"
    assert send(browser, "/console/codes", **{**form, "system": "mac"}).status_code == 404
    stranger = visitor(hub)
    stranger.application.config.update(WTF_CSRF_ENABLED=False)
    assert stranger.post("/console/codes", data=form).location == "/console/log-in"


def brought_in(answer: TestResponse) -> dict[str, str]:
    """What the kit that was sent tells of the hub."""
    assert answer.status_code == 200
    with closing(answer), tarfile.open(fileobj=BytesIO(answer.data)) as archive:
        found: dict[str, str] = json.load(archive.extractfile("hongxian-kit/hub.json"))
    return found
