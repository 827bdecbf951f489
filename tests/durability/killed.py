"""Processes that receive reports and can be killed at any moment; what they say was received, must be there."""

import itertools
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import func, select

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.access.roles import Role
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.children.models import Child
from casemgr.core.clock import FixedClock
from casemgr.core.db import WriteTurn
from casemgr.indicators import projection
from casemgr.indicators.models import CaseFact
from casemgr.intake import actions
from casemgr.intake.models import Report, ReportEvent
from casemgr.intake.terms import Decision, Telling
from casemgr.security.audit import AuditEntry
from casemgr.security.parts import RecordKey
from casemgr.security.sealing import record_bytes
from casemgr.security.verifying import verify
from tests.support.factories import KHANG, a_story, a_telling
from tests.support.house import START, HouseUnderTest

CHILDREN = 2
SISTER = replace(KHANG, ref="c2", name="Nông Thị Giả Tưởng")
_PROCESSES = multiprocessing.get_context("fork")


@dataclass
class Writer:
    """A process that receives one report after the other and says the number of each once it is durable."""

    process: BaseProcess
    said: Connection

    def heard(self) -> list[str]:
        """What it has said so far."""
        found = []
        while self.said.poll():
            try:
                found.append(str(self.said.recv()))
            except EOFError:
                break
        return found

    def kill(self) -> list[str]:
        """End it with no chance to tidy up; gives the last of what it had said."""
        if self.process.pid is not None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        return self.heard()


def start(house: HouseUnderTest, actor: Actor) -> Writer:
    """Let a writer loose on the database of a house."""
    listening, speaking = _PROCESSES.Pipe(duplex=False)
    telling = a_telling(house, story=a_story(children=(KHANG, SISTER)))
    process = _PROCESSES.Process(
        target=_receive_for_ever, args=(house.office, actor, telling, speaking), daemon=True
    )
    process.start()
    speaking.close()
    return Writer(process, listening)


def _receive_for_ever(parent: Office, actor: Actor, telling: Telling, speaking: Connection) -> None:
    engine = parent.engine
    engine.dispose(close=False)  # connections are the parent's; what was compiled may stay
    database = engine.url.database if engine.dialect.name == "sqlite" else None
    turn = WriteTurn(Path(database).with_suffix(".turn")) if database else None
    office = Office(engine, FixedClock(START), parent.ring, turn=turn, closers=(projection.refresh,))
    for round_ in itertools.count():
        with office.open(actor) as desk:
            received = actions.receive(desk, telling)
        speaking.send(f"received {received.number}")
        if round_ % 2:
            continue
        with office.open(actor) as desk:
            actions.decide(desk, desk.get(Report, received.report.id), decision=Decision.ACCEPTED)
        speaking.send(f"accepted {received.number}")


def rounds(
    house: HouseUnderTest, *, seconds: float, writers: int = 2, seed: int = 1
) -> tuple[list[str], int]:
    """Let writers loose and kill them at random moments, again and again; gives what they had said, and the kills."""
    chance, said, kills = random.Random(seed), list[str](), 0
    actor = house.actor(Role.COMMUNE_OFFICER)
    with house.office.open(
        actor
    ) as desk:  # what has to be compiled is compiled before the first process starts
        warm = actions.receive(desk, a_telling(house, story=a_story(children=(KHANG, SISTER)))).report.id
    with house.office.open(actor) as desk:
        actions.decide(desk, desk.get(Report, warm), decision=Decision.ACCEPTED)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        loose = [start(house, actor) for _ in range(writers)]
        loose[0].said.poll(1.0)  # the first is under way
        time.sleep(chance.random() * 0.25)
        for writer in loose:
            time.sleep(chance.random() * 0.02)
            said += writer.kill()
            kills += 1
    return said, kills


def check(house: HouseUnderTest, said: Sequence[str]) -> int:
    """Everything that was said is there as a whole, and nothing is there by half; gives how many reports."""
    with house.maintenance(writing=False) as desk:
        stored = check_at(desk, said)
    house.office.chain_trail()
    with house.maintenance(writing=False) as desk:
        assert not list(verify(desk.trail, desk.session))
    return stored


def check_at(desk: Desk, said: Sequence[str]) -> int:
    """The same, as one desk sees it."""
    reports = desk.all(select(Report))
    stored = {report.number: report for report in reports}
    for line in said:
        step, _, number = line.partition(" ")
        assert number in stored, f"{line}, and then it was gone"
        if step == "accepted":
            assert stored[number].decision == Decision.ACCEPTED, f"{line}, and then it was not"
    keys = set(desk.all(select(RecordKey.record)))
    trail = set(desk.rows(select(AuditEntry.action, AuditEntry.object)))
    for report in reports:
        _check_report(desk, report, keys, {action for action, number in trail if number == report.number})
    _check_nothing_over(desk, len(reports))
    return len(reports)


def _check_report(desk: Desk, report: Report, keys: set[bytes], trail: set[str]) -> None:
    assert report.told is not None
    assert report.known is not None
    assert report.reporter is not None
    assert record_bytes(report.id) in keys
    assert "report received" in trail
    accepted = report.decision == Decision.ACCEPTED
    assert ("report decided" in trail) == accepted
    states = desk.all(
        select(ReportEvent.state).where(ReportEvent.report_id == report.id).order_by(ReportEvent.seq)
    )
    assert states == (["received", "accepted"] if accepted else ["received"])
    cases = desk.all(select(Case).where(Case.report_id == report.id))
    assert len(cases) == CHILDREN
    for case in cases:
        child = desk.get(Child, case.child_id)
        assert child.card is not None
        assert child.detail is not None
        assert case.stage == (Stage.ASSESSING if accepted else Stage.RECEIVED)
        steps = desk.all(select(CaseEvent.step).where(CaseEvent.case_id == case.id))
        assert sorted(steps) == ([Step.ACCEPT, Step.RECEIVE] if accepted else [Step.RECEIVE])
        clocks = desk.all(select(CaseClock.clock).where(CaseClock.case_id == case.id))
        assert len(clocks) == (3 if accepted else 1)
        facts = desk.session.scalar(
            select(func.count()).select_from(CaseFact).where(CaseFact.case_id == case.id)
        )
        assert facts == (2 if accepted else 1)


def _check_nothing_over(desk: Desk, reports: int) -> None:
    for table, each in ((Case, CHILDREN), (Child, CHILDREN)):
        found = desk.session.scalar(select(func.count()).select_from(table))
        assert found == reports * each, f"{found} rows of {table.__name__} for {reports} reports"
