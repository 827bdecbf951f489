"""A corrected catalogue from a file: faults by entry and field, the difference, old periods, every worker at once."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.checks.counting import Counts
from casemgr.checks.terms import addresses
from casemgr.core.errors import Conflict, Invalid, NotFound, RuleBroken
from casemgr.core.periods import Period
from casemgr.indicators import freezing, land, queries
from casemgr.indicators.catalogue import SHIPPED, files, in_use, indicator, loading, once
from casemgr.indicators.catalogue.book import Catalogue
from casemgr.indicators.catalogue.checking import check
from casemgr.indicators.catalogue.files import Change
from casemgr.indicators.outputs import catalogue as outputs
from casemgr.indicators.outputs import codes, dhis2
from casemgr.lawbook import actions
from casemgr.lawbook import queries as lawbook
from casemgr.legislation.models import LawChange
from casemgr.legislation.terms import ChangeKind, Document, Proposal
from casemgr.places import queries as places
from casemgr.reporting import queries as reporting
from tests.support import factories
from tests.support.house import NA_SAM, HouseUnderTest

TODAY = date(2026, 11, 18)
DOCUMENT = Document("13/2026/TT-BYT", date(2026, 11, 1), "")
FIRST = "2026-12-01"


def shipped(set_: str, code_: str, /, **changes: Any) -> dict[str, Any]:
    """An entry as it ships, with changes."""
    said = next(one for one in loading.SHIPPED["entries"] if (one["set"], one["code"]) == (set_, code_))
    return {**deepcopy(said), **changes}


def renumbered(**changes: Any) -> dict[str, Any]:
    """Reports of harm under the code the official text might give them."""
    more = {"code": "0102", "formerly": "B/01-c1-p", "state": "confirmed", "valid_from": FIRST, **changes}
    return shipped("B", "01-c1-p", **more)


def file(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"about": "invented for a test", "entries": list(entries)}


def weighed(
    *entries: dict[str, Any], before: Catalogue = SHIPPED
) -> tuple[Catalogue, list[files.Difference]]:
    return files.weigh(before, files.read(file(*entries)), TODAY)


def refused(*entries: dict[str, Any]) -> list[str]:
    with pytest.raises(Invalid) as told:
        weighed(*entries)
    return told.value.errors["file"]


# ---- reading ------------------------------------------------------------------------------------------------------


def test_what_ships_is_a_file_that_can_be_loaded_and_changes_nothing() -> None:
    written = json.loads(json.dumps(files.written(SHIPPED), ensure_ascii=False))
    after, differences = files.weigh(SHIPPED, files.read(written), TODAY)
    assert (after, differences) == (SHIPPED, [])


def test_the_shipped_file_has_the_published_form() -> None:
    assert files.read(json.loads(Path(loading.__file__).with_name("entries.json").read_text("utf-8")))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"set": "Q"}, "set"),
        ({"code": None}, "code"),
        ({"code": "a b"}, "code"),
        ({"version": "2"}, "version"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_to": 5}, "valid_to"),
        ({"state": "certain"}, "state"),
        ({"name": {"vi": "Số vụ"}}, "name.en"),
        ({"name": {"vi": " ", "en": "Reports"}}, "name.vi"),
        ({"definition": "x"}, "definition"),
        ({"colour": "red"}, "colour"),
        ({"splits": ["sex", "colour"]}, "splits.1"),
        ({"basis": ""}, "basis"),
        ({"rule": {"fact": "dream"}}, "rule.fact"),
        ({"rule": {"always": [["perhaps", "harms"]]}}, "rule.always.0"),
        ({"rule": {"always": ["any"]}}, "rule.always.0"),
        ({"rule": {"stands": "maybe"}}, "rule.stands"),
        ({"parts": {"name": "very"}}, "parts"),
    ],
)
def test_a_wrong_file_names_the_entry_and_the_field(changes: dict[str, Any], field: str) -> None:
    wrong = {name: said for name, said in renumbered(**changes).items() if said is not None or name != "code"}
    told = refused(shipped("A", "0605"), wrong)
    assert len(told) == 1, told
    assert told[0].startswith("Mục 2 (") and f", {field}" in told[0]


@pytest.mark.parametrize(
    "data", [None, [], {}, {"entries": 5}, {"entries": []}, {"entries": [7]}, {"law": 1}]
)
def test_what_is_no_catalogue_is_refused(data: object) -> None:
    with pytest.raises(Invalid) as told:
        files.read(data)
    assert told.value.errors["file"]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["entries", "set", "code", "rule", "name", "vi", "always"]), inner, max_size=3), max_leaves=12))  # fmt: skip
def test_nothing_that_can_be_sent_breaks_the_reading(data: object) -> None:
    with pytest.raises(Invalid):
        files.read({"entries": [data]})


# ---- weighing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ([shipped("B", "0101", basis="another")], "version"),  # a version is never written over
        ([shipped("B", "0101", version=2)], "valid_from"),  # nor pushed aside from its first day
        ([shipped("B", "0101", version=2, valid_from="2020-01-01")], "valid_from"),
        ([renumbered(formerly="B/9999")], "formerly"),
        ([renumbered(formerly="B/0102")], "formerly"),
        ([renumbered(), renumbered(code="0103")], "formerly"),  # one code goes on once
        ([renumbered(), renumbered()], "version"),
        ([renumbered(code="0102-p")], "code"),  # confirmed, and looks provisional
        ([renumbered(valid_to="2026-11-30")], "valid_to"),
        ([renumbered(rule={"dated_by": "birthday"})], "rule.dated_by"),
        ([renumbered(rule={"fact": "course", "stands": True, "counts": "dream"})], "rule.counts"),
        ([renumbered(splits=["help"])], "splits"),
        ([renumbered(rule={"always": [["any", "harms", "boredom"]]})], "rule.always"),
        ([renumbered(rule={"measure": "share"})], "rule.having"),
        ([renumbered(rule={"measure": "ratio", "per": ["king"]})], "rule.per"),
    ],
)
def test_what_would_rewrite_the_past_or_cannot_be_counted_is_refused(
    entries: list[dict[str, Any]], field: str
) -> None:
    told = refused(*entries)
    assert any(f", {field}: " in one for one in told), told
    assert all("B 010" in one or "B/010" in one for one in told)


def test_a_renumbered_code_keeps_its_history_under_both_codes() -> None:
    after, (difference,) = weighed(renumbered())
    assert (difference.change, difference.before and difference.before.id) == (Change.RENUMBERED, "B/01-c1-p")
    assert {line.field for line in difference.lines} == {"code", "valid_from", "state"}
    for code in ("01-c1-p", "0102"):
        assert after.entry("B", code, date(2026, 11, 30)).id == "B/01-c1-p"
        assert after.entry("B", code, date(2026, 12, 1)).id == "B/0102"
        assert [one.id for one in after.versions("b", code)] == ["B/01-c1-p", "B/0102"]
    assert after.entry("B", "0102", date(2026, 11, 30)).valid_to == date(2026, 11, 30)
    assert [one.id for one in after.holding(date(2026, 12, 1)) if one.id in ("B/01-c1-p", "B/0102")] == [
        "B/0102"
    ]
    with pytest.raises(NotFound):
        after.entry("B", "0103", TODAY)


def test_what_has_not_begun_can_be_put_right_and_what_is_over_ends() -> None:
    after, _ = weighed(renumbered())
    next_ = renumbered(version=2, name={"vi": "Số vụ việc", "en": "Reports"})
    after, (difference,) = weighed(next_, before=after)
    assert difference.change is Change.CHANGED
    assert [one.version for one in after.versions("B", "0102")] == [1, 2]
    assert after.entry("B", "01-c1-p", date(2026, 12, 1)).name_en == "Reports"
    after, (difference,) = weighed({**next_, "valid_to": "2027-12-31"}, before=after)
    assert (difference.change, [line.field for line in difference.lines]) == (Change.ENDED, ["valid_to"])
    assert not [one for one in after.holding(date(2028, 1, 1)) if one.id == "B/0102"]
    _after, (new,) = weighed(renumbered(code="0109", formerly=""), before=after)
    assert new.change is Change.NEW and new.before is None


@given(st.lists(st.tuples(st.sampled_from(["0102", "0103"]), st.integers(1, 900), st.booleans()), max_size=6))
def test_after_any_history_of_files_one_version_holds_each_day_and_old_days_keep_theirs(
    steps: list[tuple[str, int, bool]],
) -> None:
    days = [date(2026, 1, 1) + timedelta(days=step) for step in range(0, 1400, 50)]
    held, today = SHIPPED, date(2026, 1, 1)
    for number, (code, days_on, ends) in enumerate(steps, start=2):
        first = today + timedelta(days=days_on)
        entry = renumbered(
            code=code, version=number, valid_from=first.isoformat(),
            formerly="B/01-c1-p" if code == "0102" else "B/01-c2-p",
            valid_to=(first + timedelta(days=30)).isoformat() if ends else None,
        )  # fmt: skip
        after = held.with_entries([loading.entry(entry)])
        check(after.entries)
        for day in days:
            if day < first:
                assert [_plain(one) for one in held.holding(day)] == [
                    _plain(one) for one in after.holding(day)
                ]
        for set_, name in {(one.set, one.code) for one in after.entries}:
            family = after.versions(set_, name)
            assert all(one.valid_from < two.valid_from for one, two in pairwise(family))
        held = after


def _plain(entry: Any) -> tuple[str, int]:
    return entry.id, entry.version


# ---- in an installation -------------------------------------------------------------------------------------------


def loaded(house: HouseUnderTest, *entries: dict[str, Any], role: Role = Role.ADMIN) -> None:
    proposal = Proposal(ChangeKind.ENTRIES, DOCUMENT, file(*entries))
    with house.maintenance() as desk:
        actions.change(desk, proposal, seen=lawbook.preview(desk, proposal).seen)


def test_a_preview_stores_nothing_and_a_table_uses_what_held_on_the_last_day(house: HouseUnderTest) -> None:
    factories.a_case(house)
    entry = renumbered(valid_from="2026-11-10", rule={"counts": "case"})
    proposal = Proposal(ChangeKind.ENTRIES, DOCUMENT, file(entry))
    with house.maintenance() as desk:
        seen = lawbook.preview(desk, proposal)
        assert [one.entry.id for one in seen.entries] == ["B/0102"] and seen.rewrites
        assert not desk.all(select(LawChange)) and indicator("B", "01-c1-p", TODAY).code == "01-c1-p"
    with pytest.raises(Conflict), house.maintenance() as desk:
        actions.change(desk, proposal, seen="an older one")
    loaded(house, entry)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        for code in ("01-c1-p", "0102"):
            old = queries.question("B", code, unit=NA_SAM, period="2026-10")
            new = queries.question("B", code, unit=NA_SAM, period="2026-11")
            assert (old.entry.code, new.entry.code) == ("01-c1-p", "0102")
            assert (old.entry.sure, new.entry.sure) == (False, True)
            assert queries.table(desk, new).value() == 1
        before = queries.question("B", "0102", unit=NA_SAM, period="2026-11", as_of="2026-11-17")
        assert before.entry.code == "01-c1-p"  # as it was known before the file came
        assert len(queries.series(desk, new, 3)) == 3
    assert in_use() is SHIPPED, "outside a desk what ships holds"


def test_a_code_that_ended_gives_no_number_for_a_later_period(house: HouseUnderTest) -> None:
    loaded(house, shipped("B", "01-c1-p", valid_to="2026-10-31"))
    with house.maintenance(writing=False) as desk:
        assert queries.question("B", "01-c1-p", unit=NA_SAM, period="2026-10").entry.code == "01-c1-p"
        with pytest.raises(Invalid) as told:
            queries.question("B", "01-c1-p", unit=NA_SAM, period="2026-11")
        assert list(told.value.errors) == ["period"]
        assert "01-c1-p" not in [entry.code for entry in queries.listing(TODAY)["B"]]
        assert desk.now


def test_only_an_administrator_of_the_country_loads_it(house: HouseUnderTest) -> None:
    proposal = Proposal(ChangeKind.ENTRIES, DOCUMENT, file(renumbered()))
    with pytest.raises(RuleBroken), house.desk(Role.ADMIN, NA_SAM) as desk:
        lawbook.preview(desk, proposal)


def test_what_was_in_use_once_is_found_again(house: HouseUnderTest) -> None:
    """A number that was counted by a version keeps that version, also where a later file came before its day."""
    loaded(
        house,
        shipped(
            "B", "0101", version=2, valid_from="2026-12-20", name={"vi": "Tên thứ hai", "en": "A later name"}
        ),
    )
    loaded(
        house,
        shipped("B", "0101", version=3, valid_from=FIRST, name={"vi": "Tên thứ ba", "en": "A later name"}),
    )
    with house.maintenance(writing=False) as desk:
        versions = [entry.version for entry in in_use().versions("B", "0101")]
        assert versions == [1, 3], "the second never came to hold"
        named = [entry and entry.name_vi for entry in (once("B", "0101", 2), once("B", "0101", 3))]
        assert named == ["Tên thứ hai", "Tên thứ ba"]
        first = once("B", "0101", 1)
        assert first is not None and first.valid_to == date(2026, 11, 30), "as it stands now"
        assert once("B", "0101", 4) is None
        wanted = reporting.wanted(desk, "half", "2026-H2", NA_SAM)
        table = reporting.live(desk, wanted, proof_of=()).tables[0]
        assert freezing.entry_of(replace(table, version=2), TODAY).name_vi == "Tên thứ hai"


def test_metadata_describe_the_catalogue_in_use_and_what_others_supply(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "_LENGTHS", (12,))  # the other lengths of a period name the same elements
    loaded(
        house,
        renumbered(),
        shipped("B", "0101", version=2, valid_from=FIRST, name={"vi": "Tên thứ hai", "en": "A later name"}),
    )
    with house.maintenance(writing=False) as desk:
        metadata = {name: write(desk).decode() for name, write in outputs.METADATA.items()}
        everything = in_use().entries
    for name, said in metadata.items():
        for entry in everything:
            assert codes.entry_id(entry) in said, (name, entry.id, entry.version)
        assert "Tên thứ hai" in said
    known = {element["code"] for element in json.loads(metadata["dhis2"])["dataElements"]}
    first, by_sex = in_use().entry("A", "0101-p", TODAY), {"sex": ("male", "female")}
    assert first.supply is not None and by_sex.items() <= first.supply.members.items()
    assert dhis2.element(first, codes.What.VALUE, ["sex"]) in known


def test_two_versions_within_a_period_are_seen_by_the_checks(house: HouseUnderTest) -> None:
    def versions(as_of: date | None = None) -> int | None:
        with house.maintenance(writing=False) as desk:
            period = Period.parse("2026-H2")
            place = land.asked(places.atlas(desk), NA_SAM, period.last)
            counts = Counts(desk, place, place.level, period, as_of=as_of)
            return counts.number(NA_SAM, *addresses("versions:B/0101"))

    assert versions() == 1
    loaded(house, shipped("B", "0101", version=2, valid_from=FIRST))
    assert versions() == 2
    assert versions(TODAY - timedelta(days=1)) == 1, "the file came later"
