"""Film the safe at work: docs/film.md and docs/film/*.png, and the first page for README.md: the real program, invented data.

.venv/bin/python tools/make_film.py
"""

import io
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402 - the tool is run from anywhere

from bench import client, data  # noqa: E402
from bench.client import Ask  # noqa: E402
from bench.stand import Stand, office_of, serving, stand  # noqa: E402
from casemgr.access.actor import command  # noqa: E402
from casemgr.cases.models import Case  # noqa: E402
from casemgr.cases.terms import Stage  # noqa: E402
from casemgr.children.models import Child  # noqa: E402
from casemgr.children.terms import Precision  # noqa: E402
from casemgr.demo import staff  # noqa: E402
from casemgr.security.keys import Purpose  # noqa: E402
from tests.support.browser import browser, window  # noqa: E402

FRAMES, PAGE = ROOT / "docs" / "film", ROOT / "docs" / "film.md"
FIRST_PAGE = ROOT / "docs" / "pictures" / "worklist.png"
SEED, CHILDREN, PROVINCE, COMMUNE = 7, 30, "20", "06124"
WIDTH, COLOURS = 1280, 256
OFFICER, CHAIR, NEIGHBOUR = "officer.na-sam", "chair.na-sam", "officer.that-khe"
SUPERVISOR, INSPECTOR = "supervisor.lang-son", "inspector.vn"
WHY_ASK = "Trẻ đang ở nhà bà ngoại trong xã tôi, cần biết ai đang giúp trẻ."
WHY_RESTRICT = "Người bị cho là gây tổn hại là họ hàng của người trong cơ quan."
WHY_BREAK = "Trẻ đang ở trụ sở xã, cần biết ai được đón trẻ về."
_SCREEN = """<!doctype html><style>
body {{ margin: 0; padding: 26px 32px; background: #14171f; color: #e8eaf0; font: 17px/1.5 monospace }}
pre {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }} b {{ color: #9fc2ff }} i {{ color: #ffb3a8; font-style: normal }}
</style><pre>{text}</pre>"""


@dataclass(frozen=True)
class Filmed:
    """A case of the demo that the film is about."""

    number: str
    searched: str  # name and year, as somebody else would type them


@dataclass
class Film:
    """The pictures taken so far, and what is said under each."""

    running: Browser
    address: str
    made: Stand
    pages: list[str] = field(default_factory=list)
    taken: int = 0

    def scene(self, title: str) -> None:
        self.pages.append(f"## {title}")

    def shot(self, page: Page, name: str, sentence: str, *, height: int = 800) -> None:
        """One frame: the upper part of what the window shows."""
        self.taken += 1
        file = f"{self.taken:02}-{name}.png"
        take(page, FRAMES / file, height)
        self.pages.append(f"![{escape(name.replace('-', ' '))}](film/{file})\n\n{sentence}")

    @contextmanager
    def signed_in(self, username: str, language: str = "en") -> Iterator[Page]:
        """A window of somebody who has signed in."""
        with window(self.running, self.address, width=WIDTH) as page:
            page.context.add_cookies([{"name": "lang", "value": language, "url": self.address}])
            page.goto("/sign-in")
            page.locator('[name="username"]').fill(username)
            page.locator('[name="password"]').fill(password_of(username))
            page.locator("main form button.main").click()
            page.wait_for_url("**/")
            yield page

    def terminal(self, name: str, text: str, sentence: str) -> None:
        """One frame of a terminal."""
        with window(self.running, self.address, width=WIDTH) as page:
            page.set_content(_SCREEN.format(text=text))
            screen = page.locator("pre").bounding_box()
            self.shot(page, name, sentence, height=int(screen["height"]) + 52 if screen else 800)


def main() -> None:
    """Build the demo, play the scenes, write the page."""
    FRAMES.mkdir(exist_ok=True)
    for old in FRAMES.glob("*.png"):
        old.unlink()
    url = "sqlite:///{folder}/data/casemgr.sqlite3"
    with stand("sqlite", url, size=CHILDREN, seed=SEED) as fixed:
        made = replace(fixed, now="")
        run(made, "init")
        run(made, *f"demo load --province {PROVINCE} --children {CHILDREN} --seed {SEED} --json".split())
        run(made, "audit", "verify")
        with serving(made, "waitress") as server, browser() as running:
            film = Film(running, f"http://127.0.0.1:{server.port}", made)
            first_page(film)
            first, second = two_cases(made)
            masked_hit(film, first)
            restricted_case(film, second)
            broken_glass(film, first)
            tamper_found(film, first)
            keys_under_load(film, server.port, first)
    PAGE.write_text("\n\n".join([_HEAD, *film.pages]) + "\n", encoding="utf-8")
    print(f"{film.taken} frames, {sum(file.stat().st_size for file in FRAMES.glob('*.png')) // 1024} KiB.")


def first_page(film: Film) -> None:
    """What README.md shows: the work of a commune officer, in Vietnamese."""
    with film.signed_in(OFFICER, "vi") as page:
        take(page, FIRST_PAGE, 860)


# ---- five scenes --------------------------------------------------------------------------------------------------


def masked_hit(film: Film, case: Filmed) -> None:
    """The officer of the next commune looks for a child of another one, and asks to see the file."""
    film.scene("1. A masked hit")
    with film.signed_in(NEIGHBOUR) as page:
        page.goto("/children/search")
        page.locator("details", has=page.locator("#wide")).locator("summary").click()
        page.locator("#wide-q").fill(case.searched)
        page.locator("#wide button").click()
        hit = page.locator("#outside li").first
        hit.locator("summary").click()
        hit.locator("textarea").fill(WHY_ASK)
        film.shot(
            page,
            "masked-hit",
            "An officer of Thất Khê searches beyond the own files, with two facts. The child of the next commune is there,"
            " covered: initials, year, and whom to ask. ([0025](decisions/0025-search-and-duplicates.md);"
            " `tests/search/test_wide.py`: a child elsewhere is found covered)",
        )
        hit.locator("button").click()
    with film.signed_in(OFFICER) as page:
        page.goto("/children/requests")
        film.shot(
            page,
            "request-to-see",
            "The officer who keeps the file reads who asks and why, and decides. The search itself is in the trail, its"
            " words sealed. (`tests/search/test_wide.py`: what was typed stands sealed in the trail and nowhere else)",
        )


def restricted_case(film: Film, case: Filmed) -> None:
    """A case is restricted to its officer; for the chair of the same commune it is gone."""
    film.scene("2. A restricted case")
    with film.signed_in(OFFICER) as page:
        page.goto(f"/cases/{case.number}/readers")
        page.locator("main form textarea[name=reason]").fill(WHY_RESTRICT)
        page.locator("main form button.main").click()
        film.shot(
            page,
            "restricted",
            "The officer has restricted a case to herself, because the alleged person is kin to somebody in the office."
            " ([0024](decisions/0024-safeguards-over-single-cases.md);"
            " `tests/safeguards/test_restricting.py`: only the named see a restricted case)",
        )
    with film.signed_in(CHAIR) as page:
        answer = page.goto(f"/cases/{case.number}")
        assert answer is not None and answer.status == 404
        film.shot(
            page,
            "not-there",
            "The chair of the same commune opens its address: the same answer as for a number that was never given."
            " (`tests/safeguards/test_restricting.py`: nothing that hangs on a restricted case is met)",
            height=420,
        )


def broken_glass(film: Film, case: Filmed) -> None:
    """The officer of the next commune reads a case for a day; the supervisor reviews it."""
    film.scene("3. Break-glass")
    with film.signed_in(NEIGHBOUR) as page:
        page.goto("/break-glass")
        page.locator("[name=number]").fill(case.number)
        page.locator("[name=reason]").fill(WHY_BREAK)
        film.shot(
            page,
            "break-glass",
            "The child stands in the office of Thất Khê. The officer has the number from the other unit, says why, and reads who will be told."
            " ([0024](decisions/0024-safeguards-over-single-cases.md);"
            " `tests/safeguards/test_glass.py`: everybody who answers for it is told)",
        )
        page.locator("main form button.main").click()
        page.wait_for_url(f"**/cases/{case.number}")
        film.shot(
            page,
            "open-for-a-day",
            "The case is open for 24 hours, to read only: no step can be taken, and a band on every page says so."
            " (`tests/safeguards/test_glass.py`: reads for a day and changes nothing)",
        )
    with film.signed_in(SUPERVISOR) as page:
        page.goto("/oversight/safeguards")
        page.locator("main a[href*='/oversight/openings/']").first.click()
        film.shot(
            page,
            "review",
            "The supervisor of the province finds it waiting and judges, within three working days, whether it was needed."
            " (`tests/safeguards/test_views.py`: the glass from the page to the review)",
        )


def tamper_found(film: Film, case: Filmed) -> None:
    """Whoever rules over the database puts a look on somebody else's account."""
    film.scene("4. Tampering found")
    whole = run(film.made, "audit", "verify")
    statement = blame_another(film.made, case.number)
    found = run(film.made, "audit", "verify", fails=True)
    film.terminal(
        "tamper-named",
        _session(
            ("flask --app wsgi audit verify", whole),
            ("sqlite3 casemgr.sqlite3", f"sqlite> {escape(statement, quote=False)}"),
            ("flask --app wsgi audit verify", f"<i>{escape(found)}</i>"),
        ),
        "Somebody with the database file in hand writes the look of scene 3 on a colleague's account, in the column and in"
        " the body alike. The next verification names the entry. ([0004](decisions/0004-audit-chain.md);"
        " `tests/security/test_audit.py`: whatever is done to the trail is found)",
    )
    with film.signed_in(INSPECTOR) as page:
        page.goto("/audit/heads")
        film.shot(
            page,
            "tamper-on-the-page",
            "The inspector, who has no access to the server, reads the same on a page, and what to do, above the ends of the chain that"
            " are kept in another office. (`tests/oversight/test_verifying.py`: the inspector reads which entry was changed and what to do)",
        )


def keys_under_load(film: Film, port: int, case: Filmed) -> None:
    """New keys and everything brought under them, while eight people ask for pages without a pause."""
    film.scene("5. Keys rotated under load")
    with film.signed_in(OFFICER) as page:
        (token,) = (one["value"] for one in page.context.cookies() if one["name"] == "sid")
        asks = [Ask(path, token) for path in ("/", "/cases", f"/cases/{case.number}")]
        with client.working(port, asks) as answers:
            time.sleep(1)
            said = [(line, run(film.made, *line.split())) for line in ("keys rotate", "keys rewrap")]
            time.sleep(1)
        said.append(("keys verify", run(film.made, "keys", "verify")))
        told = f"{len(answers.times)} pages asked for by 8 people meanwhile, {answers.failed} failed."
        assert not answers.failed
        film.terminal(
            "keys-rotated",
            _session(*((f"flask --app wsgi {line}", text) for line, text in said)) + f"\n\n<b>{told}</b>",
            f"New keys for every purpose, every record brought under them, all of it opened again. {told} The slowest took"
            f" {max(answers.times):.1f} s. ([0022](decisions/0022-keys-in-use-and-backups.md);"
            " `tests/security/test_keys_in_use.py`: people work while keys change and rewrapping is killed again and again;"
            " at one million children: `rewrap` in [benchmarks](benchmarks.md))",
        )
        page.goto(f"/cases/{case.number}")
        film.shot(
            page,
            "work-goes-on",
            "The officer, still signed in, opens the same file under its new keys. Nobody was sent away, nothing restarted."
            " (`tests/security/test_keys_in_use.py`: a running server takes up new keys without a restart)",
        )


# ---- behind the scenes --------------------------------------------------------------------------------------------


def take(page: Page, to: Path, height: int) -> None:
    """The upper part of what a window shows, in few colours."""
    shown = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    picture = Image.open(io.BytesIO(shown)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)


def run(made: Stand, *words: str, fails: bool = False) -> str:
    """A command as an administrator runs it; what it says."""
    line = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(
        line, cwd=ROOT, env=dict(made.environment), capture_output=True, text=True, check=False
    )
    if bool(done.returncode) is not fails:
        raise SystemExit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout.rstrip()


def password_of(username: str) -> str:
    """The password of a demo account, from the keyring of the stand."""
    (secret,) = (key.material for key in data.keyring(SEED).all() if key.purpose is Purpose.SESSION)
    return staff.password(secret, username)


def two_cases(made: Stand) -> Sequence[Filmed]:
    """Two cases at work, of children with a name and a birthday."""
    app = made.app()
    with app.app_context(), office_of(app).open(command("film"), writing=False) as desk:
        rows = desk.rows(
            select(Case, Child)
            .join(Child, Child.id == Case.child_id)
            .where(Case.number.startswith(COMMUNE), Case.stage == Stage.CARRYING_OUT)
            .order_by(Case.number)
        )
        cards = [(case.number, child.card) for case, child in rows]
        known = [
            (number, card) for number, card in cards if card.birth.precision is Precision.DAY and card.name
        ]
        return [Filmed(number, f"{card.name} {card.birth.date.year}") for number, card in known[:2]]


def blame_another(made: Stand, number: str) -> str:
    """Behind the back of the program: the last look at a case was somebody else's. Gives the statement."""
    with closing(sqlite3.connect(made.url.removeprefix("sqlite:///"))) as database, database:
        look = (
            "SELECT seq, actor FROM audit_entry WHERE action = 'case opened' AND object = ? ORDER BY seq DESC"
        )
        seq, actor = database.execute(look, [number]).fetchone()
        others = "SELECT actor FROM audit_entry WHERE actor LIKE 'account:%' AND actor <> ? LIMIT 1"
        (other,) = database.execute(others, [actor]).fetchone()
        statement = f"UPDATE audit_entry SET actor = '{other}',\n  body = replace(body, '{actor}', '{other}')\n  WHERE seq = {seq};"  # noqa: S608 - values of our own, shown as they are run
        database.execute(statement)
    return statement


def _session(*said: tuple[str, str]) -> str:
    """What stands in a terminal: commands and their answers."""
    return "\n\n".join(f"<b>$ {escape(line)}</b>\n{answer}" for line, answer in said)


_HEAD = """# The safe at work: a short film

Taken by `tools/make_film.py` from the real program: a real browser, a real server, real commands, invented people. The words of the cases are Vietnamese, the pages are in their English version. Under each picture: what you see, where it was decided, which test proves it."""


if __name__ == "__main__":
    main()
