"""What release 1.0 wrote is put right by 1.1, whenever it arrives."""

import pytest

import keys

pytestmark = pytest.mark.plugins(keys)


def test_what_an_earlier_release_wrote_is_put_right_for_all(neighbourhood, hongxian_release):
    earlier = hongxian_release("earlier/keys.py")
    behind, ahead = neighbourhood.laptop(plugins=(earlier,)), neighbourhood.laptop()
    with behind:
        earlier.Key.create(name="活动室", holder="示例·甲 3幢402")
    neighbourhood.meet()
    neighbourhood.tidy()  # what a hub does each hour
    neighbourhood.meet()
    with ahead:
        [key] = keys.Key.select()
        assert (key.holder, key.home) == ("示例·甲", "3幢402")
    with behind:
        assert [each.holder for each in earlier.Key.select()] == ["示例·甲"]
        earlier.Key.update(holder="示例·乙 5幢101").execute()  # long after the others were updated
    neighbourhood.meet()
    with ahead:
        assert keys.Key.get().home == "3幢402", "what stands there already is left"
        keys.Key.update(home=None).execute()
    neighbourhood.meet()
    neighbourhood.tidy()
    neighbourhood.meet()
    with ahead:
        assert (keys.Key.get().holder, keys.Key.get().home) == ("示例·乙", "5幢101")
