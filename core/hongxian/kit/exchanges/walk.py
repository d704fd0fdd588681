"""What the hub makes up from time to time: each taker is told of what it has not taken yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongxian.kit.by_seq import next_rows
from hongxian.kit.exchanges.exchange import AT_ONCE, Exchanges, ExchangeStore
from hongxian.storage.state import State


@dataclass
class ExchangeState(State):
    """How far the hub has walked through what is given."""

    exchanges_walked: dict[str, list[int]] = field(default_factory=dict)
    """By taker and giver's collection: up to which seq, and up to which the next walk goes."""


def walk(exchanges: Exchanges, seq: int) -> None:
    """Let each taker take what is there and it has not taken; at the hub, from time to time.

    So a plugin that is installed later takes all that was given before, and what a laptop wrote that
    lacks the taker. What came since the last walk is left to the next: a laptop that has the taker may
    bring what came of it by its next request. `seq` is the hub's newest.
    """
    if exchanges.store.recovering:
        return
    for giver_of, giver in exchanges.givers():
        for plugin, taker in exchanges.takers(giver.contract):
            name = f"{taker.name} {giver.of._meta.collection}"
            given = exchanges.store.collection(giver.of._meta.collection)
            done, until = ExchangeState.read().exchanges_walked.get(name, [0, seq])
            while done < until:
                rows, done = next_rows(given, done, until, AT_ONCE)
                sources = list(exchanges.sources(giver_of, giver, [row.id for row in rows]))
                if taker.into is None:
                    exchanges.take(plugin, taker, sources)
                else:
                    with exchanges.store.separately():
                        exchanges.take(plugin, taker, sources)
                _keep(exchanges.store, name, [done, until])
            _keep(exchanges.store, name, [done, seq])


def _keep(store: ExchangeStore, name: str, walked: list[int]) -> None:
    with store.upkeep(), ExchangeState.changing() as state:
        state.exchanges_walked = {**state.exchanges_walked, name: walked}
