"""The console's pages for what is held: looked at first, then let pass or refused."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consoles import keepers, last_act, page, send
from deleting import ALL, delete, make_all, states, there
from hongxian.errors import DeviceRevoked
from hongxian.model.record import COMMUNITY
from hongxian.security.sealing import sealed
from hongxian_client.replica.replica import Replica
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.ops.held import held_for_keeper
from hongxian_server.tables.keeper_log import Act
from meeting import Meeting, meeting
from samples import SAMPLE, Thing


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE) as met:
        make_all(met)
        yield met


@pytest.fixture
def held(met: Meeting) -> Replica:
    """A laptop that deletes much."""
    laptop = met.laptops[1]
    delete(laptop, 40)
    met.sync(laptop)
    return laptop


def key_of(met: Meeting) -> str:
    with met.hub:
        [held] = held_for_keeper(met.hub)
    return f"{held.what} {held.device} {held.collection}"


def test_the_keeper_says_how_much_goes_unasked(met: Meeting) -> None:
    browser, path = keepers(met.hub), "/console/held"
    assert send(browser, f"{path}/ceiling", path, records="50", percent="20").location == path
    assert last_act(met.hub)[0] == Act.SETTING
    shown = page(browser, path)
    assert 'name="records" type="text" inputmode="numeric" value="50"' in shown
    send(browser, f"{path}/ceiling", path, records="-5", percent="many")
    with met.hub:
        state = HubState.read()
    assert (state.deletions_free, state.deletions_percent) == (0, 20)
    delete(met.laptops[1], 40)
    met.sync(met.laptops[1])
    assert key_of(met), "more than none, and more than 20 %"


@pytest.mark.parametrize(("word", "left"), [("take", ALL - 40), ("refuse", ALL)])
def test_deletions_of_much_are_shown_and_decided(
    met: Meeting, held: Replica, word: str, left: int
) -> None:
    browser = keepers(met.hub)
    assert "/console/held" in page(browser, "/console/overview").partition("<main")[2]
    shown = page(browser, "/console/held")
    assert "40" in shown
    assert "物7" in shown
    key = key_of(met)
    send(browser, "/console/held", key=key, **{word: "1"})
    act = {"take": Act.LET_PASS, "refuse": Act.REFUSED}[word]
    assert last_act(met.hub) == [act, key.split()[1], met.hub.title_of("sample.thing"), "40"]
    assert "Nothing waits for you" in page(browser, "/console/held")
    met.sync(held)
    assert there(met) == left
    assert states(held) == ({} if word == "take" else {"refused": 40})


def test_a_word_on_what_waits_no_more_is_answered_in_words(met: Meeting, held: Replica) -> None:
    browser, key = keepers(met.hub), key_of(met)
    send(browser, "/console/held", key=key, take="1")
    assert send(browser, "/console/held", key=key, take="1").status_code == 404


def test_the_keeper_reads_it_in_chinese(met: Meeting, held: Replica) -> None:
    browser = keepers(met.hub)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    shown = page(browser, "/console/held").partition("<main")[2]
    assert "要删除" in shown
    assert "同意删除" in shown
    assert "Waits" not in shown


# -- sealed files ----------------------------------------------------------------------------


def sealed_work(met: Meeting) -> Path:
    """A laptop is revoked that had not sent two changes; returns its file."""
    laptop = met.laptops[1]
    with laptop:
        thing = Thing.get(Thing.name == "物7")
        Thing.update(note="封存的改动").where(Thing.id == thing.id).execute()
        Thing.create(name="封存的新物", scope=COMMUNITY)
        number = laptop.writer().number
    with met.hub:
        devices.revoke(met.hub, number)
    with pytest.raises(DeviceRevoked):
        met.sync(laptop)
    [path] = (laptop.folder / "kept").glob("*.sealed")
    return path


def bring(browser: FlaskClient, content: bytes) -> TestResponse:
    return send(browser, "/console/sealed", file=(BytesIO(content), "x.sealed"))


def things(met: Meeting) -> dict[str, str | None]:
    with met.hub:
        return {each.name: each.note for each in Thing.select()}


def test_what_a_revoked_laptop_sealed_is_looked_at_and_let_in_by_ticks(met: Meeting) -> None:
    browser, path = keepers(met.hub), sealed_work(met)
    assert bring(browser, path.read_bytes()).status_code == 302
    shown = page(browser, "/console/sealed")
    assert "封存的改动" in shown
    assert "封存的新物" in shown
    [name] = re.findall(r'action="/console/sealed/([0-9a-f]+)"', shown)
    kept = met.hub.folder / "sealed" / f"{name}.sealed"
    assert b"\xe5\xb0\x81" not in kept.read_bytes(), "on the disk it stays sealed"
    send(browser, f"/console/sealed/{name}", "/console/sealed", places=["1"])
    assert things(met)["物7"] is None
    assert "封存的新物" in things(met)
    assert last_act(met.hub) == [Act.SEALED_LET_IN, name, "1"]
    assert not kept.exists()


def test_a_sealed_file_can_be_dropped(met: Meeting) -> None:
    browser, path = keepers(met.hub), sealed_work(met)
    bring(browser, path.read_bytes())
    [name] = re.findall(r'action="/console/sealed/([0-9a-f]+)"', page(browser, "/console/sealed"))
    send(browser, f"/console/sealed/{name}", "/console/sealed", drop="1")
    assert last_act(met.hub) == [Act.SEALED_DROPPED, name]
    assert "No sealed file waits" in page(browser, "/console/sealed")
    assert "封存的新物" not in things(met)


@pytest.mark.parametrize("content", [b"", b"HXE1\nnonsense", b"PK\x03\x04"])
def test_what_is_not_sealed_for_this_hub_is_refused_in_words(met: Meeting, content: bytes) -> None:
    answer = bring(keepers(met.hub), content)
    assert 400 <= answer.status_code < 500
    assert "not sealed for this hub" in answer.text


def test_a_sealed_file_of_something_else_is_refused_in_words(met: Meeting) -> None:
    content = sealed(b"[1, 2]", met.hub.identity.sealing.public)
    answer = bring(keepers(met.hub), content)
    assert "had not sent" in answer.text
