"""`hongxian add`, `edit`, `delete`, `list` and `show`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import click

from hongxian.collections.collection import Collection
from hongxian.collections.references import used
from hongxian.doubles import Doubles
from hongxian.kinds.boolean import YES
from hongxian.kit.typed import ComputedValues
from hongxian.model.record import SHORT
from hongxian.model.row import DELETED, SCOPE, WRITTEN_BY, Row
from hongxian.terminal.commands import Command, answer, answer_each, say, wants_json
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.layout import facts, room, table, width
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import EntryState, entries_of
from hongxian_client.review.claim_status import SHOWN as CLAIMS_SHOWN
from hongxian_client.review.claim_status import claims_of
from hongxian_client.text.assignments import assignments, scope_of, typed_values_of
from hongxian_client.text.format import Shower, label_of, plain_value, record_as_json
from hongxian_client.text.query import find_row, select_rows, slices_of_all

ON_A_SCREEN = 50
"""Records that a terminal shows unless told otherwise."""
_NARROW = 10
"""Columns below which a field is not worth showing in a table."""


@click.command(
    cls=Command,
    zh="""添加一条记录。

    \b
    例：
      hongxian add roster.person name=示例·甲001 skills=磨刀,理发
      hongxian add service.tally label=磨剪刀 people=12 --team community
    """,
)
@click.argument("collection")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1)
@option(
    "--team",
    help=Text(
        "属于哪个团队（只有一个时可省）", "The team it belongs to (not needed if there is only one)"
    ),
)
def add_command(collection: str, values: Sequence[str], team: str | None) -> None:
    """Add a record.

    \b
    Examples:
      hongxian add roster.person name=示例·甲001 skills=磨刀,理发
      hongxian add service.tally label=磨剪刀 people=12 --team community
    """
    with laptop() as replica:
        kind = replica.collection(collection)
        replica.writer()
        given = typed_values_of(replica, kind, assignments(values))
        if team is not None:
            given[SCOPE] = scope_of(replica, team)
        [id] = replica.create(kind.model, [given])
        claim = claims_of(replica, kind, [id]).get(id)
    held = Text("；暂定，下次同步定下来", "; provisional until the next sync") if claim else ""
    answer(
        {"id": id, "claim": claim},
        [Text("已添加：{id}{held}", "Added: {id}{held}").format(id=id, held=held)],
    )


@click.command(
    cls=Command,
    zh="""修改一条记录；被退回的会一并改正、重新送出。

    计数用 people=+5 累加，people=12 设为总数；集合用 skills+=磨刀 增、skills-=磨刀 减；等号后留空则清空。
    ID 也可写编号的末几位，或名字。
    """,
)
@click.argument("collection")
@click.argument("id")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
def edit_command(collection: str, id: str, values: Sequence[str]) -> None:
    """Edit a record; one that was refused is corrected and sent again.

    people=+5 adds to a count, people=12 sets its total; skills+=… and skills-=… add to a set and
    remove from it; nothing after = empties the field.
    ID may be the last letters of an id, or a name.
    """
    with laptop() as replica:
        kind = replica.collection(collection)
        row = find_row(kind, id)
        given = typed_values_of(replica, kind, assignments(values))
        changed = replica.edit(kind.model, {row.id: given})
    done = Text(f"已修改：{row.id}", f"Changed: {row.id}")
    if not changed:
        done = Text(f"没有变化：{row.id}", f"Nothing to change: {row.id}")
    answer({"id": row.id, "changed": bool(changed)}, [done])


@click.command(cls=Command, zh="删除一条记录。")
@click.argument("collection")
@click.argument("id")
def delete_command(collection: str, id: str) -> None:
    """Delete a record."""
    with laptop() as replica:
        kind = replica.collection(collection)
        row = find_row(kind, id)
        replica.delete(kind.model, [row.id])
    answer({"id": row.id, "deleted": True}, [Text(f"已删除：{row.id}", f"Deleted: {row.id}")])


@click.command(
    cls=Command,
    zh="""列出记录。

    ↑ 尚未送出，! 被退回。“占位”一栏说明只有一条能占的位子是暂定、确定还是被占用。
    """,
)
@click.argument("collection")
@option(
    "--where",
    metavar="FIELD=VALUE",
    multiple=True,
    help=Text("只要这样的，可多次", "Only these; repeatable"),
)
@option(
    "--limit",
    type=click.IntRange(0),
    metavar="N",
    help=Text("最多几条，0 不限", "At most N records; 0 for all"),
)
@option(
    "--sort",
    default="",
    metavar="FIELD",
    help=Text("排序，-字段 倒序", "Sort by FIELD; -FIELD for descending"),
)
def list_command(collection: str, where: Sequence[str], limit: int | None, sort: str) -> None:
    """List records.

    ↑ marks records that are not sent yet, ! those that were refused. The column “claim” says
    whether something that only one record may hold is provisional, confirmed or bumped.
    """
    with laptop() as replica:
        kind = replica.collection(collection)
        if limit is None and room() is not None:
            limit = ON_A_SCREEN
        wanted = assignments(where, signs=False)
        read: list[str] = []
        if limit:
            rows = select_rows(replica, kind, wanted, sort=sort, limit=limit + 1)
            slices = iter([rows[:limit]])
            more = len(rows) > limit
        else:
            slices, more = slices_of_all(replica, kind, wanted, sort=sort), False
        if wants_json():
            answer_each(_each_as_json(replica, kind, slices, read))
        else:
            rows = [row for some in slices for row in some]
            read += [row.id for row in rows]
            for line in _listed(replica, kind, rows, claims_of(replica, kind, read)):
                say(line)
            if more:
                say(Text("……还有更多：--limit 0", "… There are more: --limit 0"))
        replica.was_read(kind, read, "list")


def _each_as_json(
    replica: Replica, collection: Collection, slices: Iterable[Sequence[Row]], read: list[str]
) -> Iterator[JsonObject]:
    """The rows of some slices; their ids come to those that were read."""
    for rows in slices:
        ids = [row.id for row in rows]
        read += ids
        yield from _as_json(replica, collection, rows, claims_of(replica, collection, ids))


def _as_json(
    replica: Replica, collection: Collection, rows: Iterable[Row], claims: Mapping[str, str]
) -> Iterator[JsonObject]:
    computed = ComputedValues(replica, collection)
    for row in rows:
        told = record_as_json(collection, row)
        shown = {name: value for name, value in told.items() if name not in collection.hidden}
        shown |= {n: plain_value(collection, n, computed.of(row, n)) for n in collection.computed}
        yield {"claim": claims.get(row.id), **shown}


def _listed(
    replica: Replica, collection: Collection, rows: Sequence[Row], claims: Mapping[str, str]
) -> Sequence[Text | str]:
    if not rows:
        return [Text("没有记录", "No records")]
    shower, marks = Shower(replica, collection, rows), _marks(collection, rows)
    fields = _fields_that_fit(collection, shower, rows)
    headers: list[Text | str] = [
        Text("编号", "id"),
        *(label_of(collection, name) for name in fields),
    ]
    cells = [[row.id[-SHORT:], *(shower.field(row, name) for name in fields)] for row in rows]
    if collection.claims:
        headers.insert(1, Text("占位", "claim"))
        for row, cell in zip(rows, cells, strict=True):
            cell.insert(1, CLAIMS_SHOWN.get(claims.get(row.id, ""), ""))
    if marks:
        headers = ["", *headers]
        cells = [[marks.get(row.id, ""), *cell] for row, cell in zip(rows, cells, strict=True)]
    return table(headers, cells, room())


def _fields_that_fit(collection: Collection, shower: Shower, rows: Sequence[Row]) -> list[str]:
    """The first fields, as many as have room; all of them in a pipe."""
    names = [
        *collection.shown,
        *collection.computed,
        *([] if collection.scope_kind == "community" else [SCOPE]),
    ]
    left = room()
    if left is None:
        return names
    fit: list[str] = []
    left -= SHORT + 5
    if collection.claims:
        left -= 2 + max(width(said(each)) for each in CLAIMS_SHOWN.values())
    for name in names:
        widest = max(width(said(shower.field(row, name))) for row in rows)
        wanted = max(width(said(label_of(collection, name))), min(widest, 2 * _NARROW))
        if fit and wanted + 2 > left:
            break
        left -= wanted + 2
        fit.append(name)
    return fit


def _marks(collection: Collection, rows: Sequence[Row]) -> dict[str, str]:
    found = entries_of(collection.name, [row.id for row in rows])
    return {
        id: "!" if any(each.state == EntryState.REFUSED for each in entries) else "↑"
        for id, entries in found.items()
        if any(each.state != outbox.EntryState.SENT for each in entries)
    }


@click.command(cls=Command, zh="显示一条记录的全部内容。")
@click.argument("collection")
@click.argument("id")
def show_command(collection: str, id: str) -> None:
    """Show everything in one record."""
    with laptop() as replica:
        kind = replica.collection(collection)
        row = find_row(kind, id, deleted=True)
        shower, marks = Shower(replica, kind, [row]), _marks(kind, [row])
        left_out = {SCOPE, DELETED, WRITTEN_BY, *kind.hidden}
        names = [*(name for name in row.values if name not in left_out), *kind.computed]
        names += [WRITTEN_BY] if row.person else []
        pairs = [
            (f"{said(label_of(kind, name))} ({name})", shower.field(row, name)) for name in names
        ]
        claims = claims_of(replica, kind, [row.id])
        state = {
            "": Text("已送达", "on the hub"),
            "↑": Text("尚未送出", "not sent yet"),
            "!": Text("被退回", "refused"),
        }
        same = Doubles(kind.name).group(row.id)
        links = replica.links.get(kind.name, ())
        referrers = [each for link in links for each in link.referrers(same)]
        states = [state[marks.get(row.id, "")], *(CLAIMS_SHOWN[each] for each in claims.values())]
        lines = facts(
            [
                (Text("编号", "id"), row.id),
                (Text("团队", "team"), shower.field(row, SCOPE)),
                *pairs,
                (Text("送达", "sync"), states),
                *([(Text("已删除", "deleted"), YES)] if row.deleted else []),
                *((Text("同一人或物", "the same as"), id) for id in same if id != row.id),
                *([(Text("被引用", "used by"), used(referrers))] if referrers else []),
            ]
        )
        by = Counter(each.link.collection.name for each in referrers)
        told = {"used_by": dict(by), "same_as": [id for id in same if id != row.id]}
        [as_json] = _as_json(replica, kind, [row], claims)
        answer({**as_json, **told}, lines)
        replica.was_read(kind, [row.id], "show")
