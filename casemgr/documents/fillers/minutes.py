"""Minutes of the meeting that settles the measures (Điều 27 khoản 2): the law wants them and sets no form; pure."""

from casemgr.documents.facts import Attending, Facts, Met
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import Fields, moment, noted, numbered, pairs, said


def fill(facts: Facts) -> Fields:
    """When and where, who was there, what each said, what was settled."""
    met = facts.case.meeting or Met()
    return {
        **frame(facts.printing),
        **the_child(facts),
        "held_at": moment(met.at),
        "held_in": said(met.place),
        "chair": said(met.chair),
        "secretary": said(met.secretary),
        "present": _people(met.present),
        "absent": _people(met.absent),
        "opinions": pairs(met.opinions),
        "child_says": said(met.child_says),
        "carer_says": said(met.carer_says),
        "measures": numbered(met.measures),
        "conclusion": said(met.conclusion),
    }


def _people(people: tuple[Attending, ...]) -> list[dict[str, str]]:
    return [
        {"no": str(place), "name": said(one.name), "role": noted(one.role)}
        for place, one in enumerate(people, 1)
    ]
