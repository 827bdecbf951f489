"""Templates of one language: the sentence is in its place when they are compiled, and is the same as looked up."""

from flask import Flask
from jinja2 import nodes

from casemgr.core import words
from casemgr.web.spoken import Environment

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
