"""The catalogue of open data, in DCAT's terms: datasets, and the forms in which each is given."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from dispatch.publishing import files, reading
from dispatch.publishing.building import FULL
from dispatch.publishing.columns import Grade
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from hotline.api.open_statistics import MEDIA, file_out
from hotline.api.schemas_directory import DatasetOut, DistributionOut
from knowledge.open_data import LICENCE, State

TITLES = {
    "departments": "承办单位名录",
    "districts": "行政区划",
    "catalogue": "权责清单",
    "hotlines": "归并热线",
    "articles": "知识库",
    "statistics": "办结统计表（区划 × 事项 × 评价）",
    "indicators": "指标",
    "indicators-by-district": "指标（分市地）",
    "ticket-records": "办结工单明细（匿名）",
    FULL: "办结工单明细（匿名，细分类）",
}


def of_directory(state: State, path: str) -> DatasetOut:
    """Return a dataset of the directories, which is written whenever it is asked for."""
    return DatasetOut(
        dataset=state.dataset,
        title=TITLES[state.dataset],
        grade=Grade.PUBLIC,
        period="",
        edition=None,
        licence=LICENCE,
        modified=state.modified,
        etag=state.etag,
        path=path,
        distributions=[DistributionOut(media_type=MEDIA["jsonl"], path=path, size=None)],
    )


def of_statistics(session: Session) -> Iterator[DatasetOut]:
    """Yield the datasets of the newest month that is published; none while nothing is."""
    release = reading.latest(session)
    if release is None:
        return
    held = reading.files_of(session, release)
    for name in ("statistics", "indicators", "indicators-by-district", "ticket-records", FULL):
        mine = [each for each in held if each.name.startswith(f"{name}.")]
        if mine:  # an older edition has no indicators by district
            yield _dataset(release, name, mine)


def _dataset(release: StatisticsRelease, name: str, held: Sequence[ReleaseFile]) -> DatasetOut:
    forms = {each.name.rpartition(".")[2]: file_out(release, each) for each in held}
    main = forms["jsonl"]
    return DatasetOut(
        dataset=name,
        title=TITLES[name],
        grade=main.grade,
        period=release.month,
        edition=release.edition,
        licence=files.LICENCE,
        modified=release.published_at or release.made_at,
        etag=f'"{main.sha256}"',
        path=main.path,
        distributions=[
            DistributionOut(
                media_type=MEDIA[form], path=each.path, size=each.size, sha256=each.sha256
            )
            for form, each in sorted(forms.items())
        ],
    )
