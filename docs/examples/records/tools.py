"""Tools: what the house lends, its parts, and to whom; what refers to what when one is deleted."""

from peewee import CharField, DateField

from hongxian import Record, Reference, Text, hookimpl
from hongxian.doubles import group
from hongxian.records import COMMUNITY


class Tool(Record):
    """Tools."""

    name = CharField(verbose_name=Text("工具", "Tool"), max_length=40)

    class Meta:
        collection = "tools.tool"
        title = Text("工具", "Tools")
        scope = COMMUNITY


class Part(Record):
    """Parts of tools: deleted with the tool."""

    name = CharField(verbose_name=Text("配件", "Part"), max_length=40)
    tool = Reference("tools.tool", on_delete="with", verbose_name=Text("工具", "Tool"))

    class Meta:
        collection = "tools.part"
        title = Text("配件", "Parts")
        scope = COMMUNITY


class Loan(Record):
    """Loans: a tool that was lent stays; who advised is forgotten with the person."""

    tool = Reference("tools.tool", verbose_name=Text("工具", "Tool"))
    day = DateField(verbose_name=Text("日期", "Day"))
    advised_by = Reference(
        "roster.person", on_delete="clear", null=True, verbose_name=Text("谁推荐", "Advised by")
    )

    class Meta:
        collection = "tools.loan"
        title = Text("借用", "Loans")
        scope = COMMUNITY


def loans_advised(person: str) -> int:
    """How many loans a person advised, under whichever of their records."""
    return Loan.select().where(Loan.advised_by.in_(group("roster.person", person))).count()


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Tool, Part, Loan]
