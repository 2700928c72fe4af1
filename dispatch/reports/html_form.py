"""A report as one HTML file that loads nothing and runs nothing; printed, it is A4."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from dispatch.reports import charts
from dispatch.reports.blocks import Drawing
from dispatch.reports.paper import Paper

# For whoever serves it: its own styles, and nothing else whatever it holds.
CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@cache
def _template() -> Template:
    here = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=here, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("report.html")


def write(paper: Paper) -> bytes:
    """Return the file: the same bytes for the same report."""
    blocks = [
        (type(block).__name__, block, _drawn(block, number))
        for number, block in enumerate(paper.sheet.blocks)
    ]
    return _template().render(paper=paper, blocks=blocks).encode()


def _drawn(block: object, number: int) -> Markup:
    drawn = charts.svg(block, number) if isinstance(block, Drawing) else ""
    return Markup(drawn)  # noqa: S704  # pygal has escaped it
