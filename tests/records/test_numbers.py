"""Numbers on paper: books that laptops tear numbers off, offline, and what two copies both gave."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField

from hongxian import Book, Record, Reference, Refused, SeriesField, Text
from hongxian.errors import BadCollection, BadPlugin
from hongxian.kit.numbers import number_all_books
from hongxian.quotas import give_back, grant, pass_on
from hongxian.records import COMMUNITY, Device, Task
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_testing import Laptop, Neighbourhood
from hongxian_testing.laptop import with_only
from hongxian_testing.neighbourhood import open_neighbourhood
from samples import plugin


class ReceiptBook(Book):
    """Receipt books."""

    class Meta:
        collection = "desk.receipt_book"
        title = Text("收据簿", "Receipt books")


class Receipt(Record):
    """Receipts."""

    number = SeriesField(ReceiptBook, per="year", size=4, verbose_name=Text("收据号", "Receipt"))

    class Meta:
        collection = "desk.receipt"
        title = Text("收据", "Receipts")


class DossierBook(Book):
    """Books of dossiers' numbers, which lie in the team."""

    class Meta:
        collection = "desk.dossier_book"
        title = Text("卷宗号簿", "Books of dossiers")


class Dossier(Record):
    """Dossiers, each in a circle of its own."""

    number = SeriesField(DossierBook, per="year", size=2, null=True)

    class Meta:
        collection = "desk.dossier"
        scope = "circle"
        title = Text("卷宗", "Dossiers")


class TicketBook(Book):
    """Books of tickets, for each line of each stall."""

    stall = Reference("desk.stall")
    line = CharField(max_length=10)

    class Meta:
        collection = "desk.ticket_book"
        scope = "any"
        title = Text("号簿", "Ticket books")


class Ticket(Record):
    """Tickets."""

    stall = Reference("desk.stall")
    line = CharField(max_length=10)
    number = SeriesField(TicketBook, per=("stall", "line"), null=True)

    class Meta:
        collection = "desk.ticket"
        scope = "any"
        title = Text("号", "Tickets")


DESK = plugin("desk", ReceiptBook, Receipt, DossierBook, Dossier, TicketBook, Ticket)
pytestmark = pytest.mark.plugins(DESK)
STALL = "01a22644-de44-7055-abf7-69aec5b83622"
DAY = "2026-05-01 09:00"


def receipts(laptop: Laptop | Replica, count: int = 1, **how: Any) -> list[str]:
    """Receipts that are made out, one after the other."""
    with laptop:
        return [Receipt.create(number=Receipt.number.draw(**how)).number for _ in range(count)]


@pytest.fixture
def two(neighbourhood: Neighbourhood) -> tuple[Laptop, Laptop]:
    """Two laptops of one team, each with a book of four receipts."""
    first, second = neighbourhood.laptop(), neighbourhood.laptop()
    first.at(DAY)
    neighbourhood.meet()
    with first:
        assert Receipt.number.prepare() == 2
    neighbourhood.meet()
    neighbourhood.meet()
    return first, second


def test_a_book_that_begins_at_the_end_of_all_numbers_stops_nobodys_sync(
    neighbourhood: Neighbourhood, two: tuple[Laptop, Laptop]
) -> None:
    second = two[1]
    with neighbourhood.hub:  # as one that is filled again may be told by whoever comes first
        ReceiptBook.update(first=2**63 - 1).where(ReceiptBook.first > 0).execute()
    neighbourhood.meet()
    given = receipts(second, 9)
    for _ in range(2):
        assert not second.sync().refused
    assert len({*given, *receipts(second, 2)}) == 11, "it goes on under a suffix of its own"
    with neighbourhood.hub as hub:
        ReceiptBook.delete().where(ReceiptBook.first > 10**15).execute()
        number_all_books(hub)
        assert all(0 < each.first < 100 for each in ReceiptBook.select())


def test_nobody_but_the_hub_says_where_a_book_begins_nor_makes_one_larger_or_takes_it_away(
    two: tuple[Laptop, Laptop],
) -> None:
    with two[0] as laptop:
        for book in ReceiptBook.select().where(ReceiptBook.first > 0):
            for change in (
                lambda book=book: laptop.store.edit(ReceiptBook, {book.id: {"first": 1_000}}),
                lambda book=book: laptop.store.edit(ReceiptBook, {book.id: {"period": "1999"}}),
                lambda book=book: grant(book, "numbers", 1),
                lambda book=book: give_back(book, "numbers", 1),
                lambda book=book: laptop.store.delete(ReceiptBook, [book.id]),
            ):
                with pytest.raises(Refused):
                    change()
        with pytest.raises(Refused):
            ReceiptBook.create(numbers=10**6)


def test_two_laptops_without_a_network_never_give_one_number(
    neighbourhood: Neighbourhood, two: tuple[Laptop, Laptop]
) -> None:
    given = [receipts(each, 4) for each in two]
    assert sorted(given) == [[f"2026-{n:04}" for n in own] for own in (range(1, 5), range(5, 9))]
    neighbourhood.meet()
    for each in two:
        assert not each.tasks
        with each:
            assert Receipt.select().count() == 8
            assert not attention.rejected_transactions()


def test_an_empty_book_goes_on_under_the_laptops_own_suffix_and_asks_for_another(
    two: tuple[Laptop, Laptop],
) -> None:
    first, _ = two
    *_, last = receipts(first, 6)
    assert last == "2026-0002-B2"
    first.sync()
    assert receipts(first, 2) == ["2026-0009", "2026-0010"], "behind the book of the other"


def test_a_book_that_runs_low_is_followed_by_another_in_time(two: tuple[Laptop, Laptop]) -> None:
    first, _ = two
    receipts(first, 3)
    first.sync()
    receipts(first, 1)
    first.sync()
    assert receipts(first, 1) == ["2026-0009"], "no suffix between the two"


def test_what_lies_in_circles_is_numbered_with_its_team_by_who_sees_no_other_circle(
    neighbourhood: Neighbourhood,
) -> None:
    first, second = neighbourhood.laptop(), neighbourhood.laptop()
    first.at(DAY)
    given: list[str] = []
    for _ in range(3):
        for laptop in (first, second):
            with laptop:
                dossier = Dossier.create()
                dossier.number = Dossier.number.draw(dossier.scope)
                dossier.save()
                given.append(dossier.number)
        neighbourhood.meet()
    assert len(set(given)) == 6
    assert {"2026-0001", "2026-0003"} < set(given), "out of books, and no suffix twice"
    with first:
        assert Dossier.select().count() == 3


def test_a_year_begins_anew_and_its_number_says_so(laptop: Laptop, neighbourhood) -> None:
    laptop.at(DAY)
    receipts(laptop)
    receipts(laptop, on=date(2027, 1, 2))
    laptop.sync()
    assert receipts(laptop) == ["2026-0001"]
    assert receipts(laptop, on=date(2027, 1, 2)) == ["2027-0001"]


def test_each_team_counts_for_itself_and_so_does_each_line(neighbourhood: Neighbourhood) -> None:
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·蓝队")

    def ticket(laptop: Laptop, scope: str, line: str) -> str | None:
        with laptop:
            of = {"stall": STALL, "line": line}
            scope = scope or neighbourhood.team("示例·红队" if laptop is red else "示例·蓝队")
            return Ticket.create(scope=scope, number=Ticket.number.draw(scope, **of), **of).number

    asked = [(red, "", "刀"), (blue, "", "刀"), (red, "", "剪"), (red, COMMUNITY, "刀")]
    for each in asked:
        assert "-B" in ticket(*each)
    neighbourhood.meet()
    assert [ticket(*each) for each in asked] == ["1"] * 4
    assert ticket(blue, COMMUNITY, "刀").endswith("-B3")
    neighbourhood.meet()
    assert ticket(blue, COMMUNITY, "刀") == "51"
    assert not red.tasks + blue.tasks


def test_a_number_that_was_typed_by_hand_is_not_given_again(two: tuple[Laptop, Laptop]) -> None:
    first, _ = two
    with first:
        begin = ReceiptBook.get(ReceiptBook.id.in_(_mine(first))).first
        Receipt.create(number=f"2026-{begin + 1:04}")
    assert receipts(first, 2) == [f"2026-{begin:04}", f"2026-{begin + 2:04}"]


def _mine(laptop: Laptop) -> list[str]:
    own = laptop.store.writer().incarnation
    return [each.id for each in ReceiptBook.select() if each.numbers.rights.get(own)]


def test_a_book_is_handed_over_whole_and_goes_on_where_it_was(
    neighbourhood: Neighbourhood, two: tuple[Laptop, Laptop]
) -> None:
    first, second = two
    [*_, last] = receipts(first, 2)
    receipts(second, 4)
    with first:
        [book] = [ReceiptBook.get_by_id(id) for id in _mine(first)]
        assert book.hand_over(Device.get(Device.number == 3).incarnation) == 2
        assert Receipt.number.draw() == "2026-0001-B2"
    neighbourhood.meet()
    following = f"2026-{int(last[5:]) + 1:04}"
    assert receipts(second)[0] == following


def test_a_book_with_two_holders_gives_nothing(
    neighbourhood: Neighbourhood, two: tuple[Laptop, Laptop]
) -> None:
    first, second = two
    with second:
        other = second.store.writer().incarnation
    with first:
        [book] = [ReceiptBook.get_by_id(id) for id in _mine(first)]
        pass_on(book, "numbers", 2, to=other)
    assert "-B2" in receipts(first)[0]


def test_what_no_paper_bears_is_listed_with_who_may_give_it(two: tuple[Laptop, Laptop]) -> None:
    first, _ = two
    receipts(first, 3)
    with first:
        *_, spoilt = Receipt.select().order_by(Receipt.number)
        Receipt.delete().where(Receipt.id == spoilt.id).execute()
        numbers = {(each.first, each.last): each.holder for each in Receipt.number.unused()}
        begin = 1 if ("2026-0003", "2026-0003") in numbers else 5
        assert numbers[f"2026-{begin + 2:04}", f"2026-{begin + 2:04}"] == "", (
            "torn off, on no record"
        )
        assert numbers[f"2026-{begin + 3:04}", f"2026-{begin + 3:04}"] != ""


def test_only_the_teams_own_laptops_that_are_in_use_are_given_books(
    neighbourhood: Neighbourhood,
) -> None:
    red, _ = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·蓝队")
    neighbourhood.meet()
    with red:
        assert Receipt.number.prepare() == 1
        assert Receipt.number.prepare() == 0


def test_a_hub_that_is_filled_again_numbers_no_book_before_it_knows_all(
    neighbourhood: Neighbourhood, two: tuple[Laptop, Laptop]
) -> None:
    hub, (first, _) = neighbourhood.hub, two
    say_recovering(hub, True)
    receipts(first, 4)
    first.sync()
    with first:
        assert ReceiptBook.select().where(ReceiptBook.first == 0).count() == 1
    say_recovering(hub, False)
    with hub:
        number_all_books(hub)
    first.sync()
    assert receipts(first) == ["2026-0009"]


def say_recovering(hub: Hub, yes: bool) -> None:
    with hub, hub.upkeep(), HubState.changing() as state:
        state.recovering = yes


# -- copies ----------------------------------------------------------------------------------------


@given(
    steps=st.lists(st.tuples(st.sampled_from(["one", "copy"]), st.booleans()), max_size=8),
)
def test_what_two_copies_both_gave_is_found_at_contact_and_no_paper_changes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bool]]
) -> None:
    """Each step is a receipt at one of the two, and perhaps a sync behind it."""
    with open_neighbourhood(tmp_path_factory.mktemp("copies"), DESK) as met:
        met.clock.set(DAY)
        one = met.laptop()
        receipts(one)
        one.sync()  # now it has a book
        copy = copied(one, met)
        on_paper: dict[str, str] = {}
        for which, syncs in steps:
            laptop = one if which == "one" else copy
            met.clock.wait(minutes=1)
            with laptop:
                made = Receipt.create(number=Receipt.number.draw())
            on_paper[made.id] = made.number
            if syncs:
                laptop.sync()
        met.laptops.append(copy)
        met.meet()
        for store in (met.hub, one.store, copy.store):
            with store:
                held = {each.id: each.number for each in Receipt.select()}
                assert on_paper.items() <= held.items(), "a paper keeps its number"
                told = Task.select().where(Task.done == False)  # noqa: E712
                later = Counter(held[task.record] for task in told)
                doubled = Counter(held.values()) - Counter(set(held.values()))
                assert later == doubled, "all but one of those that bear one number"
        assert receipts(one)[0] not in held.values()
        assert receipts(copy)[0] not in held.values()


def copied(laptop: Laptop, met: Neighbourhood) -> Laptop:
    folder = laptop.store.folder.with_name("copy")
    shutil.copytree(laptop.store.folder, folder)
    return Laptop(Replica.open(folder, plugins=with_only((DESK,)), now=met.clock), met.clock)


def test_a_double_is_told_once_and_its_task_closes_when_it_is_put_right(
    tmp_path: Path, neighbourhood: Neighbourhood
) -> None:
    one = neighbourhood.laptop()
    one.at(DAY)
    receipts(one)
    one.sync()
    copy = copied(one, neighbourhood)
    assert receipts(one) == ["2026-0001"]
    neighbourhood.clock.wait(minutes=1)
    assert receipts(copy) == ["2026-0001"]
    one.sync()
    copy.sync()
    copy.sync()
    [task] = copy.tasks
    assert "收据号“2026-0001”" in task.zh
    with copy:
        later = Task.get().record
        assert Receipt.get_by_id(later).number == "2026-0001"
        Receipt.update(number="2026-0077").where(Receipt.id == later).execute()
    copy.sync()
    assert not copy.tasks


def test_the_double_of_one_that_was_deleted_is_none(neighbourhood: Neighbourhood) -> None:
    laptop = neighbourhood.laptop()
    laptop.at(DAY)
    with laptop:
        kept, _ = (Receipt.create(number="2026-0500") for _ in range(2))
    laptop.sync()
    assert len(laptop.tasks) == 1
    with laptop:
        Receipt.delete().where(Receipt.id == kept.id).execute()
    laptop.sync()
    assert not laptop.tasks


# -- what cannot be ----------------------------------------------------------------------------------


def test_a_series_counts_by_what_its_books_have(laptop: Laptop) -> None:
    with pytest.raises(BadPlugin):
        SeriesField(ReceiptBook, per="week")
    with pytest.raises(BadCollection):

        class Odd(Record):
            number = SeriesField(TicketBook, per=("stall",))

            class Meta:
                collection = "odd.odd"

    with pytest.raises(BadPlugin, match="counts by"):
        Ticket.number.draw(stall=STALL)
