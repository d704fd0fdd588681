"""`hongxian conflicts`, `resolve` and `attention`: what only a person can decide."""

from __future__ import annotations

import click

from hongxian.collections.collection import Collection
from hongxian.model.record import SHORT
from hongxian.model.row import DELETED, SCOPE
from hongxian.terminal.commands import Command, WrongCommandLine, answer
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.layout import facts, visible
from hongxian.text import Text, sentences
from hongxian.words.values import JsonObject, Value
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState
from hongxian_client.review import attention, conflicts
from hongxian_client.review.missing_plugins import missing_plugins
from hongxian_client.text.format import (
    EMPTY,
    Makers,
    label_of,
    names_of,
    shown_moment,
    shown_plain,
    shown_value,
)
from hongxian_client.text.names import ids_by_name
from hongxian_client.text.query import find_row


@click.command(cls=Command, zh="冲突：两边互不知情时填了不同的值，等人选一个。")
@option("--all", "resolved", is_flag=True, help=Text("连同已处理的", "Include settled ones"))
def conflicts_command(resolved: bool) -> None:
    """Conflicts: different values written without knowing of each other, for a person to choose."""
    with laptop() as replica:
        makers = Makers()
        told = [
            conflicts.as_json(each, replica.collections.get(each.collection), makers)
            for each in conflicts.open_conflicts(resolved=resolved)
        ]
        lines = [line for each in told for line in _conflict_lines(replica, each)]
    answer(told, lines or [Text("没有冲突", "No conflicts")])


def _conflict_lines(replica: Replica, told: JsonObject) -> list[Text | str]:
    collection = replica.collections.get(told["collection"])
    name = names_of(replica, told["collection"], [told["record"]]).get(told["record"], "")
    named = told["field"]
    field = " · ".join(
        said(label_of(collection, each))
        for each in conflicts.fields_in(collection, named, told["kept"])
    )
    short = told["id"][-SHORT:]
    head = f"{short}  {told['collection']} {told['record'][-SHORT:]} {name}  {field}"
    sides = [
        (
            title,
            _SIDE.format(
                value=[
                    shown_plain(collection, *each) or EMPTY
                    for each in conflicts.fields_in(collection, named, told[side]).items()
                ],
                who=told[by]["who"],
                at=shown_moment(told[by]["at"]),
            ),
        )
        for title, side, by in (
            (Text("保留", "kept"), "kept", "kept_by"),
            (Text("落选", "lost"), "lost", "lost_by"),
        )
    ]
    settled = (
        Text("已处理", "settled")
        if told["resolved"]
        else f"hongxian resolve {short} --keep kept|lost"
    )
    return [visible(head), *(f"  {line}" for line in facts(sides)), f"  {said(settled)}"]


_SIDE = Text("{value}  （{who} {at}）", "{value}  ({who} {at})")


@click.command(cls=Command, zh="处理一个冲突：保留现值，或换回落选的值。")
@click.argument("conflict")
@option(
    "--keep",
    type=click.Choice(["kept", "lost"]),
    required=True,
    help=Text(
        "kept 保留现值，lost 换回落选的值",
        "kept: keep the present value; lost: put the lost one back",
    ),
)
def resolve_command(conflict: str, keep: str) -> None:
    """Settle a conflict: keep the present value, or put the lost one back."""
    with laptop() as replica:
        row = find_row(replica.collection("hongxian.conflict"), conflict)
        if keep == "kept":
            conflicts.keep_the_kept(replica, row)
        else:
            conflicts.keep_the_lost(replica, row)
    answer(
        {"id": row.id, "keep": keep},
        [Text("已处理，下次同步送出", "Settled; goes out with the next sync")],
    )


@click.command(
    cls=Command,
    zh="""被退回、被占用或在等待的改动，以及每个字段的原因。

    改正：用 hongxian edit 改那条记录，改正会连同被退回的内容一起重新送出。
    """,
)
@option(
    "--resend", type=int, metavar="N", help=Text("把第 N 项原样再送", "Send item N again unchanged")
)
@option(
    "--discard",
    type=int,
    metavar="N",
    help=Text("撤回第 N 项，内容存成文件", "Withdraw item N; its content is kept in a file"),
)
def attention_command(resend: int | None, discard: int | None) -> None:
    """Changes that were refused, bumped or are waiting, with the reasons by field.

    To correct one, edit the record: the correction is sent together with what was refused.
    """
    if resend is not None and discard is not None:
        raise WrongCommandLine(
            detail=Text(
                "--resend 和 --discard 只能用一个。", "Give --resend or --discard, not both."
            )
        )
    with laptop() as replica:
        if resend is not None:
            attention.resend(replica, resend)
            answer(
                {"number": resend, "resent": True},
                [Text("下次同步再送", "Goes out with the next sync")],
            )
        elif discard is not None:
            path = attention.discard(replica, discard)
            told = {"number": discard, "discarded": True, "file": str(path) if path else None}
            kept = Text(f"已撤回，内容存在：{path}", f"Taken back; kept in: {path}")
            answer(told, [kept if path else Text("已划掉", "Struck out")])
        else:
            rejections = attention.rejected_transactions()
            lines = [line for each in rejections for line in _rejected_lines(replica, each)]
            answer(
                [attention.as_json(replica, each) for each in rejections],
                [
                    *missing_plugins(replica).said,
                    *(lines or [Text("没有待处理的", "Nothing needs attention")]),
                ],
            )


_STATES = {
    EntryState.DEFERRED: Text("等插件", "waiting for a plugin"),
    EntryState.HELD: Text("删得多，等管理员确认", "deletes much: waits for the keeper"),
    EntryState.KEPT: Text("等本机回到团队", "waits until this laptop is of the team again"),
    EntryState.REFUSED: Text("被退回", "refused"),
    attention.BUMPED: Text("被占用", "bumped"),
    attention.ERASED: Text("已彻底删除", "erased"),
}


def _ways_out(replica: Replica, taken: JsonObject) -> list[Text | str]:
    """Who holds the key if that may be told, and the commands that take one which is free."""
    lines: list[Text | str] = []
    if taken["holder"]:
        holder = _called(replica, taken["collection"], taken["holder"])
        lines.append(Text(f"  占用者：{holder}", f"  held by: {holder}"))
    if taken["record"] is None:
        return lines
    if not taken["free"]:
        return [*lines, Text("  附近没有空着的", "  None near it is free")]
    lines.append(Text("  改成空着的：", "  Take one that is free:"))
    for free in taken["free"]:
        pairs = zip(taken["fields"], taken["key"], free, strict=True)
        kind = replica.collections[taken["collection"]]
        words = " ".join(
            _word(name, _typed(replica, kind, name, new)) for name, old, new in pairs if new != old
        )
        lines.append(f"    hongxian edit {kind.name} {taken['record'][-SHORT:]} {words}")
    return lines


def _called(replica: Replica, collection: str, id: str) -> str:
    """A record with its name, if it has one, and the id by which it is found."""
    name = names_of(replica, collection, [id]).get(id)
    return visible(f"{collection} {name} {id[-SHORT:]}" if name else f"{collection} {id}")


def _typed(replica: Replica, kind: Collection, name: str, value: Value) -> Value:
    """What to type for a value: of a reference the name, where one record alone bears it."""
    column = kind.columns[name]
    other = replica.collections.get(column.reference or "")
    if other is None or other.naming is None:
        return value
    called = names_of(replica, other.name, [value]).get(value, "")
    return called if len(ids_by_name(other, [called])[called]) == 1 else value


def _word(name: str, value: Value) -> str:
    """FIELD=VALUE such that every shell takes it for one word."""
    word = visible(f"{name}={value}")
    return f'"{word}"' if " " in word else word


def _rejected_lines(replica: Replica, rejected: attention.Rejected) -> list[Text | str]:
    lines: list[Text | str] = [f"#{rejected.number}  {said(_STATES[rejected.state])}"]
    told = attention.as_json(replica, rejected)
    collection = replica.collections.get(told["changes"][0]["collection"])
    for name, told_why in rejected.reasons.items():
        why = said(sentences(told_why))
        lines.append(f"  ✗ {said(label_of(collection, name)) or '—'}: {visible(why)}")
    lines += _ways_out(replica, told["taken"]) if told["taken"] else ()
    for change in told["changes"]:
        kind = replica.collections.get(change["collection"])
        verb = Text("新增", "new") if change["new"] else Text("修改", "edit")
        verb = Text("删除", "delete") if change["values"].get(DELETED) else verb
        lines.append(f"  {said(verb)} {_called(replica, change['collection'], change['id'])}")
        for name, value in change["values"].items():
            if value not in (None, {}) and name not in (SCOPE, DELETED):
                to = kind.columns[name].reference if kind and name in kind.columns else None
                named = names_of(replica, to, [value]).get(value) if to else None
                shown = visible(named or said(shown_value(kind, name, value)))
                lines.append(f"    {said(label_of(kind, name))}: {shown}")
    if rejected.state == EntryState.REFUSED and rejected.deletes:
        lines.append(
            Text("  这里删了，别处还在；要恢复它：", "  Deleted here alone; to bring it back:")
        )
        lines.append(f"    hongxian attention --discard {rejected.number}")
    return lines
