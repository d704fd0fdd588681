"""The map: what there is around a gate, on the keeper's picture, and where a venue stands on it."""

from __future__ import annotations

from peewee import IntegerField

from hongxian import Store, Text, action, local_now, view
from hongxian.shapes import Button, Map, Point
from hongxian_plugins.circle.around import MOST_METRES, Picture
from hongxian_plugins.circle.near import FROM, venues
from hongxian_plugins.circle.opening import Opening
from hongxian_plugins.circle.records import Venue
from hongxian_plugins.circle.settings import CircleRules
from hongxian_plugins.circle.walking import Walking, at_of, gate_here

_METRES = {
    "x": IntegerField(
        verbose_name=Text("离左边几米", "Metres from the left"),
        help_text=Text("从图的左边量。", "From the picture's left edge."),
    ),
    "y": IntegerField(
        verbose_name=Text("离上边几米", "Metres from the top"),
        help_text=Text("从图的上边量。", "From the picture's top."),
    ),
}


@view(
    title=Text("便民圈地图", "Map"),
    asks={"gate": FROM},
    icon="geo-alt",
    audience=("leader", "public"),
)
def map(store: Store, gate: str | None) -> Map:
    """Every venue on the picture, what is open in green, and how far one walks in the minutes of the circle."""
    return _drawn(store, gate)


@view(of=Venue, title=Text("在图上点位置", "Put it on the map"), page=True, icon="geo-alt")
def on_the_map(store: Store, venue: Venue) -> Map:
    """The picture, to be pressed where the venue stands."""
    return _drawn(store, None, Button(Text("放在这里", "Put it here"), "circle.put", {}, venue.id))


@action(of=Venue, title=Text("坐标", "Point"), asks=_METRES, menu=False)
def put(store: Store, venue: Venue, x: int, y: int) -> Text:
    """Where it stands: metres from the picture's left edge and from its top."""
    x, y = (min(max(each, 0), MOST_METRES) for each in (x, y))
    Venue.update(point=f"{x},{y}").where(Venue.id == venue.id).execute()
    return Text("{name} 放好了：{at}", "{name} stands at {at}").format(
        name=venue.name, at=f"{x},{y}"
    )


def _drawn(store: Store, gate: str | None, put: Button | None = None) -> Map:
    here, picture = gate_here(gate), Picture.select().order_by(Picture.id.desc()).first()
    walking, opening = Walking(store, here), Opening(local_now(store))
    points, note = [], Text.of("")
    for venue, minutes in walking.nearest_first(venues()):
        standing = opening.standing(venue)
        far = "" if minutes is None else Text("{n} 分钟", "{n} min").format(n=minutes)
        at = at_of(venue.point)
        points.append(Point(venue.name, at, venue.id, standing.word, standing.tone, far))
    if here:
        note = Text(
            "▲ {gate}；虚线里大约 {n} 分钟走得到",
            "▲ {gate}; within the ring one walks about {n} {n:minute|minutes}",
        ).format(gate=here.name, n=CircleRules.now(store).quarter)
    return Map(
        points,
        of=Venue,
        picture=picture,
        metres=picture.metres if picture else 1,
        start=Point(here.name, at_of(here.point)) if here else None,
        ring=walking.ring,
        put=put,
        note=note,
    )
