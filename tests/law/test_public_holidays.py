"""The official calendar: Tết, days in lieu, Saturdays worked, and what is still in doubt."""

import copy
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from casemgr import law
from casemgr.law.basis import Status
from casemgr.law.holidays import DayKind, from_file, known, work_calendar, years
from casemgr.law.rows import LawDataWrong, opened

FILE = json.loads((Path(law.__file__).parent / "data" / "holidays.json").read_text(encoding="utf-8"))
TET = {2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17), 2027: date(2027, 2, 6)}


def test_four_years_and_how_sure_they_are() -> None:
    assert {one.year: one.status for one in years()} == {
        2024: Status.CONFIRMED,
        2025: Status.CONFIRMED,
        2026: Status.PARTLY,
        2027: Status.PROVISIONAL,
    }
    assert all(one.sources and one.cite("vi") and one.cite("en") for one in years())
    assert known(date(2026, 11, 21)) is Status.PARTLY
    assert known(date(2023, 12, 31)) is known(date(2028, 1, 1)) is None


@pytest.mark.parametrize("year", TET)
def test_tet_is_off(year: int) -> None:
    calendar = work_calendar()
    for after in range(-1, 3):
        assert not calendar.is_working_day(TET[year] + timedelta(days=after))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_eleven_paid_days_or_those_in_their_place(year: int) -> None:
    days = next(one for one in years() if one.year == year).days
    holidays = [one for one in days if one.kind is DayKind.HOLIDAY]
    assert len(holidays) == 11
    weekend = [one for one in holidays if one.day.weekday() >= 5]
    assert len(weekend) == len([one for one in days if one.kind is DayKind.IN_LIEU])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (date(2024, 2, 7), date(2024, 2, 15)),
        (date(2024, 4, 26), date(2024, 5, 2)),
        (date(2024, 8, 30), date(2024, 9, 4)),
        (date(2025, 1, 24), date(2025, 2, 3)),
        (date(2025, 4, 29), date(2025, 5, 5)),
        (date(2025, 8, 29), date(2025, 9, 3)),
        (date(2025, 12, 31), date(2026, 1, 5)),
        (date(2026, 2, 13), date(2026, 2, 23)),
        (date(2026, 4, 24), date(2026, 4, 28)),
        (date(2026, 4, 29), date(2026, 5, 4)),
        (date(2026, 8, 28), date(2026, 9, 3)),
        (date(2027, 4, 15), date(2027, 4, 19)),
        (date(2027, 4, 29), date(2027, 5, 4)),
    ],
)
def test_the_next_working_day_after_each_break(before: date, after: date) -> None:
    assert work_calendar().is_working_day(before)
    assert work_calendar().add_working_days(before, 1) == after


def test_saturdays_worked() -> None:
    worked = {date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
    assert work_calendar().make_up_days == worked
    assert all(day.weekday() == 5 and work_calendar().is_working_day(day) for day in worked)


def test_what_is_in_doubt_counts_as_worked_and_is_told() -> None:
    culture_day = date(2026, 11, 24)
    assert work_calendar().is_working_day(culture_day)
    by_year = {one.year: one.doubts for one in years()}
    assert culture_day in [day for doubt in by_year[2026] for day in doubt.days]
    assert len(by_year[2027]) == 3
    for year in years():
        for doubt in year.doubts:
            assert doubt.wording.vi and doubt.wording.en
            assert all(work_calendar().is_working_day(day) for day in doubt.days)


def test_an_administrator_can_settle_a_doubt() -> None:
    culture_day = date(2026, 11, 24)
    calendar = work_calendar([culture_day], [date(2026, 11, 28)])
    assert not calendar.is_working_day(culture_day) and calendar.is_working_day(date(2026, 11, 28))
    assert work_calendar(more_make_up_days=[date(2026, 8, 31)]).is_working_day(date(2026, 8, 31))
    assert not work_calendar(more_days_off=[date(2026, 8, 22)]).is_working_day(date(2026, 8, 22))


def changed(at: int, **members: object) -> object:
    data = copy.deepcopy(FILE)
    data["years"][at].update(members)
    return data


def day(text: str, kind: str) -> dict[str, str]:
    return {"day": text, "kind": kind, "vi": "x", "en": "x"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (changed(1, year=2026), "is not in 2026"),
        (changed(0, days=[day("2025-01-01", "holiday")]), "is not in 2024"),
        (changed(0, days=[day("2024-02-10", "in_lieu")]), "cannot be in_lieu"),
        (changed(0, days=[day("2024-02-12", "make_up")]), "cannot be make_up"),
        (changed(0, days=[day("2024-02-12", "swapped")]), "needs the day worked"),
        (changed(0, days=[day("2024-02-12", "holiday"), day("2024-02-12", "holiday")]), "stands twice"),
        (changed(0, days=[day("2024-02-12", "feast")]), "kind is one of"),
        (changed(0, doubts=[{"days": ["tomorrow"], "vi": "x", "en": "x"}]), "days are written"),
        ({**FILE, "years": [FILE["years"][0], FILE["years"][2]]}, "leave a gap"),
    ],
)
def test_a_wrong_calendar_is_refused(data: object, sentence: str) -> None:
    with pytest.raises(LawDataWrong, match=sentence):
        from_file(opened("holidays", data))
