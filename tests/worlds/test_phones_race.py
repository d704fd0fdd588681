"""Phones at the hub and laptops that are offline go for the last gift, seat and slot: each is had by one alone.

An example is a list of steps in a street (`phoning.py`); what must hold is asked after each of them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from conftest import NewDatabase
from hypothesis import given, settings
from hypothesis import strategies as st

from beginning import BEGINNING, Beginning, rejoin
from disks import Disk
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from phoning import STREET, Gift, Hall, Purse, Street

Step = tuple[Any, ...]

WHO, AMOUNT = st.integers(0, 1), st.integers(1, 6)
DEED = st.one_of(
    st.just(("redeem",)),
    st.tuples(st.just("sit"), st.integers(1, 4)),
    st.tuples(st.just("book"), st.sampled_from(["9:00", "９:00", "10:00"])),
)
PHONE = st.builds(lambda who, deed: ("phone", who, *deed), WHO, DEED)
LAPTOP = st.builds(lambda who, deed: ("laptop", who, *deed), WHO, DEED)
FATES = st.lists(
    st.sampled_from(("arrives", "lost", "late", "unanswered", "twice", "repeated")), max_size=4
)
SYNC = st.builds(lambda who, fates: ("contact", who, *fates), WHO, FATES)
USUAL = [
    *(PHONE, PHONE, LAPTOP, LAPTOP, SYNC, SYNC),
    st.tuples(st.just("phone_again"), st.integers(0, 9)),
    st.tuples(st.just("more"), WHO, st.integers(0, 2), AMOUNT),
    st.tuples(st.just("wait"), st.integers(0, 9)),
]
DYING = st.builds(
    lambda statements, who, deed: ("phone_dying", statements, who, *deed),
    st.integers(0, 60),
    WHO,
    DEED,
)
worlds = settings(max_examples=max(settings().max_examples // 3, 1))
fewer_worlds = settings(max_examples=max(settings().max_examples // 10, 1))


def steps(*kinds: Any) -> Any:
    return st.lists(st.sampled_from(kinds).flatmap(lambda each: each), min_size=8, max_size=30)


def make_street(folder: Path, url: str | None) -> Beginning:
    """A hub and two laptops; one of them brings a few gifts, seats, and somebody's points."""
    hub = Hub.init(
        folder / "hub",
        "示例社区",
        database_url=url,
        plugins=with_only((STREET,)),
        now=lambda: BEGINNING,
    )
    with hub:
        scope = devices.add_team(hub, "east")
    for number in range(2):
        replica = Replica.open(
            folder / f"laptop-{number}", plugins=with_only((STREET,)), now=lambda: BEGINNING
        )
        rejoin(hub, replica, ["east"])
    with replica:
        Gift.create(name="洗手液", stock=3)
        Hall.create(name="礼堂", seats=3)
        Purse.create(who="示例·甲001", points=20)
    return Beginning(folder, Disk(folder / "hub", url), {"east": scope})


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    return make_street(tmp_path_factory.mktemp("street"), None)


@pytest.fixture(scope="module")
def postgres_beginning(
    new_postgres: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Beginning]:
    with new_postgres() as url:
        yield make_street(tmp_path_factory.mktemp("street"), url)


def live(new_database: Any, beginning: Beginning, drawn: list[Step]) -> None:
    """Carry the steps out after all have met, heal the world, and see that nothing is lost."""
    with new_database() as url, tempfile.TemporaryDirectory(prefix="hongxian-") as folder:
        street = Street(Path(folder), url, beginning, 2)
        for number in (1, 0, 1):
            street.contact(number)
        for step in drawn:
            street.do(*step)
        street.heal(passes=20)
        street.check()
        street.check_healed()
        street.a_phone_comes_back()


@worlds
@given(drawn=steps(*USUAL))
def test_phones_and_laptops_offline_never_get_the_same_gift_seat_or_slot(
    beginning: Beginning, drawn: list[Step]
) -> None:
    live(nullcontext, beginning, drawn)


@worlds
@given(drawn=steps(*USUAL, DYING, DYING))
def test_what_a_phone_sent_to_a_hub_that_died_is_done_once(
    beginning: Beginning, drawn: list[Step]
) -> None:
    live(nullcontext, beginning, drawn)


@pytest.mark.thorough
@fewer_worlds
@given(drawn=steps(*USUAL, DYING))
def test_phones_and_laptops_race_over_postgresql(
    new_postgres: NewDatabase, postgres_beginning: Beginning, drawn: list[Step]
) -> None:
    live(new_postgres, postgres_beginning, drawn)


def test_two_phones_and_two_laptops_go_for_the_last_of_all(beginning: Beginning) -> None:
    last = [("laptop", 0, "redeem"), ("laptop", 1, "redeem"), ("phone", 0, "redeem")]
    deeds = [("redeem",), ("sit", 1), ("book", "9:00")]
    race = [
        (who, number, *deed) for deed in deeds for who in ("laptop", "phone") for number in (0, 1)
    ]
    live(nullcontext, beginning, [*last, *race, ("contact", 0), ("contact", 1), *race])
