"""Blood pressure: a walk-up table at which numbers are given, called and done, cuffs lent, and a wall."""

from peewee import IntegerField

from hongxian import Record, State, StateField, Text, Transition, Workflow, action, hookimpl, view
from hongxian.shapes import Beside, Button, Card, Cards, Numbers, Queue

title = Text("量血压", "Blood pressure")
WALK = Workflow(
    State("waits", Text("在等", "Waits")),
    State("called", Text("叫到了", "Called")),
    State("done", Text("量好了", "Done")),
    Transition("call", Text("叫号", "Call"), "waits", "called"),
    Transition("finish", Text("量好了", "Done"), "called", "done"),
)


class Ticket(Record):
    """Numbers that were given."""

    number = IntegerField(verbose_name=Text("号码", "Number"))
    state = StateField(WALK)

    class Meta:
        collection = "blood_pressure.ticket"
        title = Text("号码", "Numbers")
        menu = False


@hookimpl
def hongxian_collections():
    return [Ticket]


@action(title=Text("发号", "Give a number"), menu=False)
def give(store):
    number = Ticket.select().count() + 1
    Ticket.create(number=number)
    return Text("{number} 号", "No. {number}").format(number=number)


def in_state(state):
    return list(Ticket.select().where(Ticket.state == state).order_by(Ticket.number))


def step(name, title, ticket):
    return Button(title, f"blood_pressure.{name}", id=ticket.id, at_once=True)


@view(title=Text("今天的号", "The day"))
def today(store):
    waits, called = in_state("waits"), in_state("called")
    queue = Queue(
        called=str(called[-1].number) if called else "",
        call=step("call", Text("叫下一号", "Call the next"), waits[0]) if waits else None,
        lines=[
            Numbers(Text("在等", "Waiting"), [str(each.number) for each in waits]),
            Numbers(
                Text("正在量", "At the table"),
                presses=[
                    step("finish", Text(f"{each.number} 量好了", f"{each.number} done"), each)
                    for each in called
                ],
            ),
        ],
        give=Button(Text("发号", "Give a number"), "blood_pressure.give", at_once=True),
    )
    cuffs = Card(Text("袖带", "Cuffs"), 4, Text("条", "pcs"), part=0.5)
    return Beside([Cards([cuffs]), queue], title=Text("量血压", "Blood pressure"))


@view(title=Text("叫号屏", "Numbers called"), audience="display", menu=False)
def wall(store):
    called = in_state("called")
    waiting = [str(each.number) for each in in_state("waits")]
    queue = Queue(
        called=str(called[-1].number) if called else "",
        title=Text("量血压", "Blood pressure"),
        lines=[Numbers(Text("接着", "Next"), waiting)],
        calling=bool(called),
    )
    return Beside(
        [queue], note=Text("小区门口", "At the gate"), foot=[Text("不收钱", "It is free")]
    )
