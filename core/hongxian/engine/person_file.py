"""All that a store has of one person, as a file for them: a page to read, and the same as JSON.

What the asker may not see is told of by its number alone.
"""

from __future__ import annotations

import html
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from hongxian.collections.builtin import Phone
from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_now
from hongxian.collections.references import links_among
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import RecordUnknown
from hongxian.model.record import LONGEST_NAME
from hongxian.model.row import SCOPE, Row
from hongxian.storage.whole_file import whole_file
from hongxian.text import LANGUAGES, Language, Text
from hongxian.words.values import JsonObject, json_safe

PAGE, DATA = "person.html", "person.json"
_TITLE = Text("{name}：本人信息", "{name}: what is known of them")
_MADE = Text("{community}，{moment}", "{community}, {moment}")
NOT_SEEN = Text(
    "另有 {n} 条，只在经办的电脑上，请向经办人查询。",
    "{n} more that only the laptops working on them hold; ask there.",
)
_STYLE = (
    "body{font:16px/1.6 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
    "dt{font-weight:bold}dd{margin:0 0 .4em}section{border-top:1px solid #999}"
)


@dataclass(frozen=True)
class About:
    """What one collection has of a person."""

    collection: Collection
    rows: list[Row]
    unseen: int = 0
    """Records that the asker may not see."""


def about(
    store: PresentStore, collection: str, id: str, may_see: Callable[[Collection], bool]
) -> list[About]:
    """A person's record and all that refers to it; raises `RecordUnknown`, `UnknownCollection`."""
    own = store.collection(collection)
    row = own.rows_by_id([id]).get(id)
    if row is None or row.deleted:
        raise RecordUnknown(id=id, collection=collection)
    rows: dict[str, dict[str, Row]] = {own.name: {id: row}}
    for link in links_among(store.collections.values()).get(collection, []):
        field = link.collection.quoted(link.field)
        asked = f"NOT deleted AND {field} = {store.database.param} ORDER BY id"
        found = rows.setdefault(link.collection.name, {})
        found.update((each.id, each) for each in link.collection.rows(asked, (id,)))
    told = ((store.collection(name), list(found.values())) for name, found in rows.items() if found)
    parts = [
        About(each, found) if may_see(each) or each is own else About(each, [], len(found))
        for each, found in told
    ]
    phones = _phones(store, collection, id)
    return [*parts, phones] if phones.rows else parts


def _phones(store: PresentStore, collection: str, id: str) -> About:
    """By which phones they come in: since when, and when last; nothing of their keys."""
    kept, param = store.collection(Phone._meta.collection), store.database.param
    asked = f"NOT deleted AND {kept.quoted('of')} = {param} AND {kept.quoted('record')} = {param} ORDER BY id"
    told = (SCOPE, Phone.since.name, Phone.used.name, Phone.ended.name)
    return About(
        kept,
        [
            replace(each, values={name: each.values.get(name) for name in told})
            for each in kept.rows(asked, (collection, id))
        ],
    )


def write_person_file(
    store: PresentStore, path: Path, found: Sequence[About], community: str
) -> None:
    """Write it for this account alone: a zip with a page and JSON. Raises `OSError`."""
    name = _name(found[0])
    made = _MADE.format(community=community, moment=f"{local_now(store):%Y-%m-%d %H:%M}")
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(PAGE, _page(store, found, name, made))
        told = {
            "person": found[0].rows[0].id,
            "made": vars_of(made),
            "about": list(map(_json, found)),
        }
        packed.writestr(DATA, orjson.dumps(told, option=orjson.OPT_INDENT_2))


def vars_of(text: Text) -> dict[str, str]:
    """A text by language."""
    return {language: text.in_(language) for language in LANGUAGES}


def _name(person: About) -> str:
    named = person.rows[0].values.get(person.collection.naming or "")
    return str(named or person.rows[0].id)[:LONGEST_NAME]


def _json(each: About) -> JsonObject:
    records = [
        {"id": row.id, "scope": row.scope, "values": json_safe(row.values)} for row in each.rows
    ]
    return {
        "collection": each.collection.name,
        "title": vars_of(each.collection.title),
        "records": records,
        "not_seen": each.unseen,
    }


def _page(store: PresentStore, found: Iterable[About], name: str, made: Text) -> str:
    parts = list(found)
    bodies = [_body(store, parts, name, made, language) for language in LANGUAGES]
    head = f'<!doctype html><meta charset="utf-8"><title>{html.escape(name)}</title><style>{_STYLE}</style>'
    return head + "<hr>".join(bodies)


def _body(
    store: PresentStore, found: Iterable[About], name: str, made: Text, language: Language
) -> str:
    def said(text: Text) -> str:
        return html.escape(text.in_(language))

    lines = [
        f'<article lang="{language}"><h1>{said(_TITLE.format(name=name))}</h1><p>{said(made)}</p>'
    ]
    for each in found:
        lines.append(f"<h2>{said(each.collection.title)}</h2>")
        if each.unseen:
            lines.append(f"<p>{said(NOT_SEEN.format(n=each.unseen))}</p>")
        for row in each.rows:
            fields = (
                f"<dt>{said(label)}</dt><dd>{said(value)}</dd>"
                for label, value in fields_told(store, each.collection, row)
            )
            lines.append(f"<section><dl>{''.join(fields)}</dl></section>")
    return "".join([*lines, "</article>"])


def fields_told(
    store: PresentStore, collection: Collection, row: Row
) -> Iterable[tuple[Text, Text]]:
    """What stands in a record's fields, by their labels; a reference by the name of what it means."""
    for name, column in collection.columns.items():
        value = row.values.get(name)
        if value is None:
            continue
        other = store.collections.get(column.reference or "")
        named = other.names_of([str(value)]).get(str(value)) if other else None
        yield column.label, Text.of(named) if named else Text.of(column.shown(column.plain(value)))
