"""A client that was written from docs/protocol.md alone gets on with a hub and with our own laptop."""

import ast
import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import other_wire
from hongxian import COMMUNITY, adding, plus, removing
from hongxian.builtin import Conflict
from hongxian.wire.digest import digests
from hongxian.wire.identity import HubStatement
from hongxian_client.replica.replica import Replica
from hongxian_server.history.erasing import erase
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.sealed import take_in, waiting
from hongxian_server.sync.incarnation import start_epoch
from meeting import Meeting, plugins_of
from other_client import OtherClient
from other_wire import HubSaid, Line, NotTheHub
from samples import SAMPLE, Thing, Visit
from signing import new_key
from test_hub_identity import Impostor, at_its_place, served

THING = dict.fromkeys(["note", "most", "least", "day", "moment", "hour", "other"])
THING |= {"name": "", "ready": False, "state": "open", "people": {}, "skills": {}}
COLLECTIONS = {"sample.thing": THING, "sample.visit": {"name": "", "note": None}}
OUR_NUMBER, ITS_NUMBER = 2, 3
"""Of our laptop and of the other client: 1 is the hub's."""
HOUR = 3_600_000
"""In milliseconds."""


class Two(Meeting):
    """A hub of one team, served under its own certificate, our laptop and the other client."""

    def __init__(self, folder: Path, hub: Hub, address: str) -> None:
        super().__init__(folder, (SAMPLE,), hub, address)
        self.scope = self.team("甲队")
        self.ours = self.laptop("甲队")
        self.other = OtherClient.join(self.file, COLLECTIONS, address, self.code("甲队"))

    @property
    def file(self) -> Path:
        return self.folder / "other.json"

    def code(self, *teams: str) -> str:
        with self.hub:
            return devices.make_code(self.hub, teams)[0]

    def agree(self) -> None:
        """Each knows what the other wrote, and all three have the same digests; nothing was mended."""
        for _ in range(2):
            assert self.other.sync()
            assert not self.other.mended
            self.sync()
        with self.ours:
            ours = {s: {n: vars(t) for n, t in each.items()} for s, each in digests().items()}
        theirs = self.other.digests()
        assert any(theirs.values())
        for scope in (self.scope, COMMUNITY):
            told = ours.get(scope, {})
            assert theirs[scope] == {name: told[name] for name in told if name in self.other.rows}


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=plugins_of((SAMPLE,)))
    with served(hub) as address:
        yield Two(tmp_path, hub, address)


def visit_of_both(two: Two) -> str:
    """A visit that all know of."""
    id = two.other.create("sample.visit", two.scope, name="示例·甲")
    two.agree()
    return id


def thing_of_ours(laptop: Replica) -> str:
    """Something in every field."""
    with laptop, laptop.acting_as("示例·乙"):
        return Thing.create(
            name="示例·甲",
            note="“引号”\n\u2028🧵",
            most=2**53 + 1,
            least=-3,
            day=datetime.date(2026, 3, 1),
            moment=datetime.datetime(2026, 3, 1, 8),
            hour=datetime.time(8),
            ready=True,
            state="busy",
            people=3,
            skills={"磨刀", "Ａ", "🪒"},
            scope=COMMUNITY,
        ).id


@pytest.mark.parametrize("name", ["other_client", "other_wire"])
def test_it_has_nothing_of_ours(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{name}.py").read_bytes())
    imported = {
        a.name for each in ast.walk(tree) if isinstance(each, ast.Import) for a in each.names
    }
    imported |= {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    assert not [each for each in imported if each.startswith("hongxian")]
    beside_it = {each for each in imported if (Path(__file__).parent / f"{each}.py").exists()}
    assert beside_it <= {"other_wire"}


def test_it_and_our_laptop_read_each_others_records(two: Two) -> None:
    its = two.other.create("sample.visit", two.scope, name="示例·甲", note="一")
    two.other.edit("sample.visit", its, note="二")
    with two.ours:
        ours = Visit.create(name="示例·乙").id
    two.agree()
    with two.ours:
        assert Visit.get_by_id(its).note == "二"
        Visit.update(note="三").where(Visit.id == its).execute()
    two.other.edit("sample.visit", ours, name="示例·丙")
    two.agree()
    assert two.other.read("sample.visit", its)["note"] == "三"
    with two.ours:
        assert Visit.get_by_id(ours).name == "示例·丙"


def test_its_digests_are_ours_whatever_the_fields_hold(two: Two) -> None:
    id = thing_of_ours(two.ours)
    two.agree()
    with two.ours:
        changed = Thing.update(note=None, state="done", skills=removing("磨刀"))
        changed.where(Thing.id == id).execute()
    two.agree()
    read = two.other.read("sample.thing", id)
    assert (read["hour"], read["most"], read["written_by"]) == ("08:00:00", 2**53 + 1, "示例·乙")


def test_both_write_one_field_and_are_told_of_the_conflict(two: Two) -> None:
    id = visit_of_both(two)
    with two.ours:
        Visit.update(name="示例·丙").where(Visit.id == id).execute()
    two.other.edit("sample.visit", id, name="示例·乙")
    two.agree()
    [told] = two.other.rows["hongxian.conflict"].values()
    assert (told["collection"], told["record"], told["field"]) == ("sample.visit", id, "name")
    assert {json.loads(told[each]) for each in ("kept", "lost")} == {"示例·乙", "示例·丙"}
    assert json.loads(told["kept"]) == two.other.read("sample.visit", id)["name"]
    with two.ours:
        assert Conflict.get().lost == told["lost"]


def test_what_both_count_adds_up(two: Two) -> None:
    id = two.other.create("sample.thing", COMMUNITY, name="磨刀")
    two.other.add("sample.thing", id, "people", 2)
    two.agree()
    with two.ours:
        Thing.update(people=plus(30)).where(Thing.id == id).execute()
    two.other.add("sample.thing", id, "people", 1)
    two.other.add("sample.thing", id, "people", 4)
    two.agree()
    with two.ours:
        assert Thing.get_by_id(id).people == 37
        assert not Conflict.select().exists()
    shares = two.other.read("sample.thing", id)["people"].values()
    assert sum(added - taken for added, taken in shares) == 37


def test_a_set_holds_what_both_put_into_it(two: Two) -> None:
    id = thing_of_ours(two.ours)
    two.agree()
    two.other.put("sample.thing", id, "skills", "剪刀")
    two.other.take_out("sample.thing", id, "skills", "磨刀")
    with two.ours:
        Thing.update(skills=adding("理发")).where(Thing.id == id).execute()
    two.agree()
    two.other.take_out("sample.thing", id, "skills", "🪒")
    two.other.put("sample.thing", id, "skills", "🪒")
    two.agree()
    with two.ours:
        assert Thing.get_by_id(id).skills == {"剪刀", "理发", "Ａ", "🪒"}
        assert not Conflict.select().exists()


def test_a_deletion_travels_both_ways(two: Two) -> None:
    by_it, by_us = visit_of_both(two), visit_of_both(two)
    two.other.edit("sample.visit", by_it, deleted=True)
    with two.ours:
        Visit.delete().where(Visit.id == by_us).execute()
    left = visit_of_both(two)
    assert two.other.read("sample.visit", by_us) is None
    with two.ours:
        assert [each.id for each in Visit.select()] == [left]


def test_what_is_refused_comes_with_its_reasons_and_stops_nothing_else(two: Two) -> None:
    two.other.create("sample.visit", two.scope, name="长" * 41)
    good = two.other.create("sample.visit", two.scope, name="示例·甲")
    two.other.create("sample.visit", "t-1", name="示例·乙")
    two.agree()
    long, foreign = two.other.refused
    assert [each["verdict"] for each in two.other.refused] == ["refused"] * 2
    assert list(long["reasons"]) == ["name"]
    assert long["reasons"]["name"][0].keys() == {"zh", "en"}
    assert list(foreign["reasons"]) == ["scope"]
    assert two.other.unsent == []
    with two.ours:
        assert [each.id for each in Visit.select()] == [good]


def test_a_clock_that_is_an_hour_fast_is_put_right(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = other_wire.now
    monkeypatch.setattr(other_wire, "now", lambda: true() + HOUR)
    id = two.other.create("sample.visit", two.scope, name="示例·甲")
    two.other.edit("sample.visit", id, name="示例·乙")
    assert two.other.sync()
    assert two.other.rows["sample.visit"][id]["name"] == "示例·乙"
    two.other.edit("sample.visit", id, name="示例·丙")
    [change] = two.other.unsent
    assert change["stamp"] >> 21 < true() + HOUR // 2
    two.agree()
    with two.ours:
        assert Visit.get().name == "示例·丙"
        assert not Conflict.select().exists()


def test_an_answer_that_is_lost_makes_it_no_copy_and_is_counted_once(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = two.other.create("sample.thing", COMMUNITY, name="磨刀")
    two.agree()
    two.other.add("sample.thing", id, "people", 2)
    ask = Line.ask

    def loses_the_answer(line: Line, path: str, *frames: dict) -> list:
        ask(line, path, *frames)
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(Line, "ask", loses_the_answer)
        with pytest.raises(ConnectionResetError):
            two.other.sync()
    two.other = OtherClient(two.file, COLLECTIONS, two.address)
    two.other.add("sample.thing", id, "people", 1)
    two.agree()
    with two.ours:
        assert Thing.get_by_id(id).people == 3


def test_a_row_that_changed_in_its_file_is_fetched_anew(two: Two) -> None:
    id = visit_of_both(two)
    rows = two.other.rows["sample.visit"]
    spare = f"{id[:-12]}{0:012}"
    rows[spare] = {**rows[id], "id": spare}
    rows[id]["name"] = "示例·错"
    assert two.other.sync()
    assert two.other.mended == [(two.scope, "sample.visit")]
    assert rows[id]["name"] == "示例·甲"
    two.agree()
    with two.ours:  # nor was what the hub lacked lost
        assert {each.id for each in Visit.select()} == {id, spare}


def test_it_fills_a_hub_that_was_restored(two: Two) -> None:
    kept, deleted = visit_of_both(two), visit_of_both(two)
    shutil.copytree(two.hub.folder, two.folder / "saved")
    two.other.edit("sample.visit", kept, name="示例·乙")
    two.other.edit("sample.visit", deleted, deleted=True)
    lost = two.other.create("sample.visit", two.scope, name="示例·丙")
    assert two.other.sync()
    before = two.other.digests()
    saved = Hub.open(two.folder / "saved", plugins=plugins_of((SAMPLE,)))
    with saved:
        start_epoch(saved)
    with served(saved) as address:
        two.other.url = address
        assert two.other.sync()
        assert two.other.digests() == before
        with saved:
            assert {each.id: each.name for each in Visit.select()} == {
                kept: "示例·乙",
                lost: "示例·丙",
            }


def test_a_team_that_it_has_left_is_let_go(two: Two) -> None:
    id = visit_of_both(two)
    with two.hub:
        devices.withdraw(two.hub, ITS_NUMBER, "甲队")
    assert two.other.sync()
    assert two.other.read("sample.visit", id) is None
    assert two.other.digests() == {COMMUNITY: {}}
    with two.hub:
        devices.grant(two.hub, ITS_NUMBER, "甲队")
    two.agree()
    assert two.other.read("sample.visit", id)["name"] == "示例·甲"


def test_a_record_that_moves_to_another_team_is_let_go(two: Two) -> None:
    id, stays = thing_of_ours(two.ours), visit_of_both(two)
    far = two.team("乙队")
    with two.hub:
        devices.grant(two.hub, OUR_NUMBER, "乙队")
    two.sync()
    with two.ours:
        Thing.update(scope=far).where(Thing.id == id).execute()
    two.agree()
    assert two.other.read("sample.thing", id) is None
    assert two.other.read("sample.visit", stays)


def test_when_its_access_ends_only_what_was_not_sent_stays_for_the_hub_alone(two: Two) -> None:
    seen = visit_of_both(two)
    lost = two.other.create("sample.visit", two.scope, name="示例·未送")
    two.other.edit("sample.visit", seen, deleted=True)
    with two.hub:
        devices.revoke(two.hub, ITS_NUMBER)
    with pytest.raises(HubSaid, match="DeviceRevoked"):
        two.other.sync()
    assert not two.file.exists()
    with two.hub:
        take_in(two.hub, two.file.with_suffix(".sealed").read_bytes())
        [told] = waiting(two.hub)
    assert [(each.id, each.new) for each in told.changes] == [(lost, True), (seen, False)]
    assert told.changes[0].values["name"] == "示例·未送"


def test_what_is_erased_is_nowhere_in_its_file(two: Two) -> None:
    id = visit_of_both(two)
    with two.ours:
        Visit.update(name="示例·另一个").where(Visit.id == id).execute()
    two.other.edit("sample.visit", id, name="示例·被遗忘者")
    two.agree()
    two.other.edit("sample.visit", id, note="被遗忘者", name="长" * 41)
    assert two.other.sync()
    assert two.other.refused
    assert "被遗忘者" in str(two.other.rows["hongxian.conflict"])
    two.other.edit("sample.visit", id, note="被遗忘者")
    with two.hub:
        erase(two.hub, [("sample.visit", id)], "示例管理员")
    two.agree()
    assert not two.other.unsent
    assert "被遗忘者" not in two.file.read_text()


def test_a_copy_of_its_file_is_told_that_it_is_one(two: Two) -> None:
    copied = shutil.copy(two.file, two.folder / "copy.json")
    copy = OtherClient(Path(copied), COLLECTIONS, two.address)
    visit_of_both(two)
    copy.create("sample.visit", two.scope, name="示例·乙")
    with pytest.raises(HubSaid, match="stale"):
        copy.sync()
    two.agree()


def test_under_another_key_the_hub_gets_nothing_of_it(two: Two, tmp_path: Path) -> None:
    two.other.create("sample.visit", two.scope, name="示例·未送")
    code = two.code("甲队")
    stranger = Impostor(json.loads(json.dumps(vars(HubStatement.signed(new_key(), "")))))
    with at_its_place(stranger, tmp_path / "stranger") as address:
        with pytest.raises(NotTheHub):
            OtherClient.join(tmp_path / "new.json", COLLECTIONS, address, code)
        two.other.url = address
        with pytest.raises(NotTheHub):
            two.other.sync()
    assert set(stranger.heard) == {("GET", "/v1/hub", b"")}
    assert len(two.other.unsent) == 1
    two.other.url = two.address
    two.agree()
