"""The engine's own rules, of what its kit brought: judged with a plugin's, alike on the laptop and at the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hongxian.collections.builtin import Alias, CircleMember, member_id
from hongxian.collections.rights import Writer, may_write
from hongxian.collections.store_protocol import present_store
from hongxian.errors import Refused
from hongxian.kit.book import Book
from hongxian.kit.seen import Seen
from hongxian.kit.settings import Settings
from hongxian.model.record import Record, same_id
from hongxian.text import Text

MOST_JOINED = 20
"""Records that one group joins: each reading of one of them follows all."""
MOST_VERSIONS = 1_000
"""Of one plugin's settings: each rule that asks for them reads all."""
OTHER_SCOPE = Text(
    "两条记录不属于同一个范围，不能合并。", "They are not of one scope and cannot be joined."
)
_ODD_PAIR = Text("合并的记录没有写对。", "That is no alias of two records.")
_NOT_THERE = Text(
    "要合并的记录不在这里或已删除。", "One of the two records is not there, or was deleted."
)
_NOT_YOURS = Text(
    "两条记录都能修改的电脑才能合并或分开。",
    "Only who may write both records may join or part them.",
)
_TOO_MANY = Text(
    f"一组最多合并 {MOST_JOINED} 条记录。", f"A group joins at most {MOST_JOINED} records."
)

_NOT_DELETED = Text(
    "知情圈的名单不能删除或改成别的电脑；请把那台电脑移出。",
    "Who is of a circle is not deleted from its list nor written over: let that laptop out.",
)
_TOO_MANY_VERSIONS = Text(
    f"这套设置已有 {MOST_VERSIONS} 版，不再收。请社区管理员撤回写得太多的那台电脑的改动（hongxian hub undo）。",
    f"There are {MOST_VERSIONS} versions of these settings and no more are taken. The keeper can take back what one "
    "laptop wrote too much of (hongxian hub undo).",
)


@dataclass(frozen=True)
class Asked:
    """What a laptop's transaction makes of one record."""

    record: Record
    before: Record | None
    """None where it makes it."""
    seen: Seen
    writer: Writer
    age: int
    """Milliseconds since it was written; of one that is deleted or comes back, since it was first."""


OwnRule = Callable[[Asked], None]
"""Raises `Refused`."""


def own_rule_of(model: type[Record]) -> OwnRule | None:
    """What the engine asks of a model's records; None for nothing."""
    return next((rule for base, rule in _OWN.items() if issubclass(model, base)), None)


def _alias(asked: Asked) -> None:
    if isinstance(asked.record, Alias):
        _refuse_odd_alias(asked.record, asked.seen, asked.writer)


def _book(asked: Asked) -> None:
    if isinstance(asked.record, Book):
        asked.record.refuse_odd(asked.before)


def _version(asked: Asked) -> None:
    if isinstance(asked.record, Settings):
        asked.record.refuse_odd(asked.before, asked.age)
        if not asked.record.deleted and len(asked.seen.all(type(asked.record))) > MOST_VERSIONS:
            raise Refused(_TOO_MANY_VERSIONS)


def _member(asked: Asked) -> None:
    record = asked.record
    if isinstance(record, CircleMember) and (
        record.deleted or record.id != member_id(record.scope, record.laptop)
    ):
        raise Refused(_NOT_DELETED)


_OWN: dict[type[Record], OwnRule] = {
    Alias: _alias,
    Book: _book,
    CircleMember: _member,
    Settings: _version,
}


def alias_id(collection: str, one: str, other: str) -> str:
    """The id of what says that two records are one; `one` is the smaller id."""
    return same_id("hongxian.alias", collection, one, other)


def _refuse_odd_alias(alias: Alias, seen: Seen, writer: Writer) -> None:
    """Raise `Refused` unless this writer may say so: of two live records of one scope that it may write.

    To take it back it must be one that may write those of them that are there still.
    """
    if not alias.one < alias.other or alias.id != alias_id(
        alias.collection, alias.one, alias.other
    ):
        raise Refused(_ODD_PAIR)
    collection = present_store().collections.get(alias.collection)
    if collection is None and alias.deleted:
        return
    if collection is None:
        raise Refused(_NOT_THERE)
    both = [seen.get(collection.model, each) for each in (alias.one, alias.other)]
    there = [each for each in both if each is not None]
    if not all(may_write(collection, each, "", writer) for each in there):
        raise Refused(_NOT_YOURS)
    if alias.deleted:
        return
    if len(there) < len(both):
        raise Refused(_NOT_THERE)
    if {each.scope for each in there} != {alias.scope}:
        raise Refused(OTHER_SCOPE)
    if len(_reached(alias, seen)) > MOST_JOINED:
        raise Refused(_TOO_MANY)


def _reached(alias: Alias, seen: Seen) -> set[str]:
    """What an alias joins with all that is joined already, as far as it matters how many that are."""
    found, ahead = {alias.one, alias.other}, [alias.one, alias.other]
    while ahead and len(found) <= MOST_JOINED:
        id = ahead.pop()
        for end, far in (("one", "other"), ("other", "one")):
            for each in seen.all(Alias, collection=alias.collection, **{end: id}):
                if getattr(each, far) not in found:
                    found.add(getattr(each, far))
                    ahead.append(getattr(each, far))
    return found
