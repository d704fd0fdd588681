"""Every machine tells the community's time, whatever its own zone."""

import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from peewee import CharField, DateField, DateTimeField

from hongxian import Record, local_now, local_today
from hongxian_client.text.format import moment
from hongxian_testing.laptop import open_laptop
from samples import plugin

LATE_IN_LONDON = 1_772_395_200_000
"""2026-03-01 20:00 UTC, in milliseconds since 1970: in Shanghai it is the next day."""


class Loan(Record):
    name = CharField()
    lent_at = DateTimeField(default=local_now)
    day = DateField(default=local_today)

    class Meta:
        collection = "clock.loan"


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_a_fields_default_is_the_communitys_time_on_a_machine_of_any_zone(tmp_path: Path) -> None:
    with open_laptop(tmp_path, plugin("clock", Loan), now=lambda: LATE_IN_LONDON):
        loan = Loan.create(name="伞1")
        Loan.insert_many([{"name": "伞2"}]).execute()
        for each in (loan, *Loan.select()):
            assert (each.lent_at, each.day) == (datetime(2026, 3, 2, 4, 0), date(2026, 3, 2))


@pytest.mark.usefixtures("in_new_york")
def test_a_terminal_and_a_desk_tell_moments_in_the_communitys_time() -> None:
    assert moment(LATE_IN_LONDON) == "2026-03-02T04:00:00+08:00"
