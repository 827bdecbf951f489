"""Commands of retention: look what is due, carry out what two persons have agreed, tell how it stands."""

from uuid import UUID

import click
from sqlalchemy import func, select

from casemgr.cases.models import Disposal
from casemgr.cli.dead import bury, dead_list, turn_keys
from casemgr.cli.door import at_desk, json_option, office, plain, progress, show
from casemgr.core.db import empty_write_ahead_log
from casemgr.intake.models import Report
from casemgr.retention import actions, queries, shredding
from casemgr.retention.terms import Standing

PORTION = 200


@click.group("retention")
def retention_group() -> None:
    """How long files are kept: what is due, and its end."""


@retention_group.command()
@json_option
@plain
def look(as_json: bool) -> None:
    """Look which files are due and bring the list in line; nothing is destroyed. May be stopped and run again.

    Only kinds of files whose period an administrator has set are looked at; what is on hold, open, or needed by criminal
    proceedings is left out, and taken off the list when it was on it.

    As a cron line: 10 2 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi retention look

    Example: flask --app wsgi retention look --json
    """
    looked = came = left = 0
    after: UUID | None = None
    with progress() as told:
        while True:
            with at_desk() as desk:
                report_ids = queries.closed_reports(desk, after, limit=PORTION)
                if report_ids:
                    more, fewer = actions.look_over(desk, report_ids)
                    looked, came, left = looked + len(report_ids), came + more, left + fewer
            told("reports", looked)
            if len(report_ids) < PORTION:
                break
            after = report_ids[-1]
    answer = {"looked": looked, "due": came, "no_longer_due": left}
    show(
        answer,
        as_json=as_json,
        text=lambda: f"{looked} files looked at: {came} new on the list, {left} taken off it.",
    )


@retention_group.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@json_option
@plain
def shred(dry_run: bool, as_json: bool) -> None:
    """Destroy the files of which two persons have agreed that they go. There is no way back.

    First they are closed to everybody, for good; a file that meanwhile must be kept is left out. Then the rows by which their
    people are found are taken away, then file by file: its records are written into the list beside the keyring, their keys
    are destroyed, and everything sealed under them is emptied. May be killed at any moment: the next run finishes it. So it
    does with a restore that was killed before it had buried what was shredded.

    Keys that open record keys in backups of more than 35 days are given up as well. As a cron line, every night:
    40 2 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi retention shred

    Example: flask --app wsgi retention shred --dry-run
    """
    dead = dead_list()
    with at_desk(writing=False) as desk:
        unburied = shredding.unburied(desk, dead.holds)
        now, wanted, going = desk.now, queries.agreed(desk), list(queries.going(desk))
        verdicts = queries.verdicts(desk, wanted)
        due = [one for one in wanted if verdicts[one].standing is Standing.DUE]
        doomed = shredding.doomed_by(desk, [*going, *due])
    if dry_run:
        files, left_out = len(going) + len(due), len(wanted) - len(due)
        answer = {"files": files, "children": len(doomed.children), "left_out": left_out}
        show(answer, as_json=as_json, text=lambda: f"{files} files would go, {left_out} are left out.")
        return
    buried = bury(unburied, dead)
    begun = [one for one in due if _begun(one)]
    left_out, going = len(wanted) - len(begun), going + begun
    with at_desk(writing=False) as desk:
        doomed = shredding.doomed_by(desk, going)
    with progress() as told:
        rows = shredding.forget(lambda writing: at_desk(writing=writing), doomed, told=told)
    with progress() as told:
        for gone, report_id in enumerate(going, start=1):
            with at_desk() as desk:
                shredding.destroy(desk, desk.get(Report, report_id), note_dead=dead.add)
            told("files destroyed", gone)
    turn_keys(now)
    emptied = empty_write_ahead_log(office().engine) if going or buried else True
    answer = {
        "destroyed": len(going),
        "rows": rows,
        "left_out": left_out,
        "buried": buried,
        "log_emptied": emptied,
    }
    show(
        answer,
        as_json=as_json,
        text=lambda: (
            f"{len(going)} files destroyed, {left_out} left out; {rows} rows of indexes taken away."
            + ("" if emptied else " Others hold the database's log open: run it again when they have gone.")
        ),
    )


def _begun(report_id: UUID) -> bool:
    """Pass the point of no return with one file, unless it has to be kept after all."""
    with at_desk() as desk:
        return shredding.begin(desk, desk.get(Report, report_id)) is not None


@retention_group.command()
@json_option
@plain
def status(as_json: bool) -> None:
    """How many files are due, agreed and destroyed, how long the list of the dead is, and which periods are set.

    Example: flask --app wsgi retention status
    """
    with at_desk(writing=False) as desk:
        counted = dict(
            desk.rows(
                select(Disposal.state, func.count(Disposal.report_id.distinct())).group_by(Disposal.state)
            )
        )
        periods = {code: [one.years, one.until_age] for code, one in queries.periods(desk).items()}
    dead = dead_list()
    answer = {"files": counted, "dead_records": len(dead), "list": dead.is_there, "periods": periods}
    lines = [f"{count:>8} {state}" for state, count in sorted(counted.items())] or ["No file is on the list."]
    lines += [f"{len(dead)} records on the list of the dead."]
    lines += (
        [] if periods else ["No period is set: nothing is proposed. An administrator sets it on /retention."]
    )
    show(answer, as_json=as_json, text=lambda: "\n".join(lines))


COMMANDS = (retention_group,)
