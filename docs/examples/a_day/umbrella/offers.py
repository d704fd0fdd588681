"""What leaders do and see: they lend, look at the stands, and are told what is overdue."""

from hongxian import Due, Text, action, local_today, reminder, view
from hongxian.shapes import Board, Head, Held

from .records import NUMBERS, STANDS, STEPS, Loan


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


@reminder(ahead=1)
def to_come_back(store):
    for loan in Loan.select().where(Loan.state == "out"):
        what = Text("{name} 该还伞了", "{name} is to bring the umbrella back")
        yield Due(loan.due, what.format(name=loan.borrower), loan, to=loan.scope)
