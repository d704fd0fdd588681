"""What people write above a column instead of a field's label, and what a column's cells say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from hongxian.kinds.column import Column
from hongxian.kinds.phone import PhoneColumn
from hongxian.kinds.typed_input import WrongCell, is_blank
from hongxian_client.sheets.reading.line import Line

_SAID = (
    ("姓名", "名字", "志愿者姓名", "队员姓名", "人员姓名", "居民姓名", "name", "fullname"),
    ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "联系手机", "phone", "mobile",
     "telephone", "tel"),
    ("住址", "地址", "家庭住址", "家庭地址", "居住地址", "现住址", "address"),
    ("性别", "男女", "gender", "sex"),
    ("技能", "特长", "专长", "爱好特长", "skills"),
    ("党员", "是否党员", "中共党员", "partymember"),
    ("团队", "小组", "队伍", "所属团队", "所在团队", "所属队伍", "志愿队", "team"),
    ("备注", "说明", "note", "notes", "remarks"),
    ("志愿者", "姓名", "队员", "志愿者姓名", "队员姓名", "person", "name"),
)  # fmt: skip
"""Texts that stand for one another; those above come before those below."""
_ENOUGH = 2
"""Cells that say what a column holds; one alone may be chance."""
_PHONE = re.compile(r"\+?[0-9 ()-]{8,20}")


def also_said(known: Mapping[str, str]) -> dict[str, str]:
    """What else may stand above a column, for header texts that are known: by the field's."""
    found: dict[str, str] = {}
    for group in _SAID:
        fields = {known[each] for each in group if each in known}
        if len(fields) == 1:
            [name] = fields
            found |= {each: name for each in group if each not in found}
    for text, name in known.items():
        if text.endswith("日期"):
            stem = text.removesuffix("日期")
            found |= {f"{stem}{end}": name for end in ("时间", "日子", "年月")}
        if text == "加入日期":
            for begin in ("入队", "加入", "注册", "入会"):
                found |= {f"{begin}{end}": name for end in ("日期", "时间")}
    return found


def by_content(
    columns: Mapping[str, Column], below: Sequence[Line], place: int, taken: set[str]
) -> str | None:
    """The one free field that all cells of a column fit, of those whose values tell themselves apart."""
    cells = [
        line.cells[place]
        for line in below
        if place < len(line.cells) and not is_blank(line.cells[place])
    ]
    if len(cells) < _ENOUGH:
        return None
    free = [each for name, each in columns.items() if name not in taken]
    fit = [each for each in free if all(_fits(each, cell) for cell in cells)]
    return fit[0].name if len(fit) == 1 else None


def _fits(column: Column, cell: object) -> bool:
    if isinstance(column, PhoneColumn):
        return _PHONE.fullmatch(str(cell).strip()) is not None
    if column.choices:
        with suppress(WrongCell):
            column.from_cell(cell)  # type: ignore[arg-type]
            return True
    return False
