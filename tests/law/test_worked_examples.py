"""When a limit ends, as a lawyer would reckon it by hand: each example with the reckoning beside it."""

from datetime import date, datetime, time

import pytest

from casemgr.core.calendar import LOCAL, local_day
from casemgr.law.deadlines import shipped
from casemgr.law.holidays import official_calendar
from casemgr.law.rulebook import Rulebook, shipped_rulebook

EMERGENCY, PLAN, APPROVAL, SEPARATION = "emergency_12h", "plan_5wd", "plan_approval_2wd", "separation_max_15d"
END_OF_DAY = time(23, 59, 59, 999999)

# limit | it began | it ends | the reckoning
EXAMPLES = [
    (EMERGENCY, "2026-03-02 08:15", "2026-03-02 20:15", "twelve hours by the clock, same day"),
    (EMERGENCY, "2026-11-18 21:40", "2026-11-19 09:40", "across midnight: hours do not stop at night"),
    (EMERGENCY, "2026-02-17 01:30", "2026-02-17 13:30", "first day of Tết: hours run through holidays"),
    (EMERGENCY, "2026-12-31 18:00", "2027-01-01 06:00", "across the year"),
    (EMERGENCY, "2024-02-29 23:30", "2024-03-01 11:30", "the 29th of February is followed by the 1st of March"),
    (EMERGENCY, "2026-02-28 14:00", "2026-03-01 02:00", "no 29th in 2026"),
    (EMERGENCY, "2026-11-21 12:00", "2026-11-22 00:00", "noon to midnight, a Saturday to a Sunday"),
    (PLAN, "2026-02-12 10:00", "2026-02-26 17:00", "Fri 13 (1), Tết and weekends to 22, Mon 23 (2) to Thu 26 (5)"),
    (PLAN, "2026-02-13 10:00", "2026-02-27 17:00", "the last Friday before Tết is the first day, not counted; 23 to 27"),
    (PLAN, "2026-02-14 10:00", "2026-02-27 17:00", "received on a Saturday before Tết: 23 to 27"),
    (PLAN, "2026-02-17 00:10", "2026-02-27 17:00", "received on the first day of Tết: 23 to 27"),
    (PLAN, "2026-02-22 23:59", "2026-02-27 17:00", "the last evening of Tết: Mon 23 is the first working day"),
    (PLAN, "2026-02-23 00:00", "2026-03-02 17:00", "a minute later it is Monday, not counted: 24 to 27, Mon 2 March"),
    (PLAN, "2025-01-23 09:00", "2025-02-06 17:00", "Fri 24 (1), Tết 25/1 to 2/2, Mon 3 (2) to Thu 6 (5)"),
    (PLAN, "2024-02-07 09:00", "2024-02-21 17:00", "Tết Thu 8 to Wed 14; Thu 15 (1), Fri 16, Mon 19 to Wed 21 (5)"),
    (PLAN, "2024-02-26 09:00", "2024-03-04 17:00", "27, 28, Thu 29 February counts (3), 1 March, Mon 4 (5)"),
    (PLAN, "2025-02-24 09:00", "2025-03-03 17:00", "25 to 28 (4), Mon 3 March (5): no 29th"),
    (PLAN, "2025-04-25 09:00", "2025-05-06 17:00", "Sat 26 April is worked for 2 May (1), 28, 29, then Mon 5 (4), Tue 6 (5)"),
    (PLAN, "2026-08-28 10:00", "2026-09-09 17:00", "31/8 off (worked on 22/8), 1 and 2/9 off; Thu 3 (1) to Wed 9 (5)"),
    (PLAN, "2026-12-30 09:00", "2027-01-07 17:00", "Thu 31 (1), 1 January off, Mon 4 (2) to Thu 7 (5)"),
    (PLAN, "2026-11-20 23:59", "2026-11-27 17:00", "Mon 23 to Fri 27; 24/11 is in doubt and counts as worked"),
    (PLAN, "2026-11-21 00:01", "2026-11-27 17:00", "two minutes later, a Saturday: the same five days"),
    (APPROVAL, "2026-08-21 10:00", "2026-08-24 17:00", "Sat 22 is worked for 31/8 (1), Mon 24 (2)"),
    (APPROVAL, "2026-04-29 16:59", "2026-05-05 17:00", "30/4 and 1/5 off, weekend; Mon 4 (1), Tue 5 (2)"),
    (APPROVAL, "2026-04-24 08:00", "2026-04-29 17:00", "Giỗ Tổ falls on Sun 26, Mon 27 is off for it; Tue 28 (1), Wed 29 (2)"),
    (APPROVAL, "2026-02-13 10:00", "2026-02-24 17:00", "over Tết: Mon 23 (1), Tue 24 (2)"),
    (SEPARATION, "2026-02-14 23:59", "2026-03-01 24:00", "14 + 15 calendar days, Tết counts: to the end of 1 March"),
    (SEPARATION, "2024-02-20 10:00", "2024-03-06 24:00", "nine days to the 29th of February, six in March"),
    (SEPARATION, "2026-02-20 10:00", "2026-03-07 24:00", "eight days to the 28th, seven in March"),
    (SEPARATION, "2026-11-17 23:59", "2026-12-02 24:00", "a minute before midnight still begins on the 17th"),
    (SEPARATION, "2026-11-18 00:00", "2026-12-03 24:00", "at midnight it begins on the 18th"),
    ("ac_handover_15wd", "2026-02-09 08:00", "2026-03-09 17:00", "10 to 13 (4), 23 to 27 (9), 2 to 6 March (14), Mon 9 (15)"),
    ("ac_visit_1m", "2026-01-31 08:00", "2026-02-28 24:00", "no 31st in February: its last day"),
    ("ac_visit_1m", "2024-01-31 08:00", "2024-02-29 24:00", "in a leap year the 29th"),
    ("ac_visit_3m", "2025-11-30 08:00", "2026-02-28 24:00", "no 30th in February: its last day"),
    ("ac_report_6m", "2024-02-29 08:00", "2024-08-29 24:00", "from the 29th of February to the 29th of August"),
    ("crime_vks_3d", "2026-11-19 09:00", "2026-11-22 24:00", "calendar days: Saturday and Sunday count"),
]  # fmt: skip


def instant(text: str) -> datetime:
    day, clock = text.split()
    if clock == "24:00":
        return datetime.combine(date.fromisoformat(day), END_OF_DAY, LOCAL)
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=LOCAL)


@pytest.mark.parametrize(("limit", "began", "ends", "reckoning"), EXAMPLES, ids=lambda text: str(text)[:40])
def test_by_hand(limit: str, began: str, ends: str, reckoning: str) -> None:
    start = instant(began)
    due = shipped_rulebook().due(limit, start, handled_under=local_day(start))
    assert due.at == instant(ends), reckoning
    assert due.local_at is None


def test_once_the_culture_day_is_ordered_off_the_same_five_days_end_later() -> None:
    ordered = Rulebook(shipped(), official_calendar([date(2026, 11, 24)]))
    start = instant("2026-11-20 10:00")
    due = ordered.due(PLAN, start, handled_under=local_day(start)).at
    assert due == instant("2026-11-30 17:00"), "Mon 23 (1), Tue 24 off, 25, 26, 27 (4), Mon 30 (5)"


def test_there_are_enough_of_them() -> None:
    assert len(EXAMPLES) >= 25 and len({example[:2] for example in EXAMPLES}) == len(EXAMPLES)
