"""What the opening of a database makes in it."""

from pathlib import Path

from peewee import CharField
from sqlcipher3 import dbapi2 as sqlite

from hongxian import Record
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, plugin


class Seen(Record):
    """What was seen."""

    what = CharField()

    class Meta:
        collection = "seen.seen"


def test_the_tables_of_all_plugins_are_there_at_once(tmp_path: Path) -> None:
    seen_by_others = list[set[str]]()

    def look() -> None:
        """What another program sees while the tables of the plugins before are made."""
        other = sqlite.connect(tmp_path / "laptop.db")
        names = other.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        seen_by_others.append({name for (name,) in names})
        other.close()

    with open_laptop(tmp_path, SAMPLE, plugin("seen", Seen, hongxian_migrations=look)) as laptop:
        table = laptop.collection("sample.thing").table
        assert {table, laptop.collection("seen.seen").table} <= set(laptop.database.get_tables())
    assert seen_by_others
    assert table not in seen_by_others[0]
