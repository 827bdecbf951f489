"""What a person types about emergency measures: tasks to tick, each with time and name, several at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from wtforms import Field

from casemgr.core.calendar import at_local
from casemgr.core.text import clean
from casemgr.core.words import _, _l
from casemgr.intervention.emergency.terms import Measure, Taken
from casemgr.law.vocabulary import Code
from casemgr.web.forms import LINE, TEXT, BaseForm

_TIME = re.compile(r"(\d{1,2})\s*(?:[:.hg]\s*(\d{2})?|(?<=\d\d)(\d{2}))")


def read_time(typed: str) -> time | None:
    """A time of day as people write it: 21:40, 21h40, 21 giờ 40, 2140, 21h."""
    found = _TIME.fullmatch(typed.strip().lower().replace("giờ", "h").replace(" ", ""))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


@dataclass(frozen=True)
class Line:
    """One task as it was typed."""

    done: bool = False
    day: str = ""
    time: str = ""
    who: str = ""
    agency: str = ""
    note: str = ""

    @property
    def begun(self) -> bool:
        """Whether anything but the day was filled in."""
        return self.done or any((self.time, self.who, self.agency, self.note))


class Tasks(Field):
    """The list of tasks; the data are the lines that were begun, by code."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None) -> None:
        self.process_errors: list[str] = []
        self.wrong: dict[str, str] = {}
        self.data: dict[str, Line] = {}
        self.typed = formdata if formdata is not None else {}

    def read(self, codes: Sequence[Code], days: Sequence[date]) -> tuple[Taken, ...]:
        """What was typed for these tasks; what cannot be read is kept as an error at its line."""
        found = []
        for code in (one.code for one in codes):
            line = self._line(code)
            if not line.begun:
                continue
            self.data[code] = line
            at = self._instant(code, line, days)
            if at is not None and code not in self.wrong:
                found.append(
                    Taken(at, Measure(code, line.who or None, line.agency or None, line.note or None))
                )
        self.errors = list(self.wrong.values())
        return tuple(found)

    def _line(self, code: str) -> Line:
        fields = ("day", "time", "who", "agency", "note")
        said = {name: clean(self.typed.get(f"{name}-{code}") or "") for name in fields}
        return Line(done=bool(self.typed.get(f"done-{code}")), **said)

    def _instant(self, code: str, line: Line, days: Sequence[date]) -> datetime | None:
        told = read_time(line.time)
        day = next((day for day in days if day.isoformat() == line.day), None)
        if not line.done:
            self.wrong[code] = _("Tick the task, or empty its fields.")
        elif told is None:
            self.wrong[code] = _("Write the time as on a clock, for example 21:40.")
        elif day is None:
            self.wrong[code] = _("Choose the day.")
        elif max(map(len, (line.who, line.agency))) > LINE or len(line.note) > TEXT:
            self.wrong[code] = _("This text is too long.")
        else:
            return at_local(day, told)
        return None

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        self.errors = list(self.wrong.values())
        return not self.errors


class MeasuresForm(BaseForm):
    """Tasks that were done."""

    tasks = Tasks(_l("Tasks that were done"), id="tasks")
