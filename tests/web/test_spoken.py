"""Templates of one language: the sentence is in its place when they are compiled, and is the same as looked up."""

import pytest
from flask import Flask
from flask.templating import Environment as FlaskEnvironment
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError, nodes
from markupsafe import Markup, escape

from casemgr.core import words
from casemgr.core.words import _l
from casemgr.web import pages
from casemgr.web.spoken import Environment, escaped

SENTENCE = "Sign out"


def test_a_sentence_is_put_in_when_the_template_is_compiled() -> None:
    templates = Environment(Flask("templates"), autoescape=True)
    spoken = templates.spoken(words.VIETNAMESE).from_string(
        "<b title=\"{{ _('Sign out') }}\">{{ _('Sign out') }}</b>"
    )
    said = words.catalogue(words.VIETNAMESE)[SENTENCE]
    assert said != SENTENCE
    assert spoken.render() == f'<b title="{said}">{said}</b>'  # nothing is there to look it up with


def test_a_sentence_with_values_is_looked_up_when_it_is_shown() -> None:
    source = "{{ _('%(count)s of them', count=word) }}{{ _(word) }}"
    parsed = Environment(Flask("templates")).spoken(words.ENGLISH)._parse(source, None, None)
    assert [call.node.name for call in parsed.find_all(nodes.Call)] == ["_", "_"]


class _Drawn:
    """Something that brings its own markup."""

    def __html__(self) -> str:
        return "<i>&amp;</i>"


HOSTILE = st.text(alphabet="&<>'\"a ớ\n") | st.text()
VALUES = (
    HOSTILE
    | HOSTILE.map(Markup)
    | st.none()
    | st.integers()
    | st.floats()
    | st.builds(_Drawn)
    | st.lists(HOSTILE)
)


@given(VALUES)
@example("a&b")
@example("a<b")
@example("a>b")
@example("a'b")
@example('a"b')
def test_what_is_joined_into_a_page_is_escaped_as_ever(value: object) -> None:
    assert "".join([escaped(value)]) == str(escape(value))


EVERYWHERE = """
{% macro bold(it) %}<b title="{{ it }}">{{ it }}{{ caller() if caller else '' }}</b>{% endmacro %}
{{ it }}{{ it|upper }}{{ it|safe }}{# compared only: no page of ours says so #}{{ it ~ it }}{{ '<br>' }}{{ [it, it]|join(',') }}
{% set kept %}[{{ it }}]{% endset %}{{ kept }}{{ kept ~ it }}
{{ bold(it) }}{{ bold(kept) }}{% call bold(it) %}({{ it }}){% endcall %}
{% for each in [it, 1, none] %}{{ each }}{% endfor %}
{% filter upper %}{{ it }}{% endfilter %}
{% autoescape false %}{{ it }}{{ bold(it) }}{% endautoescape %}{{ bold(it)|length }}
"""


@given(HOSTILE | HOSTILE.map(Markup) | st.builds(_Drawn))
def test_a_template_makes_what_it_made_before(value: object) -> None:
    theirs, ours = (
        kind(Flask("templates"), autoescape=True).from_string(EVERYWHERE)
        for kind in (FlaskEnvironment, Environment)
    )
    assert ours.render(it=value) == theirs.render(it=value)


def test_a_name_that_nobody_gave_is_an_error_still() -> None:
    templates = Environment(Flask("templates"), autoescape=True, undefined=StrictUndefined)
    with pytest.raises(UndefinedError):
        templates.from_string("{{ nobody }}").render()


WORDS = (
    HOSTILE
    | HOSTILE.map(Markup)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.builds(_Drawn)
    | st.just(_l("Sign out"))
)


@given(WORDS, st.integers() | st.floats(allow_nan=False, allow_infinity=False))
@example("<b>&'\"", 7)
def test_a_sentence_with_values_escapes_them_as_ever(word: object, number: float) -> None:
    for sentence, values in (
        ("%(word)s, 5 %% of %(word)s", {"word": word}),
        ("%(word)s %(n)d %(n).1f", {"word": word, "n": number}),
    ):
        with words.speaking(words.ENGLISH):
            assert pages._said(sentence, **values) == Markup(sentence) % values


def test_a_sentence_with_signs_is_markup_and_any_other_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"plain": "Tiếng nói", "marked": '<b>to</b> & "nhỏ"'}
    monkeypatch.setattr(words, "_", lambda sentence, **_values: said[sentence])
    source = """{% macro same(it) %}{{ it }}{% endmacro %}
{% for it in [_('plain'), _('marked')] %}{{ it }}|{{ same(it) }}|{{ it ~ hostile }}|{% endfor %}{{ _('plain') }}|{{ _('marked') }}"""
    templates = Environment(Flask("templates"), autoescape=True).spoken(words.VIETNAMESE)
    shown = templates.from_string(source).render(hostile="<i>")
    plain, marked = said["plain"], said["marked"]
    each = "".join(f"{one}|{one}|{one}&lt;i&gt;|" for one in (plain, marked))
    assert shown.strip() == each + f"{plain}|{marked}"
