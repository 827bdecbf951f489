"""The code lists: the contract's values, their names in two languages, and their codes elsewhere."""

import copy
import json
from datetime import date
from pathlib import Path

import pytest

from casemgr import law
from casemgr.law.basis import Status
from casemgr.law.rows import LawDataWrong, UnknownInLaw, opened
from casemgr.law.vocabulary import LISTS, CodeList, from_file, vocabulary

TODAY = date(2026, 11, 21)
CONTRACT = {
    "channels": "telephone zalo app fanpage web press official_letter petition other",
    "kinds": "intervention consultation",
    "urgencies": "emergency not_emergency unknown",
    "precisions": "day month year estimated unknown",
    "environments": "family school community care_facility other unknown",
    "harms": "violence exploitation sexual_abuse trafficking abandonment_neglect other",
    "sexes": "male female unknown",
    "disability": "yes no unknown",
    "relations": (
        "mother father parent_unspecified step_parent adoptive_parent guardian substitute_carer grandparent "
        "sibling other_relative teacher_or_school_staff care_facility_staff neighbour_or_acquaintance "
        "friend_or_peer partner employer online_contact stranger other unknown"
    ),
    "decisions": "pending accepted not_verified other_commune no_plan_needed",
}
BESIDE = {"channels": {"in_person"}}
FILE = json.loads((Path(law.__file__).parent / "data" / "harms.json").read_text(encoding="utf-8"))
every_list = pytest.mark.parametrize("codes", [vocabulary(name) for name in LISTS], ids=LISTS)


@pytest.mark.parametrize("name", CONTRACT)
def test_the_values_of_the_contract(name: str) -> None:
    expected = CONTRACT[name].split()
    assert set(vocabulary(name).codes) - set(expected) == BESIDE.get(name, set())
    assert [code for code in vocabulary(name).codes if code in expected] == expected


@every_list
def test_every_code_is_complete(codes: CodeList) -> None:
    assert codes.title.vi and codes.title.en and codes.name in LISTS
    offered = [code for code, _ in codes.choices(TODAY, "vi")]
    assert offered and offered == [code for code, _ in codes.choices(TODAY, "en")]
    for one in codes:
        assert one.code.isascii() and one.code == one.code.lower()
        assert one.vi.strip() and one.en.strip() and one.basis.cite("vi") and isinstance(one.status, Status)
        assert one.in_force(TODAY) is (one.code in offered), "a code is offered on its days alone"
    for lang in ("vi", "en"):
        names = [name for _, name in codes.choices(TODAY, lang)]
        if codes.name not in ("special_circumstances", "hotline_problems", "hotline_results"):
            assert len(set(names)) == len(names) or codes.name == "harm_subtypes"


@every_list
def test_an_unknown_code_never_breaks_a_page(codes: CodeList) -> None:
    for code in ("", "no_such_code", "<b>", "x" * 999, None):
        assert codes.label(code, "vi").startswith("Chưa phân loại")
        assert codes.label(code, "en").startswith("Not classified")
        assert codes.get(code) is None
        assert codes.attribute(code, "carer") is None
    assert (
        codes.translate("law", "no_such_code", TODAY) is None
        and codes.read_from("law", "no_such_code", TODAY) is None
    )
    assert codes.to_hotline("no_such_code", TODAY) is None and codes.from_hotline(99999, TODAY) is None
    assert "no_such_code" not in codes


@every_list
def test_codes_elsewhere_lead_back_or_nowhere_but_never_astray(codes: CodeList) -> None:
    for system, table in codes.tables.items():
        for code in codes.codes:
            theirs = codes.translate(system, code, TODAY)
            if theirs is None:
                continue
            back = codes.read_from(system, theirs, TODAY)
            others = {one for one in codes.codes if codes.translate(system, one, TODAY) == theirs}
            assert code in others
            assert back in {None, *others}
            assert len(others) == 1 or back is None or codes.label(back, "en").startswith("Parent")
        assert table.their_list


def test_the_law_s_names_of_harm() -> None:
    harms = vocabulary("harms")
    pairs = {code: harms.translate("law", code, TODAY) for code in harms.codes}
    assert pairs == {
        "violence": "XH_BL",
        "exploitation": "XH_BLOT",
        "sexual_abuse": "XH_TD",
        "trafficking": "XH_MB",
        "abandonment_neglect": "XH_BR",
        "other": "XH_KHAC",
    }
    assert {harms.read_from("law", theirs or "", TODAY) for theirs in pairs.values()} == set(pairs)
    assert harms.translate("law", "violence", date(2017, 5, 31)) is None


def test_the_hotline_s_numbers_of_harm() -> None:
    harms = vocabulary("harms")
    assert harms.tables["hotline"].their_list == "van_de"
    assert [harms.to_hotline(code, TODAY) for code in harms.codes] == [34, 55, 30, None, 50, None]
    assert harms.from_hotline(32, TODAY) == "sexual_abuse"
    assert harms.from_hotline("59", TODAY) == "exploitation"
    assert harms.from_hotline(37, TODAY) is None and harms.from_hotline(65, TODAY) is None
    assert harms.to_hotline("violence", date(2018, 1, 1)) is None
    assert harms.translate("hotline_child_group", "trafficking", TODAY) == "13"


def test_relations_and_who_makes_it_an_emergency() -> None:
    relations = vocabulary("relations")
    assert relations.marked("carer") == {
        *("mother", "father", "parent_unspecified", "step_parent", "adoptive_parent"),
        *("guardian", "substitute_carer"),
    }
    assert "stranger" not in relations.marked("carer_question") and "unknown" in relations.marked(
        "carer_question"
    )
    assert not relations.marked("carer") & relations.marked("carer_question")
    assert relations.to_hotline("mother", TODAY) == relations.to_hotline("father", TODAY) == 1
    assert relations.from_hotline(1, TODAY) == "parent_unspecified"
    assert relations.from_hotline(9, TODAY) is None and relations.to_hotline("partner", TODAY) == 9
    assert relations.from_hotline(11, TODAY) is None
    assert (
        relations.to_hotline("online_contact", TODAY) is None
        and relations.to_hotline("unknown", TODAY) is None
    )
    assert (
        relations.translate("law", "sibling", TODAY) == "QH7"
        and relations.read_from("law", "QH7", TODAY) is None
    )
    assert (
        relations.translate("law", "mother", TODAY) == "QH2"
        and relations.read_from("law", "QH1", TODAY) == "father"
    )
    assert relations.translate("law", "partner", TODAY) is None


def test_other_numbers_of_the_hotline() -> None:
    assert [vocabulary("environments").from_hotline(n, TODAY) for n in range(5)] == [
        *(None, "family", "school", "community", None),
    ]
    assert vocabulary("environments").to_hotline("care_facility", TODAY) is None
    assert vocabulary("urgencies").from_hotline(1, TODAY) == "emergency"
    assert vocabulary("kinds").from_hotline(2, TODAY) == "intervention"
    assert (
        vocabulary("sexes").from_hotline(3, TODAY) == "unknown"
        and vocabulary("sexes").translate("law", "female", TODAY) == "2"
    )
    assert vocabulary("channels").from_hotline(3, TODAY) is None
    assert vocabulary("reporter_kinds").from_hotline(5, TODAY) is None
    assert vocabulary("reporter_kinds").to_hotline("neighbour", TODAY) == 5
    assert (
        "hotline" not in vocabulary("disability").tables
        and vocabulary("disability").translate("law", "yes", TODAY) is None
    )


def test_ethnic_groups_are_those_of_1979() -> None:
    groups = vocabulary("ethnic_groups")
    assert len(groups.codes) == 56
    assert [groups.translate("law", code, TODAY) for code in groups.codes] == [
        f"{n:02}" for n in range(1, 57)
    ]
    for code, name, number in (("kinh", "Kinh", "01"), ("nung", "Nùng", "07"), ("dao", "Dao", "09")):
        assert groups.label(code, "vi") == name and groups.read_from("law", number, TODAY) == code
    assert groups.attribute("muong", "code_2008") == "04" and groups.attribute("brau", "code_2008") is None
    assert {"tay", "hmong", "foreigner", "unknown"} <= set(groups.codes)


def test_fourteen_groups_and_their_parts() -> None:
    circumstances = vocabulary("special_circumstances")
    groups = [one for one in circumstances if one.group is None]
    assert [one.attributes["letter"] for one in groups] == list("abcdđeghiklmno")
    assert [circumstances.translate("law", one.code, TODAY) for one in groups] == [
        f"HCDB{n:02}" for n in range(1, 15)
    ]
    assert sum(len(circumstances.under(one.code)) for one in groups) == 48
    assert [len(circumstances.under(one.code)) for one in groups] == [
        4,
        2,
        12,
        3,
        1,
        4,
        2,
        2,
        1,
        5,
        5,
        2,
        2,
        3,
    ]
    assert circumstances.translate("law", "without_support.11", TODAY) == "HCDB03.11"
    assert circumstances.from_hotline(10, TODAY) is None, (
        "the hotline's violence is wider than the law's group"
    )
    articles = {one.also[0].article.split()[1] for one in groups}
    assert articles == {str(n) for n in range(3, 17)}


def test_parts_belong_to_a_whole() -> None:
    harms = vocabulary("harms")
    assert {one.group for one in vocabulary("harm_subtypes")} <= set(harms.codes)
    circumstances = vocabulary("special_circumstances")
    assert {one.group for one in circumstances} - {None} <= set(circumstances.codes)
    assert {one.group for one in vocabulary("protection_measures")} == {"support", "intervention"}


def test_small_lists() -> None:
    def in_the_law(name: str) -> list[str]:
        """The law's own codes; a code of ours may have none."""
        codes = vocabulary(name)
        theirs = (codes.translate("law", code, TODAY) for code in codes.codes)
        return [code for code in theirs if code is not None]

    assert in_the_law("emergency_measures") == [f"KC{n}" for n in range(1, 9)]
    assert in_the_law("service_types") == [f"DV{n}" for n in range(1, 12)]
    assert in_the_law("at_risk") == ["DT_XH", "DT_NC_BL", "DT_NC_BLOT", "DT_NC_BR", "DT_HCDB"]
    assert {"not_verified", "other_commune", "no_plan_needed"} <= set(vocabulary("closure_reasons").codes)
    assert vocabulary("closure_reasons").read_from("law", "KT7", TODAY) is None
    assert vocabulary("decisions").translate("law", "accepted", TODAY) is None
    assert len(vocabulary("temporary_safety_needs").codes) == 2
    assert [c for c, _ in vocabulary("emergency_measures").choices(date(2020, 1, 1), "vi")][
        -1
    ] == "court_request"


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(UnknownInLaw, match="No code list is called"):
        vocabulary("../secrets")


def with_codes(*more: dict[str, object], **links: object) -> object:
    data = copy.deepcopy(FILE)
    data["codes"].extend(more)
    if links:
        data["tables"][0]["links"].append(links)
    return data


def test_a_new_name_holds_from_its_day_and_the_old_one_before() -> None:
    data = copy.deepcopy(FILE)
    data["codes"][0]["in_force_to"] = "2026-12-31"
    data["codes"].append(
        {**data["codes"][0], "vi": "Bạo hành", "in_force_from": "2027-01-01", "in_force_to": None}
    )
    data["tables"][0]["links"][0]["in_force_to"] = "2026-12-31"
    data["tables"][0]["links"].append({"ours": "violence", "theirs": "XH_MOI", "in_force_from": "2027-01-01"})
    harms = from_file(opened("harms", data))
    assert harms.codes.count("violence") == 1
    assert dict(harms.choices(TODAY, "vi"))["violence"] == "Bạo lực"
    assert dict(harms.choices(date(2027, 1, 1), "vi"))["violence"] == "Bạo hành"
    assert harms.label("violence", "vi") == "Bạo hành" and harms.label("violence", "vi", TODAY) == "Bạo lực"
    assert (
        harms.translate("law", "violence", TODAY) == "XH_BL"
        and harms.translate("law", "violence", date(2027, 1, 1)) == "XH_MOI"
    )
    assert harms.read_from("law", "XH_BL", date(2027, 1, 1)) is None


def test_a_code_that_ended_can_no_longer_be_chosen_but_is_still_named() -> None:
    data = copy.deepcopy(FILE)
    data["codes"][3]["in_force_to"] = "2025-12-31"
    harms = from_file(opened("harms", data))
    assert "trafficking" not in dict(harms.choices(TODAY, "vi"))
    assert harms.label("trafficking", "vi", TODAY) == "Mua bán"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (with_codes({"code": "x", "vi": "x"}), "en must be a text"),
        (with_codes({"code": "x", "vi": "x", "en": "x", "status": "sure"}), "status is confirmed"),
        (with_codes({"code": "x", "vi": "x", "en": "x", "basis": "?"}), "No instrument"),
        (with_codes({"code": "violence", "vi": "x", "en": "x"}), "without an end"),
        (with_codes({"code": "x", "vi": "x", "en": "x", "label": "x"}), "nobody reads label"),
        (with_codes(ours="nothing", theirs="XH_X"), "no code of this list"),
        (with_codes(ours="other", theirs="XH_BL"), "without an end"),
        (with_codes(ours="violence", theirs="XH_ZZ"), "without an end"),
        (with_codes(ours="violence", theirs="XH_ZZ", way="sideways"), "both, out or in"),
    ],
)
def test_a_wrong_list_is_refused(data: object, sentence: str) -> None:
    with pytest.raises(LawDataWrong, match=sentence):
        from_file(opened("harms", data))
