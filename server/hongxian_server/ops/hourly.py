"""What a hub does to records each hour, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable

from hongxian.kit.duties import run_what_is_due
from hongxian.kit.exchanges.walk import walk
from hongxian.kit.migration import migrate
from hongxian.kit.numbers import number_all_books
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.tidy import tidy
from hongxian_server.quota.transfer import rebalance_all


def migrate_records(hub: Hub) -> int:
    """Put right what earlier releases of plugins wrote; returns how many records changed."""
    return migrate(hub, HubState.read().seq)


def walk_exchanges(hub: Hub) -> None:
    """Let takers take what they have not."""
    walk(hub.exchanges, HubState.read().seq)


ON_RECORDS: tuple[Callable[[Hub], object], ...] = (
    tidy,
    rebalance_all,
    number_all_books,
    migrate_records,
    walk_exchanges,
    run_what_is_due,
)
