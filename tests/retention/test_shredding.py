"""Shredding: nothing of a file opens any more, its number stays, the figures stay, and no page fails."""

import json
from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update

from casemgr.access.roles import Role
from casemgr.accounts.models import Proposal
from casemgr.cases.models import Case, CaseMember, CaseTie, Disposal
from casemgr.children import index
from casemgr.children.clues import of_file, weighed
from casemgr.children.models import Child, NameToken
from casemgr.children.rules import mark_of
from casemgr.cli.dead import bury, dead_list
from casemgr.core.db import Model
from casemgr.files.models import FileChunk
from casemgr.indicators import queries as indicators
from casemgr.indicators.catalogue import ENTRIES
from casemgr.indicators.keys import keys_of
from casemgr.indicators.terms import Kind
from casemgr.intake.models import Report
from casemgr.lives.models import ChildMerge
from casemgr.retention import queries, shredding
from casemgr.retention.terms import DESTROY
from casemgr.safeguards.models import PersonMark
from casemgr.security.parts import RecordKey, named, sealed_parts_of
from casemgr.security.verifying import verify
from tests.exchange.machine import a_referral, hmac_machine
from tests.house import rights
from tests.retention.ends import LATER, OFFICER, at, close, end, run, set_periods
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest
from tests.support.rows import fill

WORD = "điều phải quên"
KEPT = {"carer", "carer_check", "declaration", "draft", "export", "export_piece", "search_excess"}
KEPT |= {"data_incident"}  # of an office or a person, not of a file
KEPT |= {"cell_comment", "check_explanation", "return_version"}  # of the numbers of a unit


@pytest.fixture(autouse=True)
def no_proceedings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows that `fill` makes look like a crime report; that it holds a file is tried in test_list.py."""
    monkeypatch.setattr("casemgr.files.queries.proceedings_run", lambda *_: False)


def shredded(house: HouseUnderTest, *numbers: str) -> dict[str, int]:
    """Carry out what was agreed, some time later."""
    end(house, *numbers)
    said: dict[str, int] = json.loads(run(house, "retention", "shred", "--json"))
    assert said["destroyed"] == len(numbers)
    return said


def a_full_case(house: HouseUnderTest) -> str:
    """A case with a row in every table that can hang on one, with the word in every text."""
    number = a_case(house)
    with house.maintenance() as desk:
        fill(desk, number, word=WORD)
        desk.session.execute(update(CaseTie).values(ended_at=desk.now))
    return number


def sealed_texts(house: HouseUnderTest) -> Iterator[tuple[str, str]]:
    """Every sealed part that opens, with its table: read as whoever holds the keyring would."""
    with house.maintenance(writing=False) as desk:
        for mapper in Model.registry.mappers:
            for row in desk.all(select(mapper.class_)) if sealed_parts_of(mapper.class_) else ():
                for part in sealed_parts_of(mapper.class_):
                    if getattr(row, part.column) is not None:
                        yield mapper.class_.__tablename__, repr(getattr(row, part.name))


def bytes_of(house: HouseUnderTest, record: bytes) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).where(RecordKey.record == record)) or 0


def test_nothing_opens_nothing_leads_there_and_the_skeleton_stays(house: HouseUnderTest) -> None:
    number, other = a_full_case(house), a_case(house)
    with house.maintenance(writing=False) as desk:
        case = desk.one(select(Case).where(Case.number == number))
        child = desk.get(Child, case.child_id)
        clues = weighed(of_file(index.known(desk, child)))
        leads = index.find(desk, clues)
        assert child.id in leads
        ids = (case.id, case.report_id, case.child_id)
    assert {table for table, text in sealed_texts(house) if WORD in text} > {"case_file", "paper", "consent"}
    assert all(bytes_of(house, named(one)) for one in ids)
    close(house, number, other)
    set_periods(house)
    with at(house, LATER):
        said = shredded(house, number)
    assert said["rows"] > 5
    assert {table for table, text in sealed_texts(house) if WORD in text} <= KEPT
    assert not any(bytes_of(house, named(one)) for one in ids)
    with house.maintenance(writing=False) as desk:
        assert ids[2] not in index.find(desk, clues)
        postings = desk.rows(select(NameToken.token, NameToken.posting))
        assert ids[2] not in desk.safe.index.owners([shredding.Posted(*row) for row in postings])
        marks = desk.rows(select(PersonMark.token, PersonMark.posting))
        assert ids[0].bytes not in {desk.safe.open_posting(*row) for row in marks}
        assert not desk.session.scalar(select(func.count()).where(FileChunk.case_id == ids[0]))
        left = desk.session.get_one(Case, ids[0])
        assert left.number == number
        assert left.shredded_at
        assert left.closed_at
        assert desk.session.get_one(Report, ids[1]).reference is None
        line = desk.one(select(Disposal).where(Disposal.number == number))
        asked = desk.one(select(Proposal).where(Proposal.kind == DESTROY))
        assert (line.state, line.agreed_by != asked.proposed_by) == ("destroyed", True)
    assert any("Khang" in text for _table, text in sealed_texts(house)), "the other file opens as before"
    with house.desk(OFFICER, writing=False) as desk:
        assert [row.number for row in desk.all(select(Case))] == [other]


def test_the_index_is_not_walked_and_what_another_province_made_goes_too(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(index, "province_code", lambda *_: "01")
        number = a_case(house)
    other = a_case(house)
    with house.maintenance(writing=False) as desk:
        child_id = desk.one(select(Case.child_id).where(Case.number == number))
        rows = [shredding.Posted(*row) for row in desk.rows(select(NameToken.token, NameToken.posting))]
        assert child_id in desk.safe.index.owners(rows)
    close(house, number, other)
    set_periods(house)

    def walked(*_: object) -> None:
        raise AssertionError("the rows of a child that opens follow from its file")

    monkeypatch.setattr(shredding, "_of_children", walked)
    with at(house, LATER):
        shredded(house, number)
    with house.maintenance(writing=False) as desk:
        rows = [shredding.Posted(*row) for row in desk.rows(select(NameToken.token, NameToken.posting))]
        owners = desk.safe.index.owners(rows)
    assert rows and child_id not in owners and None not in owners


def test_a_child_goes_with_its_last_file(house: HouseUnderTest) -> None:
    first, second = a_case(house), a_case(house)
    with house.maintenance() as desk:
        child_id = desk.one(select(Case.child_id).where(Case.number == first))
        other_child = desk.one(select(Case.child_id).where(Case.number == second))
        desk.session.execute(update(Case).where(Case.number == second).values(child_id=child_id))
    close(house, first, second)
    set_periods(house)
    with at(house, LATER):
        shredded(house, first)
        with house.maintenance(writing=False) as desk:
            kept = desk.session.get_one(Child, child_id)
            assert kept.card is not None and kept.shredded_at is None
            assert child_id in desk.safe.index.owners(
                [shredding.Posted(*row) for row in desk.rows(select(NameToken.token, NameToken.posting))]
            )
        shredded(house, second)
    assert not bytes_of(house, named(child_id))
    assert bytes_of(house, named(other_child)), "nobody's file any more, but not part of this one"


def test_a_child_with_a_newer_file_survives_the_burying(house: HouseUnderTest) -> None:
    """The backup was made before the child's second file; the first one was shredded after it."""
    number = a_case(house)
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == number))
        shut, child_id, case_id = named(case.report_id), case.child_id, case.id
        desk.session.execute(delete(RecordKey).where(RecordKey.record == shut))
    dead = dead_list()
    assert bury([shut], dead) == 1
    assert bytes_of(house, named(child_id))
    assert not dead.holds(named(child_id))
    assert dead.holds(shut)
    with house.maintenance(writing=False) as desk:
        child = desk.get(Child, child_id)
        assert child.card is not None
        assert child.shredded_at is None
        assert child_id in index.find(desk, weighed(of_file(index.known(desk, child))))
        assert desk.session.get_one(Case, case_id).shredded_at


def test_a_restore_that_was_killed_is_buried_by_the_next_night(house: HouseUnderTest) -> None:
    """All rows are back, the dead have no key, and nothing was buried; nothing else is touched."""
    number, *others = a_case(house), a_case(house), a_case(house)
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == number))
        ids, shut = (case.report_id, case.child_id), [named(case.report_id), named(case.child_id)]
        left = desk.all(select(Case.report_id).where(Case.number.in_(others)))
        lost = [*shut, named(left[0])]  # of this one no list says that it was shredded
        desk.session.execute(delete(RecordKey).where(RecordKey.record.in_(lost)))
    dead_list().add(shut)
    assert json.loads(run(house, "retention", "shred", "--json"))["buried"] == 1
    assert json.loads(run(house, "retention", "shred", "--json"))["buried"] == 0
    with house.maintenance(writing=False) as desk:
        report, child = desk.session.get_one(Report, ids[0]), desk.session.get_one(Child, ids[1])
        assert report.shredded_at and child.shredded_at
        assert child._card is None
        assert desk.one(select(Disposal.state).where(Disposal.number == number)) == "destroyed"
        assert not any(desk.session.get_one(Report, one).shredded_at for one in left)


def test_what_was_merged_goes_along_and_what_was_parted_stays(house: HouseUnderTest) -> None:
    """A was given up for B, B for C: all go with C. D was once merged into C, parted again, and merged into E: it stays."""
    children = [a_case(house) for _ in range(5)]
    with house.maintenance() as desk:
        rows = desk.all(select(Case).where(Case.number.in_(children)).order_by(Case.number))
        a, b, c, d, e = (row.child_id for row in rows)
        for given_up, kept, undone in ((a, b, None), (b, c, None), (d, c, desk.now), (d, e, None)):
            desk.add(
                ChildMerge(
                    id=desk.id(), kept_id=kept, given_up_id=given_up, merged_at=desk.now, undone_at=undone
                )
            )
        gone = update(Child).where(Child.id.in_((a, b, d))).values(state="merged")
        desk.session.execute(gone)
        for row in rows:
            row.child_id = {a: c, b: c, d: e}.get(row.child_id, row.child_id)
        desk.flush()
        reports = {row.report_id for row in rows if row.child_id == c}
        assert shredding.doomed_by(desk, reports).children == {a, b, c}


def figures(house: HouseUnderTest) -> list[object]:
    """Every indicator that is counted here, for the commune and the year, by sex and age where it is split so."""
    found: list[object] = []
    with house.desk(OFFICER, writing=False) as desk:
        for entry in ENTRIES:
            if entry.kind is not Kind.COMPUTED or entry.valid_to is not None:
                continue
            by = "sex" if "sex" in keys_of(entry) else ""
            asked = indicators.question(entry.set, entry.code, unit="06124", period="2026", by=by)
            table = indicators.table(desk, asked)
            found.append((entry.id, table.values.tolist()))
    return found


def test_the_figures_are_the_same_afterwards(house: HouseUnderTest) -> None:
    number, other = a_full_case(house), a_case(house)
    close(house, number, other)
    set_periods(house)
    with at(house, LATER):
        before = figures(house)
        assert any(sum(map(bool, _flat(values))) for _id, values in before)  # type: ignore[misc]
        shredded(house, number)
        assert figures(house) == before
        assert json.loads(run(house, "indicators", "snapshot", "--refresh", "--json"))["written"] == 0
        assert figures(house) == before


def _flat(values: object) -> list[object]:
    return [one for row in values for one in _flat(row)] if isinstance(values, list) else [values]


def test_the_trail_stays_whole_and_still_finds_tampering(house: HouseUnderTest) -> None:
    number, other = a_full_case(house), a_case(house)
    house.office.chain_trail()
    close(house, number, other)
    set_periods(house)
    with at(house, LATER):
        shredded(house, number)
    house.office.chain_trail()
    with house.maintenance(writing=False) as desk:
        assert not list(verify(house.office.trail, desk.session, parts=True))
    with house.maintenance() as desk:
        report_id = desk.one(select(Case.report_id).where(Case.number == other))
        desk.session.execute(update(Report).where(Report.id == report_id).values({"_reporter": None}))
    house.office.chain_trail()
    with house.maintenance(writing=False) as desk:
        assert {fault.kind for fault in verify(house.office.trail, desk.session, parts=True)} == {
            "part vanished"
        }


NAMES = ("Khang", "Giả Định", "Bản Tích", WORD)
SHEETS = "/indicators/H/sheets.pdf"  # thirteen sheets of the catalogue, seconds of work, nothing of any file
PAGES_OF_A_FILE = ("/cases/<number>", "/reports/<number>", "/children/<mark>")


@pytest.mark.parametrize("who", [Role.COMMUNE_OFFICER, Role.SOCIAL_WORKER])
def test_every_address_answers_plainly(sqlite_swept: HouseUnderTest, who: Role) -> None:
    """Every page of the file, and every list of the house: no fault, no name, and the file says what became of it."""
    house = sqlite_swept
    number, account = a_full_case(house), house.hire(who)[0]
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == number))
        mark = mark_of(case.child_id)
        if who is Role.SOCIAL_WORKER:
            desk.add(CaseMember(case_id=case.id, account_id=account, since=desk.now))
    lists = [
        rule
        for method, rule in rights.addresses(house)
        if method == "GET" and not rule.startswith("/api") and "<" not in rule and rule != SHEETS
    ]
    client = house.client(who)
    broken = {
        rule for rule in lists if client.get(rule).status_code >= 500
    }  # by the codes that `fill` invents
    close(house, number)
    set_periods(house)
    with at(house, LATER):
        shredded(house, number)
        client = house.client(who)
        wrong = [
            f"{rule}: fault" for rule in lists if rule not in broken and client.get(rule).status_code >= 500
        ]
        for method, rule in rights.addresses(house):
            if not rule.startswith(PAGES_OF_A_FILE):
                continue
            thing = rights.Thing(number, *[str(uuid4())] * 3)
            answer = client.open(rights.fill(rule, thing).replace("0" * 16, mark), method=method)
            text = answer.get_data(as_text=True)
            wrong += [f"{method} {rule} shows {name}" for name in NAMES if name in text]
            if answer.status_code not in (403, 404, 410):
                wrong.append(f"{method} {rule}: {answer.status_code}")
        assert not wrong, "\n".join(wrong)
        page = client.get(f"/cases/{number}")
        expected = 404 if who is Role.SOCIAL_WORKER else 410  # whose only right was to be named on it
        assert page.status_code == expected
        assert number in page.get_data(as_text=True)
    assert len(broken) < len(lists) / 4


@pytest.fixture
def sqlite_swept(sqlite_house: HouseUnderTest) -> Iterator[HouseUnderTest]:
    """The house on SQLite alone: what a page answers is decided before the engine."""
    from tests.conftest import sweep
    from tests.support.house import START

    sqlite_house.clock.__init__(START)  # type: ignore[misc]
    with sqlite_house.app.app_context():
        yield sqlite_house
    sqlite_house.staff.clear()
    sweep(sqlite_house)


NIGHTLY = (
    ("notices", "run"),
    ("audit", "watch"),
    ("audit", "verify"),
    ("cases", "conflicts"),
    ("search", "reindex"),
    ("search", "duplicates"),
    ("keys", "status"),
    ("exports", "clear"),
    ("retention", "look"),
    ("retention", "status"),
)


def test_every_nightly_command_goes_on(house: HouseUnderTest) -> None:
    number = a_full_case(house)
    close(house, number)
    set_periods(house)
    with at(house, LATER):
        shredded(house, number)
        with house.app.app_context():
            runner = house.app.test_cli_runner()
            for words in NIGHTLY:
                done = runner.invoke(args=list(words))
                assert done.exception is None or isinstance(done.exception, SystemExit), (
                    words,
                    done.exception,
                )
                assert "No such command" not in done.output, words
                assert done.exit_code == 0 or words[0] == "audit", (words, done.output, done.stderr)


def test_a_machine_finds_its_referral_gone_and_may_send_it_anew(house: HouseUnderTest) -> None:
    hotline = hmac_machine(house)
    sent = a_referral()
    number = hotline.refer(sent).json["report"]
    close(house, number)
    set_periods(house)
    with at(house, LATER):
        shredded(house, number)
        assert hotline.get(f"/api/v1/referrals/{sent['reference']}").status_code == 404
        again = hotline.refer(sent)
        assert again.status_code in (200, 201), again.json
        assert again.json["report"] != number


def test_keys_that_are_made_never_bring_a_dead_record_back(house: HouseUnderTest) -> None:
    """Nothing can be written under a record that was shredded: nobody finds it."""
    number = a_case(house)
    close(house, number)
    set_periods(house)
    with at(house, LATER):
        shredded(house, number)
    with house.maintenance(writing=False) as desk:
        ids: tuple[UUID, ...] = tuple(desk.all(select(Case.report_id)))
        assert queries.verdicts(desk, ids)
    assert date.today()
