"""Letters that want an answer within ten working days."""

from collections.abc import Iterator

from peewee import CharField, DateField

from hongxian import Due, Record, Store, Text, hookimpl, local_today, reminder
from hongxian.workdays import workdays_after

title = Text("来信", "Letters")
WORKING_DAYS = 10


class Letter(Record):
    """Letters to the committee."""

    about = CharField(verbose_name=Text("事由", "About"), max_length=80)
    came = DateField(verbose_name=Text("收到", "Came"), default=local_today)
    answered = DateField(verbose_name=Text("答复", "Answered"), null=True)

    class Meta:
        collection = "letters.letter"
        title = Text("来信", "Letters")


@reminder(ahead=7)
def to_answer(store: Store) -> Iterator[Due]:
    """Each letter without an answer, by its last working day."""
    for letter in Letter.select().where(Letter.answered.is_null()):
        last = workdays_after(letter.came, WORKING_DAYS)
        yield Due(last, Text("答复来信", "Answer the letter"), letter)


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Letter]
