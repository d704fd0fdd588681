"""Words that several records choose from: kinds, purposes, and whom a purpose serves."""

from __future__ import annotations

from hongxian import Text

MEMBERS = (
    ("institution", Text("共建单位", "Institution")),
    ("merchant", Text("商户", "Merchant")),
    ("school", Text("学校", "School")),
    ("medical", Text("医疗机构", "Medical")),
    ("society", Text("社会组织", "Society")),
    ("other", Text("其他", "Other")),
)
KINDS = (
    ("seats", Text("座位名额", "Seats")),
    ("tickets", Text("票券", "Tickets")),
    ("goods", Text("物品", "Goods")),
    ("venue", Text("场地", "A place")),
    ("service", Text("服务", "Services")),
)
BY_NAME = ("seats", "tickets")
"""Kinds of which one goes to one person, each with a number."""
PURPOSES = (
    ("anyone", Text("所有人", "Anyone")),
    ("volunteers", Text("志愿者", "Volunteers")),
    ("patrols", Text("巡查", "Patrols")),
    ("elderly", Text("老人", "Older people")),
    ("children", Text("孩子", "Children")),
    ("outdoor", Text("户外劳动者", "Outdoor workers")),
    ("emergency", Text("应急", "Emergencies")),
    ("rewards", Text("积分兑换", "Rewards")),
)
"""What the donor means it for."""
WHOM = (
    ("volunteer", Text("志愿者", "Volunteers")),
    ("patrol", Text("巡查", "Patrols")),
    ("elderly", Text("老人", "Older people")),
    ("child", Text("孩子", "Children")),
    ("outdoor", Text("户外劳动者", "Outdoor workers")),
    ("resident", Text("居民", "Residents")),
    ("emergency", Text("应急", "Emergencies")),
    ("station", Text("驿站货架", "The station's shelf")),
)
"""To whom it goes. A shelf keeps the purpose and hands on by it."""
SERVES = {
    "anyone": frozenset(whom for whom, _ in WHOM),
    "volunteers": frozenset({"volunteer", "patrol", "emergency", "station"}),
    "patrols": frozenset({"patrol", "station"}),
    "elderly": frozenset({"elderly"}),
    "children": frozenset({"child"}),
    "outdoor": frozenset({"outdoor", "station"}),
    "emergency": frozenset({"emergency", "station"}),
    "rewards": frozenset({"station"}),
}
"""To whom something may go, by its donor's purpose."""
LARGEST = 1_000_000
