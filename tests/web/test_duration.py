"""Time in words, as the law's clocks and the pages say it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from casemgr.core.calendar import (
    WorkCalendar,
    at_local,
    day_end,
    due_days,
    due_hours,
    due_months,
    due_working_days,
)
from casemgr.core.words import speaking
from casemgr.web import duration
from casemgr.web.duration import ClockBadge, ClockState, SoonLimits, clock_state

CALENDAR = WorkCalendar(holidays=[date(2026, 9, 2)])
WEDNESDAY_NIGHT = at_local(date(2026, 11, 18), time(21, 40))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return at_local(date(2026, month, day), time(hour, minute))


def badge(
    start: datetime | None,
    due: datetime | None,
    unit: str = "hours",
    kind: str = "limit",
    *,
    now: datetime = WEDNESDAY_NIGHT,
    stopped: datetime | None = None,
    remind_on: date | None = None,
) -> ClockBadge:
    return clock_state(now, start, due, stopped, unit, kind, calendar=CALENDAR, remind_on=remind_on)


@pytest.fixture(params=["vi", "en"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


class TestTheSentencesOfTheDesign:
    """Rows 1 to 7 of the table of words, letter by letter, in both languages."""

    def test_hours_left(self, lang: str) -> None:
        said = badge(at(18, 12, 45), due_hours(at(18, 12, 45), 12))
        assert (
            said.sentence
            == {
                "vi": "Còn 3 giờ 05 phút, đến 00:45 thứ Năm 19/11",
                "en": "3 hours 05 minutes left, until 00:45 Thursday 19 Nov",
            }[lang]
        )

    def test_working_days_left(self, lang: str) -> None:
        said = badge(at(18, 9, 5), due_working_days(at(18, 9, 5), 2, CALENDAR), "working_days")
        assert (
            said.sentence
            == {
                "vi": "Còn 2 ngày làm việc, đến 17:00 thứ Sáu 20/11",
                "en": "2 working days left, until 17:00 Friday 20 Nov",
            }[lang]
        )

    def test_overdue(self, lang: str) -> None:
        said = badge(at(10, 9), due_working_days(at(10, 9), 5, CALENDAR), "working_days")
        assert (
            said.sentence
            == {
                "vi": "Quá hạn 1 ngày làm việc, hạn 17:00 thứ Ba 17/11",
                "en": "1 working day overdue, was due 17:00 Tuesday 17 Nov",
            }[lang]
        )

    def test_no_limit(self, lang: str) -> None:
        said = badge(None, None, "none_stated", remind_on=date(2026, 11, 25))
        assert (
            said.sentence
            == {
                "vi": "Luật không ghi thời hạn. Nhắc ngày 25/11",
                "en": "The law sets no time limit. Reminder on 25 Nov",
            }[lang]
        )
        assert (said.left, said.until) == {
            "vi": ("Nhắc ngày 25/11", "luật không ghi thời hạn"),
            "en": ("Reminder on 25 Nov", "the law sets no time limit"),
        }[lang]

    def test_done(self, lang: str) -> None:
        said = badge(at(18, 0, 45), at(18, 12, 45), stopped=at(18, 3, 45))
        assert said.sentence == {"vi": "Xong trước hạn 9 giờ", "en": "Done 9 hours early"}[lang]

    def test_paused(self, lang: str) -> None:
        waiting = {"vi": "chờ xác minh", "en": "awaiting verification"}[lang]
        said = clock_state(
            WEDNESDAY_NIGHT,
            at(16, 8),
            at(16, 20),
            None,
            "hours",
            calendar=CALENDAR,
            paused_since=at(16, 9),
            waiting_for=waiting,
        )
        assert said.state is ClockState.PAUSED
        assert (
            said.sentence
            == {
                "vi": "Đồng hồ tạm dừng từ 16/11: chờ xác minh",
                "en": "Clock paused since 16 Nov: awaiting verification",
            }[lang]
        )

    def test_doubtful_start(self, lang: str) -> None:
        assert (
            duration.start_is_doubtful()
            == {
                "vi": "Luật không nói rõ mốc bắt đầu; đang tính từ lúc nhận tin",
                "en": "The law does not say when this starts; counted from receipt",
            }[lang]
        )


class TestStates:
    @pytest.mark.parametrize(
        ("minutes", "state", "left"),
        [
            (12 * 60, ClockState.TIME_LEFT, "Còn 12 giờ 00 phút"),
            (4 * 60 + 1, ClockState.TIME_LEFT, "Còn 4 giờ 01 phút"),
            (4 * 60, ClockState.DUE_SOON, "Còn 4 giờ 00 phút"),
            (61, ClockState.DUE_SOON, "Còn 1 giờ 01 phút"),
            (25, ClockState.DUE_SOON, "Còn 25 phút"),
            (0, ClockState.DUE_SOON, "Còn dưới 1 phút"),
            (-0.5, ClockState.OVERDUE, "Quá hạn dưới 1 phút"),
            (-130, ClockState.OVERDUE, "Quá hạn 2 giờ 10 phút"),
            (-72 * 60, ClockState.OVERDUE, "Quá hạn 3 ngày"),
        ],
    )
    def test_hour_clocks(self, minutes: float, state: ClockState, left: str) -> None:
        due = at(18, 12, 45)
        said = badge(due - timedelta(hours=12), due, now=due - timedelta(minutes=minutes))
        assert (said.state, said.left) == (state, left)

    @pytest.mark.parametrize(
        ("now", "state", "left"),
        [
            (at(12, 9), ClockState.TIME_LEFT, "Còn 6 ngày làm việc"),
            (at(18, 21), ClockState.TIME_LEFT, "Còn 2 ngày làm việc"),
            (at(19, 0, 1), ClockState.DUE_SOON, "Còn 1 ngày làm việc"),
            (at(20, 9, 40), ClockState.DUE_SOON, "Còn 7 giờ 20 phút"),
            (at(20, 17), ClockState.DUE_SOON, "Còn dưới 1 phút"),
            (at(20, 17, 1), ClockState.OVERDUE, "Quá hạn chưa đến 1 ngày làm việc"),
            (at(22, 12), ClockState.OVERDUE, "Quá hạn chưa đến 1 ngày làm việc"),
            (at(23, 8), ClockState.OVERDUE, "Quá hạn 1 ngày làm việc"),
            (at(24, 8), ClockState.OVERDUE, "Quá hạn 2 ngày làm việc"),
        ],
    )
    def test_working_days_skip_the_weekend(self, now: datetime, state: ClockState, left: str) -> None:
        said = badge(at(10, 9), at(20, 17), "working_days", now=now)
        assert (said.state, said.left) == (state, left)

    def test_working_days_skip_a_holiday(self) -> None:
        said = badge(at(1, 8, month=9), at(3, 17, month=9), "working_days", now=at(1, 9, month=9))
        assert (said.left, said.until) == ("Còn 1 ngày làm việc", "đến 17:00 thứ Năm 3/9")

    @pytest.mark.parametrize(
        ("now", "state", "left"),
        [
            (at(18, 21), ClockState.TIME_LEFT, "Còn 5 ngày"),
            (at(20, 0), ClockState.DUE_SOON, "Còn 3 ngày"),
            (at(23, 8), ClockState.DUE_SOON, "Còn 15 giờ 59 phút"),
            (at(24, 0), ClockState.OVERDUE, "Quá hạn 1 ngày"),
        ],
    )
    def test_calendar_days_end_with_their_day(self, now: datetime, state: ClockState, left: str) -> None:
        said = badge(at(8, 9), due_days(at(8, 9), 15), "days", "maximum_duration", now=now)
        assert (said.state, said.left) == (state, left)
        assert said.until == (
            "hạn hết thứ Hai 23/11" if state is ClockState.OVERDUE else "đến hết thứ Hai 23/11"
        )

    def test_months_are_said_in_months_until_they_are_near(self) -> None:
        due = due_months(at(18, 9), 6)
        assert badge(at(18, 9), due, "months", "recurring").left == "Còn 6 tháng"
        assert badge(at(18, 9), due, "months", "recurring").until == "đến hết thứ Ba 18/5/2027"
        near = badge(at(18, 9), due, "months", "recurring", now=due - timedelta(days=40))
        assert (near.left, near.state) == ("Còn 40 ngày", ClockState.TIME_LEFT)

    def test_the_limits_of_due_soon_are_given(self) -> None:
        said = clock_state(
            WEDNESDAY_NIGHT,
            at(18, 12, 45),
            at(19, 0, 45),
            None,
            "hours",
            calendar=CALENDAR,
            soon=SoonLimits(hours=2),
        )
        assert said.state is ClockState.TIME_LEFT

    def test_due_is_told_once_for_machines_in_utc(self) -> None:
        said = badge(at(18, 12, 45), at(19, 0, 45))
        assert said.due_at == "2026-11-18T17:45:00Z" and said.soon_at == "2026-11-18T13:45:00Z" and said.ticks
        assert said.as_of == "lúc 21:40"
        assert not badge(at(18, 9), at(20, 17), "working_days").ticks


class TestWhatTheLawDoesNotLimit:
    """Never overdue, whatever the day."""

    @pytest.mark.parametrize("kind", ["derived", "local_example", "minimum_count"])
    def test_reminders(self, kind: str) -> None:
        said = badge(at(1, 8), at(2, 8), "hours", kind)
        assert said.state is ClockState.NO_LIMIT and said.left == "Nhắc ngày 2/11"

    @pytest.mark.parametrize("kind", ["trigger", "validity", "eligibility"])
    def test_a_day_from_which(self, kind: str) -> None:
        due = day_end(date(2026, 11, 16))
        assert badge(at(1, 8), due, "days", kind, now=at(10, 8)).state is ClockState.TIME_LEFT
        said = badge(at(1, 8), due, "days", kind)
        assert said.state is ClockState.NO_LIMIT and said.left == "Đã đến ngày, từ 16/11"

    def test_at_once(self) -> None:
        said = badge(at(1, 8), None, "immediate")
        assert said.state is ClockState.NO_LIMIT and said.left == "Luật ghi “ngay”, không ghi số giờ"


class TestDone:
    @pytest.mark.parametrize(
        ("unit", "due", "stopped", "sentence"),
        [
            ("hours", at(18, 12, 45), at(18, 12, 20), "Xong trước hạn 25 phút"),
            ("hours", at(18, 12, 45), at(18, 12, 45), "Xong đúng hạn"),
            ("hours", at(18, 12, 45), at(18, 14, 50), "Xong sau hạn 2 giờ 05 phút"),
            ("working_days", at(20, 17), at(18, 9), "Xong trước hạn 2 ngày làm việc"),
            ("working_days", at(20, 17), at(20, 16), "Xong đúng hạn"),
            ("working_days", at(17, 17), at(18, 9), "Xong sau hạn 1 ngày làm việc"),
            ("days", day_end(date(2026, 11, 23)), at(21, 9), "Xong trước hạn 2 ngày"),
            ("none_stated", None, at(18, 9), "Đã xong"),
        ],
    )
    def test_early_in_time_late(
        self, unit: str, due: datetime | None, stopped: datetime, sentence: str
    ) -> None:
        said = badge(at(10, 8), due, unit, stopped=stopped, now=at(25, 8))
        assert (said.state, said.sentence) == (ClockState.DONE, sentence)

    def test_says_when(self) -> None:
        assert badge(at(18, 0, 45), at(18, 12, 45), stopped=at(18, 3, 45)).until == "lúc 03:45 thứ Tư 18/11"


class TestDaysAndHours:
    def test_days_have_names_and_no_year_when_it_is_this_year(self, lang: str) -> None:
        days = [date(2026, 11, 16) + timedelta(days=step) for step in range(7)]
        assert [duration.day_words(day, date(2026, 1, 1)) for day in days] == {
            "vi": [
                "thứ Hai 16/11", "thứ Ba 17/11", "thứ Tư 18/11", "thứ Năm 19/11", "thứ Sáu 20/11",
                "thứ Bảy 21/11", "Chủ nhật 22/11",
            ],
            "en": [
                "Monday 16 Nov", "Tuesday 17 Nov", "Wednesday 18 Nov", "Thursday 19 Nov", "Friday 20 Nov",
                "Saturday 21 Nov", "Sunday 22 Nov",
            ],
        }[lang]  # fmt: skip

    def test_the_year_stands_on_paper_and_for_other_years(self) -> None:
        assert duration.day_short(date(2025, 7, 1), date(2026, 1, 1)) == "1/7/2025"
        assert duration.day_short(date(2026, 7, 1)) == "1/7/2026"
        assert duration.day_words(date(2026, 11, 19)) == "thứ Năm 19/11/2026"

    def test_hours_are_local(self) -> None:
        assert duration.time_words(datetime(2026, 11, 18, 17, 45, tzinfo=UTC)) == "00:45"

    def test_moments(self, lang: str) -> None:
        said = [duration.moment_words(at(day, hour, minute), WEDNESDAY_NIGHT) for day, hour, minute in
                ((18, 21, 38), (17, 9, 12), (16, 10, 4))]  # fmt: skip
        assert (
            said
            == {
                "vi": ["hôm nay 21:38", "hôm qua 09:12", "16/11, 10:04"],
                "en": ["today 21:38", "yesterday 09:12", "16 Nov, 10:04"],
            }[lang]
        )

    def test_yesterday_is_a_local_day(self) -> None:
        just_after_midnight = at(18, 0, 10)
        assert duration.moment_words(at(17, 23, 55), just_after_midnight) == "hôm qua 23:55"

    def test_since(self, lang: str) -> None:
        said = [
            duration.since_words(at(18, 13, 10), WEDNESDAY_NIGHT),
            duration.since_words(at(16, 10, 20), WEDNESDAY_NIGHT),
        ]
        assert said == {"vi": ["13:10 hôm nay", "10:20 16/11"], "en": ["13:10 today", "10:20 16 Nov"]}[lang]

    def test_heading(self, lang: str) -> None:
        assert (
            duration.now_words(WEDNESDAY_NIGHT)
            == {
                "vi": "Thứ Tư 18/11/2026, 21:40",
                "en": "Wednesday 18 Nov 2026, 21:40",
            }[lang]
        )

    def test_money(self, lang: str) -> None:
        assert duration.money_words(1_800_000) == {"vi": "1.800.000 đồng", "en": "1,800,000 dong"}[lang]
        assert duration.money_words(0).startswith("0 ")
