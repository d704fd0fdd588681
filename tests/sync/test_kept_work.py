"""What was not sent when a team was withdrawn is kept, and offered again when access is back: once, and whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import joined, new_hub, serving
from desks import desk_of, entered, page, unmarked
from hongxian.errors import DeviceRevoked, Refused
from hongxian.model.row import Key
from hongxian_client.replica.kept_files import keep_file
from hongxian_client.replica.kept_work import kept_entries
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry, EntryState
from hongxian_client.review import attention
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_client.sync.report import Report
from hongxian_server.history.erasing import erase
from hongxian_server.membership import devices
from hongxian_server.sync.bundle import answer_bundle
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import SAMPLE, Thing, Visit

RED, BLUE = "红队", "蓝队"


class Town(Meeting):
    """Two teams, one laptop of both, and one that looks on."""

    def __init__(self, met: Meeting) -> None:
        super().__init__(met.folder, met.modules, met.hub, met.address)
        self.red, self.blue = self.team(RED), self.team(BLUE)
        self.one, self.other = self.laptop(self.red, self.blue), self.laptop(self.red, self.blue)

    def keeper(self, act, team: str = RED) -> None:
        """The keeper withdraws a team from the one laptop, or grants it."""
        with self.one:
            number = LaptopState.read().number
        with self.hub:
            act(self.hub, number, team)

    def add(self, name: str, scope: str | None = None) -> str:
        with self.one:
            return self.one.create(Visit, [{"name": name, "scope": scope or self.red}])[0]

    def seen(self, replica: Replica) -> set[str]:
        with replica:
            return {each.name for each in Visit.select()}

    def at_hub(self, key: Key) -> dict:
        with self.hub:
            return self.hub.collections[key[0]].rows_by_id([key[1]])[key[1]].values


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with meeting(tmp_path, SAMPLE) as met:
        yield Town(met)


def said(report: Report) -> str:
    return " ".join(each.en for each in report.notes)


def test_it_comes_back_by_itself_as_it_was(town: Town) -> None:
    old = town.add("示例·旧")
    town.sync()
    with town.one:
        town.one.edit(Visit, {old: {"note": "改过"}})
    town.add("示例·新")
    with town.one:
        ids = {(each.prefix, each.count) for each in Entry.select()}
    town.keeper(devices.withdraw)
    [report] = town.sync(town.one)
    assert "changes that had not gone out stay here (2)" in said(report)
    assert town.seen(town.one) == set()
    with town.one:
        assert {(each.prefix, each.count) for each in kept_entries()} == ids
        assert LaptopState.read().kept_changes == 2
        assert not list((town.one.folder / "kept").glob("*"))
    assert town.sync(town.one)[0].requests == 1
    town.keeper(devices.grant)
    [report] = town.sync(town.one)
    assert report.sent == 2
    assert "changes that had stayed here were offered to the hub (2)" in said(report)
    town.agree()
    assert town.seen(town.other) == {"示例·旧", "示例·新"}
    assert town.at_hub(("sample.visit", old))["note"] == "改过"
    with town.one:
        assert not Entry.select().count()
        assert LaptopState.read().kept_changes == 0


def test_it_survives_another_start_and_passes_what_others_wrote_meanwhile(town: Town) -> None:
    old = town.add("示例·旧")
    town.sync()
    with town.one:
        town.one.edit(Visit, {old: {"name": "示例·一"}})
    town.keeper(devices.withdraw)
    town.sync(town.one)
    with town.other:
        town.other.edit(Visit, {old: {"name": "示例·二"}})
    town.sync(town.other)
    town.laptops[0] = town.one = Replica.open(town.one.folder, plugins=with_only((SAMPLE,)))
    town.keeper(devices.grant)
    town.agree()
    with town.hub:
        conflicts = list(town.hub.collections["hongxian.conflict"].rows("NOT deleted"))
    [conflict] = conflicts
    assert {conflict.values["kept"], conflict.values["lost"]} == {'"示例·一"', '"示例·二"'}


def test_a_count_that_had_not_gone_out_counts_once(town: Town) -> None:
    with town.one:
        [id] = town.one.create(Thing, [{"name": "示例", "people": 3, "scope": town.red}])
    town.sync()
    with town.one:
        town.one.edit(Thing, {id: {"people": 5}})
    town.keeper(devices.withdraw)
    town.sync(town.one)
    town.keeper(devices.grant)
    town.sync(town.one)
    with town.one:
        town.one.edit(Thing, {id: {"people": 6}})
    town.agree()
    with town.other:
        assert Thing.get_by_id(id).people == 6


def test_a_transaction_over_two_teams_goes_out_whole_when_both_are_back(town: Town) -> None:
    with town.one, town.one.transaction():
        town.one.create(Visit, [{"name": "示例·红", "scope": town.red}])
        town.one.create(Visit, [{"name": "示例·蓝", "scope": town.blue}])
    town.keeper(devices.withdraw)
    town.keeper(devices.withdraw, BLUE)
    town.sync(town.one)
    town.keeper(devices.grant)
    town.sync()
    assert (town.seen(town.one), town.seen(town.other)) == ({"示例·红"}, set())
    with town.one:
        [waiting] = attention.rejected_transactions()
        assert waiting.state == EntryState.KEPT
    town.keeper(devices.grant, BLUE)
    town.agree()
    assert town.seen(town.other) == {"示例·红", "示例·蓝"}


def test_what_of_it_can_go_is_sent_alone_where_a_person_says_so(town: Town) -> None:
    with town.one, town.one.transaction():
        town.one.create(Visit, [{"name": "示例·红", "scope": town.red}])
        town.one.create(Visit, [{"name": "示例·蓝", "scope": town.blue}])
    town.keeper(devices.withdraw)
    town.sync(town.one)
    assert town.seen(town.one) == {"示例·蓝"}
    with town.one:
        [waiting] = attention.rejected_transactions()
        attention.resend(town.one, waiting.number)
    town.sync(town.one)
    town.sync(town.other)
    assert town.seen(town.other) == {"示例·蓝"}
    with town.one:
        [waiting] = attention.rejected_transactions()
        with pytest.raises(Refused, match="once the keeper lets it in again"):
            attention.resend(town.one, waiting.number)
    town.keeper(devices.grant)
    town.agree()
    assert town.seen(town.other) == {"示例·红", "示例·蓝"}


def test_what_was_refused_before_waits_for_a_person_again(town: Town) -> None:
    old = town.add("示例·旧")
    town.sync()
    with town.one:
        town.one.edit(Visit, {old: {"note": "退"}})
        reason = '{"": [{"zh": "不行", "en": "no"}]}'
        with town.one.upkeep():
            Entry.update(state=EntryState.REFUSED, reason=reason).execute()
    town.keeper(devices.withdraw)
    town.sync(town.one)
    town.keeper(devices.grant)
    town.sync()
    with town.one:
        [refused] = attention.rejected_transactions()
        assert (refused.state, refused.reasons[""][0].en) == (EntryState.REFUSED, "no")
        attention.resend(town.one, refused.number)
    town.agree()
    assert town.at_hub(("sample.visit", old))["note"] == "退"


def test_a_stick_takes_it_out_and_the_next_round_knows_it(town: Town, tmp_path: Path) -> None:
    town.add("示例·新")
    town.keeper(devices.withdraw)
    town.sync(town.one)
    town.keeper(devices.grant)
    out, back = tmp_path / "out", tmp_path / "back"
    assert bundle_out(town.one, out) == 0  # that it is of the team again it is told by a sync alone
    with town.one, town.one.upkeep(), LaptopState.changing() as state:
        state.teams = {town.red: RED, town.blue: BLUE}  # or when it joins once more
    assert bundle_out(town.one, out) == 1
    answer_bundle(town.hub, out, back)
    bundle_in(town.one, back)
    town.agree()
    assert town.seen(town.other) == {"示例·新"}


def test_it_can_be_thrown_away_into_a_file_of_the_laptops_own(town: Town) -> None:
    town.add("示例·新")
    town.keeper(devices.withdraw)
    town.sync(town.one)
    with town.one:
        [waiting] = attention.rejected_transactions()
        path = attention.discard(town.one, waiting.number)
    assert path is not None
    assert "示例·新" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    town.keeper(devices.grant)
    town.agree()
    assert town.seen(town.other) == set()


def test_when_access_ends_for_good_it_is_sealed_with_the_rest(town: Town) -> None:
    town.add("示例·红")
    town.keeper(devices.withdraw)
    town.sync(town.one)
    town.add("示例·蓝", town.blue)
    with town.one:
        number = LaptopState.read().number
    with town.hub:
        devices.revoke(town.hub, number)
    with pytest.raises(DeviceRevoked):
        town.sync(town.one)
    with town.one:
        [path] = LaptopState.read().kept
        assert not Entry.select().count()
    opened = town.hub.identity.sealing.opened(Path(path).read_bytes()).decode()
    assert "示例·红" in opened
    assert "示例·蓝" in opened


def test_what_the_hub_erased_meanwhile_does_not_come_back(town: Town) -> None:
    old = town.add("示例·旧")
    town.sync()
    with town.one:
        town.one.edit(Visit, {old: {"note": "忘掉的话"}})
        keep_file(town.one, "overwritten", [{"id": old, "values": {"note": "忘掉的话"}}])
        damaged = town.one.folder / "kept" / "damaged.json"
        damaged.write_text(f'[{{"id": "{old}", "values": {{"note": "忘掉的话')
        (damaged.parent / "other.json").write_text("[1, {")
    town.keeper(devices.withdraw)
    town.sync(town.one)
    with town.hub:
        erase(town.hub, [("sample.visit", old)], "keeper")
    town.sync(town.one)
    town.keeper(devices.grant)
    town.agree()
    assert town.seen(town.one) == set()
    with town.one:
        [told] = attention.rejected_transactions()
        assert told.state == attention.ERASED
    for path in town.one.folder.rglob("*"):
        assert not path.is_file() or "忘掉的话".encode() not in path.read_bytes(), path
    assert not damaged.exists()
    assert (town.one.folder / "kept" / "other.json").exists()


def test_people_see_that_it_waits_and_why(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", RED, BLUE)
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", RED, BLUE)
        laptop.json("add", "service.tally", "label=示例·没送", "people=2", "--team", RED)
        number = str(hub.json("hub", "devices")[0]["number"])
        hub.json("hub", "withdraw", number, RED)
        assert "留在本机，回到团队后自动送出" in laptop("sync").out
        assert laptop.json("status")["kept"] == 1
        assert "等回到团队" in laptop("status").out
        shown = laptop("attention").out
        assert "等本机回到团队" in shown
        assert "示例·没送" in shown
        desk = entered(desk_of(Replica.open(laptop.folder)))
        told = unmarked(page(desk, "/attention"))
        assert "Waits for the team" in told
        assert "Send again as it is" not in told
        hub.json("hub", "grant", number, RED)
        assert "已重新送交" in laptop("sync").out
        assert laptop.json("attention") == []
        assert laptop.json("status")["kept"] == 0
        [row] = laptop.json("list", "service.tally")
        assert (row["label"], row["people"]) == ("示例·没送", 2)
