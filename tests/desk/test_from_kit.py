"""From a kit to the first record, on a bare machine that reaches the hub and nothing else; and off it again."""

import re
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Once, require

from bare_machines import SYSTEM_PYTHON, BareMachine, wait_for
from command_line import Place, hub_process, new_hub
from hongxian.releases.program import write_program
from hongxian.releases.signed_program import sign_program
from hongxian.security.keys import SigningKey
from hongxian.version import __version__
from installed_wheels import make_wheels
from machines import NoNetwork, network
from system_packages import IPROUTE

OWN_ADDRESS = "10.77.0.1"


@pytest.fixture
def alone() -> Iterator[None]:
    """A network of nobody else's, without a way out."""
    require(IPROUTE)
    if not Path(SYSTEM_PYTHON).exists():
        pytest.skip(f"this machine has no {SYSTEM_PYTHON}")
    try:
        with network(OWN_ADDRESS):
            yield
    except NoNetwork as error:
        pytest.skip(f"no network of our own here: {error}")


@pytest.fixture
def program(once: Once, tmp_path: Path) -> Path:
    """The program file of this checkout, for this machine's Python."""
    wheels = {f"wheels/{each.name}": each for each in once(make_wheels).glob("*.whl")}
    made = write_program(
        tmp_path / "unsigned",
        wheels,
        version=__version__,
        system="linux",
        python="3.11",
        formats=(2, 2),
        protocol=2,
    )
    return sign_program(made, SigningKey(b"k" * 32), tmp_path / made.manifest.called).path


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[BareMachine]:
    made = BareMachine(tmp_path / "machine")
    try:
        yield made
    finally:
        made.stop()


@pytest.mark.thorough
@pytest.mark.usefixtures("alone")
def test_from_a_kit_to_the_first_record_and_off_again_without_any_other_network(
    program: Path, machine: BareMachine, tmp_path: Path
) -> None:
    hub = new_hub(tmp_path / "hub", "红甲")
    with hub_process(hub, "--host", OWN_ADDRESS) as url:
        installed(hub, url, program, machine, tmp_path)
        wait_for(lambda: machine.pages_shown)
        asked = machine.come_in()
        assert "点“加入”就行" in asked
        code = machine.hubs_word()["code"]
        assert f'value="{url}"' in asked
        assert f'value="{code}"' in asked
        welcome = machine.post("/join", asked, url=url, code=code, name="示例电脑")
        assert "示例社区" in welcome
        assert machine.hubs_word() == {**machine.hubs_word(), "address": url, "code": ""}
        write_a_record(machine)
        wait_for(lambda: "roster.person" in str(hub.json("hub", "digest")))

        # A second press, while it runs.
        menu = machine.home / ".local/share/applications/hongxian.desktop"
        desktop = machine.home / "桌面/hongxian.desktop"
        log_in = machine.home / ".config/autostart/hongxian.desktop"
        running = machine.hongxian / "data" / "desk.address"
        before = running.read_text()
        machine.start(desktop)
        wait_for(lambda: len(machine.pages_shown) == 2)
        assert running.read_text() == before, "the desk that runs is shown, and no second one"

        # The machine is switched off and on; then a bookmark, and the icon.
        machine.stop()
        running.unlink()
        machine.start(log_in)
        wait_for(running.exists)
        assert len(machine.pages_shown) == 2, "a log-in opens no window"
        machine.start(menu)
        wait_for(lambda: len(machine.pages_shown) == 3)
        assert "示例·甲001" in machine.come_in() + machine.get("/c/roster.person")

        # Off again: what is unsent goes out first, the records stay.
        page = machine.get("/laptop/remove")
        gone = machine.post("/laptop/remove", page, unsent="send")
        assert "已卸载" in gone
        wait_for(lambda: not (machine.hongxian / "program").exists())
        assert not any(each.exists() for each in (menu, desktop, log_in))
        assert (machine.hongxian / "data" / "laptop.db").exists()


def installed(hub: Place, url: str, program: Path, machine: BareMachine, tmp_path: Path) -> None:
    """Unpack the kit that the keeper made, and start what is in it."""
    words = ("--to", tmp_path, "--program", program, "--team", "红甲", "--address", url)
    [kit] = hub.json("hub", "kit", *words)["kits"]
    with tarfile.open(kit) as archive:
        archive.extractall(machine.home / "下载", filter="data")
    told = machine.run("sh", machine.home / "下载" / "hongxian-kit" / "install.sh")
    assert told.returncode == 0, told
    shutil.rmtree(machine.home / "下载")


def write_a_record(machine: BareMachine) -> None:
    """By the form, as it is drawn."""
    form = machine.get("/c/roster.person/new")
    hidden = dict(re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    del hidden["csrf_token"]
    machine.post("/c/roster.person/new", form, **{**hidden, "name": "示例·甲001"})
