"""Commands of checks: look at the numbers of every unit, province by province."""

import click

from casemgr.checks import actions
from casemgr.checks.actions import Round
from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY
from casemgr.reporting import queries as reporting


@click.group()
def checks() -> None:
    """Checks: what stands against the numbers of a report before it is signed."""


@checks.command()
@click.option(
    "--period",
    "periods",
    multiple=True,
    help="2026-10, 2026-Q3, … ; without it this month, and those whose returns are being made.",
)
@click.option("--unit", "units", multiple=True, help="Code of a province, or VN; without it all of them.")
@click.option("--again", is_flag=True, help="Also what was looked at today.")
@json_option
@plain
def run(periods: tuple[str, ...], units: tuple[str, ...], again: bool, as_json: bool) -> None:
    """Look at the country, every province and every commune, and keep how they stand.

    May be broken off and begun again: what was looked at today is left. As a cron line:
    40 2 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi checks run

    Example: flask --app wsgi checks run --period 2026-10 --unit 20 --json
    """
    with at_desk(writing=False) as desk:
        spans = [_period(text) for text in periods] or reporting.at_work(desk)
        wanted = {
            span: units or (COUNTRY, *(row.code for row in places.provinces(desk, span.last)))
            for span in spans
        }
        sent = {span: reporting.sent(desk, span) for span in spans}
    done: list[Round] = []
    for span, codes in wanted.items():
        for code in codes:
            with at_desk() as desk:
                done.append(actions.run(desk, span, code, sent=sent[span], again=again))
        if not as_json:
            click.echo(f"{span.code}: {sum(one.units for one in done)} units so far", err=True)
    answer = {
        "periods": [span.code for span in wanted],
        "units": sum(one.units for one in done),
        "left": sum(not one.looked for one in done),
        "blocks": sum(one.blocks for one in done),
        "to_explain": sum(one.to_explain for one in done),
    }
    show(
        answer,
        as_json=as_json,
        text=lambda: (
            f"{answer['units']} units looked at, {answer['blocks']} blocks, {answer['to_explain']} to explain; "
            f"{answer['left']} provinces had been looked at today."
        ),
    )


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise Invalid({"period": [str(error)]}) from None


COMMANDS = (checks,)
