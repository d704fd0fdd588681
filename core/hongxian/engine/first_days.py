"""The names of `hongxian` itself, which brings them from here when the first of them is asked for."""

from hongxian.collections.local_time import local_now, local_today
from hongxian.engine.store import Store
from hongxian.errors import Refused
from hongxian.kinds.file import FileField
from hongxian.kinds.merged.members import MembersField
from hongxian.kinds.merged.quota import QuotaField
from hongxian.kinds.merged.tally import TallyField
from hongxian.kinds.person import PersonField
from hongxian.kinds.phone import PhoneField
from hongxian.kinds.reference import Reference
from hongxian.kinds.state import StateField
from hongxian.kit.book import Book
from hongxian.kit.duties import Due, every, reminder
from hongxian.kit.exchanges.giving import gives, takes
from hongxian.kit.numbers import SeriesField
from hongxian.kit.rules.rule import Mark, rule
from hongxian.kit.seen import Seen
from hongxian.kit.settings import Settings
from hongxian.model.claim import Claim
from hongxian.model.computed import computed
from hongxian.model.keep import Keep
from hongxian.model.lasting import Lasting
from hongxian.model.record import Record
from hongxian.model.workflow import State, Transition, Workflow
from hongxian.plugins.hooks import hookimpl
from hongxian.plugins.offers import action, document, view
from hongxian.plugins.steps import step
from hongxian.plugins.viewer import Viewer
from hongxian.text import Text
from hongxian.version import __version__

__all__ = [
    "Book",
    "Claim",
    "Due",
    "FileField",
    "Keep",
    "Lasting",
    "Mark",
    "MembersField",
    "PersonField",
    "PhoneField",
    "QuotaField",
    "Record",
    "Reference",
    "Refused",
    "Seen",
    "SeriesField",
    "Settings",
    "State",
    "StateField",
    "Store",
    "TallyField",
    "Text",
    "Transition",
    "Viewer",
    "Workflow",
    "__version__",
    "action",
    "computed",
    "document",
    "every",
    "gives",
    "hookimpl",
    "local_now",
    "local_today",
    "reminder",
    "rule",
    "step",
    "takes",
    "view",
]
