"""Templates of one language: a sentence that stands in a template is put in once, when it is compiled.

A page has some two hundred of them. Looked up each time it is shown, they cost more than anything else on it.
"""

from typing import Any

from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from casemgr.core import words


class Environment(FlaskEnvironment):
    """The templates of the application; those of one language are an overlay of it."""

    language: str | None = None  # of none in particular: sentences are looked up when they are shown

    def spoken(self, language: str) -> "Environment":
        """The same templates, made for one language."""
        made: Environment = self.overlay()
        made.language = language
        return made

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        if self.language is not None:
            _Saying(self.language).visit(parsed)
        return parsed


class _Saying(NodeTransformer):
    """Puts the sentence in the place of `_('sentence')`; one with values stays, it differs each time."""

    def __init__(self, language: str) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802 - jinja's name
        self.generic_visit(node, *args, **kwargs)
        if not isinstance(node.node, nodes.Name) or node.node.name != "_" or node.kwargs:
            return node
        match node.args:
            case [nodes.Const(value=str(sentence))]:
                with words.speaking(self._language):
                    return nodes.TemplateData(words._(sentence), lineno=node.lineno)
        return node
