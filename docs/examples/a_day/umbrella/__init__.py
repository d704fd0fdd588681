"""Umbrella stand: who has which umbrella, how it came back, and who is to be asked for it."""

from hongxian import Text, hookimpl

from .records import Loan, LoanRules

title = Text("共享雨伞", "Umbrellas")
version = "1.2"


@hookimpl
def hongxian_collections():
    return [Loan, LoanRules]


@hookimpl
def hongxian_works_with():
    return ">=0.2,<2"
