"""What is kept: the loans, and what the community agreed on."""

from peewee import CharField, DateField, IntegerField

from hongxian import (
    Claim,
    FileField,
    Record,
    Settings,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
)

STANDS = {"gate": Text("门岗", "Gate"), "office": Text("社区", "Office")}
NUMBERS = range(1, 7)
STEPS = Workflow(
    State("out", Text("借出", "Out")),
    State("back", Text("已还", "Back")),
    State("broken", Text("坏了", "Broken"), needs=("photo",)),
    Transition("bring_back", Text("归还", "Bring back"), "out", "back", dated=("back_on",)),
    Transition("report", Text("报损", "Report broken"), ("out", "back"), "broken"),
)


class LoanRules(Settings):
    """What the community agreed on."""

    at_once = IntegerField(verbose_name=Text("每人最多借几把", "Umbrellas a person"), default=2)

    class Meta:
        collection = "umbrella.rules"
        title = Text("借伞规则", "Rules of the stand")


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
