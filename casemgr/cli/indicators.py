"""Commands that count: the list of indicators, a table, a cell with its cases, and the snapshot of facts."""

import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from casemgr.cli import catalogue, hotline
from casemgr.cli.door import asked, at_desk, json_option, looking_for, office, plain, reason_option, show
from casemgr.core.words import both
from casemgr.indicators import editions, following, preparing, projection, queries, splits
from casemgr.indicators.items import FORMS
from casemgr.indicators.outputs.catalogue import METADATA
from casemgr.indicators.outputs.formats import FORMATS
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.terms import Borders, Level, Place
from casemgr.places import queries as places

_LEVELS = [level.value for level in Level]


@click.group()
def indicators() -> None:
    """Indicators: every number counted from the case files, to the last commit or as of a past day."""


@indicators.command("list")
@json_option
@plain
def list_(as_json: bool) -> None:
    """Every indicator that is counted here, and how sure its source is.

    Example: flask --app wsgi indicators list --json
    """
    with at_desk(writing=False) as desk:
        answer = queries.list_json(places.today(desk))
    show(answer, as_json=as_json, text=lambda: "\n".join(map(_line, answer["indicators"])))  # type: ignore[call-overload]


@indicators.command()
@click.argument("set_", metavar="SET")
@click.argument("code")
@click.option("--unit", required=True, help="Code of a unit, VN for the whole country, or PP-unassigned.")
@click.option("--period", required=True, help="2026, 2026-H1, 2026-Q3, 2026-05 or 2026-01-01..2026-03-15.")
@click.option(
    "--level", type=click.Choice(_LEVELS), help="Which units make the rows; the unit itself by default."
)
@click.option(
    "--by", default="", help="Keys, e.g. sex,age_band:procuracy. Bands: law, hotline111, procuracy, year."
)
@click.option("--as-of", help="Count what was recorded here by the end of this local day, e.g. 2026-10-31.")
@click.option(
    "--place", type=click.Choice([place.value for place in Place]), help="By incident (default) or residence."
)
@click.option(
    "--borders",
    type=click.Choice([kind.value for kind in Borders]),
    help="Old: of the period; new: of today.",
)
@click.option("--format", "form_name", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--public", is_flag=True, help="For outside the state chain: small numbers are withheld as c.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@plain
def table(
    set_: str,
    code: str,
    unit: str,
    period: str,
    level: str | None,
    by: str,
    as_of: str | None,
    place: str | None,
    borders: str | None,
    form_name: str,
    as_json: bool,
    public: bool,
    out: Path | None,
) -> None:
    """The table of one indicator.

    Example: flask --app wsgi indicators table B 0101 --unit 20 --period 2026-Q3 --level commune --by sex,age_band:procuracy
    """
    form = FORMATS["json" if as_json else form_name]
    if form.binary and out is None:
        raise click.UsageError(f"--format {form.name} needs --out FILE.")
    with at_desk(writing=False) as desk:
        with looking_for(f"indicator {set_} {code} in this period"):
            question = queries.question(
                set_,
                code,
                unit=unit,
                period=period,
                level=level,
                by=by,
                as_of=as_of,
                place=place,
                borders=borders,
            )
        found = queries.table(desk, question)
        if public:
            found = editions.for_everybody(desk, found)
        edition = " public" if public else ""
        desk.read("table counted", f"{question.entry.id} {found.place.code} {question.period.code}{edition}")
    content = form.write([found], Told(patient=True))
    if out is not None:
        out.write_bytes(content)
    else:
        click.echo(content.decode(), nl=False)


@indicators.command()
@click.option("--format", "form", type=click.Choice(sorted(METADATA)), required=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Write to this file."
)
@plain
def metadata(form: str, out: Path) -> None:
    """What our files for other systems refer to: every indicator, key and unit of today.

    Example: flask --app wsgi indicators metadata --format adx-xsd --out adx.xsd
    """
    with at_desk(writing=False) as desk:
        out.write_bytes(METADATA[form](desk))
    click.echo(f"{out}: {out.stat().st_size} bytes", err=True)


@indicators.command()
@click.argument("set_", metavar="SET")
@click.argument("code")
@click.option("--unit", required=True, help="Code of a unit, VN, or PP-unassigned: the row of the number.")
@click.option("--period", required=True, help="2026, 2026-H1, 2026-Q3, 2026-05 or 2026-01-01..2026-03-15.")
@click.option("--level", type=click.Choice(_LEVELS), help="The level of the table the number stands in.")
@click.option("--where", default="", help="The column of the number, e.g. sex=female,age_band:law=0-15.")
@click.option("--as-of", help="As it stood at the end of this local day.")
@click.option(
    "--place", type=click.Choice([place.value for place in Place]), help="By incident (default) or residence."
)
@click.option(
    "--borders",
    type=click.Choice([kind.value for kind in Borders]),
    help="Old: of the period; new: of today.",
)
@click.option("--cases", "with_cases", is_flag=True, help="List the numbers of the cases behind the value.")
@json_option
@reason_option
@plain
def cell(
    set_: str,
    code: str,
    unit: str,
    period: str,
    level: str | None,
    where: str,
    as_of: str | None,
    place: str | None,
    borders: str | None,
    with_cases: bool,
    as_json: bool,
    reason: str | None,
) -> None:
    """One number, and with --cases exactly the cases behind it.

    Example: flask --app wsgi indicators cell B 0101 --unit 20 --period 2026-Q3 --where sex=female --cases --json
    """
    with at_desk(writing=False, reason=asked(reason) if with_cases else reason) as desk:
        with looking_for(f"indicator {set_} {code} in this period"):
            question = queries.question(
                set_, code, unit=unit, period=period, level=level, as_of=as_of, place=place, borders=borders
            )
        with looking_for(f"case behind {set_} {code}: others supply its numbers"):
            found = queries.cell(desk, question, splits.conditions(where, question.period))
        answer: dict[str, Any] = {
            "set": question.entry.set,
            "code": question.entry.code,
            "unit": unit,
            "period": question.period.code,
            "where": {split.asked_as: member for split, member in found.where.items()},
            "value": found.value,
        }
        if with_cases:
            answer["cases"] = list(queries.case_numbers(desk, found.case_ids))
            desk.read(
                "cell opened",
                f"{question.entry.id} {unit} {question.period.code}",
                count=len(answer["cases"]),
            )
    show(answer, as_json=as_json, text=lambda: "\n".join([str(answer["value"]), *answer.get("cases", ())]))


@indicators.command()
@click.option("--refresh", is_flag=True, help="First write the facts of every case again where they differ.")
@json_option
@plain
def snapshot(refresh: bool, as_json: bool) -> None:
    """Read the whole log of facts and keep a sealed copy of it in the data directory: servers begin with that copy.

    The night's work; numbers are right without it. Servers that run write a copy too when much has come since the last one.

    As a cron line: 45 2 * * * cd /srv/casemgr && .venv/bin/flask --app wsgi indicators snapshot

    Example: flask --app wsgi indicators snapshot --json
    """
    written = 0
    if refresh:
        with at_desk() as desk:
            written = projection.refresh_all(desk, told=lambda done: click.echo(f"{done} cases", err=True))
            desk.record("facts refreshed")
    started = perf_counter()
    kinds = {}
    for kind in FORMS:
        with click.progressbar(length=1, label=f"{kind:<10}", file=sys.stderr) as bar:
            kinds[kind] = following.counting(office().engine).build(kind, _shown(bar), anew=True)
    facts = kinds["case"].reading(None)
    answer = {
        "rows": len(facts),
        "cases": int(facts.column("alive").sum()),
        "written": written,
        "seconds": round(perf_counter() - started, 3),
        "kinds": {kind: register.size for kind, register in kinds.items()},
    }
    show(
        answer, as_json=as_json, text=lambda: "\n".join(f"{name}: {value}" for name, value in answer.items())
    )


def _shown(bar: Any) -> preparing.Told:
    """A bar that follows how far the reading is."""

    def told(done: int, total: int) -> None:
        bar.length = max(total, 1)
        bar.update(done - bar.pos)

    return told


def _line(entry: dict[str, Any]) -> str:
    sure = ", ".join(f"{part} {status}" for part, status in entry["source_status"].items())
    return f"{entry['set']} {entry['code']}  {both(entry['name_vi'], entry['name_en'])}  ({sure})"


indicators.add_command(catalogue.load)
indicators.add_command(catalogue.export)
indicators.add_command(hotline.sheets)
indicators.add_command(hotline.match)
COMMANDS = (indicators,)
