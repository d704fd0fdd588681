"""The sign-in sheet on paper, for where no laptop stands: the same people as on the grid, and lines for others."""

from __future__ import annotations

from markupsafe import Markup

from hongxian import Store, Text, document
from hongxian.days import day_on_paper
from hongxian_plugins.service.day import expected
from hongxian_plugins.service.records import Activity

_FREE_LINES = 4
_HEADS = (
    Text("姓名", "Name"),
    Text("手机", "Phone"),
    Text("到", "In"),
    Text("离", "Out"),
    Text("本人签名", "Signature"),
    Text("备注", "Note"),
)
_PAGE = Markup(
    "<style>td {{ height: 8.4mm; vertical-align: middle }} td:nth-child(4), td:nth-child(5) {{ width: 20mm; "
    "text-align: center }} td:nth-child(6), td:nth-child(7) {{ width: 27mm }} th {{ background: #f1eae4 }}</style>"
    "<h1>{title}</h1><p>{when}</p><table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    "<p>{foot}</p>"
)
_ROW = Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td></td><td></td></tr>")
_FOOT = Text(
    "实到 ______ 人　　负责人签名 ________________　　日期 ______________",
    "There: ______　　Signed ________________　　Date ______________",
)


@document(of=Activity, title=Text("签到表", "Sign-in sheet"), icon="printer")
def sign_in_sheet(store: Store, activity: Activity) -> str:
    """A line for each who is expected, with the times that are known already, and some for others."""
    lines = [*expected(store, activity), *([("", "", "", "")] * _FREE_LINES)]
    hours = f"{activity.begins:%H:%M}" if activity.begins else ""
    return str(
        _PAGE.format(
            title=_both(Text("{title}签到表", "Sign-in sheet").format(title=activity.title)),
            when=f"{day_on_paper(activity.day)} {hours} {activity.place or ''}".strip(),
            heads=Markup("").join(Markup("<th>{}</th>").format(_both(each)) for each in _HEADS),
            rows=Markup("").join(
                _ROW.format(n, name, phone, came or ":", left or ":")
                for n, (name, phone, came, left) in enumerate(lines, 1)
            ),
            foot=_both(_FOOT),
        )
    )


def _both(said: Text) -> Markup:
    """On paper it stands in both languages."""
    return Markup("{} <small>{}</small>").format(said.zh, said.en)
