"""Decisions of the child's page: the mark in its address, and how spans lie beside the years."""

from collections.abc import Sequence
from datetime import date

from casemgr.children.terms import Birth, Card, Detail, Parent, Precision
from casemgr.core.findings import Findings, blocks, explains
from casemgr.core.text import fold
from casemgr.core.words import _l
from casemgr.lives.terms import Joining, Row, Span, Years

MOST_YEARS = 10


def years(spans: Sequence[Span], today: date) -> Years:
    """The spans in order of their beginning beside the years from the first of them to today; at most ten are drawn."""
    ordered = sorted(spans, key=lambda span: (span.since, span.until or date.max, span.label))
    if not ordered:
        return Years((), ())
    last = max(today.year, *((span.until or today).year for span in ordered))
    first = ordered[0].since.year
    shown = tuple(range(max(first, last - MOST_YEARS + 1), last + 1))
    rows = tuple(Row(span, tuple(_went_on(span, year, today) for year in shown)) for span in ordered)
    return Years(shown, rows, earlier=first < shown[0])


def _went_on(span: Span, year: int, today: date) -> bool:
    return span.since.year <= year <= (span.until or today).year


def findings_on_joining(facts: Joining) -> Findings:
    """What stands against saying that the child of this case is one that is known here already."""
    here, there = facts.here, facts.there
    return Findings(
        blocks("nobody", _l("Choose the child that is meant."), when=facts.same, field="child"),
        blocks(
            "same-report",
            _l("That child stands in the same report: two children of one report are two."),
            when=facts.same_report,
            field="child",
        ),
        blocks("rehearsal", _l("What is rehearsed and what is real are never joined."), when=facts.rehearsed),
        explains(
            "name-differs",
            _l("The names differ. Write how you know that it is the same child."),
            when=bool(here.name and there.name) and fold(here.name or "") != fold(there.name or ""),
        ),
        explains(
            "birth-differs",
            _l("The births differ. Write how you know that it is the same child."),
            when=_known(here.birth) and _known(there.birth) and here.birth.date != there.birth.date,
        ),
        explains(
            "sex-differs",
            _l("The sexes differ. Write how you know that it is the same child."),
            when=here.sex is not None and there.sex is not None and here.sex is not there.sex,
        ),
    )


def _known(birth: Birth) -> bool:
    return birth.date is not None and birth.precision is Precision.DAY


def together(told: Card, known: Card) -> Card:
    """Who the child is by both files: what the report tells, and what only the file before knows."""
    better = known.birth if _known(known.birth) and not _known(told.birth) else told.birth
    birth = better if better.date is not None or better.age_estimate is not None else known.birth
    return Card(told.name or known.name, told.sex or known.sex, birth)


COMPLETED = ("ethnic_group", "disability", "residence_unit_code", "family", "carer", "identity", "phone")


def detail_together(told: Detail, known: Detail) -> Detail:
    """More about the child by both files: what the file that is kept does not know is taken from the other."""
    both = {name: getattr(told, name) or getattr(known, name) for name in COMPLETED}
    father = told.father if told.father != Parent() else known.father
    mother = told.mother if told.mother != Parent() else known.mother
    return Detail(father=father, mother=mother, **both)


def findings_on_merging(*, gone: bool) -> Findings:
    """What stands against making one file of two that a second person has agreed to."""
    return Findings(
        blocks("given-up", _l("One of the two files has been joined to another one meanwhile."), when=gone)
    )


def findings_on_undoing(*, is_one: bool, gone: bool, why: str) -> Findings:
    """What stands against parting two files again."""
    return Findings(
        blocks("not-merged", _l("These two files are not joined."), when=not is_one),
        blocks(
            "later-first",
            _l("This file was itself joined to another one later. Part those two first."),
            when=gone,
        ),
        blocks("why", _l("Say how you know that they are two children."), when=not why.strip(), field="why"),
    )
