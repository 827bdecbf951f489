"""Where each time limit of the law is used: as a clock, as a day that is reckoned, by a rule, or as guidance. A table.

Guidance is shown on the page of the law; nothing runs for it, mostly because another authority is bound by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from casemgr.law.wording import Wording as W


class How(StrEnum):
    """What a time limit does here."""

    CLOCK = "clock"  # runs on the case, from step to step: `cases/deadlines.py`
    DAY = "day"  # a day reckoned for something of the case
    RULE = "rule"  # asked by a rule: how old a paper may be, how often at least
    GUIDANCE = "guidance"
    EXAMPLE = "example"  # what one place ordered for itself: shows that a place may be stricter


WORDS: Mapping[How, W] = MappingProxyType(
    {
        How.CLOCK: W("Đồng hồ trên hồ sơ", "Clock on the case"),
        How.DAY: W("Ngày được tính cho một việc", "Day reckoned for something"),
        How.RULE: W("Điều kiện được kiểm tra", "Condition that is checked"),
        How.GUIDANCE: W("Chỉ để biết", "For information"),
        How.EXAMPLE: W("Ví dụ của một địa phương", "Example of one place"),
    }
)


@dataclass(frozen=True)
class Use:
    """How an entry is used, and which file or room uses it; guidance stands on the page of the law only."""

    how: How
    where: str = "casemgr/lawbook"
    local: bool = False  # whether the shorter limit of a place is reckoned with too


_CLOCK = Use(How.CLOCK, "casemgr/cases/deadlines.py", local=True)
_CARE_DAY = Use(How.DAY, "casemgr/intervention/care")
_CARE_RULE = Use(How.RULE, "casemgr/intervention/care")
_SHOWN = Use(How.GUIDANCE)

USES: Mapping[str, Use] = MappingProxyType(
    {
        "notify_now": _SHOWN,
        "record_form01": _SHOWN,
        "forward_to_commune": _SHOWN,
        "initial_assessment": _CLOCK,
        "emergency_12h": _CLOCK,
        "separation_decision_12h": Use(How.DAY, "casemgr/intervention/emergency", local=True),
        "separation_max_15d": _CLOCK,
        "separation_handover_now": _SHOWN,
        "separation_review_after_15d": _SHOWN,
        "specific_assessment": _CLOCK,
        "needs_meeting": _CLOCK,
        "plan_5wd": _CLOCK,
        "plan_approval_2wd": _CLOCK,
        "tthc_total_7wd": _SHOWN,
        "review_form06": _CLOCK,
        "archive": _SHOWN,
        "ac_handover_15wd": _CLOCK,
        "ac_visit_1m": _CARE_DAY,
        "ac_visit_3m": _CARE_DAY,
        "ac_report_6m": _CARE_DAY,
        "ac_fit_review_6m": _CARE_DAY,
        "ac_carer_report_6m": _CARE_DAY,
        "ac_list_quarter": _SHOWN,
        "ac_info_month": _SHOWN,
        "ac_facility_list_6m": _SHOWN,
        "ac_facility_review_6m": _SHOWN,
        "ac_transfer_appraise_10wd": _CARE_DAY,
        "ac_transfer_decide_15wd": _CARE_DAY,
        "ac_facility_end_5wd": _CARE_DAY,
        "ac_meet_twice": _CARE_RULE,
        "ac_remove_now": _CARE_RULE,
        "ac_health_cert_6m": _CARE_RULE,
        "ac_photo_6m": _CARE_RULE,
        "ac_foreigner_residence": _CARE_RULE,
        "sa_temp_care_3m": _CARE_DAY,
        "sa_facility_3m": _CARE_DAY,
        "sa_accept_now": _SHOWN,
        "sa_paper_10wd": _CARE_DAY,
        "sa_abandoned_notice_25wd": _SHOWN,
        "sa_commune_10wd": _SHOWN,
        "crime_report_now": _CLOCK,
        "crime_notify_agency_now": _SHOWN,
        "crime_vks_3d": Use(How.DAY, "casemgr/proceedings"),
        "local_hcmc_2h": Use(How.EXAMPLE),
        "local_hadong_8h": Use(How.EXAMPLE),
    }
)
