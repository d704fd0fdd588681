"""Sheets: the leaflet for the fridge door in large type, and the gap table with a line for who checked it."""

from __future__ import annotations

from hongxian import Store, Text, document, local_today
from hongxian.shapes import Sheet, Signed, Table
from hongxian_plugins.circle.gaps import HEADS, UNREAD, gaps
from hongxian_plugins.circle.hours import day_said, week_lines
from hongxian_plugins.circle.near import FROM, phone_of, venues
from hongxian_plugins.circle.records import Venue
from hongxian_plugins.circle.trades import TIERS, trade_of
from hongxian_plugins.circle.walking import Walking, gate_here

_HEADS = (
    Text("名称", "Name"),
    Text("服务", "Services"),
    Text("地址", "Address"),
    Text("时间", "Hours"),
    Text("电话", "Phone"),
    Text("步行分钟", "Minutes"),
)


@document(title=Text("大字折页", "Leaflet in large type"), asks={"gate": FROM}, icon="printer")
def leaflet(store: Store, gate: str | None) -> Sheet:
    """What is around a gate, the public services first, the nearest first; A4 on its side, to be folded."""
    here, today = gate_here(gate), local_today(store)
    found = Walking(store, here).nearest_first(each for each in venues() if each.state == "open")
    parts: list[Text | Table] = []
    for tier in ("public", "basic", "better"):
        rows = [
            _row(venue, minutes, phone_of(venue, today))
            for venue, minutes in found
            if trade_of(venue.kind).tier == tier
        ]
        if rows:
            parts += [TIERS[tier], Table(_HEADS, rows)]
    return Sheet(
        Text("{gate}一刻钟便民生活圈", "A quarter of an hour around {gate}").format(
            gate=here.name if here else ""
        ),
        parts,
        note=Text(
            "{day} 印。时间会变，远的先打电话。这里不对？请告诉居委会或志愿者。",
            "Printed {day}. Hours change: call before you go far. Something is wrong? Tell the committee.",
        ).format(day=today),
        wide=True,
        large=True,
    )


def _row(venue: Venue, minutes: int | None, phone: str) -> list[object]:
    hours = week_lines(venue.hours) if venue.hours else []
    if venue.holidays:
        hours.append(
            Text("节假日 {hours}", "Holidays {hours}").format(hours=day_said(venue.holidays))
        )
    what = venue.services or trade_of(venue.kind).title
    return [venue.name, what, venue.address, hours, phone, minutes if minutes is not None else ""]


@document(title=Text("业态缺口表", "Gap table"), asks={"gate": FROM}, icon="printer", menu=False)
def gap_sheet(store: Store, gate: str | None) -> Sheet:
    """The same lines as the view, for the file."""
    here = gate_here(gate)
    rows = [each.cells() for each in gaps(store, gate)]
    return Sheet(
        Text("业态缺口表", "Gap table"),
        [
            [Text("出发点", "From"), here.name if here else "", local_today(store)],
            Table(HEADS, rows),
            Signed([Text("核对人", "Checked by")]),
        ],
        UNREAD,
        wide=True,
    )
