"""An import whose process is killed in the middle goes on or is undone, and doubles nobody."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import importing_laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.undoing import last_deed, undo
from hongxian_client.sheets.importing import ROWS_A_COMMIT, ROWS_ENTERED, import_file
from hongxian_plugins import roster
from hongxian_plugins.roster import Contact, Person
from hongxian_testing.laptop import open_laptop
from laptops import problems_of
from sweeps import sweep

NAMES = "姓名\n", "示例·甲{:06}\n", 2 * ROWS_A_COMMIT + 1
TELEPHONES = "姓名,手机\n", "示例·甲{0:06},1000{0:07}\n", 2 * ROWS_ENTERED + 1


@pytest.fixture(params=sweep({"names": NAMES, "telephones": TELEPHONES}))
def sheet(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    header, row, count = request.param
    path = tmp_path / "list.csv"
    path.write_text(header + "".join(map(row.format, range(count))), "utf-8")
    return path


@contextmanager
def killed(folder: Path, sheet: Path) -> Iterator[Replica]:
    """A laptop of which the process was killed once it had told of the first slice."""
    command = [sys.executable, importing_laptop.__file__, str(folder), str(sheet)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip()
        process.kill()
    with open_laptop(folder, roster) as laptop:
        yield laptop
        assert not problems_of(laptop)


def test_the_same_file_again_brings_the_rest(tmp_path: Path, sheet: Path) -> None:
    with killed(tmp_path / "laptop", sheet) as laptop:
        there = Person.select().count()
        assert there >= ROWS_ENTERED
        report = import_file(laptop, "roster.person", sheet)
        assert (report.unchanged, report.new) == (there, report.rows_total - there)
        assert (report.double, report.wrong) == (0, 0)
        names = [each.name for each in Person.select()]
        assert len(set(names)) == len(names) == report.rows_total
        assert Contact.select().count() in (0, report.rows_total)


@pytest.mark.thorough
def test_what_it_brought_is_undone_as_a_whole(tmp_path: Path, sheet: Path) -> None:
    with killed(tmp_path / "laptop", sheet) as laptop:
        deed = last_deed()
        assert deed.said is not None
        assert "导入" in deed.said
        undo(laptop, deed)
        assert not Person.select().exists()
        assert not Contact.select().exists()
