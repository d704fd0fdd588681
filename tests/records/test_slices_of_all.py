"""A list of all records is read in slices, in the order that was asked for."""

from pathlib import Path

from hongxian_client.text.assignments import assignments
from hongxian_client.text.query import select_rows, slices_of_all
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, Thing


def test_slices_hold_what_a_list_holds_and_in_its_order(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, SAMPLE)
    with laptop:
        work = [{"name": f"示例·{n % 7}", "scope": "community"} for n in range(2_003)]
        with laptop.separately():
            ids = laptop.create(Thing, work)
        laptop.delete(Thing, ids[:2])
        kind = laptop.collection("sample.thing")
        for where, sort in (([], ""), ([], "-name"), (["name=示例·3"], "name")):
            wanted = assignments(where, signs=False)
            listed = select_rows(laptop, kind, wanted, sort=sort)
            slices = list(slices_of_all(laptop, kind, wanted, sort=sort))
            assert [row.id for some in slices for row in some] == [row.id for row in listed]
            assert max(map(len, slices)) <= 1_000
