"""Rights on their way between the hub and the laptops, as the policy says: read, asked, written.

What moves is written as a change of the hub's own entry of the quota (`hongxian.merges.quota`): `p` what it
passed on, `c` what it calls back, `t` what it took from those that are no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from hongxian.collections.collection import Collection
from hongxian.merges.merge import Quota
from hongxian.merges.quota import Entry, State, entry_of, recalled, received, rights
from hongxian.model.record import COMMUNITY
from hongxian.model.row import Row
from hongxian.model.row_hash import is_sound
from hongxian.words.incarnation import HUB, is_hubs
from hongxian_server.quota import policy
from hongxian_server.quota.asks import asked_about, end_asks, wanted_of
from hongxian_server.quota.policy import Holder, Standing
from hongxian_server.quota.usage import (
    HUBS,
    end_wants,
    owed_to,
    put_owed,
    used_of_late,
    wanted_at_hub,
    was_given,
)
from hongxian_server.store import HubStore
from hongxian_server.tables.access import Access, Incarnation, incarnations, live_ones
from hongxian_server.tables.membership import laptops_holding

Part = dict[str, Entry]
"""A change of the hub's own entry of one quota."""
Move = Callable[[Collection, Row, str], Part | None]
"""What the hub does about one quota of a row; None for nothing."""


# -- between the hub and those who hold a scope ------------------------------------------------


def hand_out(hub: HubStore, holder: int, used: Mapping[str, Iterable[str]]) -> None:
    """Hand an incarnation in contact what it lacks of the records that it used and of those it is owed."""
    lacking = owed_to(holder)
    for name, ids in used.items():
        lacking[name].update(ids)
    _move(hub, lacking, partial(_handed_to, hub, holder))


def rebalance(hub: HubStore, records: Mapping[str, Iterable[str]]) -> None:
    """Write down who is owed rights of these records, and call back what others hold beyond theirs.

    Inside the caller's commit. Nothing moves while the hub is being refilled: what it had handed
    out before may be unknown to it.
    """
    _move(hub, records, partial(_called_back, hub))


def rebalance_all(hub: HubStore) -> None:
    """Rebalance every quota, as recent use and asks grow old; the hub does so once an hour.

    First come rights back whose plugin was missing when their holder's access ended.
    """
    with hub.separately():
        take_rights_back(hub)
        rebalance(hub, asked_about(end_asks(hub)))
        rebalance(hub, end_wants(hub.now()))
        for name, collection in hub.collections.items():
            if any(collection.quota(each).deal == "shared" for each in collection.quotas):
                rebalance(hub, {name: [row.id for row in collection.rows("NOT deleted")]})


def _move(hub: HubStore, records: Mapping[str, Iterable[str]], move: Move) -> None:
    """Edit the quotas of these records, the shared ones as `move` says and the kept ones as is asked."""
    if not records or hub.recovering:
        return
    for name, ids in records.items():
        collection = hub.collections.get(name)
        if not collection or not collection.quotas:
            continue
        moves = {
            field: move if collection.quota(field).deal == "shared" else partial(_asked, hub)
            for field in collection.quotas
        }
        for row in collection.rows_by_id(ids).values():
            parts = {
                field: part for field in moves if (part := moves[field](collection, row, field))
            }
            if parts and not row.deleted and is_sound(row):
                hub.edit(collection.model, {row.id: parts})


def _handed_to(
    hub: HubStore, holder: int, collection: Collection, row: Row, field: str
) -> Part | None:
    """What one incarnation is handed, up to its share; it stays owed what the hub has not got."""
    standing = _standing(hub, collection, row, field)
    lacks = policy.lacking(standing).get(holder, 0)
    amount = policy.handed(standing, lacks)
    if amount >= lacks:
        was_given(holder, collection.name, row.id)
    return _hubs_part(hub, _state(row, field), passed={holder: amount}) if amount else None


def _called_back(hub: HubStore, collection: Collection, row: Row, field: str) -> Part | None:
    """What is called back from those that hold too much, for those that hold too little."""
    standing = _standing(hub, collection, row, field)
    lacks = policy.lacking(standing)
    put_owed(collection.name, row.id, [holder for holder, amount in lacks.items() if amount > 0])
    calls = policy.called_back(standing, lacks)
    return _hubs_part(hub, _state(row, field), calls=calls) if calls else None


def _asked(hub: HubStore, collection: Collection, row: Row, field: str) -> Part | None:
    """What the hub passes to those who ask for kept rights, and what it calls back for them and for itself.

    Nothing is called from who lacks some too, nor what came to somebody by asking.
    """
    holding, state = _holding(row.scope), _state(row, field)
    asked = wanted_of(hub, collection, row, field, holding)
    own = wanted_at_hub(collection.name, field, row.id, hub.now())
    if not own and not any(asked.values()):
        return None
    there = max(collection.quota(field).at_hub(state), 0)
    under_way, free = 0, {}
    for each in (holder.id for holder in holding if not asked.get(holder.id)):
        held, wanted = max(rights(state, each), 0), recalled(state, each)
        under_way += min(wanted, held)
        free[each] = held - wanted - (_received_unspent(state, each) if each in asked else 0)
    calls = policy.called_for(own + sum(asked.values()) - there - under_way, free)
    passed = policy.met(asked, max(there - own, 0))
    return _hubs_part(hub, state, passed, calls) if passed or calls else None


# -- how a quota stands --------------------------------------------------------------------------


def _standing(hub: HubStore, collection: Collection, row: Row, field: str) -> Standing:
    """A quota as the policy sees it; a laptop's incarnations share what it used."""
    now, state, live = hub.now(), _state(row, field), _holding(row.scope)
    used = used_of_late(collection.name, field, row.id, now)
    usual = used_of_late(collection.name, field, "", now)
    many = Counter(each.laptop for each in live)
    holders = {
        each.id: Holder(
            used=used[each.laptop] / many[each.laptop],
            usual=usual[each.laptop] / many[each.laptop],
            newness=policy.newness(now - int(each.began)),
            held=rights(state, each.id) - recalled(state, each.id),
            by_hand=_passed_by_hand(state, each.id),
        )
        for each in live
    }
    own = policy.Own(
        used=used[HUBS],
        usual=usual[HUBS],
        wanted=wanted_at_hub(collection.name, field, row.id, now),
        coming=sum(min(recalled(state, each), max(rights(state, each), 0)) for each in holders),
    )
    quota = collection.quota(field)
    return Standing(quota.there(state), quota.at_hub(state), holders, own)


def _state(row: Row, field: str) -> State:
    return row.values.get(field) or {}


def _passed_by_hand(state: State, holder: int) -> int:
    """What other laptops passed to an incarnation by hand and it has not spent."""
    name = str(holder)
    received = sum(
        entry.get("p", {}).get(name, 0) for giver, entry in state.items() if not is_hubs(int(giver))
    )
    return max(int(received) - int(state.get(name, {}).get("s", 0)), 0)


def _received_unspent(state: State, holder: int) -> int:
    """What others, the hub too, passed to an incarnation and it has not spent."""
    return max(received(state, holder) - int(entry_of(state, holder).get("s", 0)), 0)


def _holding(scope: str) -> list[Incarnation]:
    """Those in use that hold a scope."""
    if scope == COMMUNITY:
        return list(live_ones())
    holding = laptops_holding(scope)
    return [each for each in live_ones() if each.laptop in holding]


# -- the hub's part ------------------------------------------------------------------------------


def _hubs_part(
    hub: HubStore,
    state: State,
    passed: Mapping[int, int] | None = None,
    calls: Mapping[int, int] | None = None,
) -> Part:
    """The entry of the hub's present life once it passed these amounts on and called those back, by holder."""
    own = hub.clock().incarnation
    before, called = state.get(str(own), {}), entry_of(state, own).get("c", {})
    wanted = dict(before.get("c", {}))
    for holder, amount in (calls or {}).items():
        already = state.get(str(holder), {}).get("p", {}).get(str(HUB), 0)
        wanted[str(holder)] = max(called.get(str(holder), 0), already) + amount
    return _following(own, before, p=_added(before.get("p", {}), passed or {}), c=wanted)


def _following(own: int, before: Entry, **parts: Mapping[str, int]) -> Part:
    """A change of the hub's own entry, which tells what it was before."""
    after = {name: value for name, value in {**before, **parts}.items() if value}
    return {str(own): {**after, Quota.BEFORE: before} if before else after}


def _added(amounts: Mapping[str, int], more: Mapping[int, int]) -> dict[str, int]:
    named = {str(holder): amount for holder, amount in more.items()}
    return {name: amounts.get(name, 0) + named.get(name, 0) for name in sorted({*amounts, *named})}


# -- from those who are no more ------------------------------------------------------------------


def take_rights_back(hub: HubStore) -> None:
    """Return to the hub what those hold that may no longer spend it: revoked, retired, or out of the team.

    What one spent and never told the hub of is not known: a count will show it.
    """
    touched: dict[str, list[str]] = {}
    gone: dict[str, set[int]] = {}
    with hub.separately():
        for collection in hub.collections.values():
            for row in collection.rows("NOT deleted") if collection.quotas else ():
                if row.scope not in gone:
                    gone[row.scope] = _gone_from(row.scope)
                parts = {
                    field: part
                    for field in collection.quotas
                    if (part := _taken_back(hub, _state(row, field), gone[row.scope]))
                }
                if parts:
                    hub.edit(collection.model, {row.id: parts})
                    touched.setdefault(collection.name, []).append(row.id)
        rebalance(hub, touched)


def _gone_from(scope: str) -> set[int]:
    """The incarnations that no longer hold a scope; one that was left behind may have a copy that does."""
    perhaps = Incarnation.left_behind & ~Incarnation.fenced & ~Access.revoked
    known = incarnations().where(~perhaps)
    return {each.id for each in known} - {each.id for each in _holding(scope)}


def _taken_back(hub: HubStore, state: State, gone: Iterable[int]) -> Part | None:
    amounts = {each: amount for each in gone if (amount := rights(state, each)) > 0}
    own = hub.clock().incarnation
    before, taken = state.get(str(own), {}), entry_of(state, own).get("t", {})
    if not amounts:
        return None
    now = _added({str(each): taken.get(str(each), 0) for each in amounts}, amounts)
    return _following(own, before, t={**before.get("t", {}), **now})
