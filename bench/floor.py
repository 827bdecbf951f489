"""The floor of a page: the same rows by one bare query, a plain template, the same server; nobody signs in.

No scope, no sealed name is opened, no entry of the trail is written.
"""

import os

from flask import Flask, request
from sqlalchemy import create_engine, text

_LIST = """
<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>floor</title></head><body><h1>Cases</h1><ul>
{% for row in rows %}<li><a href="/cases/{{ row.number }}">{{ row.number }}</a> {{ row.stage }} {{ row.due_at or "" }}
<span>{{ row.state }}</span> <span>{{ row.card_sealed|length }}</span></li>
{% endfor %}</ul></body></html>
"""
_CASE = """
<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>floor</title></head><body><h1>{{ case.number }}</h1>
<dl>{% for name, value in case._mapping.items() %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<ol>{% for row in events %}<li>{{ row.at }} {{ row.step }} {{ row.actor }}</li>{% endfor %}</ol>
<ul>{% for row in clocks %}<li>{{ row.clock }} {{ row.due_at }} {{ row.stopped_at }}</li>{% endfor %}</ul></body></html>
"""
_ROWS = text(
    'SELECT c.number, c.stage, c.due_at, k.state, k.card_sealed FROM "case" c JOIN child k ON k.id = c.child_id '
    "WHERE c.unit_id = :unit AND c.closed_at IS NULL ORDER BY c.opened_at DESC, c.id DESC LIMIT 50"
)
_ONE = text(
    "SELECT c.number, c.stage, c.risk, c.opened_at, c.due_at, k.state, length(k.card_sealed) AS card, r.number AS report "
    'FROM "case" c JOIN child k ON k.id = c.child_id JOIN report r ON r.id = c.report_id WHERE c.number = :number'
)
_EVENTS = text(
    'SELECT e.at, e.step, e.actor FROM case_event e JOIN "case" c ON c.id = e.case_id WHERE c.number = :number '
    "ORDER BY e.at DESC"
)
_CLOCKS = text(
    'SELECT k.clock, k.due_at, k.stopped_at FROM case_clock k JOIN "case" c ON c.id = k.case_id WHERE c.number = :number'
)

app = Flask("floor")
_engine = create_engine(os.environ["CASEMGR_DATABASE_URL"], pool_size=8, max_overflow=8)
_list, _case = app.jinja_env.from_string(_LIST), app.jinja_env.from_string(_CASE)


@app.get("/")
def lives() -> str:
    return "ok"


@app.get("/list")
def rows() -> str:
    with _engine.connect() as connection:
        return _list.render(rows=connection.execute(_ROWS, {"unit": int(request.args["unit"])}).all())


@app.get("/case/<number>")
def case(number: str) -> str:
    with _engine.connect() as connection:
        told = {"number": number}
        return _case.render(
            case=connection.execute(_ONE, told).one(),
            events=connection.execute(_EVENTS, told).all(),
            clocks=connection.execute(_CLOCKS, told).all(),
        )
