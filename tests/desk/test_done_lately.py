"""What was done lately is told in people's words."""

import pytest

from hongxian.records import COMMUNITY
from hongxian_plugins import roster
from hongxian_plugins.roster import Membership, Person
from hongxian_testing import Desk, Laptop


@pytest.mark.plugins(roster)
def test_what_has_no_name_is_told_by_what_it_is_of_and_never_by_its_id(
    laptop: Laptop, desk: Desk
) -> None:
    person = Person.create(name="示例·甲001", scope=COMMUNITY)
    membership = Membership.create(person=person.id)
    laptop.store.delete(Membership, [membership.id])
    told = desk.open("/deeds").text
    assert "新增队员“示例·甲001" in told
    assert "删除队员" in told
    assert membership.id[-8:] not in told
