"""What stands in an input that nobody has filled in yet is what a person would type."""

import pytest

from hongxian import MembersField
from hongxian.kinds.merged.members import MembersColumn
from hongxian_web.inputs import default_text, input_of


@pytest.mark.parametrize(
    "made", [lambda value: value, lambda value: lambda: value], ids=["is", "is made"]
)
def test_of_several_members_the_usual_ones_stand_there_pressed_and_typed(made) -> None:
    field = MembersField(default=made(frozenset({"周日", "晚上"})), usual=("周六", "周日"))
    field.name = "when"
    column = MembersColumn.of(field)
    told = input_of(column, default_text(column))
    assert (told.pressed, told.others) == (["周日"], "晚上")
