"""A hub lives on when its PostgreSQL restarts."""

from pathlib import Path

from conftest import NewDatabase

from disks import Disk
from meeting import meeting
from samples import PEOPLE, Person


def test_a_hub_answers_again_as_soon_as_its_postgresql_does(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url, meeting(tmp_path, PEOPLE, url=url) as met:
        met.team("甲队")
        laptop = met.laptop("甲队")
        for number in range(6):  # each of the hub's threads has answered and kept its connection
            if number == 3:
                Disk(tmp_path, url).end_connections()
            with laptop:
                Person.create(name=f"示例·{number}")
            [report] = met.sync(laptop)
            assert report.sent == 1
        met.agree()
