"""The sign-in sheet on paper, for where no laptop stands: who is expected, and lines for others."""

from __future__ import annotations

from hongxian import Store, Text, document
from hongxian.shapes import Sheet, Table
from hongxian_plugins.service.day import expected
from hongxian_plugins.service.records import Activity

_FREE_LINES = 10
_HEADS = (
    Text("代号", "Code"),
    Text("姓名", "Name"),
    Text("手机", "Phone"),
    Text("到", "In"),
    Text("离", "Out"),
    Text("本人签名", "Signature"),
    Text("备注", "Note"),
)
_OTHERS = Text(
    "没印名字的人，写在空行里；回来照代号打，空行里的用“加人”。",
    "Whoever is not printed writes on an empty line. Type the codes back later, and add those who wrote themselves.",
)
_FOOT = Text(
    "实到 ______ 人　　负责人签名 ________________　　日期 ______________",
    "There: ______　　Signed ________________　　Date ______________",
)


@document(of=Activity, title=Text("签到表", "Sign-in sheet"), icon="printer")
def sign_in_sheet(store: Store, activity: Activity) -> Sheet:
    """A line for each who is expected, with the code of their row of the grid; and some for others."""
    lines = [*expected(store, activity), *([("", "", "", "", "")] * _FREE_LINES)]
    return Sheet(
        Text("{title}签到表", "Sign-in sheet: {title}").format(title=activity.title),
        [
            [activity.day, activity.begins, activity.place],
            Table(
                _HEADS,
                [
                    [code, name, phone, came or ":", left or ":", "", ""]
                    for code, name, phone, came, left in lines
                ],
            ),
            _FOOT,
        ],
        roomy=True,
        note=_OTHERS,
    )
