"""An item's versions: by different people, each from its day on, compared field by field."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from knowledge.articles.states import TextAction, TextStatus
from knowledge.items import finding, life, searching, seeding, writing
from knowledge.items.checklist import LONGEST_SMS, checklist
from knowledge.items.checks import ItemKey, check
from knowledge.items.content import TWELVE, Window
from knowledge.items.diff import differences, twelve
from knowledge.items.versions import ended
from knowledge.searching.entries import Asked
from tests.knowledge.items.conftest import EDITOR, KEY, OTHER, YAK, publish, published


def test_an_item_is_written_judged_and_published_by_different_people(
    session: Session, now: datetime
) -> None:
    item = published(session, YAK, now)
    told = [each.type for each in events.history(session, life.chain(item))]
    assert told == ["item.drafted", "item.submitted", "item.approved", "item.published"]


def test_nobody_judges_their_own_words(session: Session, now: datetime) -> None:
    boss = Actor("boss", Role.ADMINISTRATOR)
    item = writing.create(session, KEY, YAK, actor=boss, now=now)
    life.act(session, item, TextAction.SUBMIT, actor=boss, now=now)
    with pytest.raises(NotAllowed):
        life.act(session, item, TextAction.APPROVE, actor=boss, now=now)
    life.act(session, item, TextAction.APPROVE, actor=OTHER, now=now)
    with pytest.raises(NotAllowed):
        life.act(session, item, TextAction.PUBLISH, actor=boss, now=now)
    with pytest.raises(Conflict):
        writing.write(session, item, YAK, actor=EDITOR, now=now)
    with pytest.raises(Conflict):
        writing.create(session, KEY, YAK, actor=boss, now=now)


def test_a_version_holds_until_the_next_begins(session: Session, now: datetime) -> None:
    item = published(session, YAK, now)
    later = replace(YAK, fee="不收费", valid_from=date(2027, 1, 1))
    writing.write(session, item, later, actor=EDITOR, now=now)
    publish(session, item, now)
    numbers = {
        on: version.number
        for on in (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
        if (version := finding.at(session, item, on=on))
    }
    assert list(numbers.values()) == [1, 1, 2]
    assert finding.at(session, item, on=date(2025, 12, 31)) is None
    for on, number in numbers.items():
        listed = {each.id: row for each, row in finding.listed(session, on=on, limit=200)}
        assert listed[item.id].number == number


def test_a_version_of_the_same_day_takes_the_place_of_the_former(
    session: Session, now: datetime
) -> None:
    item = published(session, YAK, now)
    writing.write(session, item, replace(YAK, fee="不收费"), actor=EDITOR, now=now)
    publish(session, item, now)
    statuses = [each.status for each in finding.versions(session, item)]
    assert statuses == [TextStatus.PUBLISHED, TextStatus.REPLACED]
    assert finding.numbered(session, item, 1).fee == ""
    with pytest.raises(NotFound):
        finding.numbered(session, item, 3)


def test_what_is_ended_held_until_that_day(session: Session, now: datetime) -> None:
    item = published(session, YAK, now)
    with pytest.raises(Invalid):
        life.act(session, item, TextAction.EXPIRE, actor=OTHER, now=now)
    life.act(session, item, TextAction.EXPIRE, reason="取消", actor=OTHER, now=now)
    today = beijing_day(now)
    row = finding.at(session, item, on=today)
    assert row is not None
    assert ended(row, today)
    assert not ended(row, today - timedelta(days=1))


def test_levels_are_compared_by_the_twelve_fields(session: Session, now: datetime) -> None:
    published(session, YAK, now)
    city = replace(YAK, department_code="540100-agriculture", materials=("身份证（原件）",))
    published(session, city, now, key=ItemKey("sample-yak", "540100"))
    region, lhasa = finding.levels(session, "sample-yak", on=date(2026, 6, 1))
    found = differences(*(twelve(each.code, row) for each, row in (region, lhasa)))
    assert [(each.field, each.gone, each.new) for each in found] == [
        ("materials", ("免疫记录",), ())
    ]
    on = date(2026, 6, 1)
    assert finding.nearest(session, "sample-yak@540102", on=on)[0].district_code == "540100"
    assert finding.nearest(session, "sample-yak@540200", on=on)[0].district_code == "540000"


def test_a_level_whose_version_is_still_to_begin_hides_none_above_it(
    session: Session, now: datetime
) -> None:
    published(session, YAK, now)
    later = replace(YAK, valid_from=date(2027, 1, 1))
    published(session, later, now, key=ItemKey("sample-yak", "540102"))
    for on, level in ((date(2026, 12, 31), "540000"), (date(2027, 1, 1), "540102")):
        assert finding.nearest(session, "sample-yak@540102", on=on)[0].district_code == level
    with pytest.raises(NotFound):
        finding.nearest(session, "sample-yak@540102", on=date(2025, 12, 31))


def test_a_sample_that_was_ended_does_not_come_back_with_a_newer_package(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "packaged", lambda: [(KEY, YAK)])
    seeding.seed(session, now=now)
    item = finding.find(session, str(KEY))
    life.act(session, item, TextAction.EXPIRE, reason="取消", actor=OTHER, now=now)
    monkeypatch.setattr(seeding, "packaged", lambda: [(KEY, replace(YAK, fee="不收费"))])
    report = seeding.seed(session, now=now)
    assert (report.renewed, report.kept) == (0, 1)


def test_an_item_that_somebody_else_made_at_the_same_moment_is_a_conflict(
    session: Session, now: datetime
) -> None:
    item = writing.added(session, KEY, by="one", now=now)
    with pytest.raises(Conflict, match="already"):
        writing.added(session, KEY, by="other", now=now)
    assert finding.find(session, str(KEY)).id == item.id


@given(st.sampled_from([each for each in TWELVE if each != "code"]))
def test_each_of_the_twelve_is_seen_to_differ(name: str) -> None:
    value = getattr(YAK, name)
    changed: dict[str, Any] = {name: "别的" if isinstance(value, str) else (*value, "别的")}
    other = replace(YAK, **changed)
    assert [each.field for each in differences(twelve("a", YAK), twelve("a", other))] == [name]
    assert differences(twelve("a", other), twelve("a", other)) == []
    assert [e.field for e in differences(twelve("a", YAK), twelve("b", YAK))] == ["code"]


def test_what_nobody_supports_is_never_spoken_and_is_a_gap() -> None:
    made = checklist(YAK)
    assert "两样材料：1.身份证（原件）；2.免疫记录" in made.say
    assert {"收费标准", "办结时限", "窗口电话"} <= set(made.unconfirmed)
    assert "电话" not in made.say.split("以窗口答复为准")[0].replace("窗口电话", "")
    known = replace(YAK, fee="不收费", windows=(Window("甲", "某路1号", "0891-12345"),))
    assert "收费：不收费" in checklist(known).say
    assert "电话0891-12345" in checklist(known).send
    assert not {"fee", "phone", "place"} & set(known.missing)


@given(st.lists(st.text("材料一二三", min_size=1, max_size=80), min_size=1, max_size=30))
def test_a_checklist_fits_into_a_message(materials: list[str]) -> None:
    assert len(checklist(replace(YAK, materials=tuple(materials))).send) <= LONGEST_SMS


def test_the_package_brings_samples_that_stand_and_can_be_found(
    session: Session, now: datetime
) -> None:
    known = writing.known(session)
    packaged = list(seeding.packaged())
    assert len(packaged) >= 60
    for key, content in packaged:
        check(key, content, known)
        assert content.sample
        assert {"code", "phone"} <= set(content.missing)
        assert len(checklist(content).send) <= LONGEST_SMS
    report = seeding.seed(session, now=now)
    assert report.added == len(packaged)
    again = seeding.seed(session, now=now)
    assert (again.added, again.renewed, again.unchanged) == (0, 0, len(packaged))
    found = searching.search(session, Asked("去边境要办什么证", date(2026, 6, 1)))
    told = finding.shown_by_id(session, [found[0].id], on=date(2026, 6, 1))
    assert told[found[0].id][0].code == "border-pass"


def test_a_published_change_is_found_by_the_next_question(session: Session, now: datetime) -> None:
    assert searching.search(session, Asked("牦牛运输", date(2026, 6, 1))) == []
    item = published(session, YAK, now)
    assert [e.id for e in searching.search(session, Asked("牦牛运输", date(2026, 6, 1)))] == [
        item.id
    ]
