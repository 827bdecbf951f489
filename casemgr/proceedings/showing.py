"""How proceedings are laid out on a page: in words that call nobody guilty before a judgment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from casemgr.core.calendar import day_start, local_day
from casemgr.core.words import _, language
from casemgr.law.basis import Status
from casemgr.law.deadlines import deadline, due_at
from casemgr.law.holidays import work_calendar
from casemgr.law.vocabulary import vocabulary
from casemgr.proceedings import rules
from casemgr.proceedings.queries import Decision, DecisionShown, News, NewsShown
from casemgr.proceedings.terms import (
    APPEALS,
    STAGES,
    VERDICTS,
    WAYS,
    Body,
    Making,
    Person,
    Sanction,
    Verdict,
)
from casemgr.web.duration import day_short, moment_words, money_words

Facts = Sequence[tuple[str, str]]
_PROCURACY = "crime_vks_3d"


@dataclass(frozen=True)
class EntryWords:
    """One entry as a page shows it."""

    id: UUID
    title: str
    who: str
    tags: Sequence[tuple[str, str]]
    facts: Facts
    explained: Sequence[tuple[str, str, str]]  # reason, by whom, when
    written: str
    before: Sequence[Mapping[str, Any]]
    void: bool
    unchecked: bool = False


def label(listed: str, code: str | None, on: date | None = None) -> str:
    """A code in the reader's words, as it was called on a day."""
    return vocabulary(listed).label(code, language(), on) if code else ""


def body_words(body: Body, on: date | None) -> str:
    """Who decided: the kind of body as it was called then, and its own name."""
    return ", ".join(part for part in (body.name, label("proceeding_bodies", body.code, on)) if part)


def person_words(person: Person) -> str:
    """Against whom, in one line."""
    year = _("born %(year)s", year=person.birth_year) if person.birth_year else ""
    kind = _("organisation") if person.organisation else ""
    return ", ".join(part for part in (person.name or _("Not yet named"), year, kind) if part)


def news_words(shown: NewsShown, names: Mapping[UUID, str], now: datetime) -> EntryWords:
    """A report of signs of a crime with its history."""
    said, at = shown.now.said, shown.now.at
    tags = [(_("Entered in error"), "dashed")] if shown.now.making.void else []
    stands = not shown.now.making.void
    if stands and rules.waits_for_writing(said):
        tags.append((_("Still to be sent in writing"), "amber"))
    if stands and not said.receipt_number:
        tags.append((_("No receipt yet"), "plain"))
    day = local_day(at)
    facts = [
        (_("Reported to"), body_words(said.body, day)),
        (_("How"), str(WAYS[said.way]) if said.way else ""),
        (_("Who took it"), said.to_whom or ""),
        (_("What was said or sent"), said.sent or ""),
        (_("Sent in writing on"), day_short(said.written_on) if said.written_on else ""),
        (_("Receipt"), _listed(said.receipt_number, _day(said.receipt_on), said.received_by)),
        (_("Note"), said.note or ""),
        (_("For information"), _procuracy(shown.now)),
    ]
    return EntryWords(
        id=shown.now.entry_id,
        title=_("Reported %(moment)s", moment=moment_words(at, now)),
        who="",
        tags=tags,
        facts=_told(facts, shown.now.making),
        explained=_explained(shown.now.making, names, now),
        written=_written(shown.now, names, now),
        before=[
            _old(
                one,
                f"{moment_words(one.at, now)}, {body_words(one.said.body, local_day(one.at))}",
                names,
                now,
            )
            for one in shown.before
        ],
        void=shown.now.making.void,
    )


def decision_words(
    shown: DecisionShown, names: Mapping[UUID, str], now: datetime, *, cases: int
) -> EntryWords:
    """A decision with its history, and in how many cases it is recorded."""
    one = shown.now
    title, facts, unchecked = _sanction(one) if one.sanction is not None else _criminal(one)
    tags = [(_("Entered in error"), "dashed")] if one.making.void else []
    if one.sanction is not None and one.sanction.refused:
        tags.append((_("Does not comply"), "amber"))
    if cases > 1:
        tags.append((_("One decision in %(count)s cases", count=cases), "plain"))
    return EntryWords(
        id=one.decision_id,
        title=title,
        who=_against(one),
        tags=tags,
        facts=_told(facts, one.making),
        explained=_explained(one.making, names, now),
        written=_written(one, names, now),
        before=[_old(old, _short(old), names, now) for old in shown.before],
        void=one.making.void,
        unchecked=unchecked,
    )


def _sanction(one: Decision) -> tuple[str, Facts, bool]:
    said = one.sanction or Sanction()
    acts = vocabulary("administrative_violations")
    act = acts.get(said.act, said.day) or acts.get(said.act)
    money = money_words(said.amount) if said.amount is not None else ""
    facts = [
        (_("Act"), label("administrative_violations", said.act)),
        (_("Basis in law"), act.cite(language()) if act is not None else ""),
        (_("The law sets"), bounds_words(said.act, said.day, organisation=one.person.organisation)),
        (_("Remedies"), "; ".join(label("sanction_outcomes", code) for code in said.remedies)),
        (_("Minutes of the violation"), _listed(said.record_number, _day(said.record_on))),
        (_("Decision"), _listed(said.number, _day(said.day), body_words(said.body, said.day))),
        (_("Paid on"), _day(said.paid_on)),
        (_("Complaint"), _listed(_day(said.appealed_on), str(APPEALS[said.appeal]) if said.appeal else "")),
        (_("Note"), said.note or ""),
    ]
    title = _listed(label("sanction_outcomes", said.outcome), money)
    return title, facts, act is not None and act.status is Status.PROVISIONAL


def _criminal(one: Decision) -> tuple[str, Facts, bool]:
    said = one.criminal
    if said is None:
        return "", (), False
    offences = vocabulary("criminal_offences")
    offence = offences.get(said.offence)
    verdict = str(VERDICTS[said.verdict]) if said.verdict else ""
    final = (_("final") if said.final else _("not yet final")) if said.verdict else ""
    facts = [
        (_("Offence"), label("criminal_offences", said.offence)),
        (_("Basis in law"), offence.cite(language()) if offence is not None else ""),
        (_("Decision"), _listed(said.number, _day(said.day), body_words(said.body, said.day))),
        (_("Reason"), said.reason or ""),
        (_("What the court decided"), _listed(verdict, final)),
        (_("Sentence"), said.sentence or ""),
        (_("Note"), said.note or ""),
    ]
    title = str(STAGES[said.stage]) if said.stage is not None else ""
    return title, facts, offence is not None and offence.status is Status.PROVISIONAL


def bounds_words(act: str | None, on: date | None, *, organisation: bool) -> str:
    """The fine that the law sets, or that nobody here has read it."""
    least, most = rules.bounds(act, on, organisation=organisation)
    if least is None and most is None:
        return _("Amounts not read") if act else ""
    if least is None:
        said = _("up to %(most)s", most=money_words(most or 0))
    elif most is None:
        said = _("from %(least)s", least=money_words(least))
    else:
        said = _("from %(least)s to %(most)s", least=money_words(least), most=money_words(most))
    listed = vocabulary("administrative_violations")
    known = listed.get(act, on) or listed.get(act)
    return known.status.marked(said, language()) if known is not None else said


def _against(one: Decision) -> str:
    """Who the decision is against: somebody alleged to have done harm, until a conviction is final."""
    said = one.criminal
    convicted = said is not None and said.verdict is Verdict.CONVICTED and said.final
    whom = _("Convicted") if convicted else _("Alleged to have done harm")
    return f"{whom}: {person_words(one.person)}"


def _short(one: Decision) -> str:
    said = one.sanction
    if said is not None:
        return _listed(
            person_words(one.person),
            label("sanction_outcomes", said.outcome),
            said.number,
            _day(said.day),
            money_words(said.amount) if said.amount is not None else "",
        )
    told = one.criminal
    stage = str(STAGES[told.stage]) if told is not None and told.stage is not None else ""
    return _listed(
        person_words(one.person), stage, told.number if told else "", _day(told.day) if told else ""
    )


def _procuracy(news: News) -> str:
    """Until when the investigators tell the procuracy: not the commune's task."""
    if news.said.receipt_on is None or news.making.void:
        return ""
    rule = deadline(_PROCURACY, on=news.said.receipt_on)
    until = due_at(rule, day_start(news.said.receipt_on), work_calendar())
    if until is None:
        return ""
    return f"{rule.step.text(language())}: {day_short(local_day(until))} ({rule.cite(language())})"


def _told(facts: Facts, making: Making) -> Facts:
    return [
        (term, said) for term, said in (*facts, (_("Corrected because"), making.why_changed or "")) if said
    ]


def _explained(making: Making, names: Mapping[UUID, str], now: datetime) -> Sequence[tuple[str, str, str]]:
    return [(one.text, _name(one.by, names), moment_words(one.at, now)) for one in making.explained]


def _name(by: str, names: Mapping[UUID, str]) -> str:
    return next((name for account, name in names.items() if str(account) == by), "")


def _old(one: News | Decision, what: str, names: Mapping[UUID, str], now: datetime) -> Mapping[str, Any]:
    return {
        "when": moment_words(one.recorded_at, now),
        "iso": one.recorded_at.isoformat(),
        "what": what,
        "who": names.get(one.recorded_by, "") if one.recorded_by else "",
    }


def _written(one: News | Decision, names: Mapping[UUID, str], now: datetime) -> str:
    name = names.get(one.recorded_by, "") if one.recorded_by else ""
    return _("recorded %(moment)s by %(name)s", moment=moment_words(one.recorded_at, now), name=name)


def _day(day: date | None) -> str:
    return day_short(day) if day is not None else ""


def _listed(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
