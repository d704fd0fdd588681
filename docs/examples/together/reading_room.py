"""阅览室: a room that is closed when nobody is in it, and that is not to be fuller than it has seats."""

from __future__ import annotations

from peewee import BooleanField, CharField, IntegerField

from hongxian import Mark, Record, Reference, Refused, Seen, Store, Text, action, hookimpl, rule

title = Text("阅览室", "Reading room")


class Room(Record):
    """Rooms."""

    name = CharField(verbose_name=Text("房间", "Room"), max_length=40)
    seats = IntegerField(verbose_name=Text("座位", "Seats"), default=2)
    closed = BooleanField(verbose_name=Text("已关", "Closed"), default=False)

    class Meta:
        collection = "reading_room.room"


class Guest(Record):
    """Who came in."""

    name = CharField(verbose_name=Text("姓名", "Name"), max_length=40)
    room = Reference("reading_room.room", verbose_name=Text("房间", "Room"))
    inside = BooleanField(verbose_name=Text("在里面", "Inside"), default=True)

    class Meta:
        collection = "reading_room.guest"


@rule(of=Room, when=("closed",))
def nobody_is_locked_in(room: Room, seen: Seen) -> None:
    if room.closed and seen.all(Guest, room=room.id, inside=True):
        raise Refused("还有人在里面。", "Somebody is still in.")


@rule(of=Guest, when=("room", "inside"))
def has_a_seat(guest: Guest, seen: Seen) -> Mark | None:
    """Whoever stands there is written down all the same."""
    room = seen.get(Room, guest.room)
    inside = seen.all(Guest, room=guest.room, inside=True)
    if guest.inside and room is not None and len(inside) > room.seats:
        return Mark("“{room}”坐满了。", "{room} is full.", room=room.name)
    return None


@action(of=Room, title=Text("关门", "Close"), when=lambda room: not room.closed)
def close(store: Store, room: Room) -> Text:
    with store.transaction():
        room.closed = True  # refused at this moment, and right at the end
        room.save()
        Guest.update(inside=False).where(Guest.room == room.id).execute()
    return Text("已关门", "Closed")


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Room, Guest]
