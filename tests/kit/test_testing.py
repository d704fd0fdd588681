"""The fixtures for whoever writes a plugin: what a test may ask for, and what it is told."""

from pathlib import Path

import pytest

from hongxian import view
from hongxian_testing import Clock, Desk, Laptop
from hongxian_testing.desk import Page
from hongxian_testing.laptop import open_laptop
from samples import plugin

pytest_plugins = ["pytester"]

TOOLS = '''
"""Tools: what is in the cupboard."""
from peewee import CharField
from hongxian import Record, Refused, Text, hookimpl

class Tool(Record):
    """One tool."""
    name = CharField(max_length=40)
    class Meta:
        collection = "tools.tool"

@hookimpl
def hongxian_collections():
    return [Tool]
'''
BREAKS = """
@hookimpl
def hongxian_record_was_stored(store):
    raise ValueError("it broke")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A stranger's project: one plugin, and `hongxian_plugins = tools` in its settings."""
    pytester.makepyfile(tools=TOOLS)
    pytester.makeini("[pytest]\nhongxian_plugins = tools\npythonpath = .\n")
    return pytester


def runs(project: pytest.Pytester, test: str, **outcomes: int) -> pytest.RunResult:
    """Run one file of the project's in this process, and see how its tests end."""
    project.makepyfile(test_tools=test)
    result = project.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly")
    result.assert_outcomes(**outcomes)
    return result


def test_a_laptop_has_the_plugins_that_the_projects_settings_name(project):
    runs(
        project,
        """
        from tools import Tool

        def test_a_tool(laptop):
            Tool.create(name="ladder")
            assert [each.name for each in Tool.select()] == ["ladder"]

        def test_another_test_has_a_folder_of_its_own(laptop):
            assert not Tool.select().exists()
        """,
        passed=2,
    )


def test_a_mark_names_other_plugins_than_the_settings(project):
    project.makepyfile(other=TOOLS.replace("tools.tool", "other.tool"))
    runs(
        project,
        """
        import other
        import pytest

        @pytest.mark.plugins(other)
        def test_another_plugin(laptop):
            assert "other.tool" in laptop.store.collections
            assert "tools.tool" not in laptop.store.collections
        """,
        passed=1,
    )


def test_an_error_of_a_plugin_fails_the_test_that_did_not_allow_it(project):
    project.makepyfile(tools=TOOLS + BREAKS)
    result = runs(
        project,
        """
        import pytest
        from tools import Tool

        def test_not_allowed(laptop):
            Tool.create(name="ladder")

        @pytest.mark.plugin_errors
        def test_allowed(laptop):
            Tool.create(name="ladder")
            assert "it broke" in laptop.errors[0].en
        """,
        passed=2,
        errors=1,
    )
    result.stdout.fnmatch_lines(["*a plugin made errors*"])


def test_two_laptops_and_the_hub_meet_over_a_socket(project):
    runs(
        project,
        """
        from tools import Tool

        def test_red_tells_blue(neighbourhood, hub):
            red, blue = neighbourhood.laptop("red"), neighbourhood.laptop("red")
            other = neighbourhood.laptop("other")
            with red:
                Tool.create(name="ladder")
            with blue:
                assert not Tool.select().exists()
            neighbourhood.meet()
            with hub:
                assert Tool.select().count() == 1
            with blue:
                assert Tool.get().name == "ladder"
            with other:
                assert not Tool.select().exists()

        def test_the_laptop_is_the_neighbourhoods_where_the_test_has_one(laptop, hub):
            Tool.create(name="ladder")
            laptop.sync()
            with hub:
                assert Tool.select().count() == 1
        """,
        passed=2,
    )


def test_what_needs_attention_is_read_from_the_laptop(project):
    project.makepyfile(tools=TOOLS.replace("collection =", "claims = [('name',)]; collection ="))
    runs(
        project,
        """
        from tools import Tool

        def test_two_ladders(neighbourhood):
            red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
            for laptop in (red, blue):
                with laptop:
                    Tool.create(name="ladder")
            neighbourhood.meet()
            assert red.attention == []
            [bumped] = blue.attention
            assert (bumped.state, bumped.taken.key) == ("bumped", ["ladder"])
        """,
        passed=1,
    )


def test_two_who_wrote_one_field_are_in_conflict_and_a_revoked_laptop_meets_nobody(project):
    runs(
        project,
        """
        import pytest
        from hongxian.errors import HongxianError
        from tools import Tool

        def test_two_names(neighbourhood):
            red, blue, lost = (neighbourhood.laptop("示例·红队") for _ in range(3))
            with red:
                tool = Tool.create(name="ladder").id
            neighbourhood.meet()
            neighbourhood.revoke(lost)
            for laptop, name in ((red, "steps"), (blue, "stool")):
                with laptop:
                    Tool.update(name=name).where(Tool.id == tool).execute()
            neighbourhood.meet()
            [conflict] = blue.conflicts
            assert "steps" in conflict.lost and "stool" in conflict.kept
            with pytest.raises(HongxianError, match="ended this laptop's access"):
                lost.sync()
        """,
        passed=1,
    )


def test_the_clock_stands_where_the_test_sets_it_on_hub_and_laptops(project):
    runs(
        project,
        """
        from datetime import datetime
        from hongxian import local_now

        def test_the_hour(laptop, hub, hongxian_clock):
            laptop.at("2026-03-01 09:00")
            assert local_now(laptop.store) == datetime(2026, 3, 1, 9)
            hongxian_clock.wait(hours=2, minutes=30)
            with hub:
                assert local_now(hub) == datetime(2026, 3, 1, 11, 30)
        """,
        passed=1,
    )


def test_the_desk_is_opened_filled_in_and_pressed(project):
    runs(
        project,
        """
        import pytest
        from tools import Tool

        def test_a_tool_is_added_by_hand(laptop, desk):
            shown = desk.open("/c/tools.tool/new").press("保存", name="ladder")
            assert "ladder" in shown.text
            assert Tool.get().name == "ladder"

        def test_a_dialogs_own_button_is_not_pressed(laptop, desk):
            page = desk.open("/c/tools.tool")
            assert 'method="dialog"' in page.html
            with pytest.raises(LookupError):
                page.press("关闭")

        def test_what_is_not_there_is_told(laptop, desk):
            page = desk.open("/c/tools.tool/new")
            with pytest.raises(LookupError, match="nothing to press"):
                page.press("no such button")
            with pytest.raises(LookupError, match="colour"):
                page.press("保存", colour="red")
        """,
        passed=3,
    )


def test_what_is_due_is_told_and_seconds_go_by(project):
    runs(
        project,
        """
        import tools
        from datetime import date
        from hongxian import Due, reminder

        @reminder()
        def oiled(store):
            return [Due(date(2026, 3, 2), "oil it")]

        tools.oiled = oiled
        oiled.__module__ = "tools"

        def test_the_duty(laptop, hongxian_clock):
            laptop.at("2026-03-01 23:59:30")
            assert [(each.title, each.on) for each in laptop.due()] == [("oil it", date(2026, 3, 2))]
            before = hongxian_clock()
            hongxian_clock.wait(seconds=1.5)
            assert hongxian_clock() == before + 1500
            laptop.at("2026-01-01 09:00")
            assert laptop.due() == []
        """,
        passed=1,
    )


def test_models_outside_of_a_laptop_say_what_to_do(project):
    runs(
        project,
        """
        import pytest
        from hongxian_testing import refusing
        from hongxian import Refused
        from tools import Tool

        def test_nowhere():
            for reads_or_writes in (Tool.get, lambda: Tool.create(name="x"), Tool.delete().execute):
                with refusing(Refused, match="with laptop:"):
                    reads_or_writes()

        def test_a_query_that_was_made_inside(neighbourhood):
            with neighbourhood.laptop():
                made_inside = Tool.select()
            with refusing(Refused, match="run queries inside"):
                list(made_inside)
        """,
        passed=2,
    )


def test_a_page_that_breaks_fails_the_test_with_what_it_says_and_the_plugins_error(
    tmp_path: Path,
) -> None:
    @view(title="Out")
    def out(store: object) -> None:
        raise ValueError("it broke")

    with (
        open_laptop(tmp_path, plugin("tools", out=out)) as store,
        pytest.raises(AssertionError) as failed,
    ):
        Desk(Laptop(store, Clock())).open("/view/tools.out")
    said = str(failed.value)
    assert "/view/tools.out: 500" in said
    assert "tools.out: ValueError: it broke" in said
    assert "插件 tools 在 tools.out 出错（ValueError: it broke）" in said


def test_a_page_reads_as_it_stands_on_a_line() -> None:
    told = "<ul><li>共 <b>3</b>件，<a href='/x'>看<i>看</i></a></li><li>第二<br>行</li></ul><script>x</script>"
    page = Page(None, "/", told)
    assert page.text == "共 3件，看看 第二 行"
    assert page.buttons == ["看看"]
