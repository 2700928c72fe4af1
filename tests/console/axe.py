"""axe-core in a page: what it finds that keeps somebody from reading or using it."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
_RUN = """async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
})).violations.map((each) => ({
  rule: each.id, impact: each.impact, help: each.help,
  where: each.nodes.map((node) => `${node.target.join(" ")} ${(node.any[0] || node.all[0] || node.none[0] || {}).message || ""}`),
}))"""  # noqa: E501  # a page's own language has longer lines


def grave(page: Page) -> list[str]:
    """Return the serious and critical findings on the page as it is shown; none for a good one."""
    return [
        f"{each['rule']} ({each['impact']}): {where}"
        for each in findings(page)
        if each["impact"] in GRAVE
        for where in each["where"]
    ]


def findings(page: Page) -> list[dict[str, Any]]:
    """Return all that axe finds, of every impact."""
    page.evaluate(_source())  # evaluated, not added: the page's CSP allows no other script
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return found


@cache
def _source() -> str:
    assert SCRIPT.is_file(), f"{SCRIPT} is missing: make assets"
    return SCRIPT.read_text(encoding="utf-8")
