"""Who reads waits for nobody who writes: commands and pages answer while another holds the write lock."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from command_line import Place, joined, new_hub, serving
from consoles import keepers
from crawling import pages
from desks import desk_of, entered
from hongxian.storage import database
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever would wait for a lock fails at once instead."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)


@contextmanager
def written_by_another(path: Path) -> Iterator[None]:
    """A database while another program writes to it, and does not end."""
    with closing(sqlite.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    return new_hub(tmp_path / "hub", "示例队")


@pytest.fixture
def laptop(hub: Place, tmp_path: Path) -> Place:
    """A laptop that has records, sent and unsent."""
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", "示例队")
        laptop.json("add", "roster.person", "name=示例·甲")
        laptop.json("sync")
    laptop.json("edit", "roster.person", "示例·甲", "name=示例·乙")
    return laptop


def test_commands_that_read_a_laptop_answer_while_another_program_writes_to_it(
    laptop: Place, tmp_path: Path
) -> None:
    with written_by_another(laptop.folder / "laptop.db"):
        for words in (
            ["list", "roster.person"],
            ["show", "roster.person", "示例·乙"],
            ["history", "roster.person", "示例·乙"],
            ["status"],
            ["digest"],
            ["attention"],
            ["conflicts"],
            ["plugin", "list"],
            ["view"],
            ["export", "roster.person", tmp_path / "out.csv"],
        ):
            said = laptop(*words)
            assert said.code in ((0, 3) if words[0] == "history" else (0,)), (words, said)
        assert laptop("add", "roster.person", "name=示例·丙").code != 0


def test_commands_that_read_a_hub_answer_while_another_program_writes_to_it(
    hub: Place, laptop: Place
) -> None:
    with written_by_another(hub.folder / "hub.db"):
        for words in (
            ["status"],
            ["devices"],
            ["digest"],
            ["plugins"],
            ["held"],
            ["ceiling"],
            ["log"],
        ):
            said = hub("hub", *words)
            assert said.code == 0, (words, said)
        assert hub("hub", "team", "add", "又一队").code != 0


@pytest.mark.thorough
def test_the_pages_of_the_desk_answer_while_another_program_writes(laptop: Place) -> None:
    replica = Replica.open(laptop.folder)
    browser = entered(desk_of(replica))
    with written_by_another(laptop.folder / "laptop.db"):
        seen = [address for address, _ in pages(browser, ["/"])]
        assert "示例·乙" in browser.get("/c/roster.person?q=sly").text
    assert len(seen) > 10


@pytest.mark.thorough
def test_the_pages_of_the_console_answer_while_another_program_writes(
    hub: Place, laptop: Place
) -> None:
    opened = Hub.open(hub.folder)
    browser = keepers(opened)
    with written_by_another(hub.folder / "hub.db"):
        seen = [address for address, _ in pages(browser, ["/console/overview"])]
    assert len(seen) > 8
