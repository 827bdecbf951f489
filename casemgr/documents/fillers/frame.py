"""What every paper has: the agency, number, place and day, how secret it is, who signs, who printed it for whom; pure."""

from casemgr.core.text import clean
from casemgr.core.words import _
from casemgr.documents.facts import Facts, Printing
from casemgr.documents.fillers.wording import DOTS, birth, clock, day_of, said, sex


def frame(printing: Printing) -> dict[str, str]:
    """The fields that stand around the contents of every form."""
    head, on = printing.letterhead, printing.on
    written = (f"{on.day:02d}", f"{on.month:02d}", str(on.year)) if on else ("……", "……", "………")
    return {
        "agency": clean(head.agency).upper() or DOTS,
        "number": printing.number or DOTS,
        "place": head.place or DOTS,
        "day": written[0],
        "month": written[1],
        "year": written[2],
        "secrecy": clean(printing.secrecy).upper(),
        "scope": said(printing.scope),
        "unchecked": "" if printing.checked else _("not checked against the official text"),
        "rehearsal": _("REHEARSAL") if printing.rehearsal else "",
        "replaces": printing.replaces,
        "signer": printing.signer or DOTS,
        "signer_title": printing.signer_title,
        "printed_by": said(printing.printed_by),
        "printed_at": f"{clock(printing.at)} {day_of(printing.at)}" if printing.at else DOTS,
        "recipient": said(printing.recipient),
        "purpose": said(printing.purpose),
        "filed": " ".join(
            text
            for text in (
                _("Register of papers: %(number)s.", number=printing.register) if printing.register else "",
                _("Case %(number)s.", number=printing.case_number) if printing.case_number else "",
            )
            if text
        ),
    }


def the_child(facts: Facts) -> dict[str, str]:
    """Who the child is."""
    card = facts.case.card
    return {
        "child_name": said(card.name),
        "child_birth": birth(card.birth),
        "child_sex": sex(card.sex),
        "child_residence": said(facts.case.residence),
    }
