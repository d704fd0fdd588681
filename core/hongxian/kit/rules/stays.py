"""What lasts, held against what is written: judged like a rule, on the laptop as at the hub."""

from __future__ import annotations

from collections.abc import Mapping, Set

from hongxian.collections.collection import Collection
from hongxian.collections.needs import has_begun, is_blank, is_void, lasts
from hongxian.errors import Refused
from hongxian.model.lasting import Lasting
from hongxian.model.record import Record
from hongxian.text import NOTHING, Text

_NEVER_DELETED = Text("“{title}”不能删除；{instead}。", "{title} are never deleted; {instead}.")
_SAY_WHY = Text("作废要写明原因。", "Say why it is void.")
_STAYS = Text("{since}“{field}”不能再改；{instead}。", "{since}“{field}” stays; {instead}.")
_FILLED = Text("“{once}”已填 {who}，", "“{once}” is {who}: ")
_VOID_AND_WRITE = Text("请作废后另记一条", "void it and write another")


def refuse_what_lasts(
    collection: Collection,
    record: Record,
    before: Record | None,
    changed: Set[str] | None,
    collections: Mapping[str, Collection],
) -> None:
    """Raise `Refused` where a record that lasts would be deleted, voided without a reason, or changed.

    `changed` are the fields that were to be written, those too in which another write stands: what was
    written first and comes second is a second one all the same.
    """
    lasting = collection.lasting
    if lasting is None:
        return
    held = record if before is None else before
    if record.deleted and lasts(lasting, lambda name: getattr(held, name)):
        raise Refused(_NEVER_DELETED.format(title=collection.title, instead=lasting.why_kept))
    if record.deleted:
        return
    if is_void(collection, lambda name: getattr(record, name)):
        if lasting.why and is_blank(getattr(record, lasting.why)):
            raise Refused(_SAY_WHY)
        return
    if (
        before is None
        or before.deleted
        or not has_begun(lasting, lambda name: getattr(before, name))
    ):
        return
    for name in lasting.staying(collection.columns):
        if getattr(record, name) != getattr(before, name) or name in (changed or ()):
            instead = lasting.why_kept if lasting.instead or not lasting.voided else _VOID_AND_WRITE
            since = _since(collection, lasting, before, collections)
            label = collection.columns[name].label
            raise Refused(_STAYS.format(since=since, field=label, instead=instead))


def _since(
    collection: Collection,
    lasting: Lasting,
    before: Record,
    collections: Mapping[str, Collection],
) -> Text:
    """By what it stays as it is: what was filled in, such as who confirmed it."""
    for name in [lasting.once] if isinstance(lasting.once, str) else lasting.once:
        if not name:
            break
        column = collection.columns[name]
        value = column.plain(column.to_wire(getattr(before, name)))
        known = collections.get(column.reference or "")
        called = known.names_of([str(value)]).get(str(value)) if known else None
        return _FILLED.format(once=column.label, who=called or column.shown(value))
    return NOTHING
