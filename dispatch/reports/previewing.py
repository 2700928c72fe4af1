"""预览: what a template would say of the period that was frozen last."""

from collections.abc import Sequence

from sqlmodel import Session

from dispatch.indicators import freezing
from dispatch.indicators.models_indicators import IndicatorSnapshot
from dispatch.reports import blocks, gathering, html_form, periods, templating
from dispatch.reports.paper import Paper
from dispatch.reports.periods import Span
from dispatch.reports.terms import ReportKind
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound

LOOKED_AT = 200  # frozen reports, the newest first


def preview(session: Session, kind: ReportKind, text: str, *, reader: Actor) -> bytes:
    """Return the page as HTML, marked as a draft; nothing is kept.

    Raises Invalid for a bad template, and NotFound while the reader sees no frozen report.
    """
    content = templating.read(text)
    snapshots = freezing.listed(session, limit=LOOKED_AT, reader=reader)
    newest = next(iter(_of_kind(kind, snapshots)), None)
    if newest is None:
        raise NotFound(
            "No frozen report to preview with.", remedy="Freeze a period of this kind first."
        )
    before = periods.before(kind, Span(newest.since, newest.until))
    same = (each for each in snapshots if (each.since, each.until) == (before.first, before.last))
    kept = gathering.gather(session, kind, newest, next(same, None), before, days=content.days)
    facts = (("预览", f"{newest.since} 至 {newest.until}"),)
    return html_form.write(Paper(blocks.put_together(content, kept), facts, draft=True))


def _of_kind(kind: ReportKind, snapshots: Sequence[IndicatorSnapshot]) -> list[IndicatorSnapshot]:
    """Return those of this kind's days; of a special report any will do."""
    if kind is ReportKind.SPECIAL:
        return list(snapshots)
    return [
        each for each in snapshots if periods.span(kind, each.since) == Span(each.since, each.until)
    ]
