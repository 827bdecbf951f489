"""A small country with both regimes, and random facts in it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from hypothesis import strategies as st

from casemgr.indicators import facts
from casemgr.indicators.facts import Fact
from casemgr.indicators.register import LogRows, Register, microseconds
from casemgr.places.atlas import Atlas
from casemgr.places.terms import ChangeFacts, Level, Relation, UnitFacts

OLD, TURN = date(2025, 3, 1), date(2025, 7, 1)
LAST = date(2025, 6, 30)


def _unit(
    number: int, level: Level, code: str, parent: str, since: date, until: date | None = None
) -> UnitFacts:
    return UnitFacts(number, level, code, "Xã", f"Đơn vị {code}", parent, since, until)


UNITS = (
    _unit(1, Level.PROVINCE, "20", "", OLD, LAST),
    _unit(2, Level.DISTRICT, "180", "20", OLD, LAST),
    _unit(3, Level.COMMUNE, "06001", "180", OLD, LAST),  # whole into 06001 new
    _unit(4, Level.COMMUNE, "06002", "180", OLD, LAST),  # whole into 06001 new
    _unit(5, Level.COMMUNE, "06003", "180", OLD, LAST),  # divided between 06001 and 06010
    _unit(6, Level.PROVINCE, "24", "", OLD, LAST),
    _unit(7, Level.DISTRICT, "210", "24", OLD, LAST),
    _unit(8, Level.COMMUNE, "07001", "210", OLD, LAST),  # unchanged
    _unit(11, Level.PROVINCE, "20", "", TURN),
    _unit(13, Level.COMMUNE, "06001", "20", TURN),
    _unit(14, Level.COMMUNE, "06010", "20", TURN),
    _unit(16, Level.PROVINCE, "24", "", TURN),
    _unit(18, Level.COMMUNE, "07001", "24", TURN),
)
CHANGES = (
    ChangeFacts(1, 11, Relation.UNCHANGED, TURN),
    ChangeFacts(6, 16, Relation.WHOLE, TURN),
    ChangeFacts(3, 13, Relation.WHOLE, TURN),
    ChangeFacts(4, 13, Relation.WHOLE, TURN),
    ChangeFacts(5, 13, Relation.PART, TURN),
    ChangeFacts(5, 14, Relation.PART, TURN),
    ChangeFacts(8, 18, Relation.UNCHANGED, TURN),
)
ATLAS = Atlas(UNITS, CHANGES)

# where each unit's cases stand in a table of communes by the borders of 2026
NEW_COMMUNES = {
    0: "VN-unassigned",
    3: "06001",
    4: "06001",
    5: "20-unassigned",
    8: "07001",
    11: "20-unassigned",
    13: "06001",
    14: "06010",
    16: "24-unassigned",
    18: "07001",
}
OLD_COMMUNES = {
    0: "VN-unassigned",
    3: "06001",
    4: "06002",
    5: "06003",
    8: "07001",
    11: "20-unassigned",
    13: "20-unassigned",
    14: "20-unassigned",
    16: "24-unassigned",
    18: "07001",
}

Entry = tuple[int, int, date, Fact]  # case, sequence, day of recording, fact

FACTS = st.builds(
    Fact,
    child=st.integers(1, 12),
    report=st.integers(1, 9),
    received=st.dates(date(2025, 12, 20), date(2026, 4, 10)),
    event=st.none() | st.dates(date(2025, 1, 1), date(2026, 4, 1)),
    incident_unit=st.sampled_from([0, 3, 4, 5, 8, 13, 14, 18]),
    triage_unit=st.sampled_from([0, 11, 16]),
    residence_unit=st.sampled_from([0, 13, 18]),
    decision=st.sampled_from(facts.DECISIONS),
    sex=st.sampled_from(facts.SEXES),
    age=st.none() | st.integers(0, 25),
    harms=st.frozensets(st.sampled_from(facts.HARMS), max_size=3),
    environment=st.sampled_from(facts.ENVIRONMENTS),
    online=st.sampled_from([None, True, False]),
    relations=st.frozensets(st.sampled_from(facts.RELATIONS), max_size=3),
    ethnic_group=st.sampled_from(facts.ETHNIC_GROUPS),
    disability=st.sampled_from(facts.DISABILITIES),
    channel=st.sampled_from(facts.CHANNELS),
    urgency=st.sampled_from(facts.URGENCIES),
    kind=st.sampled_from(facts.KINDS),
    stage=st.sampled_from(facts.STAGES),
    flags=st.frozensets(st.sampled_from(facts.FLAGS), max_size=1),
)
LOGS = st.lists(
    st.tuples(st.integers(1, 15), st.dates(date(2026, 1, 1), date(2026, 4, 20)), FACTS), max_size=40
).map(lambda rows: [(case, seq, day, fact) for seq, (case, day, fact) in enumerate(_in_order(rows), start=1)])


def _in_order(rows: list[tuple[int, date, Fact]]) -> list[tuple[int, date, Fact]]:
    """Within a case the days of recording do not fall, as the projection sees to it."""
    seen: dict[int, date] = {}
    found = []
    for case, day, fact in rows:
        seen[case] = max(day, seen.get(case, day))
        found.append((case, seen[case], fact))
    return found


def case_id(number: int) -> UUID:
    """Case ids that end, and begin, with zero bytes now and then."""
    return UUID(int=number << 64 | (number % 3) << 8)


def log_rows(entries: Sequence[Entry]) -> LogRows:
    noon = time(5, tzinfo=UTC)  # 12:00 in Viet Nam
    return LogRows(
        seq=[seq for _, seq, _, _ in entries],
        case=[case_id(case).bytes for case, _, _, _ in entries],
        recorded=[microseconds(datetime.combine(day, noon)) for _, _, day, _ in entries],
        mark=[seq * 7919 for _, seq, _, _ in entries],
        packed=[facts.pack(fact) for *_, fact in entries],
    )


def register_of(*portions: Sequence[Entry]) -> Register:
    """A register that took in portions of a log one after the other."""
    register = Register()
    for portion in portions:
        register.write(log_rows(portion))
        register.link()
    return register


@pytest.fixture
def atlas() -> Atlas:
    return ATLAS
