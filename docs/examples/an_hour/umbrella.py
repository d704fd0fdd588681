"""Umbrella stand: who has which umbrella, and how it came back."""

from peewee import CharField, DateField, IntegerField

from hongxian import (
    Claim,
    FileField,
    Record,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    action,
    hookimpl,
    local_today,
    view,
)
from hongxian.shapes import Board, Head, Held

title = Text("共享雨伞", "Umbrellas")
version = "1.1"

STANDS = {"gate": Text("门岗", "Gate"), "office": Text("社区", "Office")}
NUMBERS = range(1, 7)
STEPS = Workflow(
    State("out", Text("借出", "Out")),
    State("back", Text("已还", "Back")),
    State("broken", Text("坏了", "Broken"), needs=("photo",)),
    Transition("bring_back", Text("归还", "Bring back"), "out", "back", dated=("back_on",)),
    Transition("report", Text("报损", "Report broken"), ("out", "back"), "broken"),
)


class Loan(Record):
    """One umbrella out of the stand."""

    borrower = CharField(verbose_name=Text("借用人", "Borrower"), max_length=40)
    due = DateField(verbose_name=Text("归还日期", "Due"))
    stand = CharField(
        verbose_name=Text("伞架", "Stand"), choices=list(STANDS.items()), default="gate"
    )
    umbrella = IntegerField(verbose_name=Text("伞号", "Umbrella"), null=True)
    back_on = DateField(verbose_name=Text("还的日期", "Back on"), null=True)
    photo = FileField(verbose_name=Text("照片", "Photo"), types=("image",))
    state = StateField(STEPS)

    class Meta:
        collection = "umbrella.loan"
        title = Text("借伞", "Loans")
        claims = [Claim("stand", "umbrella", only={"state": ("out",)})]


@hookimpl
def hongxian_collections():
    return [Loan]


@action(title=Text("借伞", "Lend"), asks=[Loan.borrower, Loan.due, Loan.stand, Loan.umbrella])
def lend(store, borrower, due, stand, umbrella):
    Loan.create(borrower=borrower, due=due, stand=stand, umbrella=umbrella)
    return Text("{name} 借走 {n} 号", "{name} has No. {n}").format(name=borrower, n=umbrella)


LATE = Text("逾期", "Late")


@view(title=Text("伞架", "Stands"), card=True)
def stands(store):
    out = Loan.select().where(Loan.state == "out", Loan.umbrella.in_(list(NUMBERS)))
    return Board(
        rows=[Head(Text(f"{n} 号", f"No. {n}"), {"umbrella": n}) for n in NUMBERS],
        columns=[Head(called, {"stand": name}) for name, called in STANDS.items()],
        held=[
            Held(
                row=NUMBERS.index(each.umbrella),
                column=list(STANDS).index(each.stand),
                title=Text("{name}，{day} 还", "{name}, due {day}").format(
                    name=each.borrower, day=each.due
                ),
                id=each.id,
                state=LATE if each.due < local_today(store) else STEPS.title_of("out"),
                tone="stop" if each.due < local_today(store) else "now",
                moves=False,
            )
            for each in out
        ],
        of=Loan,
        book="umbrella.lend",
    )
