"""Quiet room: who sits where and when, who came, and how many. One of each shape."""

from datetime import timedelta

from peewee import CharField, DateTimeField, IntegerField

from hongxian import Record, Refused, Text, action, document, hookimpl, local_now, view
from hongxian.codes import read_signed_qr, signed_qr
from hongxian.shapes import (
    Big,
    Board,
    Cells,
    Chat,
    Grid,
    GridRow,
    Head,
    Held,
    Print,
    Sheet,
    Stat,
    Stats,
    Table,
    row_code,
)

title = Text("自习室", "Quiet room")
HOURS, DESKS = ("09:00", "10:00", "11:00"), (1, 2)


class Seat(Record):
    """A desk for an hour."""

    reader = CharField(verbose_name=Text("读者", "Reader"), max_length=40)
    hour = CharField(
        verbose_name=Text("时段", "Hour"), max_length=5, choices=[(hour, hour) for hour in HOURS]
    )
    desk = IntegerField(verbose_name=Text("座位", "Desk"))
    came = DateTimeField(verbose_name=Text("到了", "Came"), null=True)
    book = CharField(verbose_name=Text("在读", "Reads"), max_length=40, null=True)
    lent = IntegerField(verbose_name=Text("已借本数", "Lent"), default=0)

    class Meta:
        collection = "quiet_room.seat"
        title = Text("座位", "Seats")
        claims = [("hour", "desk")]


@hookimpl
def hongxian_collections():
    return [Seat]


PLACE = {"hour": Seat.hour, "desk": Seat.desk}


@action(title=Text("订座", "Book"), asks={"reader": Seat.reader, **PLACE})
def book(store, reader, hour, desk):
    return Seat.create(reader=reader, hour=hour, desk=desk).reader


@action(of=Seat, title=Text("换座", "Move"), asks=PLACE)
def move(store, seat, hour, desk):
    Seat.update(hour=hour, desk=desk).where(Seat.id == seat.id).execute()


@view(title=Text("座位图", "Seating"), card=True)
def seating(store):
    return Board(
        rows=[Head(hour, {"hour": hour}) for hour in HOURS],
        columns=[Head(Text(f"{n} 号桌", f"Desk {n}"), {"desk": n}) for n in DESKS],
        held=[
            Held(
                row=HOURS.index(each.hour),
                column=DESKS.index(each.desk),
                title=each.reader,
                id=each.id,
                state=Text("到了", "Came") if each.came else "",
                tone="now" if each.came else "plan",
            )
            for each in Seat.select()
        ],
        of=Seat,
        book="quiet_room.book",
        move="quiet_room.move",
    )


@view(of=Seat, title=Text("入座码", "Code"), when=lambda seat: not seat.came)
def code(store, seat):
    until = local_now(store) + timedelta(hours=12)
    return Table([Text("入座码", "Code")], [[signed_qr(store, "quiet_room.arrive", seat, until)]])


@view(title=Text("座位条", "Tickets"))
def tickets(store):
    def ticket_of(seat):
        return Print(Text("打印", "Print"), "quiet_room.ticket", seat.id)

    return Table.listing(Seat, list(Seat.select()), "reader", "came", ("", ticket_of))


@action(
    title=Text("扫码入座", "Take a code"),
    asks={"code": CharField(verbose_name=Text("入座码", "Code"), max_length=400)},
)
def arrive(store, code):
    seat = Seat.get_by_id(read_signed_qr(store, "quiet_room.arrive", code).record)
    if seat.came:
        raise Refused("这个码已经用过。", "This code was used already.")
    seat.came = local_now(store).replace(second=0, microsecond=0)
    seat.save()
    return seat.reader


@view(title=Text("签到", "Who came"))
def sheet(store):
    now = local_now(store).replace(second=0, microsecond=0)
    return Grid(
        of=Seat,
        title=Text("读者", "Reader"),
        columns=[
            Cells("came", tick=now, all=Text("全部到了", "All came"), key="A"),
            Cells("book"),
            Cells("hour", typed=False),
        ],
        rows=[GridRow(each.reader, each.id, code=row_code(each.id)) for each in Seat.select()],
        by_name=True,
    )


@action(
    of=Seat,
    title=Text("借书", "Lend"),
    asks={"copies": IntegerField(verbose_name=Text("本数", "Copies"))},
)
def lend(store, seat, copies):
    if copies < 1:
        raise Refused("至少一本。", "One copy at least.")
    seat.lent += copies
    seat.save()
    return Text("共借 {n} 本", "{n} lent").format(n=seat.lent)


@view(title=Text("借出", "Loans"))
def loans(store):
    return Grid(
        of=Seat,
        title=Text("座位", "Seat"),
        columns=[Cells("hour", typed=False), Cells("copies")],
        rows=[GridRow(each.reader, each.id) for each in Seat.select()],
        action="quiet_room.lend",
    )


@view(title=Text("今天", "Today"), card=True)
def figures(store):
    booked = Seat.select().count()
    came = Seat.select().where(Seat.came.is_null(False)).count()
    return Stats(
        [
            Stat(Text("订座", "Booked"), booked, past=[2, 4], to="quiet_room.seating"),
            Stat(Text("到了", "Came"), came, Text("人", "people")),
        ]
    )


@view(title=Text("发到群里", "For the chat"))
def chat(store):
    came = Seat.select().where(Seat.came.is_null(False)).count()
    return Chat(Text("【自习室】今天到了 {n} 人", "[Quiet room] {n} came today").format(n=came))


@view(title=Text("空位", "Free desks"), audience="display")
def wall(store):
    taken = {(each.hour, each.desk) for each in Seat.select()}
    rows = [[hour, sum((hour, desk) not in taken for desk in DESKS)] for hour in HOURS]
    return Table([Text("时段", "Hour"), Text("空位", "Free")], rows)


@document(of=Seat, title=Text("座位条", "Ticket"), paper="58mm")
def ticket(store, seat):
    place = Text("{n} 号", "No. {n}").format(n=seat.desk)
    return Sheet(Text("座位条", "Ticket"), [Big(place), f"{seat.hour} {seat.reader}"])
