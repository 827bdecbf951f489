"""Commands about hotline 111: its report forms as files, and what it says it sent beside what is counted here."""

from pathlib import Path

import click

from casemgr.cli.door import at_desk, json_option, plain, show
from casemgr.core.words import _
from casemgr.indicators.catalogue.hotline import FORMS
from casemgr.indicators.hotline import layout, paper, queries
from casemgr.indicators.hotline.forms import cut_of


@click.command()
@click.option("--unit", required=True, help="Code of a unit, or VN for the whole country.")
@click.option("--period", required=True, help="2026-05, 2026-Q3, 2026-H1, 2026, or two dates.")
@click.option("--as-of", default="", help="Count what was recorded here by the end of this local day.")
@click.option("--sheet", "code", help="One sheet by its code, e.g. 05-1-p; all thirteen if not told.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="FILE.xlsx or FILE.pdf.",
)
@plain
def sheets(unit: str, period: str, as_of: str, code: str | None, out: Path) -> None:
    """The report forms of hotline 111 as a workbook or PDF, one worksheet or page for each sheet.

    Example: flask --app wsgi indicators sheets --unit 20 --period 2026-05 --out 111.xlsx
    """
    forms = [form for form in FORMS if code in (None, form.code)]
    if not forms:
        known = ", ".join(form.code for form in FORMS)
        raise click.UsageError(f"There is no sheet {code}. Sheets: {known}.")
    if out.suffix not in (".xlsx", ".pdf"):
        raise click.UsageError("--out must end with .xlsx or .pdf.")
    with at_desk(writing=False) as desk:
        found = [layout.sheet(desk, form, layout.Asked(unit, period, as_of)) for form in forms]
        desk.read("table exported", f"H/* {found[0].place_code} {found[0].period.code}", count=len(found))
    made = paper.workbook(found) if out.suffix == ".xlsx" else paper.as_pdf(found, _("Forms of hotline 111"))
    out.write_bytes(made)


@click.command()
@click.option("--unit", required=True, help="Code of a unit, or VN for the whole country.")
@click.option("--period", required=True, help="2026-05, 2026-Q3, 2026-H1, 2026, or two dates.")
@click.option(
    "--cut", default="", help="Day on which the numbers were closed; the period's last if not told."
)
@json_option
@plain
def match(unit: str, period: str, cut: str, as_json: bool) -> None:
    """What hotline 111 says it sent, what is counted here, and why the two differ, unit by unit.

    Example: flask --app wsgi indicators match --unit 20 --period 2026-05 --cut 2026-06-05 --json
    """
    with at_desk(writing=False) as desk:
        found = queries.matching(desk, layout.Asked(unit, period), cut_of(cut))
        desk.read("hotline compared", f"{unit} {period}")
    rows = [*((row.row or "unnamed", name, row) for name, row in found.rows), ("*", found.place, found.total)]
    answer = {
        "period": found.period.code,
        "cut": found.cut.isoformat(),
        "rows": [
            {
                "unit_code": code,
                "unit_name": name,
                "said": row.said,
                "sent": row.sent,
                "here": row.here,
                "difference": row.difference,
                "why": {reason.value: count for reason, count in row.why.items()},
                "from_elsewhere": row.from_elsewhere,
                "unexplained": row.unexplained,
            }
            for code, name, row in rows
        ],
    }
    show(
        answer,
        as_json=as_json,
        text=lambda: "\n".join(
            f"{code} {name}: {row.difference + row.here} - {row.here}" for code, name, row in rows
        ),
    )
