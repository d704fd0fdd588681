"""Time that was spent: what overlaps counts once, whichever way it was written down."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hongxian.days import minutes_together

NOON = datetime(2026, 3, 1, 12)
SECOND = timedelta(seconds=1)
SPANS = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), max_size=8)


def at(second: int) -> datetime:
    return NOON + second * SECOND


def test_two_posts_at_once_are_an_hour_and_a_half_and_no_two_hours() -> None:
    hour = timedelta(hours=1)
    assert minutes_together([(NOON, NOON + hour), (NOON + hour / 2, NOON + 1.5 * hour)]) == 90


def test_who_was_nowhere_spent_nothing() -> None:
    assert minutes_together([]) == 0
    assert minutes_together([(at(60), at(0))]) == 0


@given(SPANS)
def test_it_is_as_many_minutes_as_there_are_seconds_in_any_of_them(
    spans: list[tuple[int, int]],
) -> None:
    seconds = {second for begins, ends in spans for second in range(begins, ends)}
    assert minutes_together((at(begins), at(ends)) for begins, ends in spans) == len(seconds) // 60
