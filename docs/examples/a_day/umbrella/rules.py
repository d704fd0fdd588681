"""What may not be, and what is to be looked into."""

from hongxian import Mark, Refused, rule

from .records import NUMBERS, Loan, LoanRules


@rule(of=Loan, when=("umbrella",))
def is_one_of_ours(loan):
    if loan.umbrella is not None and loan.umbrella not in NUMBERS:
        raise Refused("没有 {n} 号伞。", "There is no umbrella {n}.", n=loan.umbrella)


@rule(of=Loan, when=("borrower", "state"))
def has_few_at_once(loan, seen):
    most = seen.settings(LoanRules).at_once
    if loan.state == "out" and len(seen.all(Loan, borrower=loan.borrower, state="out")) > most:
        return Mark(
            "{name} 借了 {most} 把以上。",
            "{name} has more than {most}.",
            name=loan.borrower,
            most=most,
        )
