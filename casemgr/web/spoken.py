"""Templates of one language, made cheap: what stands in a template is settled when it is compiled, not when it is shown.

A page has some two hundred sentences. Looked up each time it is shown, they cost more than anything else on it; so did,
after that, what Jinja asks of each function it calls and makes of each value it prints.
"""

from collections.abc import MutableMapping
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from casemgr.core import words

# The last is a function that remembers its answers.
_FUNCTIONS = {FunctionType, MethodType, BuiltinFunctionType, type(cache(len))}


class _Context(Context):
    """The names of one page."""

    @internalcode
    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Nearly all that a page calls are functions, asked one thing where Jinja asks four, and macros, asked nothing."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _FUNCTIONS or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


def escaped(value: Any) -> Any:
    """What markupsafe's `escape` makes of a value that is only joined into a page, where most have nothing to escape:
    to make a `Markup` of each of them takes longer than to look."""
    kind = type(value)
    if kind is Markup:
        return value
    if kind is not str:
        if hasattr(value, "__html__"):
            return escape(value)
        value = str(value)
    if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
        return escape(value)
    return value


class _Generator(CodeGenerator):
    """Python code of a template, in which each printed value goes through `escaped` and not through `escape`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class Environment(FlaskEnvironment):
    """The templates of the application; those of one language are an overlay of it."""

    context_class = _Context
    code_generator_class = _Generator
    escaped = staticmethod(escaped)
    language: str | None = None  # of none in particular: sentences are looked up when they are shown

    def spoken(self, language: str) -> "Environment":
        """The same templates, made for one language."""
        made: Environment = self.overlay()
        made.language = language
        return made

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names of the application as they stand: each template asks all of them of each one that it imports."""
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        if self.language is not None:
            _Saying(self.language).visit(parsed)
        return parsed


class _Saying(NodeTransformer):
    """Puts the sentence in the place of `_('sentence')`; one with values stays, it differs each time.

    A sentence with signs that a page must not print as they are was written with them on purpose and is markup; any other
    is plain text, of which no `Markup` is made each time it is handed on.
    """

    def __init__(self, language: str) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802 - jinja's name
        self.generic_visit(node, *args, **kwargs)
        if not isinstance(node.node, nodes.Name) or node.node.name != "_" or node.kwargs:
            return node
        match node.args:
            case [nodes.Const(value=str(sentence))]:
                with words.speaking(self._language):
                    said = words._(sentence)
                return (nodes.Const if escape(said) == said else nodes.TemplateData)(said, lineno=node.lineno)
        return node
