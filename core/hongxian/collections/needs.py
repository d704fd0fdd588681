"""What must be filled in for a record to be in its state; the laptop asks the same as the hub.

Asked of the record as it is after everything was merged, never of where it came from: what a state
needs may have been emptied beside the step into it.
"""

from __future__ import annotations

from collections.abc import Callable, Set

from hongxian.checks import Reasons
from hongxian.collections.collection import Collection
from hongxian.merges.standing import name_of
from hongxian.model.lasting import Lasting
from hongxian.text import Text
from hongxian.words.values import Values

_NEEDED = Text("“{state}”要先填“{field}”。", "{field} is needed for {state}.")


def lacking(collection: Collection, changed: Set[str] | None, values: Values) -> Reasons:
    """Why a record may not have these values, by the fields that are empty; of fields that changed (None: all)."""
    reasons: Reasons = {}
    for column in collection.states:
        name = name_of(values.get(column.name))
        needs = column.workflow.needs_of(name)
        if changed is not None and changed.isdisjoint((column.name, *needs)):
            continue
        for need in needs:
            if is_blank(collection.columns[need].plain(values.get(need))):
                state, field = column.workflow.title_of(name), collection.columns[need].label
                reasons.setdefault(need, []).append(_NEEDED.format(state=state, field=field))
    return reasons


def has_begun(lasting: Lasting, value_of: Callable[[str], object]) -> bool:
    """Whether what `stays` names changes no more: `once` is filled in, or nothing is said of it."""
    if isinstance(lasting.once, str):
        return not lasting.once or not is_blank(value_of(lasting.once))
    return any(value_of(name) in values for name, values in lasting.once.items())


def lasts(lasting: Lasting, value_of: Callable[[str], object]) -> bool:
    """Whether a record is never deleted: of what may be planned, once that has begun."""
    return not lasting.planned or has_begun(lasting, value_of)


def is_void(collection: Collection, value_of: Callable[[str], object]) -> bool:
    """Whether a record does not count any more."""
    lasting = collection.lasting
    return lasting is not None and bool(lasting.voided) and bool(value_of(lasting.voided))


def is_blank(value: object) -> bool:
    """Whether a field's value for people says nothing: empty, blanks, not ticked, nobody."""
    return value is None or value is False or (not value and value != 0) or not str(value).strip()
