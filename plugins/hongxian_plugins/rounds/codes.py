"""The codes that hang at checkpoints, printed."""

from __future__ import annotations

from hongxian import Store, Text, document
from hongxian.shapes import Big, Qr, Sheet, Table
from hongxian_plugins.rounds.places import Checkpoint, Route, points_of


@document(of=Route, title=Text("点位二维码", "Codes"), icon="printer")
def codes(store: Store, route: Route) -> Sheet:
    """A code for each checkpoint, to cut out and hang up there."""
    rows = [
        [each.place_no, each.name, Qr(each.code), each.code, each.ask or ""]
        for each in points_of(route.id)
    ]
    heads = (
        "#",
        Text("点位", "Checkpoint"),
        Text("扫一扫", "Scan"),
        Text("码", "Code"),
        Text("看什么", "Look at"),
    )
    return Sheet(
        Text("{route} 点位二维码", "{route}: codes").format(route=route.name),
        [Table(heads, rows)],
        note=Text(
            "只记到了这一点和时间，不记走过的路。",
            "It tells that somebody was here and when, and no way between.",
        ),
    )


@document(of=Checkpoint, title=Text("点位二维码", "Code"), icon="printer")
def code(store: Store, point: Checkpoint) -> Sheet:
    """One code, large."""
    return Sheet(point.name, [Qr(point.code), Big(point.code), point.ask or ""])
