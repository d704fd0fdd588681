"""What can be done at the station, and what is asked for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from peewee import CharField, DateField, IntegerField

from hongxian import Action, Reference, Store, Text, Value
from hongxian_plugins.reward_station import counter, earning, redeeming, shelf
from hongxian_plugins.reward_station.goods import WHOM

_PIECES = {
    "amount": IntegerField(
        verbose_name=Text("数量", "Amount"),
        help_text=Text("多少件，整数。", "Whole pieces."),
        default=1,
    )
}
_REASON = CharField(
    verbose_name=Text("原因", "Reason"),
    max_length=200,
    help_text=Text("为什么，或谁盘的。", "Why, or who counted."),
)
_CODE = CharField(
    verbose_name=Text("取货码", "Code"),
    max_length=20,
    help_text=Text("三段十二位，大小写都行。", "Three parts of four."),
)


def book_missing(store: Store, id: None) -> Text:
    """See `earning.book_missing`."""
    return earning.book_missing(store)


def expire(store: Store, id: None) -> Text:
    """See `earning.expire`."""
    return earning.expire(store)


def _is(state: str, *others: str) -> Callable[[Mapping[str, Value]], bool]:
    def fits(values: Mapping[str, Value]) -> bool:
        return values.get("state") in (state, *others)

    return fits


ACTIONS = [
    Action(
        "reward_station.receive",
        Text("签收", "Receive"),
        shelf.receive,
        collection="reward_station.pledge",
        asks={
            "received": IntegerField(
                verbose_name=Text("签收数量", "Received"),
                help_text=Text("实际收到多少件。", "How many really came."),
            )
        },
        fits=_is("pledged"),
    ),
    Action(
        "reward_station.withdraw",
        Text("撤回认捐", "Withdraw"),
        shelf.withdraw,
        collection="reward_station.pledge",
        fits=_is("pledged"),
    ),
    Action(
        "reward_station.shelve",
        Text("上架", "Shelve"),
        shelf.shelve,
        collection="reward_station.pledge",
        asks={
            "amount": IntegerField(
                verbose_name=Text("数量", "Amount"),
                help_text=Text("上架多少件。", "Pieces to shelve."),
            ),
            "expires": DateField(
                verbose_name=Text("保质期至", "Expires"),
                null=True,
                help_text=Text("不会过期则留空。", "Empty if it keeps."),
            ),
            "place": CharField(
                verbose_name=Text("货架", "Place"),
                max_length=40,
                null=True,
                help_text=Text("放在哪里。", "Where it stands."),
            ),
        },
        fits=_is("received", "shelved"),
    ),
    Action(
        "reward_station.take",
        Text("取用", "Take out"),
        shelf.take_out,
        collection="reward_station.lot",
        asks={
            **_PIECES,
            "whom": CharField(
                verbose_name=Text("给谁", "Whom"),
                max_length=12,
                default="volunteer",
                choices=WHOM,
                help_text=Text("取用的人是哪一类。", "What kind of person takes it."),
            ),
        },
        fits=lambda values: values.get("purpose") != "rewards",
    ),
    Action(
        "reward_station.count",
        Text("盘点", "Count"),
        shelf.count,
        collection="reward_station.lot",
        asks={
            "counted": IntegerField(
                verbose_name=Text("实有", "Counted"),
                help_text=Text("架上实有多少件。", "How many are there."),
            ),
            "reason": _REASON,
        },
    ),
    Action(
        "reward_station.write_off",
        Text("下架", "Write off"),
        shelf.write_off,
        collection="reward_station.lot",
        asks={"reason": _REASON},
    ),
    Action(
        "reward_station.redeem",
        Text("兑换", "Redeem"),
        redeeming.redeem,
        collection="reward_station.gift",
        asks={
            "person": Reference(
                "roster.person",
                verbose_name=Text("志愿者", "Person"),
                help_text=Text("谁来换。", "Who redeems."),
            )
        },
        fits=lambda values: bool(values.get("on_offer")),
    ),
    Action(
        "reward_station.cancel",
        Text("取消兑换", "Cancel"),
        redeeming.cancel,
        collection="reward_station.redemption",
        fits=_is("reserved", "code_given"),
    ),
    Action(
        "reward_station.collect",
        Text("核销取货码", "Collect by code"),
        counter.collect,
        asks={"code": _CODE},
    ),
    Action(
        "reward_station.take_back",
        Text("柜台退还", "Take a code back"),
        counter.take_back,
        asks={"code": _CODE},
    ),
    Action(
        "reward_station.open_counter",
        Text("开柜台", "Open the counter here"),
        counter.open_counter,
        collection="reward_station.merchant",
        fits=lambda values: values.get("counter_laptop") is None,
    ),
    Action(
        "reward_station.close_counter",
        Text("关柜台", "Close the counter"),
        counter.close_counter,
        collection="reward_station.merchant",
        fits=lambda values: values.get("counter_laptop") is not None,
    ),
    Action("reward_station.book_missing", Text("补记积分", "Book missing points"), book_missing),
    Action("reward_station.expire", Text("积分过期", "Expire points"), expire),
]
