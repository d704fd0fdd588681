"""The access log of cases (人民调解法 15): every look at one on a laptop is kept with the case."""

from __future__ import annotations

from hongxian import Store, local_now
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import KEPT, Reading

_LOGGED = {model._meta.collection: model for model in KEPT if model is not Reading}


def note_reading(store: Store, collection: str, id: str, how: str) -> None:
    """Write down that a case, or a part of one, was looked at on this laptop."""
    model = _LOGGED.get(collection)
    held = model.with_deleted().where(model.id == id).get_or_none() if model else None
    if held is not None and store.kind == "laptop":
        Reading.create(
            case=id if model is Case else held.case,
            looked_at=collection,
            record=id,
            how=how,
            at=local_now(store),
            device=store.writer().number,
        )
