"""`hongxian hub tidy` and `hub erase`: what is old leaves the hub, and what must."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import asdict

import click

from hongxian.collections.builtin import erased_part
from hongxian.collections.local_time import local_moment
from hongxian.errors import Usage
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian_server.history.names import names_of
from hongxian_server.hub import Hub
from hongxian_server.ops.opening import open_hub


@click.command(
    cls=Command,
    zh="""清掉足够久的：流水账里已删、已改掉的内容，已了结的冲突。

    主机运行时每小时自动做一次。内容保留 30 天；在此期间，误删的可以恢复，误改的可以撤回。
    """,
)
@option(
    "--keep",
    type=click.IntRange(1, 3650),
    metavar="DAYS",
    help=Text("从现在起，内容保留这么多天", "From now on, keep values for this many days"),
)
def tidy(keep: int | None) -> None:
    """Clear out what is old: deleted and overwritten values, settled conflicts.

    A serving hub does this every hour. Values are kept for 30 days; until then, deletions can be
    brought back and edits undone.
    """
    from hongxian_server.hub_state import HubState
    from hongxian_server.ops.tidy import keep_for
    from hongxian_server.ops.tidy import tidy as let_go

    with open_hub() as opened:
        if keep is not None:
            keep_for(opened, keep)
        gone = let_go(opened)
        days = HubState.read().keep_days
    told = Text(
        "清掉流水账内容 {parts} 处、冲突 {conflicts} 个；内容保留 {days} 天",
        "{parts} {parts:part|parts} of the journal and {conflicts} "
        "{conflicts:conflict|conflicts} let go; kept for {days} {days:day|days}",
    )
    facts = asdict(gone)
    answer({**facts, "days": days}, [told.format(**facts, days=days)])


@click.command(
    cls=Command,
    zh="""彻底删除一条记录，连同流水账、冲突和每台电脑上的内容；先列出会删掉什么，加 --do 才删。

    只要清空一个字段的，用 --field；记录留下，历史里带着这个字段的改动一并忘掉。
    引用它的记录要一并删掉的，用 --with 写出是哪张表。删后不能恢复，也不能再写入；恢复旧备份后会再删一次。
    --list 列出删过什么，还有哪些电脑没有删完。旧的备份文件请自行销毁。

    \b
    hongxian hub erase roster.person 018f… --with roster.contact
    """,
)
@click.argument("collection", required=False)
@click.argument("id", required=False)
@option(
    "--with",
    "further",
    multiple=True,
    metavar="COLLECTION",
    help=Text("这张表里引用它的记录也删", "Also the records of this collection that refer to it"),
)
@option("--field", metavar="FIELD", help=Text("只清空这个字段", "Only empty this field"))
@option("--by", metavar="NAME", help=Text("经手人", "Who answers for it"))
@option("--do", "doing", is_flag=True, help=Text("真的删", "Really erase it"))
@option("--list", "listing", is_flag=True, help=Text("列出删过什么", "List what was erased"))
def erase(
    collection: str | None,
    id: str | None,
    further: Sequence[str],
    field: str | None,
    by: str | None,
    doing: bool,
    listing: bool,
) -> None:
    """Erase a record for good: in the journal, in conflicts and on every laptop. Lists first; --do erases.

    With --field, only that field is emptied and the record stays; the journal forgets every change
    to the field. --with names collections whose records are erased too if they refer to it. An
    erased record can be neither brought back nor written to again, and is erased again when an
    older backup is restored. --list shows what was erased, and which laptops have not done so yet.
    Destroy older backups yourself.

    \b
    hongxian hub erase roster.person 018f… --with roster.contact
    """
    with open_hub() as opened:
        if listing:
            _list(opened)
        elif collection and id:
            what = f"{collection}.{field}" if field else collection
            _erase(opened, what, id, further, by or getpass.getuser(), doing)
        else:
            raise Usage(
                detail=Text(
                    "请写出数据表和编号，或 --list", "name a collection and an id, or --list"
                )
            )


def _erase(hub: Hub, what: str, id: str, further: Sequence[str], by: str, doing: bool) -> None:
    from hongxian_server.history.erasing import erase as erase_records
    from hongxian_server.history.erasing import referring, with_referring
    from hongxian_server.history.erasing_fields import refuse_unless_erasable, title_of

    collection, field = erased_part(what)
    found = referring(hub, collection, id)
    for name in further:
        hub.collection(name)
    if field:
        refuse_unless_erasable(hub.collection(collection), field)
        found = {}  # the record stays, and so does what refers to it
    going = with_referring((what, id), found, further)
    staying = [(name, each) for name, ids in found.items() if name not in further for each in ids]
    names = names_of(hub, [(erased_part(name)[0], each) for name, each in (*going, *staying)])
    if doing:
        erase_records(hub, going, by)
    goes = Text("已删除", "erased") if doing else Text("将删除", "to be erased")
    stays = Text("引用它，保留", "refers to it, stays")
    lines: list[Text | str] = [
        Text("{what}：{title} {name}", "{what}: {title} {name}").format(
            what=what, title=title_of(hub, name), name=names[erased_part(name)[0], each]
        )
        for what, keys in ((goes, going), (stays, staying))
        for name, each in keys
    ]
    if not doing:
        lines.append(
            Text("还没有删；确认后加 --do", "Nothing is erased yet; add --do when you are sure")
        )
    told = [[{"collection": name, "id": each} for name, each in keys] for keys in (going, staying)]
    answer({"done": doing, "erased": told[0], "stays": told[1]}, lines)


def _list(hub: Hub) -> None:
    from hongxian_server.history.erasing import answerer, receipts

    found = list(receipts(hub))
    lines = [
        Text(
            "{at:%Y-%m-%d %H:%M}  {collection} {id}  {by}  {waits}",
            "{at:%Y-%m-%d %H:%M}  {collection} {id}  {by}  {waits}",
        ).format(
            at=local_moment(each.at),
            collection=each.collection,
            id=each.record,
            by=answerer(each.by),
            waits=Text("还在等：{names}", "waits for: {names}").format(names=each.waits_for)
            if each.waits_for
            else Text("各电脑都已删除", "all laptops have done so"),
        )
        for each in found
    ]
    answer([asdict(each) for each in found], lines)
