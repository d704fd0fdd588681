"""Quotas at the hub: whether a laptop had the rights that it used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hongxian.collections.collection import Collection
from hongxian.kinds.column import Column
from hongxian.merges.merge import Quota
from hongxian.merges.quota import OWN_PARTS, Step, part_of, rights, total
from hongxian.model.row import Change, Row
from hongxian.model.stamp import Clock
from hongxian.text import Text
from hongxian.wire.verdicts import Verdict, VerdictKind, refused
from hongxian.words.values import Value
from hongxian_server.intake.draft import Draft
from hongxian_server.store import HubStore
from hongxian_server.tables.access import incarnations_of

Parts = Mapping[str, Value]


def held_rights(hub: HubStore, laptop: str) -> list[tuple[Collection, Column, int]]:
    """What a laptop may spend, summed up for each quota field; fields of which it has none left out."""
    held, own = [], incarnations_of(laptop)
    for collection in hub.collections.values():
        rows = collection.rows("NOT deleted") if collection.quotas else []
        for name in sorted(collection.quotas):
            states = [row.values.get(name) or {} for row in rows]
            amount = sum(max(rights(state, each), 0) for state in states for each in own)
            if amount:
                held.append((collection, collection.columns[name], amount))
    return held


def judge_quotas(
    draft: Draft,
    changes: Sequence[tuple[Collection, Change]],
    owner: int,
    clock: Clock,
    *,
    recovering: bool,
) -> Verdict | None:
    """What stands against a transaction's use of quotas; None if nothing does.

    A laptop that spent more than its rights is covered by those that the hub holds, if they
    suffice: the hub passes them on in the draft itself.
    """
    for collection, change in changes:
        for name in sorted(collection.quotas & change.values.keys()):
            part = change.values[name]
            if part:
                key = (collection.name, change.id)
                verdict = _judge(draft, key, name, part, owner, recovering=recovering)
                verdict = verdict or _cover(
                    draft, collection, key, name, owner, clock, recovering=recovering
                )
                if verdict is not None:
                    return verdict
    return None


def _judge(
    draft: Draft, key: tuple[str, str], name: str, part: Parts, owner: int, *, recovering: bool
) -> Verdict | None:
    entry, before = part.get(str(owner), {}), draft.before[key]
    held = (before.values.get(name) or {}).get(str(owner), {}) if before else {}
    if entry.get(Quota.BEFORE, {}) != held:
        return Verdict(
            stamp=draft.stamp, verdict=VerdictKind.LATER if recovering else VerdictKind.AGAIN
        )
    after = Quota.kept(entry)
    if part.keys() != {str(owner)} or not after.keys() <= OWN_PARTS or _shrinks(held, after):
        reason = Text("不是本机的额度。", "Not this laptop's own entry.")
        return refused(draft.stamp, {name: [reason]})
    return more_back_than_spent(draft, key, name)


def more_back_than_spent(draft: Draft, key: tuple[str, str], name: str) -> Verdict | None:
    """The refusal of a quota of which more is given back than was ever spent; None where it is not so."""
    state = draft.rows[key].values.get(name) or {}
    if total(state, "r") <= total(state, "s"):
        return None
    reason = Text("退回多于支出。", "More is given back than was ever spent.")
    return refused(draft.stamp, {name: [reason]})


def _shrinks(held: Parts, after: Parts) -> bool:
    """Whether any number is smaller than it was; joining would keep the old one unseen."""
    return any(
        _shrinks(value, after.get(part, {}))
        if isinstance(value, dict)
        else value > after.get(part, 0)
        for part, value in held.items()
    )


def _cover(
    draft: Draft,
    collection: Collection,
    key: tuple[str, str],
    name: str,
    owner: int,
    clock: Clock,
    *,
    recovering: bool,
) -> Verdict | None:
    row = draft.rows[key]
    lacking = -rights(row.values[name], owner)
    if lacking <= 0:
        return None
    if recovering:
        return Verdict(stamp=draft.stamp, verdict=VerdictKind.LATER)
    pool = max(collection.quota(name).at_hub(row.values[name]), 0)
    if pool < lacking:
        reason = Text(
            f"差 {lacking - pool}，没有可用的了。",
            f"Short of {lacking - pool}: none are left to give.",
        )
        return refused(draft.stamp, {name: [reason]})
    _put_hubs_step(row, name, Step(passed={str(owner): lacking}), clock)
    draft.plain = False
    return None


def _put_hubs_step(row: Row, name: str, step: Step, clock: Clock) -> None:
    """Add to the hub's own entry, under a stamp of the hub's."""
    state = row.values[name]
    part = part_of(clock.incarnation, state.get(str(clock.incarnation), {}), step)
    clock.observe(row.newest)
    stamp = clock.tick()
    row.put(name, Quota().join(state, 0, part, 0)[0], stamp)
