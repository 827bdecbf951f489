"""Mẫu 03: information collected, dangers and needs (Điều 27 khoản 1); pure."""

from casemgr.assessment.terms import RISKS, Answers
from casemgr.core.words import language
from casemgr.documents.facts import Concluded, Facts
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import DOTS, Fields, codes, counted, judged, moment, said
from casemgr.law import factors


def fill(facts: Facts) -> Fields:
    """The eight contents a to h, both tables with their totals, problems, services, the level of danger."""
    done = facts.case.full or Concluded(Answers())
    answers, form = done.answers, factors.assessment("03")
    harm, protection = judged(form.harm, answers.ratings), judged(form.protection, answers.ratings)
    return {
        **frame(facts.printing),
        **the_child(facts),
        "done_by": said(done.by),
        "done_at": moment(done.at),
        "contents": [
            {
                "letter": content.letter,
                "wording": content.wording.text(language()),
                "text": said(
                    answers.content(content.code).text
                    or answers.explanations.get(f"content-{content.letter}")
                ),
            }
            for content in form.required
        ],
        "harm": harm,
        "protection": protection,
        **counted("harm", harm),
        **counted("protection", protection),
        "problems": said(answers.problems),
        "services": codes("service_types", answers.services),
        "risk": str(RISKS[factors.Level(answers.risk)]) if answers.risk else DOTS,
        "reason": said(answers.reason),
    }
