"""Telephone numbers: what people write is taken, one form is stored, and it is shown in groups."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian import PhoneField, Record
from hongxian.errors import Invalid
from hongxian.kinds.phone import PhoneColumn, grouped_phone, stored_phone
from hongxian.kinds.typed_input import WrongCell
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment, values_of
from hongxian_testing.laptop import open_laptop
from samples import plugin


class Call(Record):
    phone = PhoneField(null=True)

    class Meta:
        collection = "calls.call"
        scope = COMMUNITY
        claims = [("phone",)]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, plugin("calls", Call)) as laptop:
        yield laptop


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("10000001234", "10000001234", "10000001234"),
        ("100 0000 1234", "10000001234", "10000001234"),
        ("100-0000-1234", "10000001234", "10000001234"),
        ("+86 100-0000-1234", "10000001234", "10000001234"),
        ("0086 10000001234", "10000001234", "10000001234"),
        ("１００００００１２３４", "10000001234", "10000001234"),
        ("0571-00001234", "057100001234", "0571 0000 1234"),
        ("（0571）00001234", "057100001234", "0571 0000 1234"),
        ("0571-00001234 转 801", "057100001234x801", "0571 0000 1234 x801"),
        ("0571-00001234-801", "057100001234x801", "0571 0000 1234 x801"),
        ("0000 1234", "00001234", "00001234"),
        ("400-000-1234", "4000001234", "400 000 1234"),
        ("110", "110", "110"),
        ("12345", "12345", "12345"),
        ("+44 20 0000 0000", "+442000000000", "+44 20 0000 0000"),
        ("10000001234（女儿）", "10000001234(女儿)", "10000001234(女儿)"),
        ("10000001234/0571-00001234", "10000001234/0571-00001234", "10000001234/0571-00001234"),
    ],
)
def test_what_people_write_is_one_number(typed: str, stored: str, shown: str) -> None:
    assert (stored_phone(typed), grouped_phone(stored)) == (stored, shown)


@given(st.text("0123456789 -()+./转x王", max_size=24))
def test_what_is_stored_and_what_is_shown_read_as_the_same_number_again(typed: str) -> None:
    stored = stored_phone(typed)
    assert stored_phone(stored) == stored == stored_phone(grouped_phone(stored))


def test_a_plugin_a_form_and_the_command_line_store_the_same(laptop: Replica) -> None:
    calls = laptop.collection("calls.call")
    id = Call.create(phone="+86 100 0000 1234").id
    typed = values_of(laptop, calls, [Assignment("phone", "", "（0571）0000 1234")])
    assert (Call.get_by_id(id).phone, typed) == ("10000001234", {"phone": "057100001234"})
    column = calls.columns["phone"]
    assert column.shown("057100001234").zh == "0571 0000 1234"
    assert column.in_form("057100001234") == "0571 0000 1234"
    assert column.from_cell(10000001234) == "10000001234"


@pytest.mark.parametrize("typed", ["12", "没有", "1" * 31])
def test_what_is_no_number_at_all_is_refused(laptop: Replica, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        Call.create(phone=typed)
    assert list(refused.value.facts["reasons"]) == ["phone"]
    with pytest.raises(WrongCell):
        PhoneColumn("phone").from_cell(typed)
