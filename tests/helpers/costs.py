"""What a guess at a secret costs: the least in a test, as ever in the processes that it starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from argon2 import Parameters, PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY

from hongxian.security import secret

LEAST = replace(RFC_9106_LOW_MEMORY, time_cost=1, memory_cost=8, parallelism=1)
AS_EVER = RFC_9106_LOW_MEMORY


def cost_least(patch: pytest.MonkeyPatch) -> None:
    """Hash passwords and PINs, and stretch what is on paper, at the least cost."""
    patch.setattr(secret, "hasher", PasswordHasher.from_parameters(LEAST))
    patch.setattr(secret, "paper_cost", LEAST)


@contextmanager
def paper_at(cost: Parameters) -> Iterator[None]:
    """Stretch what is on paper at this cost: what a process is to open is sealed as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret, "paper_cost", cost)
        yield
