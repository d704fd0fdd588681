"""`hongxian quota`: amounts that are given out, by hand where a plugin has no command of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from hongxian.collections.builtin import Device
from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import present_store
from hongxian.errors import NotAQuota, Refused
from hongxian.merges.quota import Amounts, amounts
from hongxian.model.record import SHORT, Record
from hongxian.model.row import Row
from hongxian.quotas import Beyond, ask, give_back, grant, pass_on, spend, spendable_of
from hongxian.terminal.commands import Command, Group, WrongCommandLine, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text, joined
from hongxian.words.incarnation import HUB
from hongxian.words.values import JsonObject
from hongxian.writing.claim_holders import shown_key
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.text.format import Makers, names_of
from hongxian_client.text.query import find_row

_NEGATIVE = {"ignore_unknown_options": True}
"""Lets -1 be an amount, which is then refused for what it is."""
_FIELD = option(
    "--field",
    metavar="FIELD",
    help=Text("哪个限额，只有一个时可省", "Which quota, if there are several"),
)


@click.group(cls=Group, zh="限额：库存、积分、号码；断网时也不会多给。")
def quota_command() -> None:
    """Quotas: stock, points, numbers; never given out twice, not even offline."""


@quota_command.command("list", cls=Command, zh="每个限额还有多少、本机可用多少、其余在谁那里。")
@click.argument("collection", required=False)
def list_command(collection: str | None) -> None:
    """List how much of each quota is left, how much this laptop may spend, and who holds the rest."""
    with laptop() as replica:
        kinds = [replica.collection(collection)] if collection else replica.collections.values()
        told = [each for kind in kinds for each in _quotas_of(replica, kind)]
        lines = _listed(replica, told)
    answer(told, lines)


def _quotas_of(replica: Replica, collection: Collection) -> list[JsonObject]:
    rows = collection.rows("NOT deleted ORDER BY id") if collection.quotas else []
    makers = Makers()
    return [
        {
            "collection": collection.name,
            "id": row.id,
            "field": name,
            "unit": collection.columns[name].unit,
            "here": max(spendable_of(replica, collection, row, name), 0),
            **_told(amounts(row.values.get(name)), makers),
        }
        for row in rows
        for name in sorted(collection.quotas)
    ]


def _told(held: Amounts, makers: Makers) -> JsonObject:
    return {
        "left": held.left,
        "granted": held.granted,
        "spent": held.spent,
        "uncovered": held.uncovered,
        "holders": [
            {"device": number, "who": who, "amount": amount}
            for holder, amount in held.rights.items()
            for number, who in (makers.of(holder),)
        ],
    }


def _listed(replica: Replica, told: list[JsonObject]) -> Sequence[Text | str]:
    if not told:
        return [Text("没有限额", "No quotas")]
    names = {
        kind: names_of(replica, kind, [each["id"] for each in told if each["collection"] == kind])
        for kind in {each["collection"] for each in told}
    }
    headers = [
        Text("编号", "id"),
        Text("名称", "name"),
        Text("可用", "here"),
        Text("共余", "left"),
        Text("缺额", "uncovered"),
        Text("持有", "holders"),
    ]
    cells = [
        [
            each["id"][-SHORT:],
            names[each["collection"]].get(each["id"]) or _without_name(replica, each),
            Text.of("{here} {unit}").format(here=each["here"], unit=each["unit"]),
            str(each["left"]),
            str(each["uncovered"] or ""),
            [_HOLDS.format(**held) for held in each["holders"]],
        ]
        for each in told
    ]
    return table(headers, cells, room())


_HOLDS = Text.of("{who} {amount}")


def _without_name(replica: Replica, told: JsonObject) -> Text:
    """What to call a record that has no name: whose it is, or the key that it holds."""
    collection = replica.collection(told["collection"])
    row = replica.view(collection, [told["id"]])[told["id"]].local
    names = [
        name
        for column in collection.columns.values()
        if column.reference is not None
        for name in names_of(replica, column.reference, [row.values.get(column.name)]).values()
    ]
    held = [
        shown_key(replica, collection, claim, claim.spelling_of(row.values), lambda scope: False)
        for claim in collection.claims
        if claim.key_of(row.values) is not None
    ]
    return joined([collection.title, *names, *held], Text.of(" "))


@quota_command.command("grant", cls=Command, context_settings=_NEGATIVE, zh="入账：又有了这么多。")
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@_FIELD
def grant_command(collection: str, id: str, amount: int, field: str | None) -> None:
    """Add this many to the quota."""
    _use(collection, id, field, lambda record, name: _grant(record, name, amount))


def _grant(record: Record, name: str, amount: int) -> None:
    """Grant by hand; raises `Refused` for what the hub takes with its lines alone."""
    quota = present_store().collection(record._meta.collection).quota(name)
    if quota.grants is not None:
        raise Refused(detail=_BY_ITS_BOOKS.format(label=quota.label))
    grant(record, name, amount)


_BY_ITS_BOOKS = Text(
    "{label} 由账上的凭据入账，不能手工增加",
    "{label} is granted by lines in the books, not by hand",
)


@quota_command.command(
    "spend",
    cls=Command,
    context_settings=_NEGATIVE,
    zh="支出：给出去这么多；本机不够时说明还有多少、在谁那里。",
)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@option(
    "--pend",
    is_flag=True,
    help=Text("本机不够时留给主机决定", "If this laptop may not, let the hub decide"),
)
@_FIELD
def spend_command(collection: str, id: str, amount: int, pend: bool, field: str | None) -> None:
    """Give out this many; if this laptop may not, say how many are left, and where."""
    beyond: Beyond = "pend" if pend else "refuse"
    _use(collection, id, field, lambda record, name: spend(record, name, amount, beyond=beyond))


@quota_command.command(
    "give-back", cls=Command, context_settings=_NEGATIVE, zh="退回：给出去的又回来这么多。"
)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@_FIELD
def give_back_command(collection: str, id: str, amount: int, field: str | None) -> None:
    """Take back this many of what was given out."""
    _use(collection, id, field, lambda record, name: give_back(record, name, amount))


@quota_command.command(
    "pass", cls=Command, context_settings=_NEGATIVE, zh="转让：让另一台电脑（或主机）来用这么多。"
)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@option(
    "--to",
    required=True,
    metavar="DEVICE",
    help=Text("电脑的编号或名称，或 hub", "A laptop's number or name, or hub"),
)
@_FIELD
def pass_command(collection: str, id: str, amount: int, to: str, field: str | None) -> None:
    """Pass the right to spend this many to another laptop, or to the hub."""
    _use(collection, id, field, lambda record, name: pass_on(record, name, amount, to=_device(to)))


@quota_command.command(
    "ask",
    cls=Command,
    context_settings=_NEGATIVE,
    zh="申请：请持有的电脑调这么多过来，填 0 是撤回；对方联网、本机再联网后就到。",
)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@_FIELD
def ask_command(collection: str, id: str, amount: int, field: str | None) -> None:
    """Ask the laptops that hold rights for this many, or 0 to stop; they come with their sync, then this one's."""
    _use(collection, id, field, lambda record, name: ask(record, name, amount))


def _use(collection: str, id: str, field: str | None, do: Callable[[Record, str], None]) -> None:
    with laptop() as replica:
        kind = replica.collection(collection)
        name = _quota_of(kind, field)
        row = find_row(kind, id)
        do(kind.model.get_by_id(row.id), name)
        after: Row = replica.view(kind, [row.id])[row.id].local
        here = max(spendable_of(replica, kind, after, name), 0)
        held = amounts(after.values.get(name))
        told = {"id": row.id, "field": name, "here": here, **_told(held, Makers())}
    unit = kind.columns[name].unit
    answer(told, [_NOW.format(here=here, unit=unit, left=held.left)])


_NOW = Text("本机可用 {here} {unit}，共余 {left}", "{here} {unit} here, {left} left in all")


def _quota_of(collection: Collection, field: str | None) -> str:
    known = sorted(collection.quotas)
    if field is None and len(known) == 1:
        return known[0]
    if field not in known:
        raise NotAQuota(collection=collection.name, field=field or "?", known=known or "-")
    return field


def _device(text: str) -> int:
    """A laptop's incarnation, by number or name; only of those that are in use."""
    if text == "hub":
        return int(HUB)
    live = [each for each in Device.select() if not each.revoked]
    found = [each for each in live if text in (str(each.number), each.name)]
    if len(found) > 1:
        raise WrongCommandLine(
            detail=Text(
                "有 {count} 台电脑叫“{text}”，请填编号：{numbers}",
                "{count} laptops are called {text!r}; give a number: {numbers}",
            ).format(count=len(found), text=text, numbers=[each.number for each in found])
        )
    if not found:
        known = [f"{each.number} {each.name}" for each in live]
        raise Refused(
            detail=Text(
                "没有电脑“{text}”。现有：{known}", "No laptop {text!r}. There are: {known}"
            ).format(text=text, known=known)
        )
    return int(found[0].incarnation)
