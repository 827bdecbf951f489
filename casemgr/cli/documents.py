"""Commands about papers: issue an official form of a case."""

from pathlib import Path

import click
from click import Choice

from casemgr.cases import queries as cases
from casemgr.cli.door import asked, at_desk, json_option, looking_for, one_line, plain, reason_option, show
from casemgr.core.errors import Invalid, Unavailable
from casemgr.documents import actions, pdf, queries, rules
from casemgr.documents.catalogue import KINDS, of_cases
from casemgr.documents.gather import About
from casemgr.documents.terms import Format, Recipient, Secrecy, Wish

_SCOPE = "Chỉ người nhận ghi trên văn bản; không sao chép, không cung cấp tiếp."


@click.group()
def documents() -> None:
    """Official forms."""


@documents.command()
@click.option("--case", "number", required=True, help="Number of the case.")
@click.option(
    "--form",
    required=True,
    type=Choice([kind.form for kind in of_cases()]),
    help="Number of the form; BB: minutes.",
)
@click.option("--format", "kind", required=True, type=Choice([one.value for one in Format]))
@click.option("--recipient", required=True, help="Name of the office or person it is made for.")
@click.option(
    "--recipient-kind",
    default=Recipient.OTHER.value,
    type=Choice([one.value for one in Recipient]),
    help="What the recipient is; without it somebody who sees nothing hidden.",
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@json_option
@reason_option
@plain
def issue(
    number: str,
    form: str,
    kind: str,
    recipient: str,
    recipient_kind: str,
    out: Path,
    as_json: bool,
    reason: str | None,
) -> None:
    """Issue an official form of a case under the next number of its commune's register, and write it to a file.

    Example: flask --app wsgi documents issue --case 06124-2026-00001-K --form 01 --format docx --recipient "Công an xã" --out 01.docx
    """
    if kind == Format.PDF and not pdf.available():
        raise Unavailable("This machine cannot make PDF files. Use --format docx.")
    name = one_line("recipient", recipient)
    why = asked(reason)
    wish = Wish(Recipient(recipient_kind), name, why, Secrecy.PRIVATE, _SCOPE)
    with at_desk(reason=why) as desk:
        with looking_for(f"case {number}"):
            case = cases.case(desk, number)
        unit = case.unit_id or case.incident_unit_id
        if unit is None:
            raise Invalid({"case": ["No commune is known for this case yet."]})
        paper = actions.issue(desk, About(unit, case), kind=KINDS[form], wish=wish)
        desk.flush()
        _paper, copy = queries.copy_of(desk, paper.id)
        told = rules.number(paper.running, paper.series)
        file = (
            copy.docx
            if kind == Format.DOCX
            else pdf.from_docx(copy.docx, f"{told} ({paper.year})", most_rows=None)
        )
        queries.handed_out(desk, paper.id, file, kind)
        desk.flush()
        out.write_bytes(
            file
        )  # before the number is taken for good: a paper that nobody got would stay in the register
    answer = {"number": told, "paper": str(paper.id), "out": str(out)}
    show(answer, as_json=as_json, text=lambda: f"{told}  {out}")


COMMANDS = (documents,)
