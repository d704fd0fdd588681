"""Three database machines under Patroni, of which one breaks in the middle of fifty laptops' work."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from conftest import require
from hypothesis import settings

from breaking import FAULTS, PAUSE_SECONDS, WAYS, Fault, Town, town
from database_machines import DatabaseMachines, database_machines, ways_to_the_primary
from long_work import long_work
from machines import NoNetwork
from system_packages import ETCD, HAPROXY, IPROUTE, IPTABLES, PATRONI, PGBOUNCER, POSTGRESQL

pytestmark = pytest.mark.thorough

TRIED = WAYS if settings.get_current_profile_name() == "deep" else {"directly": WAYS["directly"]}
"""Both ways take ten minutes: the second is for `make deep`."""
MOST_SECONDS = 180.0
"""Three times what it takes at most where nobody else computes: `python -m bench.failover` tells."""


@pytest.fixture(scope="module")
def machines() -> Iterator[DatabaseMachines]:
    """The three, and both ways to them."""
    for package in (POSTGRESQL, PATRONI, ETCD, HAPROXY, PGBOUNCER, IPROUTE, IPTABLES):
        require(package)
    with ExitStack() as alive:
        try:
            them = alive.enter_context(database_machines())
        except NoNetwork as error:
            pytest.skip(f"no network of our own here: {error}")
        alive.enter_context(ways_to_the_primary())
        yield them


@pytest.fixture(scope="module", params=TRIED.values(), ids=TRIED)
def at_work(
    machines: DatabaseMachines,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """A town on one of the ways."""
    with town(machines, tmp_path_factory.mktemp("town"), request.param) as made:
        yield made


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_all_go_on_by_themselves_and_nothing_that_was_acknowledged_is_lost(
    at_work: Town, fault: Fault
) -> None:
    at_work.machines.wait_until_whole()
    life, former = at_work.life(), at_work.records()
    primary = at_work.machines.primary()
    with long_work(at_work.laptops, PAUSE_SECONDS) as work:
        work.seconds_until_all_go_on(time.monotonic(), MOST_SECONDS)
        struck_at = time.monotonic()
        fault.strike(primary)
        try:
            half, all_ = work.seconds_until_all_go_on(struck_at, MOST_SECONDS)
            print(f"half went on after {half:.1f} s, all after {all_:.1f} s")
            assert at_work.machines.primary() is not primary
        finally:
            fault.mend(primary)
        work.seconds_until_all_go_on(time.monotonic(), MOST_SECONDS)
        work.end()
        work.wait_until_all_is_acknowledged(MOST_SECONDS)
    assert at_work.records() - former == work.acknowledged()
    assert at_work.life() == life, "nothing had to be given back"
    at_work.machines.wait_until_whole()
