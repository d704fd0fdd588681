"""Rules in few words: they name what they need, and say both languages where they refuse or mark."""

from datetime import date
from pathlib import Path

import pytest
from peewee import BooleanField, DateField, IntegerField

from club import open_marks
from hongxian import Mark, Record, Refused, Seen, Text, rule
from hongxian.plugins.loading import Plugins
from hongxian_client.authoring.checking import check
from hongxian_client.authoring.sources import sources_of
from meeting import meeting
from samples import plugin

MAY = date(2026, 5, 1)


class Loan(Record):
    """Something lent."""

    days = IntegerField(default=1)
    due = DateField(default=MAY)
    back = BooleanField(default=False)

    class Meta:
        collection = "shed.loan"


@rule(of=Loan, when=("days",))
def is_lent_for_a_day(loan: Loan) -> None:
    if loan.days < 1:
        raise Refused("至少借一天，不是 {days} 天。", "A day at least, not {days}.", days=loan.days)


@rule(of=Loan, when=("back",))
def stays_back(loan: Loan, before: Loan | None) -> None:
    if before is not None and before.back and not loan.back:
        raise Refused("还了就是还了。", "What is back is back.")


@rule(of=Loan, when=("due",))
def is_one_of_a_day(loan: Loan, seen: Seen) -> Mark | None:
    if len(seen.all(Loan, due=loan.due)) < 2:
        return None
    return Mark("{day}还有一件。", "Another is due on {day}.", day=loan.due)


@rule(of=Loan, when=("days",))
def grows_alone(loan: Loan, before: Loan | None, seen: Seen) -> None:
    if before is not None and loan.days < before.days and len(seen.all(Loan)) > 1:
        raise Refused(Text("只能延长。", "It only grows."))


RULES = (is_lent_for_a_day, stays_back, is_one_of_a_day, grows_alone)
SHED = plugin("shed", Loan, **{each.__name__: each for each in RULES})
HEAD = """from hongxian import Record, hookimpl, rule
from peewee import CharField

version = "1.0"


class Loan(Record):
    tool = CharField(max_length=20)

    class Meta:
        collection = "shed.loan"


@hookimpl
def hongxian_collections():
    return [Loan]


"""
WRONG = """@rule(of=Loan)
def why(loan, seeen):
    return None


@rule(of=Loan, when=("tol",))
def never_asked(loan):
    return None
"""


def test_a_refusal_says_both_languages_with_their_facts() -> None:
    told = Refused("{who}欠 {n} 件。", "{who} owes {n}.", who=Text("本队", "The team"), n=3)
    assert told.text == Text("本队欠 3 件。", "The team owes 3.")
    assert told.as_json()["facts"] == {"detail": told.text}, "a date or record travels in no fact"
    assert Refused("括号 {", "A brace {").text.en == "A brace {", "without facts it stays as it is"
    assert Refused(Text("借{n}", "Lent {n}"), n=2).text.en == "Lent 2"


def test_a_mark_says_both_languages_with_their_facts() -> None:
    assert Mark("{day}到期", "Due on {day}", day=MAY).text.zh == "2026-05-01到期"
    assert Mark(Text("满", "Full")) == Mark("满", "Full")


def test_a_rule_gets_what_it_names_on_laptop_and_hub(tmp_path: Path) -> None:
    with meeting(tmp_path, SHED) as all_:
        all_.team("east")
        laptop = all_.laptop("east")
        with laptop:
            with pytest.raises(Refused, match="A day at least, not 0"):
                Loan.create(days=0)
            first, second = Loan.create(back=True, days=3), Loan.create()
            for wrong, said in (({"back": False}, "is back"), ({"days": 2}, "only grows")):
                with pytest.raises(Refused, match=said):
                    Loan.update(**wrong).where(Loan.id == first.id).execute()
        all_.agree()
        assert open_marks(laptop) == open_marks(all_.hub) == [second.id]


def test_a_rule_that_names_what_it_never_gets_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "shed.py").write_text(HEAD + WRONG, "utf-8")
    [loaded] = Plugins(tmp_path, installed=False).all
    assert not loaded.loaded, "the release before it goes on in its place"
    assert "line 19): seeen is never given to a rule" in loaded.errors[0].en
    assert "line 24): when names tol, no field of Loan; there are tool" in loaded.errors[1].en
    found = check(sources_of(tmp_path / "shed.py")).findings
    assert [each.where for each in found] == ["shed.py:19", "shed.py:24"], "all at once"


def test_in_another_module_it_keeps_its_plugins_records_from_being_stored(tmp_path: Path) -> None:
    folder = tmp_path / "shed"
    folder.mkdir()
    (folder / "__init__.py").write_text(HEAD, "utf-8")
    (folder / "rules.py").write_text(f"from . import Loan\nfrom hongxian import rule\n\n{WRONG}")
    [loaded] = Plugins(tmp_path, installed=False).all
    loaded.marked("rule")
    assert loaded.incomplete
    found = check(sources_of(folder)).findings
    assert [each.where for each in found] == ["rules.py:4", "rules.py:9"]


def test_what_gives_may_leave_seen_out_and_names_nothing_else(tmp_path: Path) -> None:
    imports = "from hongxian import gives\nfrom hongxian.contracts import Hours\n\n\n"
    gives = imports + "@gives(Hours, of=Loan)\ndef hours_of({}):\n    return None\n"
    for asks, sound in (("loan", True), ("loan, seen", True), ("loan, store", False)):
        (tmp_path / "shed.py").write_text(HEAD + gives.format(asks), "utf-8")
        assert check(sources_of(tmp_path / "shed.py")).is_sound is sound, asks
