"""What a laptop's tables hold: rows as hub and laptop agree on them, and new ones that are still to go."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.errors import Refused
from hongxian.model.row import Row
from hongxian.wire.digest import Digest
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.restamp import restamp
from hongxian_client.replica.unsent.outbox import EntryState, set_state, with_state
from hongxian_client.review.attention import discard
from hongxian_server.sync.feed import without_own_ends
from hongxian_server.sync.incarnation import start_epoch
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import PEOPLE, SAMPLE, Person, Thing


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, PEOPLE) as met:
        met.team("甲队")
        met.laptop("甲队")
        met.laptop("甲队")
        met.sync()
        yield met


def row_of(laptop: Replica, id: str) -> Row:
    """A person's row as it stands in the table."""
    with laptop:
        return laptop.collection("people.person").rows_by_id([id])[id]


def agreed_of(laptop: Replica, id: str) -> Row | None:
    """A person's record as this laptop knows that the hub has it."""
    with laptop:
        view = laptop.view(laptop.collection("people.person"), [id]).get(id)
        return view.base if view else None


def test_what_the_hub_takes_in_stands_in_the_table_already(told: Meeting) -> None:
    first, second = told.laptops
    with first:
        id = Person.create(name="示例·一").id
    before = row_of(first, id)
    assert agreed_of(first, id) is None
    told.sync(first)
    assert row_of(first, id) == before
    assert agreed_of(first, id) == before
    told.sync(second)
    assert row_of(second, id).stamp == before.stamp
    told.agree()


def test_a_record_with_unsent_work_is_agreed_as_the_hub_has_it(told: Meeting) -> None:
    laptop = told.laptops[0]
    with laptop:
        id = Person.create(name="示例·一").id
    told.sync(laptop)
    with laptop:
        Person.update(name="示例·二").where(Person.id == id).execute()
    base = agreed_of(laptop, id)
    assert base is not None
    assert (base.values["name"], row_of(laptop, id).values["name"]) == ("示例·一", "示例·二")


def test_a_row_made_and_changed_at_once_bears_the_stamp_of_both(told: Meeting) -> None:
    laptop = told.laptops[0]
    with laptop, laptop.transaction() as transaction:
        id = Person.create(name="示例·一").id
        Person.update(name="示例·二").where(Person.id == id).execute()
        stamp = transaction.stamp()
    assert row_of(laptop, id).stamp == stamp
    told.agree()
    assert row_of(laptop, id).stamp == stamp


@pytest.mark.parametrize("away", [True, False])
def test_new_stamps_reach_new_rows_though_their_plugin_is_away(told: Meeting, away: bool) -> None:
    laptop, other = told.laptops
    with laptop:
        person = Person.create(name="示例·一").id
        thing = Thing.create(name="磨石", people=2, scope="community").id
    lacking = Replica.open(laptop.folder, plugins=with_only(() if away else told.modules))
    with lacking, lacking.upkeep():
        restamp(lacking, offset=90_000)
    told.agree()
    assert row_of(laptop, person).stamp == row_of(other, person).stamp
    with laptop:
        Person.update(name="示例·二").where(Person.id == person).execute()
        Thing.update(name="砂石").where(Thing.id == thing).execute()
    told.agree()
    assert told.sync()[0].differs == []


def test_a_hubs_new_life_makes_no_copy_of_a_laptop_that_has_nothing_to_send(told: Meeting) -> None:
    laptop = told.laptops[0]
    with laptop:
        Person.create(name="示例·一")
        incarnation = laptop.writer().incarnation
    told.sync()
    with told.hub:
        start_epoch(told.hub)
    for _ in range(3):
        told.sync(laptop)
    with laptop:
        assert laptop.writer().incarnation == incarnation
        Person.create(name="示例·二")
    told.agree()
    with laptop:
        assert laptop.writer().incarnation == incarnation


def test_a_sum_that_went_astray_is_summed_anew(told: Meeting) -> None:
    laptop = told.laptops[0]
    with laptop:
        Person.create(name="示例·一")
    told.agree()
    with laptop:
        Digest.update(sum="0" * 16, count=9).where(Digest.collection == "people.person").execute()
    [report] = told.sync(laptop)
    assert [name for _, name in report.differs] == ["people.person"]
    told.agree()
    assert told.sync(laptop)[0].differs == []


def test_new_stamps_reach_all_that_was_written_of_a_new_row(told: Meeting) -> None:
    laptop = told.laptops[0]
    with laptop:
        with laptop.acting_as("示例·甲"):
            id = Person.create(name="示例·一").id
        with laptop.acting_as("示例·乙"):
            Person.update(name="示例·二").where(Person.id == id).execute()
        with laptop.upkeep():
            restamp(laptop, offset=90_000)
    assert row_of(laptop, id).person == "示例·乙"


def test_what_is_refused_is_not_discarded_while_its_plugin_is_away(told: Meeting) -> None:
    """Nobody could tell then what is left of the record, and it would pass for an agreed one."""
    laptop = told.laptops[0]
    with laptop:
        Person.create(name="示例·一")
        set_state([entry.stamp for entry in with_state(EntryState.UNSENT)], EntryState.REFUSED)
    lacking = Replica.open(laptop.folder, plugins=with_only((SAMPLE,)))
    with lacking, pytest.raises(Refused, match="is missing: put it back"):
        discard(lacking, 1)
    with laptop:
        discard(laptop, 1)
        assert not Person.select().exists()


def test_ids_are_found_whatever_a_database_orders_first(tmp_path: Path, postgres_url: str) -> None:
    """In Danish aa comes after all other letters."""
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(
            "CREATE DATABASE dansk TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8' "
            "LOCALE_PROVIDER icu ICU_LOCALE 'da'"
        )
    first_of_all, last = (f"{two}9a15a7-301a-7783-8bcd-8e755f4a7356" for two in ("aa", "ab"))
    url = postgres_url.replace("@/postgres?", "@/dansk?")
    with meeting(tmp_path, SAMPLE, PEOPLE, url=url) as told:
        told.team("甲队")
        one, two = told.laptop("甲队"), told.laptop("甲队")
        with two:
            Person.insert(id=last, name="示例·一").execute()
        told.sync(two)
        with one:
            names = {first_of_all: "示例·二", last: "示例·三"}
            Person.insert_many([{"id": id, "name": name} for id, name in names.items()]).execute()
        told.agree()


@pytest.mark.parametrize("count", [1, 49, 50, 51, 101])
def test_however_many_rows_go_in_together_each_is_there(told: Meeting, count: int) -> None:
    names = [f"示例·{place}" for place in range(count)]
    first, second = told.laptops
    with first, first.separately():
        Person.insert_many([{"name": name} for name in names]).execute()
    told.agree()
    for laptop in (first, second, told.hub):
        with laptop:
            assert sorted(each.name for each in Person.select()) == sorted(names)


ranges = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda two: (min(two), max(two)))
)


@given(ranges, st.integers(0, 40), st.integers(0, 40))
def test_to_leave_known_seqs_out_at_the_ends_leaves_out_no_other(
    known: list[tuple[int, int]], cursor: int, upto: int
) -> None:
    def fresh(after: int, last: int) -> list[int]:
        return [
            seq
            for seq in range(after + 1, last + 1)
            if not any(low < seq <= high for low, high in known)
        ]

    assert fresh(*without_own_ends(cursor, upto, known)) == fresh(cursor, upto)
