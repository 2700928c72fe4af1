"""Prose with named gaps: Jinja in its sandbox, of which a small vocabulary is left.

There are words to say (`{{ … }}`), `if` and one `for` inside no other: nothing that calculates,
repeats itself, reads another template or takes long. What is not known is refused at saving.
"""

from collections.abc import Collection, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dispatch.indicators.terms import Key
from dispatch.reports.lines import BadLine
from hotline.core.errors import Invalid

# The vocabulary, as docs/reports.md tells it.
WORDS = frozenset({"period", "earlier", "kind", "score"})
CALLS = frozenset({"name", "figure", "before", "change", "top"})
MOST_TOP = 30
TOO_DEEP = "it is put together of too much"
DEEPEST = 20  # one thing within another; Python itself gives up at a hundred
_FIELDS = {
    "period": {"name", "first", "last", "days"},
    "earlier": {"name", "first", "last", "days"},
}
_OF_TOP = frozenset({"name", "figure", "share"})
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr),
    *(nodes.Call, nodes.Keyword, nodes.If, nodes.For, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
)
_ENV = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
_ENV.globals.clear()
_ENV.filters.clear()
_ENV.tests.clear()


def check(
    text: str, line: int, codes: Collection[str], told_apart: Collection[tuple[str, Key]]
) -> None:
    """Raise BadLine unless the text can be filled in with any figures.

    `line` is the template's on which the text begins.
    """
    try:
        tree = _ENV.parse(text)
    except TemplateError as error:
        below = (getattr(error, "lineno", 1) or 1) - 1
        raise BadLine(line + below, error.message or "?") from error
    except (RecursionError, ValueError) as error:  # a thousand brackets, a number without end
        raise BadLine(line, TOO_DEEP) from error
    _Checking(line, frozenset(codes), frozenset(told_apart)).body(tree, frozenset())


def say(text: str, words: Mapping[str, Any]) -> str:
    """Return the text with its gaps filled; raise Invalid for one that `check` would refuse."""
    try:
        return _ENV.from_string(text).render(words)
    except TemplateError as error:
        raise Invalid(
            f"The template can't be filled in: {error.message}.", remedy="Correct the template."
        ) from error


class _Checking:
    """One walk through a text's tree."""

    def __init__(
        self, line: int, codes: frozenset[str], told_apart: frozenset[tuple[str, Key]]
    ) -> None:
        self._line, self._codes, self._told_apart = line, codes, told_apart

    def body(self, node: nodes.Node, own: frozenset[str], *, depth: int = 0) -> None:
        """Look at the node and at all below it; `own` is the name that a `for` has given."""
        if not isinstance(node, _ALLOWED):
            raise self._refused(node, f"{type(node).__name__} is not for templates")
        if depth > DEEPEST:
            raise self._refused(node, TOO_DEEP)
        if isinstance(node, nodes.For):
            self._for(node, own, depth)
            return
        if isinstance(node, nodes.Name) and node.ctx == "load":
            if node.name not in WORDS | own:
                raise self._refused(node, f"there is no word {node.name}")
        elif isinstance(node, nodes.Operand) and node.op not in ("eq", "ne"):
            raise self._refused(node, "words are only equal or not")
        elif isinstance(node, nodes.Getattr):
            self._field(node, own)
        elif isinstance(node, nodes.Call):
            self._call(node)
            return
        for child in node.iter_child_nodes():
            self.body(child, own, depth=depth + 1)

    def _for(self, node: nodes.For, own: frozenset[str], depth: int) -> None:
        over, target = node.iter, node.target
        is_top = isinstance(over, nodes.Call) and getattr(over.node, "name", "") == "top"
        if own or not is_top or node.recursive or not isinstance(target, nodes.Name):
            raise self._refused(node, "a for goes through top(…), and stands in no other")
        if target.name in WORDS | CALLS:
            raise self._refused(node, f"{target.name} is a word already")
        within = frozenset({target.name})
        given = [(each, within) for each in (*node.body, node.test) if each]
        for child, names in (*given, (over, own), *((each, own) for each in node.else_)):
            self.body(child, names, depth=depth + 1)

    def _field(self, node: nodes.Getattr, own: frozenset[str]) -> None:
        of = getattr(node.node, "name", "")
        fields = _OF_TOP if of in own else _FIELDS.get(of, set())
        if node.attr not in fields:
            raise self._refused(node, f"there is no {of}.{node.attr}")

    def _call(self, node: nodes.Call) -> None:
        word = getattr(node.node, "name", "")
        given = [each.value if isinstance(each, nodes.Const) else None for each in node.args]
        if word not in CALLS or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise self._refused(node, f"there is no word {word}(…)")
        if len(given) != (3 if word == "top" else 1) or not isinstance(given[0], str):
            raise self._refused(node, f"{word}(…) names an indicator by its code")
        if given[0] not in self._codes:
            raise self._refused(node, f"no such indicator: {given[0]}")
        if word == "top" and not self._is_top(given):
            raise self._refused(node, f"top(code, key, 1 to {MOST_TOP}) is not told apart so")

    def _is_top(self, given: list[Any]) -> bool:
        code, by, most = given
        known = any((code, key) in self._told_apart for key in Key if key.value == by)
        return known and by != Key.DAY and type(most) is int and 0 < most <= MOST_TOP

    def _refused(self, node: nodes.Node, why: str) -> BadLine:
        return BadLine(self._line + node.lineno - 1, why)
