"""What was done on this laptop, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hongxian.collections.collection import Collection
from hongxian.model.row import DELETED
from hongxian.text import Text, joined
from hongxian.writing.putting_back import Step
from hongxian_client.replica.deeds import Deed, DeedPart, load_text, parts_of
from hongxian_client.replica.replica import Replica
from hongxian_client.text.format import label_of

Named = Callable[[Collection | None, str], str]
"""What people call a record of a collection, by its id; "" for nothing."""
FIELDS_TOLD = 3
_AND, _LISTED = Text("；", "; "), Text("、", ", ")
_ONE = {
    "made": Text("新增{what}", "New: {what}"),
    "changed": Text("改了{what}：{fields}", "Changed: {what} ({fields})"),
    "deleted": Text("删除{what}", "Deleted: {what}"),
    "back": Text("恢复{what}", "Brought back: {what}"),
}
_NAMED = Text("{title}“{name}”", "{title} “{name}”")
_MANY = {
    "made": Text("新增{title} {count} 条", "New: {title}, {count}"),
    "changed": Text("改了{title} {count} 条：{fields}", "Changed: {title}, {count} ({fields})"),
    "deleted": Text("删除{title} {count} 条", "Deleted: {title}, {count}"),
    "back": Text("恢复{title} {count} 条", "Brought back: {title}, {count}"),
}
_UNDONE = Text("撤回：{what}", "Undone: {what}")
_DONE_AGAIN = Text("重做：{what}", "Done again: {what}")
_SAID = Text("{said}（{written}）", "{said} ({written})")
_GONE = Text("撤回较早的一件事", "Undone: something earlier")
_NOTHING = Text("没有留下记录", "Nothing of it is here any more")
_LEFT = Text("{name}：{why}", "{name}: {why}")


def name_of_record(collection: Collection | None, id: str) -> str:
    """What people call a record, deleted or not; "" where it has no name."""
    row = collection.rows_by_id([id]).get(id) if collection else None
    return collection.called(row.values) if collection and row else ""


def told_of(replica: Replica, deed: Deed, named: Named = name_of_record) -> Text:
    """What a deed did, in a sentence; `named` tells what a record is called there."""
    if deed.undoes:
        undone = Deed.get_or_none(Deed.id == deed.undoes)
        if undone is None:
            return _GONE
        if undone.undoes and (first := Deed.get_or_none(Deed.id == undone.undoes)):
            return _DONE_AGAIN.format(what=told_of(replica, first, named))
        return _UNDONE.format(what=told_of(replica, undone, named))
    written = _by_what_it_wrote(replica, parts_of(deed.id), named)
    said = load_text(deed.said)
    return written if said is None else _SAID.format(said=said, written=written)


def _by_what_it_wrote(replica: Replica, parts: Sequence[DeedPart], named: Named) -> Text:
    groups: dict[tuple[str, str], dict[str, list[str]]] = {}
    follows, ways = replica.exchanges.worked_out(), dict[tuple[str, str], str]()
    for part in parts:
        if part.collection in follows:
            continue
        way = ways.setdefault((part.collection, part.record), _way(part))
        of = groups.setdefault((part.collection, way), {}).setdefault(part.record, [])
        was = part.load()
        of += [name for name in (*was.before, *was.parts) if name not in (*of, DELETED)]
    told = [_group(replica, name, way, of, named) for (name, way), of in groups.items()]
    return joined(told, _AND) if told else _NOTHING


def _way(part: DeedPart) -> str:
    if part.made:
        return "made"
    before = part.load().before
    if DELETED in before:
        return "back" if before[DELETED] else "deleted"
    return "changed"


def _group(replica: Replica, name: str, way: str, of: dict[str, list[str]], named: Named) -> Text:
    title = replica.title_of(name)
    collection = replica.collections.get(name)
    fields = dict.fromkeys(each for written in of.values() for each in written)
    labels = [label_of(collection, each) for each in fields]
    more = [Text.of("…")] if len(labels) > FIELDS_TOLD else []
    told = joined([*labels[:FIELDS_TOLD], *more], _LISTED)
    if len(of) > 1:
        return _MANY[way].format(title=title, count=len(of), fields=told)
    called = named(collection, *of)
    what = _NAMED.format(title=title, name=called) if called else title
    return _ONE[way].format(what=what, fields=told)


def told_of_left(
    replica: Replica, left: Sequence[tuple[Step, Text]], most: int, named: Named = name_of_record
) -> Text:
    """What an undoing left as it is, and why, the first of it."""
    told = [
        _LEFT.format(
            name=named(replica.collections.get(step.collection), step.id)
            or replica.title_of(step.collection),
            why=why,
        )
        for step, why in left[:most]
    ]
    return joined(told + ([Text.of("…")] if len(left) > most else []), _AND)
