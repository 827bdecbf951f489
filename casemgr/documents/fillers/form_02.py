"""Mẫu 02: the initial assessment (Điều 26 khoản 2); pure."""

from casemgr.assessment.terms import REPLIES, VERDICTS, Answers, Reply
from casemgr.documents.facts import Concluded, Facts
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import DOTS, Fields, counted, judged, moment, noted, said
from casemgr.law import factors
from casemgr.law.vocabulary import vocabulary


def fill(facts: Facts) -> Fields:
    """The two questions of Điều 31, both tables with their totals, the conclusion, what the child needs tonight."""
    done = facts.case.initial or Concluded(Answers())
    answers, tables = done.answers, factors.assessment("02")
    harm, protection = judged(tables.harm, answers.ratings), judged(tables.protection, answers.ratings)
    return {
        **frame(facts.printing),
        **the_child(facts),
        "done_by": said(done.by),
        "done_at": moment(done.at),
        "danger": _reply(answers.danger),
        "carer_harms": _reply(answers.carer),
        "harm": harm,
        "protection": protection,
        **counted("harm", harm),
        **counted("protection", protection),
        "conclusion": str(VERDICTS[answers.verdict]) if answers.verdict else DOTS,
        "reason": said("\n".join(text for text in (answers.reason, *answers.explanations.values()) if text)),
        "shelter": said(answers.shelter.what),
        "shelter_by": said(answers.shelter.who),
        "care": said(answers.care.what),
        "care_by": said(answers.care.who),
        "measures": [
            {
                "no": str(place),
                "at": moment(taken.at),
                "what": vocabulary("emergency_measures").label(taken.measure.code, "vi"),
                "who": noted(", ".join(one for one in (taken.measure.who, taken.measure.agency) if one)),
                "note": noted(taken.measure.note),
            }
            for place, taken in enumerate(facts.case.measures, 1)
        ],
    }


def _reply(given: Reply | None) -> str:
    return str(REPLIES[given]) if given else DOTS
