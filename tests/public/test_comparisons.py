"""公开比较: everybody reads what was published to everybody, in bands, and nothing else."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.comparing import document, publishing, runs
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.scheme import Publication
from hotline.core.clock import now as clock
from tests.dispatch.comparing.scene import (
    HOUSING,
    JUDGE,
    OVER,
    URBAN_CITY,
    WATER,
    WRITER,
    adopted,
    in_time,
    measured,
    period,
    scheme,
    simulated,
)

PAGE = "/statistics/comparisons"
FEW = 30  # orders: the minimum sample
NAMES = {WATER: "拉萨市水利局", HOUSING: "拉萨市住房和城乡建设局"}


@pytest.fixture
def at() -> datetime:
    return clock()


def ran(session: Session, at: datetime, **said: Any) -> Comparison:
    """Return a comparison of three days ago that nobody was told of yet."""
    begun = at - OVER
    measured(session, at)
    in_time(session, begun, {WATER: (95, 100), HOUSING: (50, 100), URBAN_CITY: (1, 2)})
    asked = scheme(FEW, **{"publication": Publication.PUBLIC, **said})
    made = adopted(session, begun, asked)
    return runs.run(session, made, period(begun), actor=WRITER, now=at)


def published(session: Session, at: datetime, **said: Any) -> Comparison:
    return publishing.publish(session, ran(session, at, **said), actor=JUDGE, now=at)


def _leave_out(run: Comparison, excluded: dict[str, int]) -> None:
    """Write it as if so many orders of each had been left out."""
    run.inputs = {**run.inputs, "run": {**run.inputs["run"], "excluded": excluded}}
    run.document = document.write(run.inputs)
    run.document_hash = hashlib.sha256(run.document).hexdigest()


def test_before_anything_is_published_it_says_so(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    run = ran(session, at)
    assert "还没有向社会公布任何比较" in anonymous.get(PAGE).text
    assert anonymous.get(f"{PAGE}/{run.id}").status_code == 404


@pytest.mark.parametrize(
    "publication", [each for each in Publication if each is not Publication.PUBLIC]
)
def test_what_was_published_to_some_is_nowhere_for_everybody(
    anonymous: TestClient, session: Session, at: datetime, publication: Publication
) -> None:
    run = published(session, at, publication=publication)
    unknown = anonymous.get(f"{PAGE}/{(run.id or 0) + 1}")
    refused = anonymous.get(f"{PAGE}/{run.id}")
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert refused.text == unknown.text.replace(unknown.url.path, refused.url.path)
    assert "月度考核" not in anonymous.get(PAGE).text


def test_neither_is_a_simulation_nor_what_was_withdrawn_before_anybody_was_told(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    _, tried = simulated(session, at - OVER, scheme(publication=Publication.PUBLIC))
    draft = ran(session, at)
    publishing.withdraw(session, draft, "数据有误", actor=JUDGE, now=at)
    for run in (tried, draft):
        assert anonymous.get(f"{PAGE}/{run.id}").status_code == 404
    assert "月度考核" not in anonymous.get(PAGE).text


def test_it_tells_bands_intervals_classes_and_by_what_words_they_were_found(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    run = published(session, at)
    assert f'href="{PAGE}/{run.id}"' in anonymous.get(PAGE).text
    told = anonymous.get(f"{PAGE}/{run.id}").text
    for word in ("地市级机关", "3 个单位", "方案第 1 版", "最小样本 30 单", "置信水平是 95%"):
        assert word in told
    for word in ("藏政办发〔2018〕78号 七(四)", "试点样本小", "按期办结率", "没有剔除任何一单"):
        assert word in told
    water, housing = (told.split(NAMES[each])[1].split("</tr>")[0] for each in (WATER, HOUSING))
    assert ("优于同类" in water, "低于同类" in housing) == (True, True)
    assert "88.8%–97.8%" in water
    assert "95 ÷ 100" in told.split(NAMES[WATER])[2].split("</tr>")[0]


def test_it_shows_no_rank_unless_the_scheme_rests_one_on_a_basis(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    plain = anonymous.get(f"{PAGE}/{published(session, at).id}").text
    assert ("不排名次。" in plain, '<th scope="col">名次</th>' in plain) == (True, False)


def test_a_rank_that_a_scheme_demands_is_told_with_its_basis(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    run = published(session, at, show_ranks=True, ranks_basis="藏政办发〔2018〕78号要求排名")
    told = anonymous.get(f"{PAGE}/{run.id}").text
    assert '<th scope="col">名次</th>' in told
    assert "藏政办发〔2018〕78号要求排名" in told
    assert "<td>1</td>" in told.split(NAMES[WATER])[1].split("</tr>")[0]


def test_figures_of_a_few_orders_are_told_to_nobody_nor_is_who_worked_on_it(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    told = anonymous.get(f"{PAGE}/{published(session, at).id}").text
    few = told.split("拉萨市城市管理和综合执法局")
    assert "样本不足" in few[1].split("</tr>")[0]
    assert ("50.0%" in "".join(each.split("</tr>")[0] for each in few[1:])) is False
    assert "146 ÷ 202" not in told
    for person in ("writer", "adopter", "judge"):
        assert person not in told


def test_what_was_left_out_is_counted(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    run = ran(session, at)
    _leave_out(run, {WATER: 4})
    publishing.publish(session, run, actor=JUDGE, now=at)
    told = anonymous.get(f"{PAGE}/{run.id}").text
    assert "剔除了 4 单" in told
    assert "<td>4</td>" in told.split(NAMES[WATER])[2].split("</tr>")[0]


def test_what_was_withdrawn_says_so_and_nothing_that_it_said(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    run = published(session, at)
    publishing.withdraw(session, run, "水利局的数错了", actor=JUDGE, now=at)
    assert "已于" in anonymous.get(PAGE).text
    told = anonymous.get(f"{PAGE}/{run.id}")
    assert told.status_code == 200
    assert ("已于" in told.text, "不再有效" in told.text) == (True, True)
    for word in ("优于同类", NAMES[WATER], "水利局的数错了", "judge", "95"):
        assert word not in told.text.split("<main>")[1].split("</main>")[0]


def test_it_can_be_kept_by_caches_and_keeps_nothing_itself(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    run = published(session, at)
    for path in (PAGE, f"{PAGE}/{run.id}"):
        for query in ("", "?lang=bo", "?elder=1"):
            made = anonymous.get(path + query)
            assert (made.status_code, "set-cookie" in made.headers) == (200, False)
            assert made.headers["cache-control"] == "public, max-age=300"
            assert "script" not in made.headers["content-security-policy"]
            assert "<script" not in made.text
            tag = {"If-None-Match": made.headers["etag"]}
            assert anonymous.get(path + query, headers=tag).status_code == 304


def test_its_links_keep_the_language_and_the_size(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    run = published(session, at)
    told = anonymous.get(f"{PAGE}?lang=bo&elder=1").text
    assert f'href="{PAGE}/{run.id}?lang=bo&amp;elder=1"' in told
    assert ('lang="bo"' in told, "草稿" in told) == (True, True)


def test_a_long_list_goes_on_where_it_ended(
    anonymous: TestClient, session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(session, at)
    before = period(at - OVER).first
    again = ran(session, at)
    again.since = before.replace(year=before.year - 1)
    publishing.publish(session, again, actor=JUDGE, now=at)
    monkeypatch.setattr("hotline.public.comparisons.SHOWN", 1)
    page = anonymous.get(PAGE).text
    assert (f"{PAGE}/{again.id}" in page, f'{PAGE}/{first.id}"' in page) == (True, False)
    assert f'href="{PAGE}?before={again.id}"' in page
    assert f'{PAGE}/{first.id}"' in anonymous.get(f"{PAGE}?before={again.id}").text


def test_what_is_no_number_of_one_is_nowhere(anonymous: TestClient) -> None:
    for path in ("/x", "/0", "/99999999999999999999", "/-1"):
        refused = anonymous.get(PAGE + path)
        assert refused.status_code == 404, path
        assert "没有这个网页" in refused.text


def test_the_page_of_statistics_leads_there(anonymous: TestClient) -> None:
    assert f'href="{PAGE}' in anonymous.get("/statistics").text
