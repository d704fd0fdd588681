"""What a guess at a secret costs: the least in a test, as ever in the processes that it starts."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hongxian.security import secret
from hongxian.security.secret import AS_RECOMMENDED, Cost

LEAST = Cost(iterations=1, memory=8, lanes=1)
AS_EVER = AS_RECOMMENDED


def cost_least(patch: pytest.MonkeyPatch) -> None:
    """Hash passwords and PINs, and stretch what is on paper, at the least cost."""
    patch.setattr(secret, "cost", LEAST)
    patch.setattr(secret, "paper_cost", LEAST)


@contextmanager
def paper_at(cost: Cost) -> Iterator[None]:
    """Stretch what is on paper at this cost: what a process is to open is sealed as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret, "paper_cost", cost)
        yield
