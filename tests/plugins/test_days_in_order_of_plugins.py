"""Nobody leaves before they came, and nothing ends before it begins: the rules that say so of one record alone."""

from datetime import date, datetime
from functools import partial

import pytest

from hongxian import Record
from hongxian.errors import Refused
from hongxian.kit.rules.rule import Why
from hongxian_plugins.mobilise import Cover, Presence
from hongxian_plugins.mobilise.rules import has_times_that_add_up, is_of_one_person_or_one_call
from hongxian_plugins.roster import Membership
from hongxian_plugins.roster.rules import ends_after_it_began
from hongxian_plugins.rounds.cleanups import Cleaner, leaves_after_they_came
from hongxian_plugins.study_room import Visit
from hongxian_plugins.study_room.rules import says_how_it_left
from hongxian_testing import Laptop

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 1)
CAME, LEFT = datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 1, 9, 29)


@pytest.mark.parametrize(
    ("rule", "model", "told"),
    [
        (ends_after_it_began, Membership, {"since": FIRST, "until": LAST}),
        (is_of_one_person_or_one_call, Cover, {"person": "p", "begins": FIRST, "ends": LAST}),
        (
            partial(has_times_that_add_up, seen=None),
            Presence,
            {"arrived": CAME, "released": LEFT},
        ),
        (leaves_after_they_came, Cleaner, {"came": CAME, "left": LEFT}),
        (says_how_it_left, Visit, {"came": CAME, "left": LEFT, "how": "adult"}),
    ],
)
def test_what_ends_before_it_begins_is_refused(
    laptop: Laptop, rule: Why, model: type[Record], told: dict[str, object]
) -> None:
    with laptop, pytest.raises(Refused, match="comes before"):
        rule(model(**told))
