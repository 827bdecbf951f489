"""Practice: a report about an invented child in one's own commune, and taking it away again."""

import hashlib
from datetime import date
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases import removal
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import _
from casemgr.intake.actions import Received, rehearse
from casemgr.intake.models import Report
from casemgr.intake.terms import (
    Incident,
    Kind,
    Places,
    Relation,
    Reporter,
    Story,
    Suspect,
    Telling,
    ToldChild,
)
from casemgr.places import queries as places

_AGE = 9


def begin(desk: Desk, *, form_id: UUID | None = None) -> Received:
    """Make up a report in the unit of the person at the desk, and take it in as practice."""
    unit = places.unit(desk, desk.actor.unit_id) if desk.actor.unit_id is not None else None
    if unit is None or not desk.actor.may(Permission.REPORT_DECIDE):
        raise Invalid({"unit": [_("A rehearsal is made in a commune: choose your role there first.")]})
    made: Received = rehearse(desk, invented(unit.code, desk), form_id=form_id)
    return made


def invented(unit_code: str, desk: Desk) -> Telling:
    """A report about a girl of nine who does not exist."""
    today = local_day(desk.now)
    child = ToldChild(
        ref="c1",
        name="Lò Thị Tập Dượt",
        sex=Sex.FEMALE,
        birth=Birth(date(today.year - _AGE, 3, 1), Precision.MONTH),
        residence_unit_code=unit_code,
        condition="Có vết bầm ở cẳng tay phải; nói sợ về nhà",
        harms=("violence",),
    )
    story = Story(
        incident=Incident(
            unit_code=unit_code,
            address="Bản Ví Dụ",
            occurred_on=today,
            precision=Precision.DAY,
            environment="family",
            online=False,
            description="Tập dượt: cô giáo thấy vết bầm, em nói bị đánh tối hôm qua. Mọi tên đều là giả định.",
        ),
        children=(child,),
        suspects=(
            Suspect(
                ref="s1",
                name="Lò Văn Giả Định",
                sex=Sex.MALE,
                is_carer=True,
                relations=(Relation("c1", "father"),),
            ),
        ),
    )
    return Telling(
        reference=None,
        revision=1,
        received_at=desk.now,
        channel="telephone",
        kind=Kind.INTERVENTION,
        urgency="emergency",
        story=story,
        reporter=Reporter(anonymous=False, kind="school", name="Cô giáo Ví Dụ"),
        places=Places((("c1", "Ở trường, phòng y tế (giả định)"),)),
        digest=hashlib.sha256(repr(story).encode()).digest(),
    )


@action("rehearsal removed", needs=Permission.REPORT_RECEIVE)
def remove(desk: Desk, report: Report) -> None:
    """Delete a practice report with its case: by whoever made it, and no other."""
    if not report.rehearsal or report.entered_by != desk.actor.account_id:
        raise NotFound
    case = next(iter(cases.of_report(desk, report.id)), None)
    if case is None:
        raise NotFound
    removal.remove(desk, Report, Child, case)
