"""Nameless facts of what came through hotline 111: each thing a report was about, and each person alleged in it.

Like the facts of cases: no name, no birth date, no address; codes are positions in the lists below, new ones go to the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from casemgr.indicators import facts
from casemgr.indicators.facts import NO_AGE, NO_DAY, UNKNOWN, Column

REPORTER_KINDS = (
    UNKNOWN,
    "child",
    "parent_or_carer",
    "relative",
    "neighbour",
    "teacher_or_school_staff",
    "health_staff",
    "police",
    "official",
    "hotline",
    "other",
    "friend",
)
SENT = (UNKNOWN, "machine", "operator", "telephone")  # by which way the hotline passed it on
PROBLEMS = (
    UNKNOWN,
    "conduct", "friends", "friends.bullied_outside", "friends.conflict", "friends.love", "friends.other_sex",
    "friends.other", "school", "school.teacher", "school.others", "school.bullied", "school.not_admitted",
    "school.stress", "school.methods", "school.careers", "school.dropout", "school.other", "family",
    "family.divorce", "family.siblings", "family.guardian", "family.conflict", "family.money",
    "family.step_parent", "family.elders", "family.upbringing", "family.other", "society", "harm", "sexual",
    "sexual.indecent", "sexual.rape", "sexual.forced", "sexual.intercourse", "sexual.law", "sexual.prevention",
    "sexual.other", "violence", "violence.bodily", "violence.mental", "violence.witnessed", "violence.law",
    "violence.prevention", "violence.other", "law", "law.birth", "law.nationality", "policy", "policy.poor",
    "policy.social", "policy.hiv", "policy.orphan", "policy.insurance", "policy.other", "disability",
    "disability.information", "disability.policy", "disability.kinds", "law.custody", "law.neglect",
    "law.offending", "addiction", "addiction.games", "addiction.information", "addiction.drugs",
    "addiction.tobacco", "addiction.sex", "addiction.other", "law.adoption", "exploitation",
    "exploitation.labour", "exploitation.prostitution", "exploitation.pornography", "exploitation.begging",
    "exploitation.crime", "exploitation.other", "law.rights", "law.foreigners", "law.child_marriage",
    "law.other", "reproductive", "reproductive.puberty", "reproductive.contraception",
    "reproductive.homosexuality", "reproductive.pregnancy", "reproductive.infections", "reproductive.obsession",
    "reproductive.relations", "reproductive.masturbation", "reproductive.other", "bodily", "bodily.nutrition",
    "bodily.illness", "bodily.vaccination", "bodily.growth", "bodily.injury", "bodily.other", "mental",
    "mental.disturbance", "mental.suicide", "development", "development.autism", "development.hyperactivity",
    "development.slow", "mental.other", "homeless", "homeless.shelter", "homeless.abandoned",
    "homeless.begging", "homeless.lost", "homeless.return", "support", "support.money", "support.work",
    "support.other", "enquiry", "enquiry.hotline", "enquiry.addresses", "enquiry.thanks", "enquiry.other",
)  # fmt: skip
CHILD_GROUPS = (
    "special", "orphan", "abandoned", "without_support", "disability", "hiv", "law_violation", "drug_addiction",
    "working_dropout", "violence", "exploited", "sexually_abused", "trafficked", "grave_illness_poor",
    "migrant_refugee", "at_risk", "poor", "dropout", "family_problems", "family_vice", "family_offender",
    "parents_away", "half_orphan", "others", "birth_certificate", "custody", "child_marriage", "adoption",
    "formalities", "foreigner", "injured", "bodily_care", "mental_care", "school_trouble",
)  # fmt: skip
RESULTS = (
    "support", "support.health", "support.social", "support.mental", "support.legal", "support.education",
    "support.money", "support.other", "none", "none.unwilling", "none.unreachable", "none.other", "not_found",
)  # fmt: skip
SUSPECT_KINDS = (
    "violence", "trafficking", "sexual_abuse", "abuse",
)  # fmt: skip


@dataclass(frozen=True)
class Contact:
    """What may be counted of one thing a case of the hotline is about, or of one person alleged in it, in words."""

    case_high: int = 0
    case_low: int = 0
    child: int = 0
    report: int = 0
    person: int = 0
    incident_unit: int = 0
    residence_unit: int = 0
    triage_unit: int = 0
    unit: int = 0  # responsible
    told_unit: int = 0  # the commune the hotline named
    received: date | None = None
    arrived: date | None = None  # here
    groups: frozenset[str] = frozenset()
    results: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    suspect_kinds: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()  # waits: more was told that nobody here has read yet
    sent: str = UNKNOWN
    decision: str = "pending"
    kind: str = UNKNOWN
    channel: str = UNKNOWN
    urgency: str = UNKNOWN
    stage: str = UNKNOWN
    environment: str = UNKNOWN
    online: bool | None = None
    problem: str = UNKNOWN
    sex: str = UNKNOWN
    age: int | None = None
    ethnic_group: str = UNKNOWN
    reporter_kind: str = UNKNOWN
    reporter_sex: str = UNKNOWN
    reporter_age: int | None = None
    reporter_ethnic_group: str = UNKNOWN


_FIRST = (
    *(Column(name, "Q") for name in ("case_high", "case_low", "child", "report", "person")),
    *(Column(name, "I") for name in ("incident_unit", "residence_unit", "triage_unit", "unit", "told_unit")),
    *(Column(name, "i") for name in ("received", "arrived")),
    Column("groups", "Q", CHILD_GROUPS, bits=True),
    Column("results", "H", RESULTS, bits=True),
    Column("relations", "I", facts.RELATIONS, bits=True),
    Column("suspect_kinds", "B", SUSPECT_KINDS, bits=True),
    Column("flags", "H", facts.FLAGS, bits=True),
    Column("sent", "B", SENT),
    Column("decision", "B", facts.DECISIONS),
    Column("kind", "B", facts.KINDS),
    Column("channel", "B", facts.CHANNELS),
    Column("urgency", "B", facts.URGENCIES),
    Column("stage", "B", facts.STAGES),
    Column("environment", "B", facts.ENVIRONMENTS),
    Column("online", "B", facts.ONLINE),
    Column("problem", "B", PROBLEMS),
    Column("sex", "B", facts.SEXES),
    Column("age", "B"),
    Column("ethnic_group", "B", facts.ETHNIC_GROUPS),
    Column("reporter_kind", "B", REPORTER_KINDS),
    Column("reporter_sex", "B", facts.SEXES),
    Column("reporter_age", "B"),
    Column("reporter_ethnic_group", "B", facts.ETHNIC_GROUPS),
)
_MISSING: Mapping[str, int] = {"age": NO_AGE, "reporter_age": NO_AGE, "received": NO_DAY, "arrived": NO_DAY}

CONTACTS = facts.Form({1: _FIRST}, Contact, _MISSING)
