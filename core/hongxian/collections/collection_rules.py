"""What a model may not say of its collection, and in which words it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from peewee import DateField

from hongxian.errors import BadCollection
from hongxian.kinds.column import Column
from hongxian.kinds.file import FileField
from hongxian.kinds.on_delete import OnDelete
from hongxian.kinds.reference import Reference
from hongxian.merges.merge import LATEST
from hongxian.model.circle import CIRCLE
from hongxian.model.claim import Claim
from hongxian.model.keep import Keep, keeps_of
from hongxian.model.record import COMMUNITY, KEEPER, SYSTEM_FIELDS, Record, table_of
from hongxian.text import Text, joined

_ODD_CLAIM = Text(
    "占用写了 {odd}；请写各只有一个值的字段",
    "a claim names {odd}; name fields that hold one value each",
)
_NEVER_HELD = Text(
    "占用的 only 写了 {field} 没有的值 {never}，这样永远占不上；有：{known}",
    "a claim's only names {never}, which {field} never is, so nothing would ever be held; there are {known}",
)
_ODD_ORDER = Text(
    "order 写了 {order!r}；请写只有一个值的字段",
    "order is {order!r}; name a field that holds one value",
)
_SHOWN_BY_NONE = Text(
    "{odd} 的 shown_if 写了没有的字段",
    "shown_if of {odd} names no field of its model",
)
_NEVER_TYPED = Text(
    "{odd} 没有人填；请加 null=True 或 default",
    "nobody types {odd}; give them null=True or a default",
)
_ODD_GROUP = Text(
    "字段组 {group} 须有自己的名字，其中的字段只能各属一组、用默认的合并、由同样的人填写",
    "the group {group} has a name of its own; its fields are of no other, merge as is usual and have the same writers",
)
_NOT_NULL = Text(
    '{odd} 的 on_delete="clear" 要清空它；请加 null=True',
    '{odd} is to be emptied by on_delete="clear"; write null=True',
)
WRITERS = ("scope", "team", "maker", "hub")
"""Who may write: any device of the scope, one of the maker's teams, the maker, the hub alone."""
LONGEST_NAME = 50
"""Bytes: PostgreSQL cuts the name of a table or an index of more than 63 in silence."""

_NO_NAME = Text(
    '请写 class Meta: collection = "plugin.thing"，用小写',
    'write class Meta: collection = "plugin.thing", in lower case',
)
_OUR_FIELDS = Text(
    "{names} 是 Record 自己的名字；请另取", "the names {names} belong to Record; choose others"
)
_NO_FIELDS = Text("{option} 里的 {names} 不是字段", "{option} names {names}, which are no fields")
_OF_FIELDS = ("merges", "hidden", "read_only", "secret", "known_by", "also_called")
"""Options of Meta that name fields."""
OPTIONS = frozenset(
    {
        *_OF_FIELDS,
        "checks",
        "claims",
        "confidential",
        "field_keep",
        "field_writers",
        "groups",
        "keep",
        "lasting",
        "menu",
        "model_metadata_class",
        "order",
        "scope",
        "title",
        "within",
        "writers",
    }
)
"""What a Meta may say beside peewee's own options."""
_UNKNOWN_OPTION = Text("没有 {option} 这个选项；{meant}", "there is no option {option}; {meant}")
_MEANT = Text("也许是 {near}", "perhaps {near}")
_OPTIONS_ARE = Text("选项有：{options}", "the options are {options}")
_AND = Text("；", "; ")
_OWN_TABLE = Text(
    "它的表叫 {table}；请不要写 table_name", "its table is {table}; leave table_name out"
)
_TOO_LONG = Text(
    "数据表的名字超过 {longest} 字节；请缩短",
    "its collection's name is longer than {longest} bytes; shorten it",
)
_SAME_COLUMN = Text(
    "两个字段的名字只差大小写；SQLite 里是同一列",
    "the names of two fields differ in capital letters alone; SQLite has one column",
)
_ODD_SCOPE = Text(
    'scope 只能是 "team"、"community"、"circle"、"keeper" 或 "any"',
    'scope is "team", "community", "circle", "keeper" or "any"',
)
_NO_FILES = Text(
    'scope 是 "keeper" 的表不能有文件字段：记录交出后，本机不再留着它的文件',
    'a collection whose scope is "keeper" has no files: a laptop keeps nothing of what it handed in',
)
_ODD_CIRCLE = Text(
    "within 写的 {name} 不是引用字段，或 scope 不是 circle",
    "within is {name}, which is no reference, or scope is not circle",
)
_ODD_KEEP = Text(
    "keep 要写 until（日期、引用字段或函数）或 consent（并以 of 指明引用本人的字段）",
    "keep wants until, a date, a reference or a function, or consent, with the reference to the person in of",
)
_ODD_FIELD_KEEP = Text(
    "field_keep 写的 {name} 不能清空：要是有 null=True 或默认值、没有 merges 的字段",
    "field_keep names {name}, which cannot be emptied: it wants null=True or a default, and no merge",
)
_ODD_WRITERS = Text("writers 只能是 {writers}", "writers are {writers}")


def refuse(model: type[Record], troubles: Iterable[Text]) -> None:
    """Raise `BadCollection` with all that is wrong with a model, if anything is."""
    if every := list(troubles):
        raise BadCollection(model=model.__name__, detail=joined(every, _AND))


def what_cannot_be(name: str, model: type[Record]) -> Iterator[Text]:
    """What a model's Meta says wrong of its name, fields, scope and writers."""
    meta = model._meta
    scope, writers = getattr(meta, "scope", "team"), getattr(meta, "writers", "scope")
    field_writers: dict[str, str] = getattr(meta, "field_writers", {})
    within: str = getattr(meta, "within", "")
    plugin, _, thing = name.partition(".")
    if not (plugin.isidentifier() and thing.isidentifier() and name == name.lower()):
        yield _NO_NAME
    elif meta.table_name != table_of(name):
        yield _OWN_TABLE.format(table=table_of(name))
    if any(meta.fields[n]._order != Record._meta.fields[n]._order for n in SYSTEM_FIELDS):
        yield _OUR_FIELDS.format(names=list(SYSTEM_FIELDS))
    yield from map(_unknown_option, sorted(meta._additional_keys - OPTIONS))
    yield from _named_in_vain(meta)
    if len(name.encode()) > LONGEST_NAME:
        yield _TOO_LONG.format(longest=LONGEST_NAME)
    if len({each.lower() for each in meta.columns}) < len(meta.sorted_fields):
        yield _SAME_COLUMN
    if scope not in ("team", COMMUNITY, CIRCLE, KEEPER, "any"):
        yield _ODD_SCOPE
    if scope == KEEPER and any(isinstance(each, FileField) for each in meta.sorted_fields):
        yield _NO_FILES
    if within and (scope != CIRCLE or not isinstance(meta.fields.get(within), Reference)):
        yield _ODD_CIRCLE.format(name=within)
    if {writers, *field_writers.values()} - set(WRITERS):
        yield _ODD_WRITERS.format(writers=list(WRITERS))
    yield from _what_is_odd_of(keeps_of(meta), model)
    if lasting := getattr(meta, "lasting", None):
        yield from lasting.what_is_odd(meta)


def _unknown_option(option: str) -> Text:
    near = get_close_matches(option, OPTIONS, n=1)
    meant = _MEANT.format(near=near) if near else _OPTIONS_ARE.format(options=sorted(OPTIONS))
    return _UNKNOWN_OPTION.format(option=option, meant=meant)


def _what_is_odd_of(keeps: Mapping[str, Keep], model: type[Record]) -> Iterator[Text]:
    fields, merges = model._meta.fields, getattr(model._meta, "merges", {})
    for name, keep in keeps.items():
        until, field = keep.until, fields.get(name)
        tells = isinstance(until, str) and isinstance(fields.get(until), DateField | Reference)
        is_odd_until = isinstance(until, str) and not tells
        is_odd_consent = keep.consent and not isinstance(fields.get(keep.of), Reference)
        if is_odd_until or is_odd_consent or not (until or keep.consent):
            yield _ODD_KEEP
        can_be_empty = field is not None and (field.null or field.default is not None)
        if name and (not can_be_empty or name in SYSTEM_FIELDS or name in merges):
            yield _ODD_FIELD_KEEP.format(name=name)


def _named_in_vain(meta: Any) -> Iterator[Text]:  # Any: peewee's
    """Each option that names what is no field, with what it names."""
    own = set(meta.fields) - set(SYSTEM_FIELDS)
    for option in _OF_FIELDS:
        if odd := sorted(set(getattr(meta, option, ())) - own):
            yield _NO_FIELDS.format(option=option, names=odd)


def what_is_odd_of_fields(
    columns: Mapping[str, Column], claims: Sequence[Claim], order: str
) -> Iterator[Text]:
    """What claims, the order and fields that nobody types cannot be."""

    def is_odd(name: str) -> bool:
        return name not in columns or columns[name].merge.keeps_both

    for claim in claims:
        odd = [each for each in (*claim.fields, *claim.only) if is_odd(each)]
        if odd or not claim.fields:
            yield _ODD_CLAIM.format(odd=odd or Text("无字段", "nothing"))
        for name, values in claim.only.items():
            known = [value for value, _ in columns[name].choices] if name in columns else []
            if known and (never := sorted(map(str, values.difference(known)))):
                yield _NEVER_HELD.format(field=name, never=never, known=known)
    if unknown := [
        each.name
        for each in columns.values()
        if each.shown_if and each.shown_if.other not in columns
    ]:
        yield _SHOWN_BY_NONE.format(odd=unknown)
    if order and is_odd(order.removeprefix("-")):
        yield _ODD_ORDER.format(order=order)
    untyped = (each for each in columns.values() if each.hidden or each.read_only)
    if never := [each.name for each in untyped if each.required]:
        yield _NEVER_TYPED.format(odd=never)
    cleared = (each for each in columns.values() if each.on_delete is OnDelete.CLEAR)
    if full := [each.name for each in cleared if not each.null]:
        yield _NOT_NULL.format(odd=full)


def what_is_odd_of_groups(
    columns: Mapping[str, Column],
    groups: Mapping[str, Sequence[str]],
    writers_of: Callable[[str], str],
) -> Iterator[Text]:
    """Each group of fields that cannot be written as one."""
    every = [name for group in groups.values() for name in group]
    for name, group in groups.items():
        is_sound = (
            name not in columns
            and all(each in columns and columns[each].merge == LATEST for each in group)
            and all(every.count(each) == 1 for each in group)
            and len(set(map(writers_of, group))) == 1
        )
        if not is_sound:
            yield _ODD_GROUP.format(group=name)
