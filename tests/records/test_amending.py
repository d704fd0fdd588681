"""What the hub refused is corrected in place: one transaction goes out, with all that was typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian.merges import adding, plus, removing
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Entry, EntryState, set_state
from hongxian_client.review import attention
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Tally
from hongxian_testing.laptop import open_laptop

REASON = '{"name": ["不行。No."]}'


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path, roster, service)
    with laptop:
        yield laptop


def refuse_all() -> None:
    for stamp in {entry.stamp for entry in Entry.select()}:
        set_state([stamp], EntryState.REFUSED, reason=REASON)


def entries() -> list[Entry]:
    return list(Entry.select().order_by(Entry.position))


def test_an_edit_takes_every_refused_change_of_the_record_with_it(laptop: Replica) -> None:
    person = Person.create(name="不行", skills={"磨刀", "理发"})
    Person.update(name="还是不行", skills=removing("磨刀")).where(Person.id == person.id).execute()
    Person.update(skills=adding("摄影", "磨刀")).where(Person.id == person.id).execute()
    refuse_all()
    Person.update(name="示例·行").where(Person.id == person.id).execute()
    [entry] = entries()
    change = entry.as_change()
    assert (entry.state, entry.reason, change.whole) == ("unsent", None, True)
    assert change.values["name"] == "示例·行"
    assert set(change.values["skills"]) == {"磨刀", "理发", "摄影"}
    own = str(LaptopState.read().incarnation)
    for counts in change.values["skills"].values():
        assert counts.keys() == {own}  # the hub takes nobody else's
        added, removed = counts[own]
        assert added > removed
    assert Person.get_by_id(person.id).skills == {"磨刀", "理发", "摄影"}


def test_a_correction_bears_the_name_of_who_made_it_and_the_rest_that_of_who_wrote_it(
    laptop: Replica,
) -> None:
    with laptop.acting_as("示例·甲"), laptop.transaction():
        first, second = Person.create(name="不行"), Person.create(name="示例·同")
    refuse_all()
    with laptop.acting_as("示例·乙"):
        Person.update(name="示例·行").where(Person.id == first.id).execute()
    names = {entry.record: entry.as_change().values["written_by"] for entry in entries()}
    assert names == {first.id: "示例·乙", second.id: "示例·甲"}


def test_records_written_together_go_out_together_again(laptop: Replica) -> None:
    with laptop.transaction():
        first = Person.create(name="不行")
        second = Person.create(name="示例·同")
    refuse_all()
    Person.update(name="示例·行").where(Person.id == first.id).execute()
    assert {entry.record for entry in entries()} == {first.id, second.id}
    assert len({entry.stamp for entry in entries()}) == 1
    assert Person.get_by_id(second.id).name == "示例·同"


def test_a_count_is_neither_lost_nor_doubled(laptop: Replica) -> None:
    tally = Tally.create(label="磨剪刀", people=3, scope="team-1")
    Tally.update(people=plus(2)).where(Tally.id == tally.id).execute()
    refuse_all()
    Tally.update(people=plus(4)).where(Tally.id == tally.id).execute()
    [entry] = entries()
    own = str(LaptopState.read().incarnation)
    assert entry.as_change().values["people"] == {own: [9, 0]}
    assert Tally.get_by_id(tally.id).people == 9


def test_an_edit_of_one_record_leaves_the_others_refused(laptop: Replica) -> None:
    first, second = Person.create(name="不行"), Person.create(name="也不行")
    refuse_all()
    Person.update(name="示例·行").where(Person.id == first.id).execute()
    assert [rejected.entries[0].record for rejected in attention.rejected_transactions()] == [
        second.id
    ]


def test_an_edit_of_a_record_that_is_only_sent_corrects_nothing(laptop: Replica) -> None:
    person = Person.create(name="示例·一")
    set_state([entries()[0].stamp], EntryState.SENT, seq=1)
    Person.update(name="示例·二").where(Person.id == person.id).execute()
    assert [entry.state for entry in entries()] == ["sent", "unsent"]


def test_resending_gives_a_new_stamp_and_wakes_the_sync(laptop: Replica) -> None:
    Person.create(name="不行")
    refuse_all()
    old = entries()[0].stamp
    woken: list[bool] = []
    laptop.on_write = lambda: woken.append(True)
    [rejected] = attention.rejected_transactions()
    assert rejected.reasons == {"name": ["不行。No."]}
    attention.resend(laptop, rejected.number)
    [entry] = entries()
    assert entry.stamp > old
    assert entry.state == "unsent"
    assert woken == [True]


def test_what_waits_for_a_plugin_may_be_tried_as_it_is(laptop: Replica) -> None:
    Person.create(name="示例·等")
    old = entries()[0].stamp
    set_state([old], EntryState.DEFERRED)
    attention.resend(laptop, attention.rejected_transactions()[0].number)
    assert (entries()[0].stamp, entries()[0].state) == (old, "unsent")


def test_discarding_a_new_record_takes_its_later_changes_along_and_keeps_them(
    laptop: Replica,
) -> None:
    person = Person.create(name="不行")
    Person.update(gender="male").where(Person.id == person.id).execute()
    refuse_all()
    path = attention.discard(laptop, attention.rejected_transactions()[0].number)
    kept = path.read_text("utf-8")
    assert "不行" in kept
    assert "male" in kept
    assert entries() == []
    assert not Person.select().exists()


def test_discarding_an_edit_shows_what_is_agreed(laptop: Replica) -> None:
    person = Person.create(name="示例·原")
    collection = laptop.collection("roster.person")
    row = laptop.view(collection, [person.id])[person.id].local
    row.stamp, row.seq = entries()[0].stamp, 1
    Entry.delete().execute()
    with laptop.database.atomic():
        collection.put_rows([row])
    Person.update(name="不行").where(Person.id == person.id).execute()
    refuse_all()
    attention.discard(laptop, attention.rejected_transactions()[0].number)
    assert Person.get_by_id(person.id).name == "示例·原"
    assert outbox.count(EntryState.REFUSED) == 0


def test_a_number_that_is_none_is_told(laptop: Replica) -> None:
    with pytest.raises(attention.NothingThere, match="7"):
        attention.discard(laptop, 7)
