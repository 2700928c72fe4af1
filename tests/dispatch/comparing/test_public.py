"""向社会公布: nobody outside reads, or reckons, a figure of a few orders."""

import json
from typing import Any

from dispatch.comparing import document, public
from dispatch.comparing.scheme import body_of
from tests.dispatch.comparing.scene import scheme

NO_FIGURES = {"numerator": None, "denominator": None, "rate": None, "interval": None}


def told(**rates: list[int]) -> Any:
    """Return the one class of a document on these units, as everybody reads it."""
    run = {
        "scheme": body_of(scheme(30)),
        "classes": dict.fromkeys(rates, "county"),
        "counts": {unit: {"close_on_time": each} for unit, each in rates.items()},
    }
    (group,) = public.result(_read(run))
    return group


def _read(run: dict[str, Any]) -> Any:
    return json.loads(document.write({"run": run, "before": None}))


def parts(group: Any) -> dict[str, Any]:
    return {each["unit"]: each["parts"]["close_on_time"] for each in group["standings"]}


def test_figures_of_a_few_orders_are_told_to_nobody() -> None:
    group = told(a=[90, 100], b=[60, 100], c=[1, 1])
    assert parts(group)["c"] == {**NO_FIGURES, "band": "few"}
    assert (parts(group)["a"]["numerator"], parts(group)["a"]["denominator"]) == (90, 100)


def test_nor_do_the_figures_of_the_class_tell_them_by_subtraction() -> None:
    for few in ({"c": [1, 1]}, {"c": [20, 29]}, {"c": [1, 1], "d": [3, 9]}):
        group = told(a=[90, 100], b=[60, 100], **few)
        assert (group["like"], group["value"]) == ({"close_on_time": None}, None)


def test_the_class_is_told_where_nothing_follows_from_it() -> None:
    for few, of in (({}, 200), ({"c": [0, 0]}, 200), ({"c": [20, 20], "d": [1, 10]}, 230)):
        group = told(a=[90, 100], b=[60, 100], **few)
        assert group["like"]["close_on_time"]["denominator"] == of
        assert group["value"] is not None
