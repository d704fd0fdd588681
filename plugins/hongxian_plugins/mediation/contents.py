"""What the file of a case holds (卷内目录), as a published set of forms lists it: 13 papers in their order.

必须 is asked for in every file, 按需 where there was occasion. It is practice and no law: 人民调解法 27 asks for a
file of the register, the records and the agreement, and has no list. So nothing is refused over it.
"""

from __future__ import annotations

from hongxian import Text

CONTENTS: tuple[tuple[str, Text], ...] = (
    ("application", Text("申请书或受理登记表", "Application or acceptance register")),
    ("rights", Text("权利义务告知书", "Notice of rights and duties")),
    ("identity", Text("当事人身份证明", "Parties' proof of identity")),
    ("proxy", Text("授权委托书", "Letter of authority")),
    ("inquiry", Text("调查记录", "Record of inquiry")),
    ("evidence", Text("证据材料", "Evidence")),
    ("session", Text("调解记录", "Session record")),
    ("agreement", Text("协议书或口头协议登记表", "Agreement, or register of an oral one")),
    ("receipt", Text("收条等履行凭证", "Receipts and other proof of performance")),
    ("visit", Text("回访记录", "Return visit")),
    ("court", Text("司法确认有关材料", "Papers of the court's confirmation")),
    ("note", Text("卷宗情况说明", "Note on the file")),
    ("back", Text("封底", "Back cover")),
)
ALWAYS = frozenset({"application", "rights", "identity", "session", "agreement", "back"})
"""What the published set calls 必须."""
_BY_RECORD = frozenset({"application", "session", "agreement", "visit", "back"})
BY_HAND = tuple(each for each in CONTENTS if each[0] not in _BY_RECORD)
"""What may be laid in as paper; the others are there by what the case's records hold."""
