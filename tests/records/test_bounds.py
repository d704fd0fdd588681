"""What is stored can go out: what no request carries is refused when it is written, and nothing of it stays."""

import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import CharField

from hongxian import Record
from hongxian.collections.builtin import Conflict
from hongxian.errors import RecordTooLarge, TransactionTooLarge, ValueTooLarge
from hongxian.wire.weight import Weight
from hongxian.writing import bounds
from hongxian.writing.bounds import TRANSACTION, VALUE
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.review import attention
from meeting import Meeting, meeting
from samples import plugin

MEGABYTE = 2**20
MUCH = "0" * (MEGABYTE - 100)


class Sheet(Record):
    """A text as long as its plugin lets it be."""

    title = CharField(max_length=40)
    text = CharField(verbose_name="正文", max_length=2**30, null=True)
    more = CharField(verbose_name="附录", max_length=2**30, null=True)

    class Meta:
        collection = "bulk.sheet"


SHEETS = plugin("bulk", Sheet)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction holds less than three texts, or the test takes half a minute."""
    monkeypatch.setattr(bounds, "TRANSACTION", Weight(5 * MEGABYTE // 2, 2**20))


@pytest.fixture
def all_(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SHEETS) as made:
        made.team("east")
        yield made


def fill(count: int, text: str = MUCH) -> None:
    for number in range(count):
        Sheet.create(title=f"示例·{number}", text=text)


@pytest.mark.usefixtures("little")
def test_a_transaction_that_no_request_carries_is_refused_and_what_follows_goes_out(
    all_: Meeting,
) -> None:
    laptop = all_.laptop("east")
    with laptop:
        with pytest.raises(TransactionTooLarge), laptop.transaction():
            fill(3)
        assert not Sheet.select().exists()
        assert not Entry.select().exists()
        with laptop.separately():
            fill(3)  # each by itself
        Sheet.create(title="示例·之后")
    all_.sync()
    with all_.hub:
        assert Sheet.select().count() == 4


@pytest.mark.parametrize(
    "text", ["0" * VALUE.bytes, "," * (VALUE.values + 1), '"' * (VALUE.bytes // 2)]
)
def test_a_value_of_which_no_conflict_could_tell_is_refused_and_its_field_named(
    all_: Meeting, text: str
) -> None:
    laptop = all_.laptop("east")
    for store in (laptop, all_.hub):
        with store:
            with pytest.raises(ValueTooLarge) as refused:
                Sheet.insert_many(
                    [{"title": "示例·小"}, {"title": "示例·大", "text": text}]
                ).execute()
            assert refused.value.facts["field"].zh == "正文"
            assert not Sheet.select().exists()


def test_a_record_does_not_grow_by_edits_beyond_what_a_frame_carries(
    all_: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "RECORD", Weight(3 * MEGABYTE // 2, 2**20))
    laptop = all_.laptop("east")
    with laptop:
        sheet = Sheet.create(title="示例·甲", text=MUCH)
        all_.sync(laptop)
        with pytest.raises(RecordTooLarge) as refused:
            Sheet.update(more=MUCH).where(Sheet.id == sheet.id).execute()
        assert refused.value.facts["field"].zh in ("正文", "附录")
        assert Sheet.get_by_id(sheet.id).more is None
        Sheet.update(text=None, more=MUCH).where(Sheet.id == sheet.id).execute()
    all_.agree()


def test_a_record_of_an_earlier_release_that_is_too_large_may_shrink_and_go(
    all_: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = all_.laptop("east")
    with laptop:
        with monkeypatch.context() as earlier:
            for each in ("RECORD", "VALUE"):
                earlier.setattr(bounds, each, Weight(2**40, 2**40))
            first, second = (Sheet.create(title="示例·大", text=MUCH * 9) for _ in range(2))
        with pytest.raises(RecordTooLarge):
            Sheet.update(more="更多").where(Sheet.id == first.id).execute()
        Sheet.update(text="短").where(Sheet.id == first.id).execute()
        second.delete_instance()
        assert [each.text for each in Sheet.select()] == ["短"]


@pytest.mark.thorough
def test_the_most_that_may_be_written_reaches_the_others(all_: Meeting) -> None:
    first, second = all_.laptop("east"), all_.laptop("east")
    with first, first.transaction():
        for number in range(TRANSACTION.bytes // MEGABYTE):
            noise = random.Random(number).randbytes(MEGABYTE * 3 // 4 - 1_000)
            Sheet.create(title=f"示例·{number}", text=b64encode(noise).decode())
    all_.sync(first, second)
    all_.agree()


@pytest.mark.parametrize("letter", ['"', "甲"])
def test_two_versions_of_the_longest_value_make_a_conflict_like_any_other(
    all_: Meeting, letter: str
) -> None:
    first, second = all_.laptop("east"), all_.laptop("east")
    with first:
        id = Sheet.create(title="示例·甲").id
    all_.sync(first, second)
    for laptop, text in (
        (first, letter * (VALUE.bytes // 3 - 1)),
        (second, "\\" * (VALUE.bytes // 3)),
    ):
        with laptop:
            Sheet.update(text=text).where(Sheet.id == id).execute()
    all_.sync(first, second, first)
    all_.agree()
    with first:
        [conflict] = Conflict.select()
        assert len(conflict.lost) > VALUE.bytes // 3


@pytest.mark.usefixtures("little")
def test_what_an_earlier_release_stored_is_shown_and_holds_nothing_up(
    all_: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = all_.laptop("east")
    with laptop:
        with monkeypatch.context() as earlier, laptop.transaction():
            earlier.setattr(bounds, "TRANSACTION", Weight(2**40, 2**40))
            fill(3)
        Sheet.create(title="示例·之后")
    all_.sync(laptop)
    with all_.hub:
        assert [each.title for each in Sheet.select()] == ["示例·之后"]
    with laptop:
        [rejected] = attention.rejected_transactions()
        assert "分几次写入" in rejected.reasons[""][0].zh
        assert len(rejected.entries) == 3
        attention.resend(laptop, rejected.number)
        Sheet.create(title="示例·再后")
    all_.sync(laptop)
    with laptop:
        [rejected] = attention.rejected_transactions()
        attention.discard(laptop, rejected.number)
        assert Sheet.select().count() == 2
    all_.agree()
