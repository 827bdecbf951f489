"""All forty-five limits row by row against figures read in the texts, written down here a second time on purpose."""

from collections import Counter
from datetime import date

import pytest

from casemgr.law.deadlines import shipped

# id | how long | in what | what it means | articles; of a limit that was changed a row for each version, the first on top
FIGURES = [
    ("notify_now", None, "immediate", "limit", "LTE Điều 51 khoản 1; ND56 Điều 25 khoản 1"),
    ("record_form01", None, "immediate", "limit", "ND56 Điều 25 khoản 1"),
    ("forward_to_commune", None, "immediate", "limit", "ND56 Điều 26 khoản 1"),
    ("initial_assessment", None, "none_stated", "limit", "ND56 Điều 26 khoản 2"),
    ("emergency_12h", 12, "hours", "limit", "ND56 Điều 26 khoản 3; ND56 Điều 31 khoản 2"),
    ("separation_decision_12h", 12, "hours", "limit", "ND56 Điều 32 khoản 2"),
    ("separation_max_15d", 15, "days", "maximum_duration", "ND56 Điều 32 khoản 3"),
    ("separation_handover_now", None, "immediate", "limit", "ND56 Điều 32 khoản 4"),
    ("separation_review_after_15d", 15, "days", "trigger", "TT14 Điều 14 khoản 3"),
    ("specific_assessment", None, "none_stated", "limit", "ND56 Điều 27 khoản 1"),
    ("needs_meeting", None, "none_stated", "limit", "ND56 Điều 27 khoản 2"),
    ("plan_5wd", 5, "working_days", "limit", "ND56 Điều 28 khoản 1"),
    ("plan_approval_2wd", 2, "working_days", "limit", "ND56 Điều 28 khoản 4"),
    ("tthc_total_7wd", 7, "working_days", "derived", "TTHC1947; ND56 Điều 28"),
    ("review_form06", None, "none_stated", "limit", "ND56 Điều 30 khoản 1; ND56 Điều 30 khoản 2"),
    ("archive", None, "none_stated", "limit", "ND56 Điều 30 khoản 3"),
    ("ac_handover_15wd", 15, "working_days", "limit", "ND56 Điều 42 khoản 7"),
    ("ac_visit_1m", 1, "months", "recurring", "ND56 Điều 43 khoản 2"),
    ("ac_visit_3m", 3, "months", "recurring", "ND56 Điều 43 khoản 2"),
    ("ac_report_6m", 6, "months", "recurring", "ND56 Điều 43 khoản 2; TT14 Điều 13 khoản 3"),
    ("ac_fit_review_6m", 6, "months", "recurring", "LTE Điều 68 khoản 2"),
    ("ac_carer_report_6m", 6, "months", "recurring", "LTE Điều 64 khoản 1 điểm b"),
    ("ac_list_quarter", 3, "months", "recurring", "ND56 Điều 40 khoản 1; TT14 Điều 7 khoản 4 điểm a"),
    ("ac_info_month", 1, "months", "recurring", "TT14 Điều 7 khoản 4 điểm c"),
    ("ac_facility_list_6m", 6, "months", "recurring", "TT14 Điều 3 khoản 2"),
    ("ac_facility_review_6m", 6, "months", "recurring", "LTE Điều 68 khoản 1 điểm b"),
    ("ac_transfer_appraise_10wd", 10, "working_days", "limit", "ND56 Điều 45 khoản 2"),
    ("ac_transfer_decide_15wd", 15, "working_days", "limit", "ND56 Điều 45 khoản 4"),
    ("ac_facility_end_5wd", 5, "working_days", "limit", "ND56 Điều 48 khoản 3"),
    ("ac_meet_twice", 2, "occurrences", "minimum_count", "TT14 Điều 10 khoản 4 điểm c; TT14 Điều 11 khoản 2"),
    ("ac_remove_now", None, "immediate", "limit", "LTE Điều 69 khoản 2"),
    ("ac_health_cert_6m", 6, "months", "validity", "ND56 Điều 41 khoản 1 điểm b"),
    ("ac_photo_6m", 6, "months", "validity", "ND56 Điều 38 khoản 3 điểm c"),
    ("ac_foreigner_residence", 6, "months", "eligibility", "ND56 Điều 39 khoản 3"),
    ("sa_temp_care_3m", 3, "months", "maximum_duration", "ND20 Điều 18 khoản 3"),
    ("sa_facility_3m", 3, "months", "maximum_duration", "ND20 Điều 24 khoản 4"),
    ("sa_accept_now", None, "immediate", "limit", "ND20 Điều 28 khoản 2 điểm a"),
    ("sa_paper_10wd", 10, "working_days", "limit", "ND20 Điều 28 khoản 2 điểm b"),
    ("sa_abandoned_notice_25wd", 25, "working_days", "limit", "ND20 Điều 28 khoản 2 bước 3"),
    ("sa_commune_10wd", 10, "working_days", "limit", "ND20 Điều 28 khoản 1 điểm b"),
    ("crime_report_now", None, "immediate", "limit", "BLTTHS Điều 146 khoản 3; BLTTHS Điều 146 khoản 4; TTLT01 Điều 9"),
    ("crime_notify_agency_now", None, "immediate", "limit", "TTLT01 Điều 6 khoản 2"),
    ("crime_vks_3d", 3, "days", "limit", "BLTTHS Điều 146 khoản 5"),
    ("local_hcmc_2h", 2, "hours", "local_example", "HCMC2018"),
    ("local_hadong_8h", 8, "hours", "local_example", "HADONG2022"),
]  # fmt: skip


@pytest.mark.parametrize("row", range(len(FIGURES)), ids=lambda row: FIGURES[row][0])
def test_one_limit(row: int) -> None:
    id, value, unit, kind, basis = FIGURES[row]
    one = shipped()[id][sum(figure[0] == id for figure in FIGURES[:row])]
    assert (one.value, one.unit, one.kind) == (value, unit, kind)
    cited = [part.strip().split(" ", 1) for part in basis.split(";")]
    assert [(found.instrument, found.article) for found in (one.basis, *one.also)] == [
        (short, article[0] if article else "") for short, *article in cited
    ]


def test_none_is_missing_and_none_is_strange() -> None:
    assert Counter(figure[0] for figure in FIGURES) == {id: len(found) for id, found in shipped().items()}
    assert len(shipped()) == 45
    for versions in shipped().values():
        assert sum(one.in_force(date(2026, 11, 21)) for one in versions) == 1
