"""Counts at the hub: each goes on from what is held, so that one that was refused is not counted after all."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.collections.collection import Collection
from hongxian.merges.merge import Tally
from hongxian.model.row import Change
from hongxian.wire.verdicts import Verdict, VerdictKind
from hongxian_server.intake.draft import Draft


def judge_counts(
    draft: Draft, changes: Sequence[tuple[Collection, Change]], *, recovering: bool
) -> Verdict | None:
    """What stands against a transaction's counts; None if they go on from what the hub holds.

    A share tells all that its laptop ever counted on a record: with the next one a refused count
    would come in.
    """
    for collection, change in changes:
        before = draft.before[collection.name, change.id]
        held = before.values if before else {}
        for name in collection.tallies & change.values.keys():
            part = change.values[name]
            if part and not Tally.follows(part, held.get(name)):
                kind = VerdictKind.LATER if recovering else VerdictKind.AGAIN
                return Verdict(stamp=draft.stamp, verdict=kind)
    return None
