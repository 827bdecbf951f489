"""What is stored here already of the reports that a file speaks of, looked up for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.accounts.models import ApiClient
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.numbers import is_number
from casemgr.intake.models import Report

OWN = ".own"  # ends the mark of a report of ours whose number a report of another installation bears


@dataclass
class Known:
    """Reports by the mark that a file has for them, and their cases."""

    desk: Desk
    reports: dict[str, Report] = field(default_factory=dict)
    _cases: dict[UUID, list[Case]] = field(default_factory=dict)

    def report(self, mark: str) -> Report | None:
        return self.reports.get(mark)

    def is_another(self, mark: str, received_at: datetime) -> None:
        """A number found here may be that of another installation's report: it is the same only if it was received then."""
        report = self.reports.get(mark)
        if report is not None and report.reference is None and report.received_at != received_at:
            del self.reports[mark]

    def cases(self, report: Report) -> list[Case]:
        """The cases of a report, those opened at this desk among them."""
        if report.id not in self._cases:
            self._cases[report.id] = list(cases.of_report(self.desk, report.id))
        return self._cases[report.id]

    def keep(self, mark: str, report: Report, found: Sequence[Case]) -> None:
        """Remember what was just stored."""
        self.reports[mark] = report
        self._cases[report.id] = list(found)


def look_up(desk: Desk, marks: Iterable[str]) -> Known:
    """A report is found by the reference it was imported under, else by its number here, else by a sender's reference."""
    wanted = sorted(set(marks))
    found: dict[str, Report] = {}
    clients = desk.all(select(ApiClient.id))
    if clients:
        sent = desk.all(select(Report).where(Report.client_id.in_(clients), Report.reference.in_(wanted)))
        twice = {row.reference for row in sent if sum(row.reference == one.reference for one in sent) > 1}
        found |= {str(row.reference): row for row in sent if row.reference not in twice}
    numbers = [mark.removesuffix(OWN) for mark in wanted if is_number(mark.removesuffix(OWN))]
    if numbers:
        for row in desk.all(select(Report).where(Report.number.in_(numbers), Report.rehearsal.is_(False))):
            found |= {mark: row for mark in (row.number, row.number + OWN) if mark in wanted}
    imported = select(Report).where(
        Report.client_id.is_(None), Report.reference.in_(wanted), Report.rehearsal.is_(False)
    )
    found |= {str(row.reference): row for row in desk.all(imported)}
    desk.safe.fetch_keys({row.id for row in found.values()})
    return Known(desk, found)
