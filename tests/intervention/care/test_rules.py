"""Decisions on alternative care: what blocks, what is explained, on which day somebody is old enough."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.children.terms import Birth, Precision
from casemgr.core.findings import Findings
from casemgr.core.words import ENGLISH, speaking
from casemgr.intervention.care import ages, caring, registering, rules
from casemgr.intervention.care.terms import (
    Answer,
    CareForm,
    CarerKind,
    CarerState,
    Certainty,
    Check,
    Checked,
    Choice,
    Consent,
    Ending,
    EntryKind,
    Hit,
    Issue,
    Papers,
    Person,
    Profile,
    Registration,
    Said,
    Siblings,
    State,
    Wishes,
)
from casemgr.law import in_use
from casemgr.law.rulebook import Rulebook, shipped_rulebook
from casemgr.law.vocabulary import vocabulary
from tests.intervention.care.work import ALL_MET, CHOICE, FAMILY, GRANDMOTHER, PROFILE, SEEN

TODAY = date(2026, 11, 18)
BOY = Birth(date(2017, 3, 14), Precision.DAY)


def born(year: int, month: int = 1, day: int = 1, precision: Precision = Precision.DAY) -> Birth:
    return Birth(date(year, month, day), precision)


def blocked(found: Findings) -> set[str]:
    return {one.code for one in found.blocking}


def sentences(found: Findings) -> str:
    return " ".join(str(one) for one in (*found.blocking, *found.to_explain))


def asked(found: Findings) -> set[str]:
    return {one.code for one in found.to_explain}


def choice(**changes: object) -> rules.ChoiceFacts:
    base = rules.ChoiceFacts(
        form=CareForm.KIN,
        choice=replace(CHOICE, carer=GRANDMOTHER),
        urgent=False,
        child=BOY,
        on=TODAY,
        profile=True,
        carer_state=CarerState.REGISTERED,
        check=ALL_MET,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


# --- ages


@pytest.mark.parametrize(
    ("carer", "child", "enough"),
    [
        (born(1997, 3, 14), BOY, True),
        (born(1997, 3, 15), BOY, False),
        (born(1996, 2, 29), born(2016, 2, 29), True),
        (born(1996, 2, 29), born(2016, 2, 28), False),
        (born(1996, 2, 29), born(2017, 2, 28), True),
        (born(1997, precision=Precision.YEAR), BOY, None),
        (born(1996, precision=Precision.YEAR), BOY, True),
        (born(1998, precision=Precision.YEAR), BOY, False),
        (born(1996, precision=Precision.ESTIMATED), born(2017, precision=Precision.ESTIMATED), None),
        (Birth(), BOY, None),
        (born(1980), Birth(), None),
    ],
)
def test_twenty_years_older_than_the_child(carer: Birth, child: Birth, enough: bool | None) -> None:
    assert ages.old_enough(carer, child) is enough


def test_kin_are_of_age_on_the_day_of_the_eighteenth_birthday() -> None:
    assert ages.of_age(born(2008, 11, 18), TODAY) is True
    assert ages.of_age(born(2008, 11, 19), TODAY) is False
    assert ages.of_age(born(2008, precision=Precision.YEAR), TODAY) is None


def test_the_child_is_asked_from_the_seventh_birthday_on() -> None:
    seventh = born(2019, 11, 18)
    assert ages.must_be_asked(seventh, TODAY)
    assert not ages.must_be_asked(seventh, TODAY - timedelta(days=1))
    leap = born(2020, 2, 29)
    assert not ages.must_be_asked(leap, date(2027, 2, 28)) and ages.must_be_asked(leap, date(2027, 3, 1))
    assert ages.must_be_asked(Birth(), TODAY)


def test_an_age_that_was_told_grows_with_the_years() -> None:
    told = ages.since_told(Birth(age_estimate=5), date(2026, 11, 18))
    assert not ages.must_be_asked(told, date(2026, 12, 1))
    assert ages.must_be_asked(told, date(2028, 1, 2))


@given(
    st.dates(date(1940, 1, 1), date(2008, 12, 31)),
    st.dates(date(2008, 1, 1), date(2026, 12, 31)),
    st.sampled_from([Precision.MONTH, Precision.YEAR, Precision.ESTIMATED]),
)
def test_knowing_less_never_changes_yes_into_no(carer: date, child: date, less: Precision) -> None:
    sure = ages.old_enough(Birth(carer, Precision.DAY), Birth(child, Precision.DAY))
    rough = ages.old_enough(Birth(carer, less), Birth(child, Precision.DAY))
    assert rough in (sure, None)


# --- the register


def register(**changes: object) -> registering.RegisterFacts:
    return replace(
        registering.RegisterFacts(CarerKind.APPLICATION, FAMILY, TODAY, TODAY),
        **changes,  # type: ignore[arg-type]
    )


def test_an_application_with_all_papers_passes() -> None:
    found = registering.findings_on_registering(register())
    assert not blocked(found) and not asked(found)


@pytest.mark.parametrize(
    ("made", "fine"),
    [
        (date(2026, 5, 18), True),
        (date(2026, 5, 17), False),
        (TODAY, True),
        (None, False),
    ],
)
def test_the_health_certificate_is_six_months_old_at_most(made: date | None, fine: bool) -> None:
    said = replace(FAMILY, papers=Papers(health_on=made))
    assert ("health" not in asked(registering.findings_on_registering(register(said=said)))) is fine


def test_a_certificate_of_31_august_holds_until_the_end_of_february() -> None:
    assert registering.health_valid(date(2026, 8, 31), date(2027, 2, 28))
    assert not registering.health_valid(date(2026, 8, 31), date(2027, 3, 1))


def test_a_relative_s_notice_needs_no_certificate_but_says_for_whom() -> None:
    notice = register(kind=CarerKind.NOTICE, said=replace(GRANDMOTHER, wishes=Wishes(("kin",))))
    found = registering.findings_on_registering(notice)
    assert blocked(found) == {"no-relation"} and not asked(found)


@pytest.mark.parametrize(
    ("since", "until", "codes"),
    [
        (date(2026, 5, 18), date(2027, 11, 18), set()),
        (date(2026, 5, 19), date(2027, 11, 18), {"residence-short"}),
        (date(2026, 5, 18), date(2027, 11, 17), {"residence-ends"}),
    ],
)
def test_a_foreigner_has_lived_here_six_months_and_may_stay_twelve(
    since: date, until: date, codes: set[str]
) -> None:
    person = replace(FAMILY.person, foreigner=True)
    said = replace(
        FAMILY, person=person, papers=replace(FAMILY.papers, residence_since=since, residence_until=until)
    )
    assert blocked(registering.findings_on_registering(register(said=said))) == codes
    unknown = replace(FAMILY, person=person)
    assert "residence-unknown" in asked(registering.findings_on_registering(register(said=unknown)))


def test_a_registration_without_name_form_or_in_the_future_is_refused() -> None:
    empty = register(said=Registration(person=Person()), on=TODAY + timedelta(days=1))
    assert blocked(registering.findings_on_registering(empty)) == {"no-name", "no-form", "future"}
    ages_crossed = replace(FAMILY, wishes=replace(FAMILY.wishes, age_from=9, age_to=3))
    assert blocked(registering.findings_on_registering(register(said=ages_crossed))) == {"ages"}


def test_a_condition_that_is_met_or_not_met_says_what_shows_it() -> None:
    said = Check((Checked("housing", Answer.YES), Checked("means", Answer.UNKNOWN)))
    assert blocked(registering.findings_on_checking(said, TODAY, TODAY)) == {"no-evidence-housing"}


# --- the profile


def profile(**changes: object) -> Findings:
    said = replace(PROFILE, **changes)  # type: ignore[arg-type]
    return rules.findings_on_profile(rules.ProfileFacts(said, BOY, TODAY))


def test_a_full_profile_passes_and_an_empty_one_names_what_is_missing() -> None:
    assert not blocked(profile()) and not asked(profile())
    empty = rules.findings_on_profile(rules.ProfileFacts(Profile(), BOY, TODAY))
    assert blocked(empty) == {"no-reason", "no-family", "no-contact", "not-asked"}
    assert asked(empty) == {"photo"}


def test_a_child_that_could_not_be_asked_is_explained() -> None:
    found = profile(child_says=None, not_asked="Trẻ đang nằm viện")
    assert not blocked(found) and asked(found) == {"opinion-missing"}
    young = rules.findings_on_profile(
        rules.ProfileFacts(replace(PROFILE, child_says=None), born(2021), TODAY)
    )
    assert not blocked(young)


def test_the_photograph_is_six_months_old_at_most() -> None:
    assert "photo" not in asked(profile(photo_on=date(2026, 5, 18)))
    assert "photo" in asked(profile(photo_on=date(2026, 5, 17)))
    assert "photo-future" in blocked(profile(photo_on=TODAY + timedelta(days=1)))


# --- the choice


def test_kin_with_all_conditions_met_need_no_explanation() -> None:
    found = rules.findings_on_choice(choice())
    assert not blocked(found) and not asked(found)


def test_a_lower_form_or_person_in_the_order_is_explained() -> None:
    other = replace(CHOICE, carer=FAMILY, rank="same_place")
    assert asked(rules.findings_on_choice(choice(form=CareForm.NON_KIN, choice=other))) == {"order-form"}
    abroad = replace(other, rank="foreigner")
    assert asked(rules.findings_on_choice(choice(form=CareForm.NON_KIN, choice=abroad))) == {
        "order-form",
        "order-person",
    }
    facility = replace(CHOICE, carer=None, rank=None, facility="Trung tâm bảo trợ giả định")
    assert asked(rules.findings_on_choice(choice(form=CareForm.FACILITY, choice=facility))) == {"order-form"}
    mixed = replace(CHOICE, carer=GRANDMOTHER, rank="citizen")
    assert "rank-form" in blocked(rules.findings_on_choice(choice(choice=mixed)))


def test_each_condition_that_is_not_met_blocks() -> None:
    for code in vocabulary("alternative_care_conditions").codes:
        rows = tuple(
            Checked(one.code, Answer.NO if one.code == code else Answer.YES, "x")
            for one in ALL_MET.conditions
        )
        found = rules.findings_on_choice(choice(check=Check(rows)))
        assert blocked(found) == {f"not-met-{code}"}
        urgent = rules.findings_on_choice(choice(check=Check(rows), urgent=True, separated=True))
        assert f"not-met-{code}" in blocked(urgent)


def test_not_known_is_explained_but_child_abuse_must_be_known() -> None:
    rows = tuple(
        Checked(one.code, Answer.UNKNOWN if one.code in ("means", "no_abuse") else Answer.YES, "x")
        for one in ALL_MET.conditions
    )
    found = rules.findings_on_choice(choice(check=Check(rows)))
    assert blocked(found) == {"unknown-no_abuse"} and asked(found) == {"unknown-means"}
    urgent = rules.findings_on_choice(choice(check=Check(rows), urgent=True, separated=True))
    assert not blocked(urgent) and {"unknown-no_abuse", "unknown-means"} <= asked(urgent)


def test_whoever_is_known_for_child_abuse_never_gives_care_however_urgent() -> None:
    for urgent in (False, True):
        found = rules.findings_on_choice(
            choice(hits=(Hit("Lương Văn Giả Định", Certainty.NAME_AND_YEAR),), urgent=urgent, separated=True)
        )
        assert "known-for-abuse" in blocked(found)


def test_a_namesake_is_explained_once_a_check_has_cleared_it() -> None:
    name = "Lương Văn Giả Định"
    same_year = (Hit(name, Certainty.NAME_AND_YEAR),)
    seen = replace(ALL_MET, hits=(name,))
    assert "known-for-abuse" in blocked(rules.findings_on_choice(choice(hits=same_year)))
    cleared = rules.findings_on_choice(choice(hits=same_year, check=seen))
    assert not blocked(cleared) and asked(cleared) == {"namesake"}
    card = (Hit(name, Certainty.IDENTITY),)
    assert "known-for-abuse" in blocked(rules.findings_on_choice(choice(hits=card, check=seen)))
    found = rules.findings_on_choice(choice(hits=(Hit(name, Certainty.NAME),)))
    assert not blocked(found) and asked(found) == {"namesake"}


def test_an_unchecked_or_stopped_carer_is_not_chosen() -> None:
    assert "unchecked" in blocked(rules.findings_on_choice(choice(check=None)))
    assert "unchecked" in asked(rules.findings_on_choice(choice(check=None, urgent=True, separated=True)))
    assert "stopped" in blocked(rules.findings_on_choice(choice(carer_state=CarerState.STOPPED)))
    assert "not-registered" in asked(
        rules.findings_on_choice(choice(registered=False, carer_state=None, check=None))
    )


def test_the_written_consent_and_its_exceptions() -> None:
    def with_consent(urgent: bool = False, **changes: object) -> Findings:
        told = replace(CHOICE, carer=GRANDMOTHER, **changes)  # type: ignore[arg-type]
        return rules.findings_on_choice(choice(choice=told, urgent=urgent, separated=True))

    assert blocked(with_consent(consent=Consent.REFUSED)) == {"refused"}
    assert blocked(with_consent(consent=Consent.MISSING)) == {"consent"}
    assert blocked(with_consent(consent=None)) == {"consent"}
    assert "consent" in asked(with_consent(urgent=True, consent=Consent.MISSING))
    assert blocked(with_consent(consent=Consent.EXEMPT)) == {"exempt-why"}
    assert not blocked(with_consent(consent=Consent.EXEMPT, no_consent="Điều 52 khoản 3, quyết định số 3"))
    assert blocked(with_consent(consent_by=None)) == {"consent-who"}
    assert blocked(with_consent(consent_on=TODAY + timedelta(days=1))) == {"consent-future"}


def test_brothers_and_sisters_stay_together_or_the_reason_is_written() -> None:
    def with_siblings(elsewhere: bool = False, **changes: object) -> Findings:
        told = replace(CHOICE, carer=GRANDMOTHER, **changes)  # type: ignore[arg-type]
        return rules.findings_on_choice(choice(choice=told, siblings=1, siblings_elsewhere=elsewhere))

    assert blocked(with_siblings()) == {"siblings"}
    assert blocked(with_siblings(siblings=Siblings.APART)) == {"siblings-why"}
    assert not blocked(with_siblings(siblings=Siblings.APART, siblings_why="Em còn bú mẹ"))
    assert asked(with_siblings(siblings=Siblings.TOGETHER)) == set()
    assert asked(with_siblings(siblings=Siblings.TOGETHER, elsewhere=True)) == {"siblings-elsewhere"}


def test_urgent_care_without_separation_is_explained_and_a_change_says_why() -> None:
    assert "not-separated" in asked(rules.findings_on_choice(choice(urgent=True)))
    assert "no-change-reason" in blocked(rules.findings_on_choice(choice(open_placement=True)))
    assert "waiting" in blocked(rules.findings_on_choice(choice(proposed=True)))
    assert "closed" in blocked(rules.findings_on_choice(choice(closed=True)))
    told = replace(CHOICE, carer=GRANDMOTHER, change_reason="carer_request")
    assert "closed" not in blocked(
        rules.findings_on_choice(choice(closed=True, open_placement=True, choice=told))
    )


# --- the decision


def decision(**changes: object) -> Findings:
    base = rules.DecisionFacts(
        choice=choice(choice=replace(CHOICE, carer=GRANDMOTHER, reason="without_parents")),
        state=State.PROPOSED,
        writers=("a",),
        decider="b",
        in_house=True,
        issue=Issue("commune_chair", "1/QĐ", TODAY),
    )
    typed = {name: changes.pop(name) for name in ("authority", "number", "decided_on") if name in changes}
    base = replace(base, issue=replace(base.issue, **typed))  # type: ignore[arg-type]
    return rules.findings_on_deciding(replace(base, **changes))  # type: ignore[arg-type]


def test_the_chair_decides_and_never_who_wrote_the_proposal() -> None:
    assert not blocked(decision()) and not asked(decision())
    assert blocked(decision(decider="a")) == {"same-person"}
    assert blocked(decision(in_house=False)) == {"one-decides-here"}
    assert blocked(decision(number=None, decided_on=None, authority=None)) == {
        "no-number",
        "no-day",
        "no-authority",
    }
    assert blocked(decision(decided_on=TODAY + timedelta(days=1))) == {"day-future"}
    assert blocked(decision(own_unit=False)) == {"own-unit"}
    assert blocked(decision(state=State.DECIDED)) == {"state"}


def test_the_law_names_who_decides_by_form_and_case() -> None:
    def who(form: CareForm, reason: str, *, urgent: bool = False) -> set[str]:
        told = replace(CHOICE, reason=reason)
        return set(rules.competent(choice(form=form, choice=told, urgent=urgent), TODAY))

    assert who(CareForm.KIN, "without_parents") == {"commune_chair"}
    assert who(CareForm.FACILITY, "without_parents") == {"facility_manager", "provincial_department"}
    assert who(CareForm.KIN, "unsafe_with_parents") == {"court"}
    assert who(CareForm.KIN, "unsafe_with_parents", urgent=True) == {"commune_chair", "court"}
    assert who(CareForm.ADOPTION, "unsafe_with_parents") == {"adoption_authority"}
    unsafe = choice(choice=replace(CHOICE, carer=GRANDMOTHER))
    assert asked(decision(choice=unsafe)) == {"not-competent"}


def test_the_authorities_have_their_days() -> None:
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    names = {
        day: next(one.vi for one in rules.authorities(day) if one.code == "court") for day in (before, after)
    }
    assert names == {before: "Tòa án nhân dân cấp huyện", after: "Tòa án nhân dân khu vực"}


# --- the handing over, entries, the end


def handing(**changes: object) -> Findings:
    base = caring.HandingFacts(
        form=CareForm.NON_KIN,
        urgent=False,
        state=State.DECIDED,
        given_on=TODAY,
        today=TODAY,
        decided_on=TODAY,
        received_on=TODAY,
        meetings=2,
        present="Gia đình, cán bộ",
    )
    return caring.findings_on_handing(replace(base, **changes))  # type: ignore[arg-type]


def test_two_meetings_before_a_family_that_is_not_kin() -> None:
    assert not blocked(handing())
    assert blocked(handing(meetings=1)) == {"meetings"}
    assert not blocked(handing(meetings=0, form=CareForm.KIN))
    urgent = handing(meetings=0, urgent=True, state=State.PROPOSED, decided_on=None)
    assert not blocked(urgent) and asked(urgent) == {"meetings"}


def law(**values: int) -> Rulebook:
    """The shipped law with other lengths of some limits."""
    book = shipped_rulebook()
    other = {id: (replace(book.versions[id][-1], value=value),) for id, value in values.items()}
    return replace(book, versions={**book.versions, **other})


def test_sentences_tell_the_limits_of_the_law_in_use() -> None:
    book = law(ac_handover_15wd=10, ac_photo_6m=9, ac_health_cert_6m=9, ac_foreigner_residence=9)
    with speaking(ENGLISH), in_use.using(lambda: book):
        assert "10 working days" in sentences(handing(late=True))
        assert "last 9 months" in sentences(profile(photo_on=None))
        since = Papers(residence_since=TODAY, residence_until=date(2040, 1, 1))
        foreigner = replace(FAMILY, person=replace(FAMILY.person, foreigner=True), papers=since)
        told = sentences(registering.findings_on_registering(register(said=foreigner)))
        assert "lived in Viet Nam for 9 months" in told and "last 9 months" in told


def test_the_child_is_handed_over_after_the_decision() -> None:
    assert blocked(handing(state=State.PROPOSED)) == {"state"}
    assert blocked(handing(state=State.ENDED)) == {"state"}
    assert blocked(handing(given_on=TODAY + timedelta(days=1))) == {"future"}
    assert blocked(handing(given_on=TODAY - timedelta(days=1))) == {"before", "before-decision"}
    assert blocked(handing(given_on=None, present=None)) == {"no-day", "nobody"}
    assert asked(handing(late=True)) == {"late"}
    assert blocked(handing(hits=("x",))) == {"known-for-abuse"}


def entry(kind: EntryKind = EntryKind.VISIT, said: Said = SEEN, **changes: object) -> Findings:
    base = caring.EntryFacts(
        kind=kind,
        said=said,
        on=TODAY,
        today=TODAY,
        state=State.GIVEN,
        form=CareForm.KIN,
        given_on=TODAY - timedelta(days=10),
        proposed_on=TODAY - timedelta(days=20),
    )
    return caring.findings_on_entry(replace(base, **changes))  # type: ignore[arg-type]


def test_a_visit_says_whether_the_child_was_seen_and_whether_there_is_harm() -> None:
    assert not blocked(entry())
    assert blocked(entry(said=Said())) == {"empty", "not-seen", "danger"}
    assert blocked(entry(on=TODAY - timedelta(days=11))) == {"too-early"}
    assert blocked(entry(on=TODAY + timedelta(days=1))) == {"future"}
    assert blocked(entry(state=State.ENDED)) == {"wrong-time"}
    assert blocked(entry(EntryKind.MEETING)) == {"wrong-time"}
    assert not blocked(entry(EntryKind.MEETING, state=State.DECIDED))
    assert blocked(entry(EntryKind.FIT_REVIEW)) == {"fits"}
    assert blocked(entry(EntryKind.TRANSITION)) == {"outcome"}


def test_the_steps_from_a_facility_come_in_their_order_each_once() -> None:
    said = Said(reference="12/DS")
    facility = {"form": CareForm.FACILITY, "said": said}
    assert not blocked(entry(EntryKind.LISTED, **facility))  # type: ignore[arg-type]
    assert blocked(entry(EntryKind.ORDERED, **facility)) == {"order"}  # type: ignore[arg-type]
    done = {EntryKind.LISTED: [TODAY]}
    assert blocked(entry(EntryKind.LISTED, done=done, **facility)) == {"order"}  # type: ignore[arg-type]
    assert not blocked(entry(EntryKind.APPRAISED, done=done, **facility))  # type: ignore[arg-type]
    early = entry(EntryKind.APPRAISED, done=done, on=TODAY - timedelta(days=1), **facility)  # type: ignore[arg-type]
    assert blocked(early) == {"before-last"}
    assert "facility" in blocked(entry(EntryKind.LISTED, said=said))


def ending(**changes: object) -> Findings:
    said = Ending("family_reunion", "Cha mẹ đã an toàn", child_says="Cháu muốn về", goes_to="Về nhà")
    base = caring.EndingFacts(State.GIVEN, said, BOY, TODAY, TODAY, TODAY - timedelta(days=40))
    return caring.findings_on_ending(replace(base, **changes))  # type: ignore[arg-type]


def test_the_end_rests_on_a_reason_of_the_law_and_the_child_is_asked() -> None:
    assert not blocked(ending())
    assert blocked(ending(said=Ending())) == {"no-reason", "no-why", "nowhere", "not-asked"}
    wish = Ending("child_wish", "Trẻ xin về", goes_to="Về nhà", not_asked="không hỏi")
    assert blocked(ending(said=wish)) == {"wish"}
    assert blocked(ending(on=TODAY - timedelta(days=41))) == {"too-early"}
    assert blocked(ending(state=State.ENDED)) == {"state"}


def test_whoever_asked_does_not_decide_and_a_decision_has_a_number() -> None:
    said = Ending("carer_request", "Bà ốm", child_says="Vâng", goes_to="Cơ sở", number="3/QĐ")
    assert not blocked(ending(said=said, deciding=True, askers=("a",), decider="b"))
    assert blocked(ending(said=said, deciding=True, askers=("a",), decider="a")) == {"same-person"}
    assert blocked(ending(said=replace(said, number=None), deciding=True, decider="b")) == {"no-number"}
    assert blocked(ending(said=said, deciding=True, decider="b", own_unit=False)) == {"own-unit"}


def test_a_child_is_taken_out_at_once_without_papers_but_only_because_of_harm() -> None:
    harmed = Ending("carer_harmed", "Bị đánh", goes_to="Nhà tạm lánh", removed=True)
    assert not blocked(ending(said=harmed))
    assert blocked(ending(said=replace(harmed, reason="carer_request"))) == {"not-removal"}


def test_the_empty_choice_names_everything_the_law_wants() -> None:
    found = rules.findings_on_choice(choice(choice=Choice(), check=None, carer_state=None, profile=False))
    assert {"no-reason", "nobody", "no-profile", "no-rank", "consent", "not-asked"} <= blocked(found)
