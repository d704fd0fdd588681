"""What must hold of a simulated world in the end: all agree, and nobody is taken for somebody else."""

from typing import Any

from hongxian.engine.store import Store
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE, UNWRITTEN, Row
from hongxian.model.row_hash import hash_of
from hongxian.wire.digest import Digest, digests, hex_of
from hongxian_client.replica.kept_work import kept_entries
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.unsent.outbox import Entry, EntryState
from hongxian_server.tables import journal
from hongxian_server.tables.access import laptops_by_incarnation
from ledger import waiting_stamps
from simulation import World


def check_agreement(world: World) -> None:
    """Laptops and hub hold the same rows, and each digest is that of the rows."""
    with world.hub as hub:
        theirs = digests()
        check_digests(hub, {name: hub.collections[name].rows("1 = 1") for name in hub.collections})
        hub_rows = {
            (name, row.id): row
            for name in hub.collections
            for row in hub.collections[name].rows("NOT deleted")
        }
        assert journal.first_broken_block() is None
    for laptop in world.laptops:
        with laptop.replica as replica:
            teams = LaptopState.read().teams
            scopes = [*teams, COMMUNITY] if not laptop.revoked else []
            base = {name: agreed_rows(replica, name) for name in replica.collections}
            check_digests(replica, base)
            assert digests() == {scope: theirs[scope] for scope in scopes if scope in theirs}, (
                laptop.name
            )
            kept = kept_entries()
            waits = waiting_stamps()
            states = {each.state for each in Entry.select() if each.stamp not in waits}
            for each in kept:
                check_away(replica, each, scopes)
        assert not states & {EntryState.UNSENT, EntryState.SENT, EntryState.DEFERRED}, states
        mine = {(name, row.id): row for name in base for row in base[name] if not row.deleted}
        assert mine.keys() == {key for key, row in hub_rows.items() if row.scope in scopes}
        for key, row in mine.items():
            assert values_of(row) == values_of(hub_rows[key]), laptop.name
            assert written(row) == written(hub_rows[key])


def check_away(replica: Any, kept: Entry, scopes: list[str]) -> None:
    """What is kept is work over a record that this laptop may not see."""
    collection = replica.collections[kept.collection]
    assert not collection.rows_by_id([kept.record]), f"its record is here: {kept.change}"
    assert not kept.whole or kept.as_change().values[SCOPE] not in scopes, kept.change


def check_identities(world: World) -> None:
    """Nobody is taken for a copy who is none: to be another costs a laptop its own past."""
    for laptop in world.laptops:
        if laptop.incarnation is not None and not laptop.revoked:
            assert world.incarnation_of(laptop) == laptop.incarnation, laptop.name

    left = [each for each in world.laptops if not each.revoked]
    own = [world.incarnation_of(each) for each in left if each.incarnation is not None]
    assert len(set(own)) == len(own), "two folders write as one"
    owners = {world.incarnation_of(each): world.id_of(each) for each in left}
    with world.hub:
        assert owners.items() <= laptops_by_incarnation().items()


def check_teams(world: World, *, restored: bool) -> None:
    """Each laptop is of the teams that the keeper gave it; a hub that was put back may have lost the last acts."""
    for laptop in world.laptops:
        if not laptop.revoked:
            with laptop.replica:
                held = frozenset(LaptopState.read().teams)
            given = world.given[world.id_of(laptop)]
            assert held <= frozenset().union(*given), laptop.name
            assert restored or held == given[-1], laptop.name


def values_of(row: Row) -> dict[str, Any]:
    """A release without a field and a release with it left empty hold the same."""
    return {name: value for name, value in row.values.items() if value is not None}


def written(row: Row) -> dict[str, int]:
    """The stamps of what was written: what was not, only a release that knows the field names."""
    return {name: stamp for name, stamp in row.stamps.items() if stamp != UNWRITTEN}


def agreed_rows(replica: Any, name: str) -> list[Row]:
    collection = replica.collections[name]
    views = replica.view(collection, [row.id for row in collection.rows("1 = 1")])
    return [view.base for view in views.values() if view.base is not None]


def check_digests(store: Store, rows: dict[str, list[Row]]) -> None:
    fresh: dict[tuple[str, str], list[int]] = {}
    for name in rows:
        for row in rows[name]:
            assert row.hash == hash_of(row), (name, row)
            if not row.deleted:
                fresh.setdefault((row.scope, name), []).append(row.hash)
    told = {
        (each.scope, each.collection): (each.count, each.sum)
        for each in Digest.select()
        if each.count
    }
    assert told == {key: (len(each), hex_of(sum(each))) for key, each in fresh.items()}
