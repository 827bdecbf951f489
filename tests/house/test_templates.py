"""Templates: strict, each used, each there."""

import ast
import re
from functools import cache

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError, nodes

from casemgr.law.basis import cited
from tests.house.source import modules, templates
from tests.support.house import HouseUnderTest

CITED = re.compile(r"by_law\('([^']+)'\)")
WRITTEN_OUT = re.compile(r"(?:Luật|Nghị định|NĐ|Điều|Decree|Law) \d")
SENTENCES = re.compile(r"_\('[^']*'")
UTC_DAYS = re.compile(r"\w+_at\.(?:strftime|date|year|month|day)\b")
LINKS = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")


def named_in_code() -> set[str]:
    return {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html")
    }


def named_in_templates() -> set[str]:
    return {name for text in templates().values() for name in LINKS.findall(text)}


def test_articles_are_named_by_the_data_of_the_law_and_said_in_the_readers_language() -> None:
    for name, text in templates().items():
        for citations in CITED.findall(text):
            assert "Điều" not in cited(citations, "en"), name
        assert not WRITTEN_OUT.search(SENTENCES.sub("", CITED.sub("", text))), name


def test_an_unknown_name_is_an_error(sqlite_house: HouseUnderTest) -> None:
    environment = sqlite_house.app.jinja_env
    assert environment.undefined is StrictUndefined
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nobody_told_this }}").render()


def test_no_template_takes_the_day_of_an_instant_for_that_of_the_office() -> None:
    """Instants are kept in UTC: before seven in the morning their day is the one before. Ask `|local_day` or `moment(...)`."""
    wrong = {name: found for name, text in templates().items() if (found := UTC_DAYS.findall(text))}
    assert not wrong


def test_everything_is_escaped(sqlite_house: HouseUnderTest) -> None:
    environment = sqlite_house.app.jinja_env
    for name in templates():
        autoescape = environment.autoescape
        assert autoescape(name) if callable(autoescape) else autoescape, name
    assert environment.from_string("{{ word }}").render(word="<b>") == "&lt;b&gt;"


def test_every_template_compiles(sqlite_house: HouseUnderTest) -> None:
    for name in templates():
        sqlite_house.app.jinja_env.get_template(name)


@cache
def parsed() -> dict[str, nodes.Template]:
    return {name: Environment().parse(text) for name, text in templates().items()}


def taken(tree: nodes.Template) -> dict[str, str]:
    """What a template takes from others: by the name it goes by here, the macro."""
    names = [name for statement in tree.find_all(nodes.FromImport) for name in statement.names]
    return {name: name for name in names if isinstance(name, str)} | {
        name[1]: name[0] for name in names if not isinstance(name, str)
    }


def read(tree: nodes.Template) -> set[str]:
    return {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}


def seen_by() -> dict[str, set[str]]:
    """By template, itself and all that see what it imports: those that extend it, and those it includes."""
    found = {name: {name} for name in parsed()}
    for name, tree in parsed().items():
        for link in tree.find_all((nodes.Extends, nodes.Include)):
            if isinstance(link.template, nodes.Const):
                other = link.template.value
                above, below = (other, name) if isinstance(link, nodes.Extends) else (name, other)
                found[above].add(below)
    while True:
        wider = {name: {far for one in those for far in found[one]} for name, those in found.items()}
        if wider == found:
            return found
        found = wider


def test_what_a_template_imports_it_uses() -> None:
    idle = {}
    for name, those in seen_by().items():
        used = {word for one in those for word in read(parsed()[one])}
        if unused := taken(parsed()[name]).keys() - used:
            idle[name] = unused
    assert not idle


def test_every_macro_is_used() -> None:
    used = {macro for tree in parsed().values() for macro in taken(tree).values()}
    idle = {
        (name, macro.name)
        for name, tree in parsed().items()
        for macro in tree.find_all(nodes.Macro)
        if macro.name not in used | read(tree)
    }
    assert not idle


def test_no_template_is_missing() -> None:
    missing = (named_in_code() | named_in_templates()) - templates().keys()
    assert not missing, f"There is no such template: {sorted(missing)}"


def test_no_template_is_unused() -> None:
    unused = templates().keys() - named_in_code() - named_in_templates()
    assert not unused, f"Nothing shows these: {sorted(unused)}"
