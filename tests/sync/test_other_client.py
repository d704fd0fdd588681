"""A client that was written from docs/protocol.md alone gets on with a hub and with our own laptop."""

import ast
import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import other_client
from hongxian.collections.builtin import Conflict
from hongxian.merges import adding, plus, removing
from hongxian.records import COMMUNITY
from hongxian.wire.digest import digests
from hongxian.wire.hub.identity import HubStatement
from hongxian_client.replica.replica import Replica
from hongxian_server.history.erasing import erase
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.ops.held import held_for_keeper, let_pass
from hongxian_server.ops.sealed import take_in, waiting
from hongxian_server.sync.incarnation import start_epoch
from hongxian_testing.laptop import with_only
from meeting import Meeting
from other_client import HubSaid, Line, NotTheHub, OtherClient
from other_client_more import OtherClientMore
from places import HELPERS, TOP
from proven_hubs import Impostor, at_its_place, served
from samples import SAMPLE, Thing, Visit
from signing import new_key

pytestmark = pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
"""It asks who the hub is under whatever certificate."""
THING = dict.fromkeys(["note", "most", "least", "day", "moment", "hour", "other"])
THING |= {"name": "", "ready": False, "state": "open", "people": {}, "skills": {}}
COLLECTIONS = {"sample.thing": THING, "sample.visit": {"name": "", "note": None}}
COLLECTIONS |= {"hongxian.conflict": {}, "hongxian.erasure": {}}
OUR_NUMBER, ITS_NUMBER = 2, 3
"""Of our laptop and of the other client: 1 is the hub's."""
HOUR = 3_600_000
"""In milliseconds."""


class Two(Meeting):
    """A hub of one team, served under its own certificate, our laptop and the other client."""

    def __init__(self, folder: Path, hub: Hub, address: str, client: type[OtherClient]) -> None:
        super().__init__(folder, (SAMPLE,), hub, address)
        self.scope = self.team("甲队")
        self.ours = self.laptop("甲队")
        self.other = client.join(self.file, COLLECTIONS, address, self.code("甲队"))

    @property
    def file(self) -> Path:
        return self.folder / "other.json"

    def code(self, *teams: str) -> str:
        with self.hub:
            return devices.make_code(self.hub, teams)[0]

    def agree(self) -> None:
        """Each knows what the other wrote, and all three have the same digests; nothing was mended."""
        for _ in range(2):
            assert self.other.sync() == []
            self.sync()
        with self.hub:
            theirs = digests()
        with self.ours:
            assert digests() == theirs


@pytest.fixture
def at_home(tmp_path: Path) -> Iterator[tuple[Hub, str]]:
    """A hub, and its address."""
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((SAMPLE,)))
    with served(hub) as address:
        yield hub, address


@pytest.fixture
def two(tmp_path: Path, at_home: tuple[Hub, str]) -> Two:
    """With the client of one file."""
    return Two(tmp_path, *at_home, OtherClient)


@pytest.fixture
def more(tmp_path: Path, at_home: tuple[Hub, str]) -> Two:
    """With the client that knows the rest of the page, too."""
    return Two(tmp_path, *at_home, OtherClientMore)


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


@pytest.mark.parametrize(
    ("name", "beside_it"), [("other_client", set()), ("other_client_more", {"other_client"})]
)
def test_it_has_nothing_of_ours_and_is_short(name: str, beside_it: set[str]) -> None:
    written = (HELPERS / f"{name}.py").read_text()
    assert written.count("\n") < 300
    nodes = [*ast.walk(ast.parse(written))]
    imported = {a.name for each in nodes if isinstance(each, ast.Import) for a in each.names}
    imported |= {each.module for each in nodes if isinstance(each, ast.ImportFrom)}
    assert not [each for each in imported if each.startswith("hongxian")]
    tests = {each.stem for each in (TOP / "tests").rglob("*.py")}
    assert imported & tests == beside_it


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
    two.other.edit("sample.thing", id, ("people", 2))
    two.agree()
    with two.ours:
        Thing.update(people=plus(30)).where(Thing.id == id).execute()
    two.other.edit("sample.thing", id, ("people", 1))
    two.other.edit("sample.thing", id, ("people", 4))
    two.agree()
    with two.ours:
        assert Thing.get_by_id(id).people == 37
        assert not Conflict.select().exists()
    shares = two.other.read("sample.thing", id)["people"].values()
    assert sum(added - taken for added, taken in shares) == 37


def test_a_count_that_was_refused_does_not_come_in_with_the_next_one(two: Two) -> None:
    id = two.other.create("sample.thing", COMMUNITY, name="磨刀")
    two.agree()
    two.other.edit("sample.thing", id, ("people", 2), name="长" * 41)
    two.other.edit("sample.thing", id, ("people", 30))
    two.other.edit("sample.thing", id, ("people", -4))
    two.agree()
    assert two.other.unsent == []
    assert [each["verdict"] for each in two.other.refused] == ["refused"]
    with two.ours:
        assert Thing.get_by_id(id).people == 26
        assert Thing.get_by_id(id).name == "磨刀"


def test_a_set_holds_what_both_put_into_it(more: Two) -> None:
    id = thing_of_ours(more.ours)
    more.agree()
    more.other.put("sample.thing", id, "skills", "剪刀")
    more.other.take_out("sample.thing", id, "skills", "磨刀")
    with more.ours:
        Thing.update(skills=adding("理发")).where(Thing.id == id).execute()
    more.agree()
    more.other.take_out("sample.thing", id, "skills", "🪒")
    more.other.put("sample.thing", id, "skills", "🪒")
    more.agree()
    with more.ours:
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


def test_a_deletion_that_waits_for_the_keeper_lets_live_what_was_written_unseen(more: Two) -> None:
    with more.hub, more.hub.upkeep(), HubState.changing() as state:
        state.deletions_free = state.deletions_percent = 0
    with more.ours:
        id = Visit.create(name="示例·甲").id
    more.agree()
    with more.ours:
        Visit.update(name="示例·乙").where(Visit.id == id).execute()
    more.other.edit("sample.visit", id, note="二")
    more.other.edit("sample.visit", id, deleted=True)
    more.agree()
    assert [each["verdict"] for each in more.other.unsent] == ["held"]
    with more.hub:
        let_pass(more.hub, held_for_keeper(more.hub))
    more.agree()
    assert more.other.unsent == []
    assert more.other.read("sample.visit", id)["name"] == "示例·乙"
    with more.ours:
        assert Visit.get_by_id(id).note == "二"


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
    true = other_client.now
    monkeypatch.setattr(other_client, "now", lambda: true() + HOUR)
    id = two.other.create("sample.visit", two.scope, name="示例·甲")
    two.other.edit("sample.visit", id, name="示例·乙")
    assert two.other.sync() == []
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
    two.other.edit("sample.thing", id, ("people", 2))
    ask = Line.ask

    def loses_the_answer(line: Line, path: str, *frames: dict) -> list:
        ask(line, path, *frames)
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(Line, "ask", loses_the_answer)
        with pytest.raises(ConnectionResetError):
            two.other.sync()
    two.other = OtherClient(two.file, COLLECTIONS, two.address)
    two.other.edit("sample.thing", id, ("people", 1))
    two.agree()
    with two.ours:
        assert Thing.get_by_id(id).people == 3


def test_a_row_that_changed_in_its_file_is_fetched_anew(more: Two) -> None:
    id = visit_of_both(more)
    rows = more.other.rows["sample.visit"]
    spare = f"{id[:-12]}{0:012}"
    rows[spare] = {**rows[id], "id": spare}
    rows[id]["name"] = "示例·错"
    assert more.other.sync() == [(more.scope, "sample.visit")]
    assert rows[id]["name"] == "示例·甲"
    more.agree()
    with more.ours:  # nor was what the hub lacked lost
        assert {each.id for each in Visit.select()} == {id, spare}


def test_it_fills_a_hub_that_was_restored(more: Two) -> None:
    kept, deleted = visit_of_both(more), visit_of_both(more)
    shutil.copytree(more.hub.folder, more.folder / "saved")
    more.other.edit("sample.visit", kept, name="示例·乙")
    more.other.edit("sample.visit", deleted, deleted=True)
    lost = more.other.create("sample.visit", more.scope, name="示例·丙")
    assert more.other.sync() == []
    before = more.other.digests()
    saved = Hub.open(more.folder / "saved", plugins=with_only((SAMPLE,)))
    with saved:
        start_epoch(saved)
    with served(saved) as address:
        more.other.url = address
        assert more.other.sync() == []
        assert more.other.digests() == before
        with saved:
            assert {each.id: each.name for each in Visit.select()} == {
                kept: "示例·乙",
                lost: "示例·丙",
            }


def test_a_team_that_it_has_left_is_let_go(more: Two) -> None:
    id = visit_of_both(more)
    with more.hub:
        devices.withdraw(more.hub, ITS_NUMBER, "甲队")
    assert more.other.sync() == []
    assert more.other.read("sample.visit", id) is None
    assert more.other.digests() == {COMMUNITY: {}}
    with more.hub:
        devices.grant(more.hub, ITS_NUMBER, "甲队")
    more.agree()
    assert more.other.read("sample.visit", id)["name"] == "示例·甲"


def test_a_record_that_moves_to_another_team_is_let_go(more: Two) -> None:
    id, stays = thing_of_ours(more.ours), visit_of_both(more)
    far = more.team("乙队")
    with more.hub:
        devices.grant(more.hub, OUR_NUMBER, "乙队")
    more.sync()
    with more.ours:
        Thing.update(scope=far).where(Thing.id == id).execute()
    more.agree()
    assert more.other.read("sample.thing", id) is None
    assert more.other.read("sample.visit", stays)


def test_when_its_access_ends_only_what_was_not_sent_stays_for_the_hub_alone(more: Two) -> None:
    seen = visit_of_both(more)
    lost = more.other.create("sample.visit", more.scope, name="示例·未送")
    more.other.edit("sample.visit", seen, deleted=True)
    with more.hub:
        devices.revoke(more.hub, ITS_NUMBER)
    with pytest.raises(HubSaid, match="DeviceRevoked"):
        more.other.sync()
    assert not more.file.exists()
    with more.hub:
        take_in(more.hub, more.file.with_suffix(".sealed").read_bytes())
        [told] = waiting(more.hub)
    assert [(each.id, each.new) for each in told.changes] == [(lost, True), (seen, False)]
    assert told.changes[0].values["name"] == "示例·未送"


def test_what_is_erased_is_nowhere_in_its_file(more: Two) -> None:
    id = visit_of_both(more)
    with more.ours:
        Visit.update(name="示例·另一个").where(Visit.id == id).execute()
    more.other.edit("sample.visit", id, name="示例·被遗忘者")
    more.agree()
    more.other.edit("sample.visit", id, note="被遗忘者", name="长" * 41)
    assert more.other.sync() == []
    assert more.other.refused
    assert "被遗忘者" in str(more.other.rows["hongxian.conflict"])
    more.other.edit("sample.visit", id, note="被遗忘者")
    with more.hub:
        erase(more.hub, [("sample.visit", id)], "示例管理员")
    more.agree()
    assert not more.other.unsent
    assert "被遗忘者" not in more.file.read_text()


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
