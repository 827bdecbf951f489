"""How assessments are laid out on a page: tables from safer to more dangerous, counts, what is left, what is known."""

from dataclasses import dataclass
from datetime import datetime

from casemgr.assessment import rules
from casemgr.assessment.in_words import present
from casemgr.assessment.rules import Background, Count
from casemgr.assessment.terms import (
    FORM,
    LEVELS,
    PROGRESS,
    SHORT_TABLES,
    TABLES,
    Answers,
    Content,
    Kind,
    Progress,
)
from casemgr.cases.models import Case
from casemgr.children.terms import Card
from casemgr.core.calendar import local_day
from casemgr.core.text import given_name
from casemgr.core.words import _, language
from casemgr.intake.models import Report
from casemgr.intake.story import suspects_of
from casemgr.intake.terms import Story, ToldChild
from casemgr.law import factors
from casemgr.law.basis import Status
from casemgr.law.vocabulary import vocabulary
from casemgr.web.duration import day_short, moment_words
from casemgr.web.words import age_words


@dataclass(frozen=True)
class ShownLevel:
    """One box of a row."""

    value: str
    label: str
    text: str


@dataclass(frozen=True)
class ShownRow:
    """One row of a table, its levels from safer to more dangerous."""

    id: str
    code: str
    name: str
    title: str
    levels: tuple[ShownLevel, ...]
    tag: str
    unknown_label: str
    evidence: str
    answer: str | None
    said: str
    error: str = ""


@dataclass(frozen=True)
class ShownTable:
    """Table A or B with its rows and its line of totals."""

    id: str
    title: str
    short: str
    high_is_bad: bool
    rows: tuple[ShownRow, ...]
    count: Count
    provisional: bool  # whether its rows still have to be compared with the official text


@dataclass(frozen=True)
class ShownContent:
    """One of the contents a to h, with what is already known."""

    letter: str
    code: str
    title: str
    basis: str
    content: Content
    progress: Progress
    state: str
    known: tuple[str, ...]
    locked: bool


@dataclass(frozen=True)
class Part:
    """One part of a form: whether it is done, and where to go."""

    title: str
    done: bool
    url: str


def tables(kind: Kind, answers: Answers) -> tuple[ShownTable, ...]:
    """Both tables of a form as a page shows them."""
    return tuple(
        ShownTable(
            id=f"table-{table.code}",
            title=str(TABLES[table.code]),
            short=str(SHORT_TABLES[table.code]),
            high_is_bad=table.danger is factors.Level.HIGH,
            rows=tuple(_row(table, row, answers) for row in table.rows),
            count=rules.count(table, answers),
            provisional=table.status is Status.PROVISIONAL,
        )
        for table in factors.assessment(FORM[kind]).tables
    )


def _row(table: factors.FactorTable, row: factors.Factor, answers: Answers) -> ShownRow:
    rating = answers.rating(row.code)
    known = rating.level in factors.NOT_KNOWN
    return ShownRow(
        id=rules.mark(row),
        code=row.code,
        name=f"row-{row.code}",
        title=str(row.wording),
        levels=tuple(
            ShownLevel(level, str(LEVELS[level]), str(row.levels[level])) for level in table.safe_to_danger
        ),
        tag=_("in doubt, may be left") if row.doubtful else "",
        unknown_label=_("Not known, will ask later"),
        evidence=f"note-{row.code}",
        answer="unknown" if known and rating.level else rating.level,
        said=rating.evidence or "",
    )


def contents(answers: Answers, background: Background, story: Story, ref: str) -> tuple[ShownContent, ...]:
    """The contents a to h of Mẫu 03 with their state and what the report already says."""
    told = next((child for child in story.children if child.ref == ref), None)
    shown = []
    for content in factors.assessment("03").required:
        progress = rules.content_progress(content.letter, content.code, answers, background)
        shown.append(
            ShownContent(
                letter=content.letter,
                code=content.code,
                title=str(content.wording),
                basis=content.basis.cite(language()),
                content=answers.content(content.code),
                progress=progress,
                state=str(PROGRESS[progress]),
                known=_known_under(content.letter, told, story, ref),
                locked=rules.is_locked(content.letter, background),
            )
        )
    return tuple(shown)


def _known_under(letter: str, told: ToldChild | None, story: Story, ref: str) -> tuple[str, ...]:
    """What Mẫu 01 already says about one content."""
    if told is None:
        return ()
    if letter == "a":
        return present(told.condition, told.feared_consequences)
    if letter == "b":
        return present(told.family, told.carer)
    if letter == "c":
        return present(alleged(story, ref), story.incident.description)
    return ()


def alleged(story: Story, ref: str) -> str:
    """What the alleged persons are to the child: never their names."""
    relations = vocabulary("relations")
    said = [relations.label(relation, language()) for _suspect, relation in suspects_of(story, ref)]
    return ", ".join(dict.fromkeys(said))


def parts_of_initial(answers: Answers) -> tuple[Part, ...]:
    """The parts of Mẫu 02 and which of them are done."""
    law = answers.danger is not None and answers.carer is not None
    return (
        Part(_("The two questions of the law"), law, "#law"),
        *_table_parts(Kind.INITIAL, answers),
        Part(_("Conclusion"), answers.verdict is not None, "#conclusion"),
        Part(_("Needs for safety tonight"), bool(answers.shelter.what or answers.care.what), "#needs"),
    )


def parts_of_full(answers: Answers, background: Background) -> tuple[Part, ...]:
    """The parts of Mẫu 03 and which of them are done."""
    found = [
        Part(
            _("Content %(letter)s", letter=content.letter),
            rules.content_progress(content.letter, content.code, answers, background)
            in (Progress.DONE, Progress.LOCKED),
            f"#content-{content.letter}",
        )
        for content in factors.assessment("03").required
    ]
    return (
        *found,
        *_table_parts(Kind.FULL, answers),
        Part(_("Problems and needs"), bool(answers.problems and answers.services), "#needs"),
        Part(_("Conclusion"), answers.risk is not None, "#conclusion"),
    )


def _table_parts(kind: Kind, answers: Answers) -> list[Part]:
    found = []
    for table in factors.assessment(FORM[kind]).tables:
        rows = [row for row in table.rows if not row.doubtful]
        left = [rules.mark(row) for row in rows if answers.rating(row.code).level is None]
        title = (
            _("Table %(table)s, still %(rows)s", table=table.code, rows=", ".join(left))
            if left
            else _("Table %(table)s, %(count)s rows", table=table.code, count=len(rows))
        )
        found.append(Part(title, not left, f"#{left[0]}" if left else f"#table-{table.code}"))
    return found


def known(report: Report, story: Story, ref: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """What Mẫu 01 says already, as short as the work needs it: no name, no address."""
    incident, lang = story.incident, language()
    source = present(
        vocabulary("channels").label(report.channel, lang) if report.channel else None,
        moment_words(report.received_at, now),
    )
    happened = present(
        incident.description,
        day_short(incident.occurred_on, local_day(now)) if incident.occurred_on else None,
        vocabulary("environments").label(incident.environment, lang) if incident.environment else None,
    )
    facts = (
        (_("Source"), ", ".join(source)),
        (_("What happened"), ", ".join(happened)),
        (_("Alleged to have done harm"), alleged(story, ref)),
        (_("Done so far"), story.actions_taken or ""),
    )
    return tuple(fact for fact in facts if fact[1])


def case_label(case: Case, card: Card | None) -> str:
    """A case in a breadcrumb: its number, the child's given name and age on the day of receipt."""
    if card is None:
        return case.number
    return ", ".join(present(case.number, given_name(card.name) if card.name else None, _age(case, card)))


def _age(case: Case, card: Card) -> str | None:
    if card.birth.date is None:
        estimate = card.birth.age_estimate
        return _("about %(age)s years", age=estimate) if estimate is not None else None
    return age_words(card.birth.date, local_day(case.received_at), card.birth.precision) or None


def is_provisional(kind: Kind) -> bool:
    """Whether the tables of a form still have to be compared with the official text."""
    return any(table.status is Status.PROVISIONAL for table in factors.assessment(FORM[kind]).tables)
