"""What is kept no longer than was said is in no file any more, in whatever order laptops and hub meet."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField, DateField

import health_checks
import hongxian_plugins.roster as roster
from health_checks import Reading
from hongxian import Keep, Record, Reference, local_today
from hongxian.collections.builtin import Conflict, Erasure
from hongxian.collections.collection import Collection
from hongxian.errors import BadCollection, Refused, UnknownField
from hongxian.records import COMMUNITY, Consent
from hongxian_client.replica.replica import Replica
from hongxian_plugins.roster import Person
from hongxian_server.history.erasing import FILE, Erased, erase, receipts
from hongxian_server.history.erasing_fields import refuse_unless_erasable
from hongxian_server.history.keeping import erase_what_is_over
from hongxian_server.ops.tidy import tidy
from hongxian_server.tables.journal import Block, first_broken_block
from meeting import Meeting, meeting
from samples import plugin

SECRET = "示例·只留到期"
LONG_AGO, LATER = date(2020, 1, 1), date(2099, 1, 1)


class Slip(Record):
    """Slips that are kept to a day, or while somebody consents."""

    person = Reference("roster.person", null=True)
    text = CharField(max_length=40)
    ends = DateField(null=True)
    phone = CharField(max_length=20, null=True)
    phone_until = DateField(null=True)

    class Meta:
        collection = "slips.slip"
        field_keep = {"phone": Keep(until="phone_until")}
        keep = Keep(until="ends", consent="slips")


class Stub(Record):
    """Stubs that are kept as long as their slips."""

    slip = Reference("slips.slip")
    text = CharField(max_length=40)

    class Meta:
        collection = "slips.stub"
        keep = Keep(until="slip")


SLIPS = plugin("slips", Stub, Slip)


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, roster, health_checks, SLIPS, url=database_url) as met:
        met.team("east")
        met.laptop("east"), met.laptop("east")
        yield met


def tidied(met: Meeting) -> None:
    with met.hub:
        tidy(met.hub)


def files_with(folder: Path, *words: str) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


@pytest.mark.either_database
def test_what_is_past_its_day_is_erased_everywhere_and_the_rest_stays(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        over = Slip.create(text=SECRET, ends=LONG_AGO).id
        today = Slip.create(text="今天还在", ends=local_today(one)).id
        Slip.create(text="没有期限")
    met.agree()
    tidied(met)
    met.agree()
    met.agree()
    for store in (met.hub, one, two):
        with store:
            assert {each.text for each in Slip.select()} == {"今天还在", "没有期限"}
            assert today in {each.id for each in Slip.select()}
    for laptop in met.laptops:
        assert not files_with(laptop.folder, SECRET)
    if not met.hub.database.postgres:
        assert not files_with(met.hub.folder, SECRET)
    with met.hub:
        [receipt] = receipts(met.hub)
        assert (receipt.record, receipt.waits_for) == (over, [])


def test_what_is_kept_for_another_record_goes_with_it_and_so_does_what_comes_later(
    met: Meeting,
) -> None:
    one, two = met.laptops
    with one:
        over, stays = Slip.create(text="到期", ends=LONG_AGO), Slip.create(text="没到期")
        for slip in (over, stays):
            Stub.create(slip=slip.id, text=f"{SECRET}{slip.text}")
    met.agree()
    with two:
        Stub.create(slip=over.id, text=f"{SECRET}迟到")
    for _ in range(2):  # the stubs are looked at before the slips
        tidied(met)
    met.agree()
    tidied(met)
    met.agree()
    for store in (met.hub, one, two):
        with store:
            assert [each.text for each in Stub.select()] == [f"{SECRET}没到期"]


def test_a_function_of_the_record_tells_its_last_day(met: Meeting) -> None:
    one, _ = met.laptops
    with one:
        person = Person.create(name="示例·甲001").id
        today = local_today(one)
        for days in (364, 366):
            day = today - timedelta(days=days)
            Reading.create(person=person, day=day, upper=120, lower=80)
    met.agree()
    tidied(met)
    met.agree()
    with one:
        assert [each.day for each in Reading.select()] == [today - timedelta(days=364)]


def test_a_withdrawn_consent_takes_what_hung_on_it_and_one_given_again_keeps_what_comes(
    met: Meeting,
) -> None:
    one, two = met.laptops
    with one:
        person, other = Person.create(name="示例·甲001").id, Person.create(name="示例·乙002").id
        for each in (person, other):
            Consent.create(person=each, kind="slips")
            Slip.create(person=each, text=f"{SECRET}{each[-4:]}")
    met.agree()
    tidied(met)
    with two:
        assert Slip.select().count() == 2
        Consent.update(given=False).where(Consent.person == person).execute()
    met.sync(two)
    tidied(met)
    met.agree()
    with one:
        assert [each.person for each in Slip.select()] == [other]
        assert not files_with(one.folder, f"{SECRET}{person[-4:]}")
        Consent.create(person=person, kind="slips")
        Slip.create(person=person, text="又同意了")
    met.agree()
    tidied(met)
    met.agree()
    with two:
        assert Slip.select().count() == 2


def test_what_one_team_says_of_a_consent_ends_no_other_teams_records(met: Meeting) -> None:
    met.team("west")
    east, west = met.laptops[0], met.laptop("west")
    with east:
        person = Person.create(name="示例·甲001").id
        Consent.create(person=person, kind="slips")
        Slip.create(person=person, text="东队的")
    met.sync()
    with west:
        Slip.create(person=person, text="西队的")
        Consent.create(person=person, kind="slips", given=False)
    met.sync()
    tidied(met)
    met.sync()
    with east:
        assert [each.text for each in Slip.select()] == ["东队的"]
    with west:
        assert not Slip.select().exists()
    with met.hub:  # the keeper's own word counts for all
        Consent.create(person=person, kind="slips", given=False, scope=COMMUNITY)
    tidied(met)
    met.sync()
    with east:
        assert not Slip.select().exists()


def test_one_bad_function_leaves_the_others_kept_no_longer(
    tmp_path: Path,
) -> None:
    class Odd(Record):
        """Records whose end nobody can tell."""

        class Meta:
            collection = "odd.odd"
            keep = Keep(until=lambda record: "soon")

    with meeting(tmp_path, plugin("odd", Odd), roster, SLIPS) as met:
        met.team("east")
        laptop = met.laptop("east")
        with laptop:
            Odd.create()
            Slip.create(text=SECRET, ends=LONG_AGO)
        met.sync()
        with met.hub:
            assert erase_what_is_over(met.hub) == 1
            assert Odd.select().count() == 1
            assert any(each.errors for each in met.hub.plugins.all)


def test_one_record_over_which_a_function_breaks_keeps_no_other(tmp_path: Path) -> None:
    class Odd(Record):
        """Records of which one is odd."""

        text = CharField(max_length=9)

        class Meta:
            collection = "odd.odd"
            keep = Keep(until=lambda record: LONG_AGO if record.text == "过期" else record.text)

    with meeting(tmp_path, plugin("odd", Odd), roster) as met:
        met.team("east")
        with met.laptop("east"):
            for text in ("坏", "过期", "坏", "过期"):
                Odd.create(text=text)
        met.sync()
        with met.hub:
            assert erase_what_is_over(met.hub) == 2
            assert [each.text for each in Odd.select()] == ["坏", "坏"]


@pytest.mark.parametrize(
    "keep", [Keep(), Keep(until="text"), Keep(until="nothing"), Keep(consent="x", of="text")]
)
def test_what_no_hub_could_keep_to_is_refused_when_the_plugin_is_loaded(
    met: Meeting, keep: Keep
) -> None:
    class Wrong(Record):
        """Wrong."""

        text = CharField()

        class Meta:
            collection = "wrong.wrong"

    Wrong._meta.keep = keep
    with pytest.raises(BadCollection):
        Collection(Wrong, met.hub.database)


STEPS = st.lists(
    st.sampled_from(
        [
            "sync 0",
            "sync 1",
            "edit 0",
            "edit 1",
            "tidy",
            "withdraw 1",
            "end 0",
            "delete 1",
            "note 0",
        ]
    ),
    max_size=12,
)


def test_what_was_deleted_before_its_end_goes_from_the_journal_too(met: Meeting) -> None:
    one, _ = met.laptops
    with one:
        person = Person.create(name="示例·甲001").id
        consent = Consent.create(person=person, kind="slips").id
        Slip.create(person=person, text=SECRET)
        Slip.create(text=SECRET, ends=LONG_AGO)
    met.sync(one)
    with one:
        Slip.delete().execute()
    met.sync(one)
    with met.hub:
        assert erase_what_is_over(met.hub) == 1
        assert any(SECRET.encode() in block.text() for block in Block.select())
    with one:
        Consent.update(given=False).where(Consent.id == consent).execute()
    met.sync(one)
    with met.hub:
        assert erase_what_is_over(met.hub) == 1
        assert not any(SECRET.encode() in block.text() for block in Block.select())
        assert erase_what_is_over(met.hub) == 0


PHONE = "10000012345"


@pytest.mark.either_database
def test_a_field_is_emptied_and_the_record_stays(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        id = Slip.create(text="还在", phone=PHONE, phone_until=LONG_AGO).id
        Slip.create(text="没到期", phone="10000099999", phone_until=LATER)
    met.agree()
    with two:
        Slip.update(phone="10000055555", text="改了").where(Slip.id == id).execute()
    tidied(met)
    for _ in range(3):
        met.sync(one)
        met.sync(two)
    met.agree()
    for store in (met.hub, one, two):
        with store:
            held = {each.text: each.phone for each in Slip.select()}
            assert held == {"改了": None, "没到期": "10000099999"}
            assert not Conflict.select().exists()
    for folder in (one.folder, two.folder, met.hub.folder):
        if folder != met.hub.folder or not met.hub.database.postgres:
            assert not files_with(folder, PHONE, "10000055555")
    with met.hub:
        texts = b"".join(block.text() for block in Block.select())
        assert PHONE.encode() not in texts
        assert b"10000055555" not in texts
        assert first_broken_block() is None
        [receipt] = receipts(met.hub)
        assert (receipt.collection, receipt.record, receipt.waits_for) == (
            "slips.slip.phone",
            id,
            [],
        )
        assert erase_what_is_over(met.hub) == 0
    with two:
        Slip.update(phone="10000077777", phone_until=LATER).where(Slip.id == id).execute()
    met.agree()
    with one:
        assert Slip.get_by_id(id).phone == "10000077777"


def test_the_keeper_empties_one_field_and_no_field_that_cannot_be_empty(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        id = Slip.create(text="还在", phone=PHONE).id
    met.agree()
    collection = met.hub.collections["slips.slip"]
    with pytest.raises(Refused):
        refuse_unless_erasable(collection, "text")
    with pytest.raises(UnknownField):
        refuse_unless_erasable(collection, "nothing")
    refuse_unless_erasable(collection, "phone")
    with met.hub:
        erase(met.hub, [("slips.slip.phone", id)], "示例管理员")
    met.agree()
    with two:
        assert [(each.text, each.phone) for each in Slip.select()] == [("还在", None)]
    assert not files_with(two.folder, PHONE)


def test_a_hub_that_was_put_back_empties_the_field_again(tmp_path: Path) -> None:
    with meeting(tmp_path, roster, SLIPS) as met:
        met.team("east")
        one, away = met.laptop("east"), met.laptop("east")
        with one:
            id = Slip.create(text="还在", phone=PHONE, phone_until=LONG_AGO).id
        met.agree()
        tidied(met)
        met.sync(one)
        erasures = (met.hub.folder / FILE).read_bytes()
        with met.hub, met.hub.transaction():
            # as a copy has it that was made before: the value, and no erasure
            collection = met.hub.collections["slips.slip"]
            [row] = collection.rows("1 = 1")
            row.put("phone", PHONE, row.stamp)
            collection.put_rows([row])
            Erasure._meta.database.execute_sql(f"DELETE FROM {Erasure._meta.table_name}")
            with Erased.changing() as state:
                state.erased_seq = 0
        assert PHONE.encode() not in erasures
        tidied(met)
        with met.hub:
            assert Slip.get_by_id(id).phone is None
        with away:
            assert Slip.get_by_id(id).phone == PHONE


@given(STEPS)
def test_in_whatever_order_they_meet_nothing_of_it_is_left(steps: list[str]) -> None:
    with TemporaryDirectory() as folder, meeting(Path(folder), roster, SLIPS) as met:
        met.team("east")
        one, two = met.laptop("east"), met.laptop("east")
        with one:
            person = Person.create(name="示例·甲001").id
            Consent.create(person=person, kind="slips")
            ids = [
                Slip.create(person=person, text=f"{SECRET}一").id,
                Slip.create(text=f"{SECRET}二").id,
            ]
        met.agree()
        for step in steps:
            take(met, step, ids)
        for step in ("withdraw 1", "end 0", "sync 0", "sync 1", "tidy"):
            take(met, step, ids)
        met.sync()
        met.sync()
        for laptop in (one, two):
            assert not files_with(laptop.folder, SECRET)
        assert not files_with(met.hub.folder, SECRET)
        with met.hub:
            assert not any(SECRET.encode() in block.text() for block in Block.select())
            assert {each.record for each in Erasure.select()} <= set(ids)
            assert not Slip.select().exists()


def take(met: Meeting, step: str, ids: list[str]) -> None:
    what, _, which = step.partition(" ")
    if what == "tidy":
        tidied(met)
        return
    laptop: Replica = met.laptops[int(which)]
    if what == "sync":
        met.sync(laptop)
        return
    with laptop:
        if what == "edit":
            Slip.update(text=f"{SECRET}{which}改").execute()
        elif what == "withdraw":
            Consent.update(given=False).execute()
        elif what == "end":
            Slip.update(ends=LONG_AGO).where(Slip.id == ids[1]).execute()
        elif what == "note":
            Slip.update(ends=LATER).where(Slip.id == ids[1]).execute()
        else:
            Slip.delete().where(Slip.id == ids[0]).execute()
