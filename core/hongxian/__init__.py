"""What a plugin author needs of Hongxian; with peewee, nothing else."""

from hongxian.builtin import Consent, Device, Task
from hongxian.claim import Claim
from hongxian.errors import HongxianError, QuotaShort, Refused, Taken
from hongxian.incarnation import HUB
from hongxian.keep import Keep
from hongxian.kinds.computed import computed
from hongxian.kinds.file import MB, File, FileField
from hongxian.kinds.members import MembersField, adding, removing
from hongxian.kinds.person import PersonField, Somebody
from hongxian.kinds.phone import PhoneField
from hongxian.kinds.quota import QuotaField
from hongxian.kinds.reference import Reference
from hongxian.kinds.saying import Saying
from hongxian.kinds.schema import RecordSchema, plain_text, whole_number
from hongxian.kinds.state import StateField
from hongxian.kinds.tally import TallyField, plus
from hongxian.kit.circles import begin_circle, laptops_inside, laptops_outside, let_in, let_out
from hongxian.kit.contracts import Goods, Hours, Matter, Slot
from hongxian.kit.doubles import Doubles, canonical, group, join_doubles, part_doubles
from hongxian.kit.duties import Due, every, reminder
from hongxian.kit.exchange import given
from hongxian.kit.files import attach, content_of
from hongxian.kit.giving import gives, takes
from hongxian.kit.numbers import Book, SeriesField, hand_over
from hongxian.kit.rules import Mark, rule
from hongxian.kit.seen import Seen
from hongxian.kit.settings import Settings
from hongxian.kit.signed_qr import read_signed_qr, signed_qr
from hongxian.lines import Lines, Look
from hongxian.local_time import day_on_paper, local_now, local_today
from hongxian.merge import First, Furthest, Largest, Latest, Members, Merge, Quota, Smallest, Tally
from hongxian.plugins.hooks import hookimpl
from hongxian.plugins.offers import CalendarEntry, Pages, action, document, view
from hongxian.plugins.steps import step
from hongxian.plugins.viewer import Viewer
from hongxian.quota import Amounts
from hongxian.record import COMMUNITY, Record, new_id
from hongxian.references import StillUsed
from hongxian.row import RecordView
from hongxian.shapes.board import Board, Head, Held
from hongxian.shapes.cells import Button, Link, Qr
from hongxian.shapes.chart import Chart
from hongxian.shapes.grid import Cells, Grid, GridRow
from hongxian.shapes.stat import Stat, Stats
from hongxian.shapes.table import Table
from hongxian.spending import give_back, grant, pass_on, same_id, spend, spendable
from hongxian.store import Store
from hongxian.store_protocol import present_store, refused_among
from hongxian.text import Text, joined, sentences
from hongxian.values import Value, Values
from hongxian.version import __version__
from hongxian.workflow import State, Transition, Workflow

__all__ = [
    "COMMUNITY",
    "HUB",
    "MB",
    "Amounts",
    "Board",
    "Book",
    "Button",
    "CalendarEntry",
    "Cells",
    "Chart",
    "Claim",
    "Consent",
    "Device",
    "Doubles",
    "Due",
    "File",
    "FileField",
    "First",
    "Furthest",
    "Goods",
    "Grid",
    "GridRow",
    "Head",
    "Held",
    "HongxianError",
    "Hours",
    "Keep",
    "Largest",
    "Latest",
    "Lines",
    "Link",
    "Look",
    "Mark",
    "Matter",
    "Members",
    "MembersField",
    "Merge",
    "Pages",
    "PersonField",
    "PhoneField",
    "Qr",
    "Quota",
    "QuotaField",
    "QuotaShort",
    "Record",
    "RecordSchema",
    "RecordView",
    "Reference",
    "Refused",
    "Saying",
    "Seen",
    "SeriesField",
    "Settings",
    "Slot",
    "Smallest",
    "Somebody",
    "Stat",
    "State",
    "StateField",
    "Stats",
    "StillUsed",
    "Store",
    "Table",
    "Taken",
    "Tally",
    "TallyField",
    "Task",
    "Text",
    "Transition",
    "Value",
    "Values",
    "Viewer",
    "Workflow",
    "__version__",
    "action",
    "adding",
    "attach",
    "begin_circle",
    "canonical",
    "computed",
    "content_of",
    "day_on_paper",
    "document",
    "every",
    "give_back",
    "given",
    "gives",
    "grant",
    "group",
    "hand_over",
    "hookimpl",
    "join_doubles",
    "joined",
    "laptops_inside",
    "laptops_outside",
    "let_in",
    "let_out",
    "local_now",
    "local_today",
    "new_id",
    "part_doubles",
    "pass_on",
    "plain_text",
    "plus",
    "present_store",
    "read_signed_qr",
    "refused_among",
    "reminder",
    "removing",
    "rule",
    "same_id",
    "sentences",
    "signed_qr",
    "spend",
    "spendable",
    "step",
    "takes",
    "view",
    "whole_number",
]
