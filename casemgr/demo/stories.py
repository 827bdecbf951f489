"""What a report tells: children, what happened, who is alleged, who told it. Shares as a hotline sees them; much is unknown."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from casemgr.children.terms import Birth, Parent, Precision, Sex
from casemgr.core.calendar import local_day
from casemgr.demo import sentences as say
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names, phone
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

_HARMS = {
    "violence": 49.0,
    "sexual_abuse": 20.0,
    "abandonment_neglect": 15.0,
    "exploitation": 5.0,
    "trafficking": 2.0,
    "other": 4.0,
    "": 5.0,  # not told
}
_WHERE: Mapping[str, Mapping[str, float]] = {
    "violence": {"family": 62, "school": 19, "community": 12, "care_facility": 1, "unknown": 6},
    "sexual_abuse": {
        "community": 46,
        "family": 30,
        "school": 8,
        "care_facility": 1,
        "other": 3,
        "unknown": 12,
    },
    "abandonment_neglect": {"family": 92, "care_facility": 2, "unknown": 6},
    "exploitation": {"community": 66, "family": 22, "other": 8, "unknown": 4},
    "trafficking": {"community": 60, "family": 8, "unknown": 32},
    "other": {"family": 50, "community": 20, "school": 15, "unknown": 15},
    "": {"unknown": 70, "family": 20, "community": 10},
}
_BY_WHOM: Mapping[str, Mapping[str, float]] = {
    "family": {
        "father": 43,
        "mother": 21,
        "step_parent": 14,
        "grandparent": 7,
        "sibling": 4,
        "other_relative": 11,
    },
    "school": {"friend_or_peer": 62, "teacher_or_school_staff": 33, "unknown": 5},
    "community": {
        "neighbour_or_acquaintance": 44,
        "stranger": 22,
        "friend_or_peer": 14,
        "partner": 12,
        "unknown": 8,
    },
    "care_facility": {"care_facility_staff": 90, "unknown": 10},
    "other": {"employer": 60, "stranger": 30, "unknown": 10},
    "unknown": {"unknown": 70, "neighbour_or_acquaintance": 30},
}
_CARERS = frozenset({"father", "mother", "step_parent"})
_CHANNELS = {
    "telephone": 62.0,
    "zalo": 9.0,
    "in_person": 14.0,
    "official_letter": 7.0,
    "app": 4.0,
    "web": 2.0,
    "press": 2.0,
}
_REPORTERS = {
    "neighbour": 27.0,
    "relative": 17.0,
    "parent_or_carer": 16.0,
    "teacher_or_school_staff": 14.0,
    "child": 6.0,
    "police": 7.0,
    "health_staff": 4.0,
    "official": 6.0,
    "unknown": 3.0,
}
_HOW_WELL_KNOWN = {
    Precision.DAY: 64.0,
    Precision.MONTH: 10.0,
    Precision.YEAR: 5.0,
    Precision.ESTIMATED: 6.0,
    Precision.UNKNOWN: 15.0,
}
_ADULT = (24, 62)
_LAST_CHILD_AGE = 17


@dataclass(frozen=True)
class Plot:
    """One invented event as it is told."""

    story: Story
    kind: Kind
    urgency: str
    channel: str
    reporter: Reporter
    places: Places
    grave: bool = False


def telling(plot: Plot, received_at: datetime, *, reference: str | None = None) -> Telling:
    """The plot as intake takes it in."""
    return Telling(
        reference=reference,
        revision=1,
        received_at=received_at,
        channel=plot.channel,
        kind=plot.kind,
        urgency=plot.urgency,
        story=plot.story,
        reporter=plot.reporter,
        places=plot.places,
        digest=hashlib.sha256(repr((plot.story, received_at)).encode()).digest(),
    )


class Stories:
    """Makes events as they happen in one province."""

    def __init__(self, chance: Chance, names: Names) -> None:
        self._chance = chance
        self._names = names

    def at_home(self, unit_code: str | None, received_at: datetime, *, harm: str, by: str) -> Plot:
        """An event at home of which much is known: which child, and which of the parents is alleged."""
        plot = self.plot(unit_code, received_at, harm=harm, by=by)
        story = self.better_known(plot.story)
        (child,), day = story.children, local_day(received_at)
        if child.birth.date is None or child.birth.precision is not Precision.DAY:
            born = day - timedelta(days=365 * self._chance.number(3, 13) + self._chance.number(1, 300))
            child = replace(child, birth=Birth(born, Precision.DAY))
        suspect = self._suspect(by, (child,))
        suspect = replace(
            suspect, name=suspect.name or self._names.full(suspect.sex or Sex.MALE), is_carer=True
        )
        return replace(plot, story=replace(story, children=(child,), suspects=(suspect,)))

    def plot(
        self,
        unit_code: str | None,
        received_at: datetime,
        *,
        children: int = 1,
        harm: str | None = None,
        by: str | None = None,
    ) -> Plot:
        """An event with so many children of one family; what is not given falls as it does."""
        chance, day = self._chance, local_day(received_at)
        harm = chance.weighted(_HARMS) if harm is None else harm
        environment = "family" if by else chance.weighted(_WHERE[harm])
        online = harm in ("sexual_abuse", "other") and chance.happens(0.2)
        relation = by or (
            "online_contact"
            if online and environment == "community"
            else chance.weighted(_BY_WHOM[environment])
        )
        told = self._children(harm, day, unit_code, children)
        suspects = () if chance.happens(0.14) else (self._suspect(relation, told),)
        occurred_on, precision = self._when(day)
        incident = Incident(
            unit_code=unit_code,
            address=chance.one(say.HAMLETS) if chance.happens(0.8) else None,
            environment=environment,
            online=online if chance.happens(0.85) else None,
            description=chance.one(say.WHAT_HAPPENED[harm]) % {"who": say.WHO[relation]}
            if harm
            else chance.one(say.NOT_CLEAR),
            occurred_on=occurred_on,
            precision=precision,
        )
        story = Story(
            incident=incident,
            children=told,
            suspects=suspects,
            actions_taken=chance.one(say.DONE_ALREADY) if chance.happens(0.4) else None,
            secrecy=chance.one(say.SECRECY) if chance.happens(0.15) else None,
            subject="harmed" if harm and chance.happens(0.7) else None,
        )
        grave = harm in ("sexual_abuse", "trafficking") or chance.happens(0.3)
        urgency = (
            {"emergency": 60, "not_emergency": 20, "unknown": 20}
            if grave
            else {"emergency": 20, "not_emergency": 55, "unknown": 25}
        )
        return self._told(story, Kind.INTERVENTION, chance.weighted(urgency), grave=grave)

    def unknown(self, unit_code: str | None) -> Plot:
        """A call that broke off: nobody knows which child, who did it or what it was."""
        story = Story(incident=Incident(unit_code=unit_code, description=self._chance.one(say.NOT_CLEAR)))
        return replace(
            self._told(story, Kind.INTERVENTION, "unknown"),
            reporter=Reporter(anonymous=True),
            places=Places(),
        )

    def advice(self, unit_code: str | None, received_at: datetime) -> Plot:
        """Somebody asks for advice; no harm is told of."""
        chance = self._chance
        child = replace(
            self._child("c1", "other", local_day(received_at), unit_code, "kinh", None),
            harms=None,
            condition=None,
        )
        story = Story(
            incident=Incident(unit_code=unit_code, description=chance.one(say.ASKS_ADVICE)), children=(child,)
        )
        return self._told(story, Kind.CONSULTATION, "not_emergency")

    def better_known(self, story: Story) -> Story:
        """The same story after the first visit: names and dates that were missing are there."""
        people = self._names.people()
        children = tuple(
            replace(
                child,
                name=child.name or self._names.child(child.sex or Sex.FEMALE, people=people),
                sex=child.sex if child.sex in (Sex.MALE, Sex.FEMALE) else Sex.FEMALE,
                ethnic_group=child.ethnic_group or people,
                disability="no" if child.disability in (None, "unknown") else child.disability,
            )
            for child in story.children
        )
        return replace(story, children=children)

    def _told(self, story: Story, kind: Kind, urgency: str, *, grave: bool = False) -> Plot:
        chance = self._chance
        places = tuple(
            (child.ref, chance.one(say.WHEREABOUTS)) for child in story.children if chance.happens(0.55)
        )
        return Plot(story, kind, urgency, chance.weighted(_CHANNELS), self._reporter(), Places(places), grave)

    def _when(self, day: date) -> tuple[date | None, Precision | None]:
        chance = self._chance
        happened = day - timedelta(days=int(chance.around(3, 1.0)))
        precision = chance.weighted(_HOW_WELL_KNOWN)
        if precision is Precision.UNKNOWN:
            return None, None
        rounded = {
            Precision.MONTH: happened.replace(day=1),
            Precision.YEAR: happened.replace(month=1, day=1),
        }
        return rounded.get(precision, happened), precision

    def _children(self, harm: str, day: date, unit_code: str | None, count: int) -> tuple[ToldChild, ...]:
        people = self._names.people()
        surname = self._names.surname(people)
        father, mother = self._parent(Sex.MALE, people, surname), self._parent(Sex.FEMALE, people, None)
        family = self._chance.one(say.FAMILY) if self._chance.happens(0.5) else None
        return tuple(
            replace(
                self._child(f"c{number}", harm, day, unit_code, people, surname),
                father=father,
                mother=mother,
                family=family,
            )
            for number in range(1, count + 1)
        )

    def _child(
        self, ref: str, harm: str, day: date, unit_code: str | None, people: str, surname: str | None
    ) -> ToldChild:
        chance = self._chance
        girl = chance.happens({"sexual_abuse": 0.86, "trafficking": 0.7}.get(harm, 0.48))
        sex = Sex.FEMALE if girl else Sex.MALE
        known = chance.happens(0.88)
        harms: tuple[str, ...] = (harm,) if harm else ()
        if harm in ("sexual_abuse", "abandonment_neglect", "exploitation") and chance.happens(0.12):
            harms = ("violence", harm)
        told_sex = sex if known or chance.happens(0.75) else chance.one((Sex.UNKNOWN, None))
        return ToldChild(
            ref=ref,
            name=self._names.child(sex, people=people, surname=surname) if known else None,
            sex=told_sex,
            birth=self._birth(harm, day),
            ethnic_group=people if chance.happens(0.86) else chance.one((None, "unknown")),
            disability=chance.weighted({"no": 78, "yes": 5, "unknown": 12, None: 5}),
            residence_unit_code=unit_code if chance.happens(0.9) else None,
            condition=chance.one(say.CONDITION[harm or "other"]) if chance.happens(0.7) else None,
            harms=harms or None,
            feared_consequences=chance.one(say.FEARED) if chance.happens(0.4) else None,
            carer=self._names.full(Sex.FEMALE, people=people) if chance.happens(0.25) else None,
        )

    def _birth(self, harm: str, day: date) -> Birth:
        """Neglect meets the smallest, sexual abuse mostly those between ten and sixteen."""
        chance = self._chance
        low, high, mode = {"sexual_abuse": (4, 18, 14), "abandonment_neglect": (0, 16, 3)}.get(
            harm, (0, 18, 9)
        )
        age = min(_LAST_CHILD_AGE, int(chance.triangular(low, high, mode)))
        born = day - timedelta(days=age * 365 + age // 4 + chance.number(1, 360))
        precision = chance.weighted(
            {
                Precision.DAY: 58,
                Precision.MONTH: 5,
                Precision.YEAR: 19,
                Precision.ESTIMATED: 12,
                Precision.UNKNOWN: 6,
            }
        )
        if precision is Precision.UNKNOWN:
            return Birth()
        if precision is Precision.ESTIMATED:
            return Birth(precision=Precision.ESTIMATED, age_estimate=age)
        rounded = {Precision.MONTH: born.replace(day=1), Precision.YEAR: born.replace(month=1, day=1)}
        return Birth(rounded.get(precision, born), precision)

    def _parent(self, sex: Sex, people: str, surname: str | None) -> Parent:
        chance = self._chance
        if chance.happens(0.3):
            return Parent()
        return Parent(
            name=self._names.full(sex, people=people, surname=surname),
            age=chance.number(*_ADULT) if chance.happens(0.6) else None,
            occupation=chance.one(say.TRADES) if chance.happens(0.7) else None,
        )

    def _suspect(self, relation: str, children: tuple[ToldChild, ...]) -> Suspect:
        """Who is alleged: a parent has the name that is told of the parent."""
        chance, first = self._chance, children[0]
        parent = {"father": first.father, "mother": first.mother}.get(relation, Parent())
        sex = {"father": Sex.MALE, "mother": Sex.FEMALE}.get(
            relation, Sex.MALE if chance.happens(0.85) else Sex.UNKNOWN
        )
        name = parent.name or (self._names.full(sex) if chance.happens(0.55) else None)
        return Suspect(
            ref="s1",
            name=name,
            sex=sex,
            age=parent.age or (chance.number(15, 60) if chance.happens(0.4) else None),
            is_carer=relation in _CARERS if chance.happens(0.85) else None,
            relations=tuple(Relation(child.ref, relation) for child in children),
        )

    def _reporter(self) -> Reporter:
        chance = self._chance
        kind = chance.weighted(_REPORTERS)
        if chance.happens(0.33):
            return Reporter(anonymous=True, kind=kind if chance.happens(0.6) else None)
        sex = chance.one((Sex.MALE, Sex.FEMALE))
        return Reporter(
            anonymous=False,
            kind=kind,
            name=self._names.full(sex) if chance.happens(0.85) else None,
            phone=phone(chance.number(0, 99)) if chance.happens(0.8) else None,
        )
