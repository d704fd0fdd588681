"""Errors: each is in the manual, speaks both languages, and fills its messages."""

from error_manual import PATH, all_errors, manual


def test_the_manual_draws_the_tree_and_the_messages_as_the_classes_have_them() -> None:
    assert PATH.read_text("utf-8") == manual(), "run: make docs"


def test_every_error_says_what_it_means() -> None:
    assert not [error for error in all_errors() if not error.__doc__]


def test_every_error_says_the_same_facts_in_chinese_and_english() -> None:
    for error in all_errors():
        if "{" in error.message.en and error.message.en != "{detail}":
            assert any("一" <= letter <= "鿿" or letter in "：{" for letter in error.message.zh), (
                error
            )


def test_a_mistyped_collection_tells_the_three_nearest_names_also_over_the_wire() -> None:
    from hongxian.errors import UnknownCollection

    known = {"roster.person": 1, "roster.contact": 2, "roster.consent": 3, "service.tally": 4}
    near = UnknownCollection(name="roster.persn", known=known)
    said = "roster.person, roster.contact, roster.consent"
    assert str(near) == f"No collection 'roster.persn' here. The nearest names: {said}"
    none = UnknownCollection(name="roster.person", known=())
    assert str(none).endswith("The nearest names: -")
    for error in (near, none):
        again = UnknownCollection(**error.as_json()["facts"])
        assert again.as_json() == error.as_json()


def test_an_error_shows_both_languages_as_json() -> None:
    from hongxian.errors import RecordUnknown

    told = RecordUnknown(id="1", collection="a.b").as_json()
    assert told["error"] == "RecordUnknown"
    assert "没有记录 1" in told["message"]["zh"]
    assert "No record 1" in told["message"]["en"]
    assert told["facts"] == {"id": "1", "collection": "a.b"}
