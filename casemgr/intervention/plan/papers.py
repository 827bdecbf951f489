"""The file that is handed in with a plan (NĐ 56/2017, Điều 28 khoản 2): which papers there are, which are missing; pure."""

from dataclasses import dataclass
from datetime import date

from casemgr.core.findings import Finding, checks, explains
from casemgr.core.words import Later, _l, language
from casemgr.law.basis import Basis, Status

HANDED_IN = Basis.of("ND56 Điều 28 khoản 2", Status.CONFIRMED)
MEETING = Basis.of("ND56 Điều 27 khoản 2", Status.CONFIRMED)


@dataclass(frozen=True)
class Dossier:
    """Which papers lie in the file: none where there is no such paper, else the day of it."""

    report: date | None = None
    initial: date | None = None
    full: date | None = None
    minutes: date | None = None  # of the last meeting on the measures

    @property
    def papers(self) -> tuple[tuple[str, Later, Later, Later, date | None], ...]:
        """Every paper in the order of the law: letter, code, what holds, what is missing, and its day."""
        return (
            (
                "report",
                _l("a) Report of receipt"),
                _l("The report of receipt is in the file"),
                _l("a) The report of receipt is missing"),
                self.report,
            ),
            (
                "initial",
                _l("a) Initial assessment"),
                _l("The initial assessment is in the file"),
                _l("a) The initial assessment (Form 02) is missing. Finish it, or say why there is none"),
                self.initial,
            ),
            (
                "full",
                _l("b) Full assessment"),
                _l("The full assessment is in the file"),
                _l("b) The full assessment (Form 03) is missing. Finish it, or say why there is none"),
                self.full,
            ),
            (
                "minutes",
                _l("b) Minutes of the meeting"),
                _l("The minutes of the meeting are in the file"),
                _l(
                    "b) The minutes of the meeting are missing. Record the meeting, or say why there was none"
                ),
                self.minutes,
            ),
        )


def findings_on_the_papers(dossier: Dossier) -> tuple[Finding | None, ...]:
    """A paper that is missing has to be explained: the chair decides whether the file is enough."""
    found: list[Finding | None] = []
    for code, _name, holds, missing, day in dossier.papers:
        basis = (MEETING if code == "minutes" else HANDED_IN).cite(language())
        name = f"file-{code}"
        if day is not None:
            found.append(checks(name, asked=holds, missing="", holds=True, basis=basis))
        else:
            found.append(explains(name, missing, when=True, basis=basis))
    return tuple(found)
