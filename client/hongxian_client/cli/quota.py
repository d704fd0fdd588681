"""`hongxian quota`: amounts that are given out, by hand where a plugin has no command of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from hongxian.collection import Collection
from hongxian.errors import NotAQuota, Refused
from hongxian.quota import Amounts, amounts
from hongxian.record import SHORT
from hongxian.reservations import shown_key
from hongxian.row import Row
from hongxian.shared import Device
from hongxian.spending import give_back, grant, pass_on, spend
from hongxian.stamp import HUB
from hongxian.terminal.commands import Command, Group, WrongCommandLine, answer
from hongxian.terminal.layout import room, table
from hongxian.text import LANGUAGES, Text
from hongxian.wording import part
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.text.format import Makers, names_of
from hongxian_client.text.query import find_row

_NEGATIVE = {"ignore_unknown_options": True}
"""Lets -1 be an amount, which is then refused for what it is."""
_FIELD = click.option(
    "--field", metavar="FIELD", help="哪个限额，只有一个时可省 · Which quota, if there are several"
)


@click.group(cls=Group)
def quota_command() -> None:
    """限额：库存、积分、号码；断网时也不会多给。

    Quotas: stock, points, numbers; never given out twice, not even offline.
    """


@quota_command.command("list", cls=Command)
@click.argument("collection", required=False)
def list_command(collection: str | None) -> None:
    """每个限额还有多少、本机可用多少、其余在谁那里。

    How much there is of each quota, how much of it this laptop may spend, and who holds the rest.
    """
    with laptop() as replica:
        kinds = [replica.collection(collection)] if collection else replica.collections.values()
        told = [each for kind in kinds for each in _quotas_of(replica, kind)]
        lines = _listed(replica, told)
    answer(told, lines)


def _quotas_of(replica: Replica, collection: Collection) -> list[dict[str, Any]]:
    rows = collection.rows("NOT deleted ORDER BY id") if collection.quotas else []
    makers = Makers()
    return [
        {
            "collection": collection.name,
            "id": row.id,
            "field": name,
            "unit": collection.columns[name].unit,
            "here": max(replica.spendable(collection, row, name), 0),
            **_told(amounts(row.values.get(name)), makers),
        }
        for row in rows
        for name in sorted(collection.quotas)
    ]


def _told(held: Amounts, makers: Makers) -> dict[str, Any]:
    return {
        "left": held.left,
        "granted": held.granted,
        "spent": held.spent,
        "uncovered": held.uncovered,
        "holders": [
            {"device": number, "who": makers.name(number), "amount": amount}
            for number, amount in held.rights.items()
        ],
    }


def _listed(replica: Replica, told: list[dict[str, Any]]) -> list[str]:
    if not told:
        return ["没有限额 · No quotas"]
    names = {
        kind: names_of(replica, kind, [each["id"] for each in told if each["collection"] == kind])
        for kind in {each["collection"] for each in told}
    }
    headers = ["编号 id", "名称 name", "可用 here", "共余 left", "缺额 uncovered", "持有 holders"]
    cells = [
        [
            each["id"][-SHORT:],
            names[each["collection"]].get(each["id"]) or _without_name(replica, each),
            f"{each['here']} {each['unit']}",
            str(each["left"]),
            str(each["uncovered"] or ""),
            "、".join(f"{held['who']} {held['amount']}" for held in each["holders"]),
        ]
        for each in told
    ]
    return table(headers, cells, room())


def _without_name(replica: Replica, told: dict[str, Any]) -> str:
    """What to call a record that has no name: whose it is, or the key that it holds."""
    collection = replica.collection(told["collection"])
    row = replica.view(collection, [told["id"]])[told["id"]].local
    names = [
        name
        for column in collection.columns.values()
        if column.reference is not None
        for name in names_of(replica, column.reference, [row.values.get(column.name)]).values()
    ]
    keys = [(claim, claim.key_of(row.values)) for claim in collection.claims]
    held = [
        shown_key(replica, collection, claim, key, lambda scope: False)
        for claim, key in keys
        if key is not None
    ]
    return " ".join([collection.title, *names, *held])


@quota_command.command("grant", cls=Command, context_settings=_NEGATIVE)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@_FIELD
def grant_command(collection: str, id: str, amount: int, field: str | None) -> None:
    """入账：又有了这么多。

    There are so many more.
    """
    _use(collection, id, field, lambda record, name: grant(record, name, amount))


@quota_command.command("spend", cls=Command, context_settings=_NEGATIVE)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@click.option("--pend", is_flag=True, help="本机不够时留给主机决定 · Beyond it, let the hub decide")
@_FIELD
def spend_command(collection: str, id: str, amount: int, pend: bool, field: str | None) -> None:
    """支出：给出去这么多；本机不够时说明还有多少、在谁那里。

    So many are given out; beyond this laptop's rights it says how many there are, and where.
    """
    beyond: Any = "pend" if pend else "refuse"
    _use(collection, id, field, lambda record, name: spend(record, name, amount, beyond=beyond))


@quota_command.command("give-back", cls=Command, context_settings=_NEGATIVE)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@_FIELD
def give_back_command(collection: str, id: str, amount: int, field: str | None) -> None:
    """退回：给出去的又回来这么多。

    So many of what was given out are back.
    """
    _use(collection, id, field, lambda record, name: give_back(record, name, amount))


@quota_command.command("pass", cls=Command, context_settings=_NEGATIVE)
@click.argument("collection")
@click.argument("id")
@click.argument("amount", type=int)
@click.option(
    "--to",
    required=True,
    metavar="DEVICE",
    help="电脑的编号或名称，或 hub · A laptop's number or name, or hub",
)
@_FIELD
def pass_command(collection: str, id: str, amount: int, to: str, field: str | None) -> None:
    """转让：让另一台电脑（或主机）来用这么多。

    Let another laptop, or the hub, spend so many in this one's place.
    """
    _use(collection, id, field, lambda record, name: pass_on(record, name, amount, to=_device(to)))


def _use(collection: str, id: str, field: str | None, do: Callable[[Any, str], None]) -> None:
    with laptop() as replica:
        kind = replica.collection(collection)
        name = _quota_of(kind, field)
        row = find_row(kind, id)
        do(kind.model.get_by_id(row.id), name)
        after: Row = replica.view(kind, [row.id])[row.id].local
        here = max(replica.spendable(kind, after, name), 0)
        held = amounts(after.values.get(name))
        told = {"id": row.id, "field": name, "here": here, **_told(held, Makers())}
    zh, en = (part(kind.columns[name].unit, language) for language in LANGUAGES)
    said = f"本机可用 {here} {zh}，共余 {held.left} · {here} {en} here, {held.left} left in all"
    answer(told, [said])


def _quota_of(collection: Collection, field: str | None) -> str:
    known = sorted(collection.quotas)
    if field is None and len(known) == 1:
        return known[0]
    if field not in known:
        raise NotAQuota(
            collection=collection.name, field=field or "?", known=", ".join(known) or "-"
        )
    return field


def _device(text: str) -> int:
    """A device's number, by number or name; only of those that are in use."""
    if text == "hub":
        return int(HUB)
    live = [each for each in Device.select() if not each.revoked]
    found = [each.number for each in live if text in (str(each.number), each.name)]
    if len(found) > 1:
        numbers = "、".join(map(str, found))
        raise WrongCommandLine(
            detail=Text(
                f"有 {len(found)} 台电脑叫“{text}”，请填编号：{numbers}",
                f"{len(found)} laptops are called {text!r}; give a number: {numbers}",
            )
        )
    if not found:
        known = "、".join(f"{each.number} {each.name}" for each in live)
        raise Refused(detail=f"没有电脑“{text}”。No laptop {text!r}. 现有 There are: {known}")
    return int(found[0])
