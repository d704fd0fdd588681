"""What is erased is nowhere any more: not at the hub, on no laptop, and after no restore."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import desk_of, entered
from hongxian import local_today
from hongxian.collections.builtin import Conflict, Erasure
from hongxian.errors import RecordUnknown, Refused
from hongxian.records import COMMUNITY, Task
from hongxian.wire.digest import Sums
from hongxian_client.replica.erasing import let_erased_go
from hongxian_client.replica.kept_files import keep_file, of_rows
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.review import attention
from hongxian_server.history.erasing import FILE, erase, receipts, referring
from hongxian_server.ops.tidy import tidy
from hongxian_server.tables.held_offers import HeldOffer, hold
from hongxian_server.tables.journal import Block, first_broken_block
from meeting import Meeting, meeting
from put_back import Town, town
from samples import CONTACTS, PEOPLE, SAMPLE, Contact, Person

__all__ = ["town"]
PERSON = "people.person"
SECRETS = ("示例·被遗忘者", "10000098765", "另一边写的")


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    modules = (SAMPLE, PEOPLE, CONTACTS)
    with meeting(tmp_path, *modules, url=database_url) as met:
        met.laptop()
        met.laptop()
        yield met


def made(laptop: Replica) -> str:
    with laptop:
        return str(Person.create(name=SECRETS[0], note=SECRETS[1]).id)


def note(laptop: Replica, id: str, text: str) -> None:
    with laptop:
        Person.update(note=text).where(Person.id == id).execute()


def erase_at(met: Meeting, *keys: tuple[str, str]) -> None:
    with met.hub:
        erase(met.hub, list(keys), "示例管理员")


def journal_text(met: Meeting) -> str:
    with met.hub:
        return "".join(block.text().decode() for block in Block.select())


def files_with(folder: Path, words: tuple[str, ...] = SECRETS) -> set[str]:
    """The files below a folder that hold any of the words, as text or as JSON has it."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    }


@pytest.mark.either_database
def test_what_is_erased_is_in_no_table_no_journal_and_no_file(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one)
    met.agree()
    note(one, id, "一边写的")
    note(two, id, SECRETS[2])
    met.agree()
    with one:
        other = Person.create(name="示例·乙").id
        assert Conflict.select().exists()
        kept = one.collection(PERSON).rows_by_id([id, str(other)]).values()
        keep_file(one, "overwritten", of_rows(PERSON, kept))
        Task.create(text="看看示例·被遗忘者", collection=PERSON, record=id, scope=COMMUNITY)
    met.agree()
    with met.hub, met.hub.upkeep():
        hold(PERSON, met.hub.collections[PERSON].rows_by_id([id]).values(), "somebody", 0)
    note(two, id, "还没送出的")
    erase_at(met, (PERSON, id))
    met.sync()
    met.agree()
    assert not any(word in journal_text(met) for word in SECRETS)
    with met.hub:
        assert first_broken_block() is None
        assert not HeldOffer.select().exists()
    for store in (met.hub, one, two):
        with store:
            assert id not in store.collection(PERSON).rows_by_id([id])
            assert [each.name for each in Person.select()] == ["示例·乙"]
            assert not Conflict.select().exists()
            assert not Task.select().exists()
    with two:
        [entry] = Entry.select()
        assert entry.as_change().values == {}
    for laptop in met.laptops:
        assert files_with(laptop.folder) == set()
    [kept_file] = (one.folder / "kept").glob("*.json")
    assert "示例·乙" in kept_file.read_text("utf-8")
    if not met.hub.database.postgres:
        assert files_with(met.hub.folder) == set()


def test_the_keeper_sees_which_laptops_have_not_erased_yet(met: Meeting) -> None:
    one, _ = met.laptops
    id = made(one)
    met.agree()
    erase_at(met, (PERSON, id))
    with met.hub:
        [receipt] = receipts(met.hub)
        assert len(receipt.waits_for) == 2
        assert (receipt.collection, receipt.record, receipt.by) == (PERSON, id, "示例管理员")
    met.sync(one)
    met.sync(one)
    with met.hub:
        [receipt] = receipts(met.hub)
        assert len(receipt.waits_for) == 1
    met.agree()
    met.agree()
    with met.hub:
        [receipt] = receipts(met.hub)
        assert receipt.waits_for == []


def test_a_laptop_whose_files_are_not_swept_yet_has_not_erased(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one)
    met.agree()
    erase_at(met, (PERSON, id))
    with one, one.database.snapshot():
        one.database.execute_sql("SELECT count(*) FROM people_person").fetchone()  # a reader
        for _ in range(2):
            met._sync(one)
        with met.hub:
            [receipt] = receipts(met.hub)
            assert len(receipt.waits_for) == 2
    met.sync(one, one, two, two)
    with met.hub:
        [receipt] = receipts(met.hub)
        assert receipt.waits_for == []


def test_later_edits_and_a_new_record_of_that_id_are_refused_with_a_sentence(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one)
    met.agree()
    note(two, id, "来得太晚")
    erase_at(met, (PERSON, id))
    met.sync(two)
    with two:
        [rejected] = attention.rejected_transactions()
        attention.discard(two, rejected.number)
        assert not Entry.select().exists()
        Person.create(id=id, name="再来一次")
    [report] = met.sync(two)
    assert report.refused == 1
    with two:
        [entry] = Entry.select()
        assert "彻底删除" in entry.reason


def test_of_an_unsent_edit_it_is_told_that_it_went_and_not_what_it_said(met: Meeting) -> None:
    """What was written by the same press can go out by itself, and a deletion of the record needs no word."""
    one, two = met.laptops
    id, other = made(one), made(one)
    met.agree()
    note(two, id, "第一句")
    with two, two.transaction():
        Person.update(note="第二句").where(Person.id == id).execute()
        Person.create(name="示例·同时写下")
    with one:
        Person.delete().where(Person.id == other).execute()
    erase_at(met, (PERSON, id), (PERSON, other))
    reports = met.sync(one, two, two)
    assert [each.refused for each in reports] == [0, 3, 3]
    for laptop in met.laptops:
        assert files_with(laptop.folder, ("第一句", "第二句", *SECRETS)) == set()
    with one:
        assert not Entry.select().exists()
    with two:
        with two.upkeep():
            let_erased_go(
                two, [(PERSON, id, 1)], Sums()
            )  # as when a mended collection tells it again
        *told, together = attention.rejected_transactions()
        attention.resend(two, together.number)
        assert [each.state for each in told] == [attention.ERASED] * 2
        for rejected in told:
            [[why]] = rejected.reasons.values()
            assert f"{local_today(two):%Y-%m-%d}" in why.zh
            assert "erased" in why.en
            with pytest.raises(Refused):
                attention.resend(two, rejected.number)
            assert attention.discard(two, rejected.number) is None
        assert not (two.folder / "kept").exists()
    met.agree()
    with met.hub:
        assert [each.name for each in Person.select()] == ["示例·同时写下"]


def test_the_desk_tells_of_it_until_somebody_has_seen_it(met: Meeting) -> None:
    one, _ = met.laptops
    id = made(one)
    met.agree()
    note(one, id, "来得太晚")
    erase_at(met, (PERSON, id))
    met.sync(one)
    browser = entered(desk_of(one))
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    shown = browser.get("/attention").get_data(as_text=True)
    [address] = re.findall(r'action="(/attention/\d+/[a-z]+)"', shown)
    browser.post(address)
    assert "/discard" not in browser.get("/attention").get_data(as_text=True)
    with one:
        assert not Entry.select().exists()


def test_what_refers_to_it_is_listed_and_goes_where_the_keeper_says_so(met: Meeting) -> None:
    one, _ = met.laptops
    id = made(one)
    with one:
        contact = str(Contact.create(person=id, phone=SECRETS[1]).id)
    met.agree()
    with met.hub:
        assert referring(met.hub, PERSON, id) == {"erased.contact": [contact]}
        with pytest.raises(RecordUnknown):
            referring(met.hub, PERSON, contact)
    erase_at(met, (PERSON, id), ("erased.contact", contact))
    met.agree()
    for store in (met.hub, *met.laptops):
        with store:
            assert not Contact.select().exists()


@pytest.mark.parametrize("with_file", [True, False])
def test_a_hub_that_was_put_back_erases_again(town: Town, with_file: bool) -> None:
    with town.serving():
        laptop = town.laptop("east")
        away = town.laptop("east")
        id = made(laptop)
        town.agree()
    town.save()
    with town.serving():
        erase_at(town, (PERSON, id))
        town.sync(laptop)
        town.sync(laptop)
    told = (town.folder / "hub" / FILE).read_bytes()
    town.load()
    if with_file:
        (town.folder / "hub" / FILE).write_bytes(told)
    with town.serving(new_life=True):
        with town.hub:
            if with_file:
                tidy(town.hub)
                assert not Person.select().exists()
            else:
                assert Person.select().exists()
        town.sync(laptop)
        town.sync(away)
        town.agree()
        for store in (town.hub, laptop, away):
            with store:
                assert not Person.select().exists()
                assert Erasure.select().count() == 1
        assert SECRETS[1] not in journal_text(town)
        with town.hub:
            assert not HeldOffer.select().exists()


def test_a_laptop_cannot_make_up_an_erasure(town: Town) -> None:
    with town.serving():
        laptop = town.laptop("east")
        id = made(laptop)
        town.agree()
    town.save()
    with town.serving():
        erase_at(town, (PERSON, made(laptop)))
        town.agree()
    town.load()
    with laptop, laptop.upkeep():
        laptop.database.execute_sql("UPDATE hongxian_erasure SET record = ?", (id,))
    with town.serving(new_life=True):
        town.sync()
        with town.hub:
            assert Person.get().id == id
            assert not Erasure.select().exists()
