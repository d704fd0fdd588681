"""What a release declares of its collections, and what a later one would do to what is stored by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hongxian.collections.collection import Collection
from hongxian.text import Text
from hongxian.words.values import Json, JsonObject


@dataclass(frozen=True)
class Change:
    """What one release meets where another was before; `breaks` where laptops refuse it."""

    what: Text
    breaks: bool = False


_KIND = Text(
    "{field} 原来是 {before}，现在是 {now}：存着的值对不上，各电脑会拒绝装入；请保留原字段，另加一个",
    "{field} was {before} and is {now}: what is stored would not fit, and laptops refuse the release; "
    "keep the field and add another",
)
_MERGE = Text(
    "{field} 原来按 {before} 合并，现在按 {now}：没更新的电脑照旧合并，到主机才一致",
    "{field} was merged by {before} and is by {now}: laptops that are not updated go on as before, and "
    "agree only once the hub has merged",
)
_GONE = Text(
    "{field} 没有了：值还在，但新版本看不到；若是改名，请保留旧名字",
    "{field} is gone: its values stay, and nobody sees them; if it was renamed, keep the old name",
)
_NO_DEFAULT = Text(
    "{field} 是新的，却既不能空也没有默认值：以前的记录没有它；请加 null=True 或 default",
    "{field} is new, and neither null nor with a default: earlier records have none; add null=True or a "
    "default",
)
_NEW_CLAIM = Text(
    "{field} 新增占用 {claim}：已经重复的记录不会丢，主机会给每组重复开一件待办",
    "{field} has a new claim on {claim}: records that share a key already stay, and the hub opens a task "
    "for them",
)
_COLLECTION_GONE = Text(
    "{field} 没有了：记录还在，但没有哪个插件显示它",
    "{field} is gone: its records stay, and no plugin shows them",
)
_RIGHTS = Text(
    "{field} 的 {what} 由 {before} 改为 {now}：没更新的电脑写的会被主机退回",
    "{what} of {field} was {before} and is {now}: the hub refuses what laptops that are not updated write",
)


def shape_of(collections: Iterable[Collection]) -> JsonObject:
    """What a plugin's collections declare, by name: what its data rests on."""
    return {each.name: _of_collection(each) for each in collections}


def _of_collection(collection: Collection) -> JsonObject:
    model_fields = collection.model._meta.fields
    return {
        "scope": collection.scope_kind,
        "writers": collection.writers,
        "claims": sorted(", ".join(claim.fields) for claim in collection.claims),
        "fields": {
            name: {
                "kind": column.travels_as,
                "merge": type(column.merge).__name__,
                "optional": model_fields[name].null or model_fields[name].default is not None,
            }
            for name, column in collection.columns.items()
        },
    }


def changes_between(before: JsonObject, now: JsonObject) -> Iterator[Change]:
    """What becomes of data and of laptops that are not updated, where `now` comes after `before`."""
    for name, was in before.items():
        if name not in now:
            yield Change(_COLLECTION_GONE.format(field=name))
            continue
        yield from _in_collection(name, was, now[name])


def _in_collection(name: str, was: Mapping[str, Json], now: Mapping[str, Json]) -> Iterator[Change]:
    for what in ("scope", "writers"):
        if was.get(what) != now[what]:
            yield Change(_RIGHTS.format(field=name, what=what, before=was.get(what), now=now[what]))
    for claim in now["claims"]:
        if claim not in was.get("claims", ()):
            yield Change(_NEW_CLAIM.format(field=name, claim=claim))
    for field, then in was["fields"].items():
        yield from _in_field(f"{name}.{field}", then, now["fields"].get(field))
    for field in now["fields"].keys() - was["fields"].keys():
        if not now["fields"][field]["optional"]:
            yield Change(_NO_DEFAULT.format(field=f"{name}.{field}"), breaks=True)


def _in_field(field: str, was: JsonObject, now: JsonObject | None) -> Iterator[Change]:
    if now is None:
        yield Change(_GONE.format(field=field))
        return
    for what, told, breaks in (("kind", _KIND, True), ("merge", _MERGE, False)):
        if was[what] != now[what]:
            yield Change(told.format(field=field, before=was[what], now=now[what]), breaks)
