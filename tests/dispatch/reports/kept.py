"""Figures as they are kept with a report, made up."""

from typing import Any

from dispatch.indicators import definitions


def _of(some: int, of: int, value: float | None) -> dict[str, Any]:
    return {"numerator": some, "denominator": of, "excluded": 0, "value": value}


_NAMES = {"requests": "受理量", "received": "承办量", "response": "响应率"}

KEPT: dict[str, Any] = {
    "kind": "monthly",
    "now": {
        "since": "2026-10-01",
        "until": "2026-10-31",
        "score": 92.5,
        "figures": {
            "requests": _of(1200, 1200, 1200.0),
            "received": _of(1200, 1200, 1200.0),
            "response": _of(95, 100, 95.0),
        },
    },
    "before": {
        "since": "2026-09-01",
        "until": "2026-09-30",
        "score": None,
        "figures": {"requests": _of(1000, 1000, 1000.0), "response": _of(193, 200, 96.5)},
    },
    "by": {
        "requests": {"day": [["2026-10-01", _of(30, 30, 30.0)], ["2026-10-02", _of(40, 40, 40.0)]]},
        "received": {
            "department": [
                ["540102-a", _of(800, 800, 800.0)],
                ["540102-b", _of(400, 400, 400.0)],
            ]
        },
    },
    "indicators": {
        each.code: {"name": _NAMES.get(each.code, each.name_zh), "kind": each.kind.value}
        for each in definitions.packaged()
    },
    "names": {"department": {"540102-a": "=城管局"}, "district": {}},
}
