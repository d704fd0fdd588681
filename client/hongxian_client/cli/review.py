"""`hongxian conflicts`, `resolve` and `attention`: what only a person can decide."""

from __future__ import annotations

from typing import Any

import click

from hongxian.record import SHORT
from hongxian.row import DELETED, SCOPE
from hongxian.terminal.commands import Command, WrongCommandLine, answer
from hongxian.terminal.layout import facts, visible
from hongxian.text import Text
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.outbox import EntryState
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention, conflicts
from hongxian_client.text.format import (
    Makers,
    label_of,
    names_of,
    shown_moment,
    shown_plain,
    shown_value,
)
from hongxian_client.text.query import find_row


@click.command(cls=Command)
@click.option("--all", "resolved", is_flag=True, help="连同已处理的 · Those settled too")
def conflicts_command(resolved: bool) -> None:
    """冲突：两边互不知情时填了不同的值，等人选一个。

    Conflicts: values written without sight of each other, for a person to choose.
    """
    with laptop() as replica:
        makers = Makers()
        told = [
            conflicts.as_json(each, replica.collections.get(each.collection), makers)
            for each in conflicts.open_conflicts(resolved=resolved)
        ]
        lines = [line for each in told for line in _conflict_lines(replica, each)]
    answer(told, lines or ["没有冲突 · No conflicts"])


def _conflict_lines(replica: Replica, told: dict[str, Any]) -> list[str]:
    collection = replica.collections.get(told["collection"])
    name = names_of(replica, told["collection"], [told["record"]]).get(told["record"], "")
    field = label_of(collection, told["field"])
    short = told["id"][-SHORT:]
    head = f"{short}  {told['collection']} {told['record'][-SHORT:]} {name}  {field}"
    sides = [
        (
            title,
            f"{shown_plain(collection, told['field'], told[side]) or '（空）'}  "
            f"（{told[by]['who']} {shown_moment(told[by]['at'])}）",
        )
        for title, side, by in (("保留 kept", "kept", "kept_by"), ("落选 lost", "lost", "lost_by"))
    ]
    settled = "已处理 settled" if told["resolved"] else f"hongxian resolve {short} --keep kept|lost"
    return [visible(head), *(f"  {line}" for line in facts(sides)), f"  {settled}"]


@click.command(cls=Command)
@click.argument("conflict")
@click.option(
    "--keep",
    type=click.Choice(["kept", "lost"]),
    required=True,
    help="kept 保留现值，lost 换回落选的值 · Leave the kept value, or put the lost one back",
)
def resolve_command(conflict: str, keep: str) -> None:
    """处理一个冲突：保留现值，或换回落选的值。

    Settle a conflict: leave the kept value, or put the lost one back.
    """
    with laptop() as replica:
        row = find_row(replica.collection("hongxian.conflict"), conflict)
        if keep == "kept":
            conflicts.keep_the_kept(replica, row)
        else:
            conflicts.keep_the_lost(replica, row)
    answer(
        {"id": row.id, "keep": keep},
        ["已处理，下次同步送出 · Settled; goes out with the next sync"],
    )


@click.command(cls=Command)
@click.option("--resend", type=int, metavar="N", help="把第 N 项原样再送 · Send N again as it is")
@click.option(
    "--discard",
    type=int,
    metavar="N",
    help="撤回第 N 项，内容存成文件 · Take N back, kept in a file",
)
def attention_command(resend: int | None, discard: int | None) -> None:
    """被退回、被占用或在等待的改动，以及每个字段的原因。

    What was refused, bumped or waits, with the reasons by field.

    改正：用 hongxian edit 改那条记录，改正会连同被退回的内容一起重新送出。
    To correct: edit the record; the correction and what was refused go out together.
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
                {"number": resend, "resent": True}, ["下次同步再送 · Goes out with the next sync"]
            )
        elif discard is not None:
            path = attention.discard(replica, discard)
            told = {"number": discard, "discarded": True, "file": str(path)}
            answer(told, [f"已撤回，内容存在 · Taken back; kept in: {path}"])
        else:
            rejections = attention.rejected_transactions()
            lines = [line for each in rejections for line in _rejected_lines(replica, each)]
            answer(
                [attention.as_json(replica, each) for each in rejections],
                lines or ["没有待处理的 · Nothing needs attention"],
            )


_STATES = {
    EntryState.DEFERRED: "等插件 waiting for a plugin",
    EntryState.REFUSED: "被退回 refused",
    attention.BUMPED: "被占用 bumped",
}


def _ways_out(taken: dict[str, Any]) -> list[str]:
    """Who holds the key if that may be told, and the commands that take one which is free."""
    lines = (
        [f"  占用者 held by: {taken['collection']} {taken['holder']}"] if taken["holder"] else []
    )
    if taken["record"] is None:
        return lines
    if not taken["free"]:
        return [*lines, "  附近没有空着的 · None near it is free"]
    lines.append("  改成空着的 · Take one that is free:")
    for free in taken["free"]:
        pairs = zip(taken["fields"], taken["key"], free, strict=True)
        words = " ".join(_word(name, new) for name, old, new in pairs if new != old)
        lines.append(f"    hongxian edit {taken['collection']} {taken['record'][-SHORT:]} {words}")
    return lines


def _word(name: str, value: Any) -> str:
    """FIELD=VALUE such that every shell takes it for one word."""
    word = visible(f"{name}={value}")
    return f'"{word}"' if " " in word else word


def _rejected_lines(replica: Replica, rejected: attention.Rejected) -> list[str]:
    lines = [f"#{rejected.number}  {_STATES[rejected.state]}"]
    told = attention.as_json(replica, rejected)
    collection = replica.collections.get(told["changes"][0]["collection"])
    for name, sentences in rejected.reasons.items():
        lines.append(f"  ✗ {label_of(collection, name) or '—'}: {visible(' '.join(sentences))}")
    lines += _ways_out(told["taken"]) if told["taken"] else ()
    for change in told["changes"]:
        kind = replica.collections.get(change["collection"])
        verb = "新增 new" if change["new"] else "修改 edit"
        verb = "删除 delete" if change["values"].get(DELETED) else verb
        lines.append(f"  {verb} {change['collection']} {change['id']}")
        for name, value in change["values"].items():
            if value not in (None, {}) and name not in (SCOPE, DELETED):
                lines.append(
                    f"    {label_of(kind, name)}: {visible(shown_value(kind, name, value))}"
                )
    if rejected.state == EntryState.REFUSED and rejected.deletes:
        lines.append("  这里删了，别处还在；恢复它 · Deleted here alone; to bring it back:")
        lines.append(f"    hongxian attention --discard {rejected.number}")
    return lines
