"""The access log of cases (人民调解法 15): every look at one on a laptop is kept with the case."""

from __future__ import annotations

from hongxian import Store, local_now
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import KEPT, Reading

_LOGGED = {model._meta.collection: model for model in KEPT if model is not Reading}


def note_readings(store: Store, collection: str, ids: list[str], how: str) -> None:
    """Write down that cases, or parts of them, were looked at on this laptop."""
    model = _LOGGED.get(collection)
    if model is None or store.kind != "laptop":
        return
    for held in model.with_deleted().where(model.id.in_(ids)):
        Reading.create(
            case=held.id if model is Case else held.case,
            looked_at=collection,
            record=held.id,
            how=how,
            at=local_now(store),
            device=store.writer().number,
        )
