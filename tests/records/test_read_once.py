"""What is read out of a database is kept until anything is written there, by whomever."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from hongxian.storage.database import Sqlite
from hongxian.storage.state import Setting
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop

_PUT = (
    "import sys; from sqlcipher3 import dbapi2; made = dbapi2.connect(sys.argv[1]); "
    "made.execute(\"INSERT INTO hongxian_setting VALUES ('by another', '1')\"); made.commit()"
)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path)
    with laptop:
        yield laptop


@pytest.fixture
def count(laptop: Replica) -> Callable[[], int]:
    """How many facts the laptop keeps, as it was read last."""
    return lambda: laptop.database.kept("how many", lambda: int(Setting.select().count()))


def test_what_was_read_is_not_read_again(laptop: Replica) -> None:
    times: list[int] = []
    for _ in range(3):
        laptop.database.kept("times", lambda: times.append(1))
    assert times == [1]


def test_it_is_read_anew_once_this_laptop_wrote(laptop: Replica, count: Callable[[], int]) -> None:
    before = count()
    with laptop.upkeep():
        Setting.create(name="mine", value="1")
    assert count() == before + 1


def test_it_is_read_anew_once_another_process_wrote(
    laptop: Replica, count: Callable[[], int]
) -> None:
    before = count()
    path = laptop.database.database
    subprocess.run([sys.executable, "-P", "-c", _PUT, path], check=True)
    assert count() == before + 1


def test_nothing_is_kept_of_what_a_transaction_took_back(
    laptop: Replica, count: Callable[[], int]
) -> None:
    before = count()
    with laptop.database.atomic() as transaction:
        Setting.create(name="mine", value="1")
        assert count() == before + 1
        transaction.rollback()
    assert count() == before


def test_what_is_of_a_moment_is_read_anew_at_another(laptop: Replica) -> None:
    told = [laptop.database.kept("at", lambda at=at: at, at=at) for at in (1, 1, 2, 1)]
    assert told == [1, 1, 2, 1]


def test_what_met_a_write_while_it_was_read_is_not_kept(laptop: Replica) -> None:
    def slow() -> int:
        found = int(Setting.select().count())
        with laptop.upkeep():
            Setting.create(name=f"meanwhile {found}", value="1")
        laptop.database.kept("another", lambda: 0)
        return found

    first = laptop.database.kept("slow", slow)
    assert laptop.database.kept("slow", slow) == first + 1


def test_whichever_thread_takes_the_connection_next_has_what_was_read(laptop: Replica) -> None:
    times: list[int] = []

    def read() -> None:
        with laptop:
            laptop.database.kept("times", lambda: times.append(1))

    with laptop.kept_open():
        for _ in range(2):
            thread = Thread(target=read)
            thread.start()
            thread.join()
    assert times == [1]


def test_each_database_has_its_own(laptop: Replica, tmp_path: Path) -> None:
    other = Sqlite(tmp_path / "other.db")
    other.connect()
    assert laptop.database.kept("whose", lambda: 1) == 1
    assert other.kept("whose", lambda: 2) == 2
    other.close()
