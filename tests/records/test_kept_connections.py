"""Connections stay open between the uses of a store, whatever thread comes next, and none stays when they are done."""

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from hongxian.storage.idle import MOST
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop

OPEN_FILES = Path("/proc/self/fd")
pytestmark = pytest.mark.skipif(
    not OPEN_FILES.exists(), reason="only Linux lists a process's files there"
)


def opened_in(folder: Path) -> list[Path]:
    """The files of a folder that this process has open."""
    there = [each.resolve() for each in OPEN_FILES.iterdir()]
    return [each for each in there if each.is_relative_to(folder)]


def used_by_a_thread(store: Replica) -> list[object]:
    """The connection with which a thread of its own used a store."""
    seen: list[object] = []

    def use() -> None:
        with store:
            seen.append(store.database.connection())

    using = threading.Thread(target=use)
    using.start()
    using.join()
    return seen


def test_what_one_thread_used_the_next_finds_open(tmp_path: Path) -> None:
    store = open_laptop(tmp_path)
    with store.kept_open():
        first, second = used_by_a_thread(store), used_by_a_thread(store)
        assert first == second
        with store:
            assert [store.database.connection()] == first
            assert used_by_a_thread(store) != first, "two threads at once have one each"
    assert not opened_in(tmp_path)


def test_where_nobody_keeps_them_each_use_closes_what_it_opened(tmp_path: Path) -> None:
    store = open_laptop(tmp_path)
    used_by_a_thread(store)
    assert not opened_in(tmp_path)


def test_who_keeps_them_inside_of_another_who_does_closes_none(tmp_path: Path) -> None:
    store = open_laptop(tmp_path)
    with store.kept_open():
        with store.kept_open():
            first = used_by_a_thread(store)
        assert used_by_a_thread(store) == first


def test_one_that_is_used_when_nobody_keeps_them_any_more_is_closed_behind(tmp_path: Path) -> None:
    store = open_laptop(tmp_path)
    with store.kept_open():
        store.__enter__()
    store.__exit__(None, None, None)
    assert not opened_in(tmp_path)


def test_a_process_with_more_stores_than_it_keeps_connections_has_one_of_each(
    tmp_path: Path,
) -> None:
    """They are used one after the other: were the oldest closed, each would find its own closed."""
    stores = [open_laptop(tmp_path / str(number)) for number in range(MOST + 2)]
    with ExitStack() as alive:
        for store in stores:
            alive.enter_context(store.kept_open())
        first = [used_by_a_thread(store) for store in stores]
        assert [used_by_a_thread(store) for store in stores] == first


def test_of_one_store_it_keeps_no_more_than_so_many(tmp_path: Path) -> None:
    store = open_laptop(tmp_path)

    def used_by_all() -> set[object]:
        """The connections of more threads than that, all at once."""
        begun, seen = threading.Barrier(MOST + 3), set[object]()

        def use() -> None:
            with store:
                seen.add(store.database.connection())
                begun.wait()

        threads = [threading.Thread(target=use) for _ in range(MOST + 3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return seen

    with store.kept_open():
        first, second = used_by_all(), used_by_all()
    assert len(first) == len(second) == MOST + 3
    assert len(first & second) == MOST


def test_behind_anothers_commit_the_mark_is_another_whichever_connection_tells_it(
    tmp_path: Path,
) -> None:
    """Each counts what it saw by itself: two may say the same of different moments."""
    store, another = open_laptop(tmp_path), open_laptop(tmp_path)

    def commit(number: int) -> None:
        with another:
            another.database.execute_sql(f"PRAGMA user_version = {number}")

    marks: list[object] = []

    def look() -> None:
        with store:
            store.database.change_mark()
            commit(1)
            marks.append(store.database.change_mark())

    with store.kept_open(), store:
        store.database.change_mark()
        looking = threading.Thread(target=look)
        looking.start()
        looking.join()
        commit(2)
        assert store.database.change_mark() not in marks


def test_what_somebody_reads_halfway_holds_whoever_comes_next_at_no_earlier_moment(
    tmp_path: Path,
) -> None:
    store, another = open_laptop(tmp_path), open_laptop(tmp_path)
    with store.kept_open():
        with store:
            halfway = store.database.execute_sql("SELECT name FROM sqlite_master")
            assert halfway.fetchone()
        with another:
            another.database.execute_sql("PRAGMA user_version = 1")
        with store:
            assert store.database.execute_sql("PRAGMA user_version").fetchone() == (1,)
            store.database.execute_sql("PRAGMA user_version = 2")
