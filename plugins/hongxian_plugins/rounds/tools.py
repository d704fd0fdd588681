"""Tools that are lent: never more out of the books than there are."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import (
    Mark,
    PersonField,
    QuotaField,
    Record,
    Reference,
    Seen,
    Store,
    Text,
    action,
    rule,
    view,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.quotas import Lines, give_back, grant, spend, spendable
from hongxian.shapes import Button, Card, Cards

WAYS = (
    ("came", Text("购入", "Came")),
    ("out", Text("借出", "Out")),
    ("back", Text("归还", "Back")),
)
_PIECES = Text("件", "pcs")


class MoveChecks(RecordSchema):
    """Of what came, went out or came back."""

    amount = whole_number(1, 999)
    beyond = whole_number(0, 999)


class Tool(Record):
    """Tools."""

    name = CharField(
        verbose_name=Text("工具", "Tool"),
        max_length=40,
        help_text=Text("如：扫帚、夹子。", "A broom."),
    )
    there = QuotaField(
        verbose_name=Text("在库", "There"),
        unit=_PIECES,
        help_text=Text("借得出几件；离线也不会借重。", "How many can be lent; offline none twice."),
        grants=Lines("rounds.move", "amount", of="tool", only={"kind": ("came",)}),
        gives_back=Lines("rounds.move", "amount", of="tool", only={"kind": ("back",)}),
    )

    class Meta:
        collection = "rounds.tool"
        title = Text("工具", "Tools")
        menu = False
        known_by = ("name",)


class Move(Record):
    """Tools that came, went out or came back."""

    tool = Reference(
        "rounds.tool",
        verbose_name=Text("工具", "Tool"),
        index=True,
        help_text=Text("哪一种。", "Which."),
    )
    kind = CharField(
        verbose_name=Text("进出", "Which way"),
        max_length=4,
        choices=WAYS,
        help_text=Text("购入、借出、归还。", "Came, out, back."),
    )
    amount = IntegerField(
        verbose_name=Text("件数", "Pieces"), default=1, help_text=Text("几件。", "How many.")
    )
    who = PersonField(
        verbose_name=Text("谁", "Who"), null=True, help_text=Text("谁借、谁还。", "Who took it.")
    )
    beyond = IntegerField(
        verbose_name=Text("账外件数", "Beyond the books"),
        default=0,
        help_text=Text("账上没有却借出去的。", "That went out and were in no book."),
    )

    class Meta:
        collection = "rounds.move"
        title = Text("工具进出", "Tools out and back")
        menu = False
        checks = MoveChecks
        read_only = ("beyond",)


def there(tool: Tool) -> int:
    """How many should be there: those left, less what went out that no book had."""
    return int(tool.there.left - tool.there.uncovered)


@action(of=Tool, title=Text("购入", "Came"), asks=[Move.amount])
def buy(store: Store, tool: Tool, amount: int) -> Text:
    """There are more from now on."""
    with store.transaction():
        Move.create(tool=tool, kind="came", amount=amount, scope=tool.scope)
        grant(tool, "there", amount)
    return Text("{tool}加了 {n} 件", "{n} more of {tool}").format(tool=tool.name, n=amount)


@action(of=Tool, title=Text("借出", "Lend"), usual=True, asks=[Move.amount, Move.who])
def lend(store: Store, tool: Tool, amount: int, who: str | None) -> Text:
    """Somebody takes them along, which is so whatever the books say: what these lack is marked."""
    with store.transaction():
        beyond = max(amount - max(spendable(tool, "there"), 0), 0)
        spend(tool, "there", amount, beyond="uncovered")
        Move.create(tool=tool, kind="out", amount=amount, who=who, beyond=beyond, scope=tool.scope)
    left = there(Tool.get_by_id(tool.id))
    told = Text("{tool}借出 {n} 件，还有 {left} 件", "{n} of {tool} out, {left} left")
    return told.format(tool=tool.name, n=amount, left=left)


@action(of=Tool, title=Text("归还", "Bring back"), usual=True, asks=[Move.amount, Move.who])
def bring_back(store: Store, tool: Tool, amount: int, who: str | None) -> Text:
    """They are back."""
    with store.transaction():
        Move.create(tool=tool, kind="back", amount=amount, who=who, scope=tool.scope)
        give_back(tool, "there", amount)
    return Text("{tool}还了 {n} 件", "{n} of {tool} back").format(tool=tool.name, n=amount)


@rule(of=Move, when=("beyond",))
def went_out_of_the_books(move: Move, seen: Seen) -> Mark | None:
    if not move.beyond:
        return None
    tool = seen.get(Tool, move.tool)
    return Mark(
        "{tool}借出 {n} 件，账上没有；请数一数。",
        "{n} of {tool} went out that no book had: count them.",
        tool=tool.name if tool else "",
        n=move.beyond,
    )


@view(title=Text("工具", "Tools"), menu=False)
def tools(store: Store) -> Cards:
    """What there is, a press to lend one and one to take it back."""
    one = {"amount": 1}
    return Cards(
        [
            Card(
                each.name,
                there(each),
                _PIECES,
                icon="tools",
                state=Text("都借出去了", "All out") if there(each) <= 0 else "",
                tone="wait" if there(each) <= 0 else "done",
                presses=[
                    Button(Text("借 1", "Lend 1"), "rounds.lend", one, each.id, at_once=True),
                    Button(Text("还 1", "Back 1"), "rounds.bring_back", one, each.id, at_once=True),
                    Button(Text("借几件", "Lend some"), "rounds.lend", {}, each.id),
                ],
                id=each.id,
            )
            for each in Tool.select().order_by(Tool.name)
        ],
        of=Tool,
    )
