"""The community as workbooks: `python -m hongxian_plugins.roster.demo_workbooks DIR`.

One workbook of people, and for each team one of its members and one of its contacts. People are
named, not numbered, as on a leader's own sheets; above the header stands the watermark.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell

from hongxian import Record, Text
from hongxian.records import Value
from hongxian_plugins.roster.demo import TEAMS, WATERMARK, Volunteer, volunteers
from hongxian_plugins.roster.records import Contact, Membership, Person

SEED = 20230301


def write_workbooks(folder: Path, seed: int = SEED) -> dict[str, list[Path]]:
    """Write them all; returns the files by collection, teams' files in the order of TEAMS."""
    folder.mkdir(parents=True, exist_ok=True)
    community = volunteers(seed)
    names = [name for name in Person._meta.fields if name in community[0].person]
    people = folder / "示例-志愿者名册.xlsx"
    _write(people, Person, names, ([each.person[name] for name in names] for each in community))
    files: dict[str, list[Path]] = {"roster.person": [people]}
    for place, team in enumerate(TEAMS):
        own = [each for each in community if each.team == place]
        members, contacts = folder / f"示例-{team}-队员.xlsx", folder / f"示例-{team}-联系方式.xlsx"
        _write(members, Membership, ["person", "role", "since"], map(_membership, own))
        _write(contacts, Contact, ["person", "phone", "address"], map(_contact, own))
        files.setdefault("roster.membership", []).append(members)
        files.setdefault("roster.contact", []).append(contacts)
    return files


def _membership(each: Volunteer) -> list[Value]:
    return [each.person["name"], each.role, each.person["joined"]]


def _contact(each: Volunteer) -> list[Value]:
    return [each.person["name"], each.phone, each.address]


def _write(
    path: Path, model: type[Record], names: Sequence[str], rows: Iterable[Sequence[Value]]
) -> None:
    """One sheet: the watermark, the Chinese labels, then the rows as people would type them."""
    fields = [model._meta.fields[name] for name in names]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("示例数据")
    sheet.HeaderFooter.oddHeader.center.text = WATERMARK
    sheet.freeze_panes = "A3"
    sheet.append([WATERMARK])
    sheet.append([Text.of(field.verbose_name).zh for field in fields])
    choices = [
        {value: Text.of(label).zh for value, label in field.choices or ()} for field in fields
    ]
    day = WriteOnlyCell(sheet)
    for row in rows:
        cells = [labels.get(value, value) for labels, value in zip(choices, row, strict=True)]
        sheet.append([_as_typed(value, day) for value in cells])
    book.save(path)


def _as_typed(value: Value, day: Cell) -> Value:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    if isinstance(value, date):
        day.value, day.number_format = value, "yyyy-mm-dd"
        return day
    return value


if __name__ == "__main__":
    for paths in write_workbooks(Path(sys.argv[1])).values():
        print(*paths, sep="\n")
