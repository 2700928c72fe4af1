from datetime import UTC, date, datetime

import pytest

from knowledge import directory
from knowledge.catalogue import candidates, desk, explain, responsible
from knowledge.checks import overlaps
from knowledge.directory import packaged
from knowledge.entries import (
    DepartmentEntry,
    DistrictEntry,
    MatterEntry,
    ResponsibilityEntry,
)
from knowledge.evidence import find_evidence, first_levels

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


def code_for(path: tuple[str, str, str], district: str) -> str:
    matter = packaged().matter(*path)
    assert matter is not None
    entry = responsible(packaged(), matter, district, NOW)
    assert entry is not None
    return entry.department_code


def test_packaged_data_holds_together() -> None:
    known = packaged()
    entries = [entry for cell in known.catalogue.values() for entry in cell]

    assert len(known.districts) == 82
    assert not list(overlaps(entries))
    assert {entry.matter_code for entry in entries} <= set(known.matters)
    assert {entry.district_code for entry in entries} <= set(known.districts)
    assert {entry.department_code for entry in entries} <= set(known.departments)
    assert all(entry.legal_basis and entry.source for entry in entries)
    assert {one.parent for one in known.districts.values()} - {""} <= set(known.districts)


@pytest.mark.parametrize("district", sorted(packaged().districts))
def test_somebody_answers_for_every_matter_everywhere(district: str) -> None:
    known = packaged()

    assert all(responsible(known, one, district, NOW) for one in known.matters.values())


def test_county_comes_before_prefecture_and_region() -> None:
    lamp = ("城乡建设", "市政设施", "路灯")

    assert code_for(lamp, "540102") == "540102-urban"
    assert code_for(lamp, "540100") == "540100-urban"
    assert code_for(lamp, "540000") == "540000-housing"


def test_city_answers_where_the_county_has_no_such_organ() -> None:
    assert code_for(("城乡建设", "供电", "停电"), "540102") == "540100-power"


def test_most_specific_matter_comes_first() -> None:
    assert code_for(("城乡建设", "供水", "停水"), "540100") == "540100-water"
    assert code_for(("城乡建设", "物业管理", "电梯"), "540100") == "540100-market"
    assert code_for(("城乡建设", "物业管理", "物业服务"), "540100") == "540100-housing"


def test_other_prefectures_are_handed_to_their_own_hotline() -> None:
    assert code_for(("教育文体", "义务教育", "入学报名"), "540221") == "540200-desk"


def test_desk_takes_what_nobody_answers_for() -> None:
    found = desk(packaged(), "540102", NOW)

    assert found is not None
    assert found.code == "540100-desk"


def test_explanation_names_clause_department_and_day() -> None:
    matter = packaged().matter("劳动和社会保障", "劳动监察", "拖欠工资")
    assert matter is not None
    entry = responsible(packaged(), matter, "540121", NOW)
    assert entry is not None

    sentence = explain(packaged(), entry)

    assert "林周县人力资源和社会保障局" in sentence
    assert "《保障农民工工资支付条例》第七条" in sentence
    assert "2021-01-01起" in sentence


def small(*catalogue: ResponsibilityEntry, accepts: bool = True) -> directory.Directory:
    return directory.build(
        [DistrictEntry("540100", "", "prefecture", "拉萨市")],
        [
            DepartmentEntry("old", "旧局", "", (), "540100"),
            DepartmentEntry("new", "新局", "", (), "540100", accepts=accepts),
        ],
        [MatterEntry("00", "待定"), MatterEntry("01", "城乡建设")],
        catalogue,
    )


OLD = ResponsibilityEntry("01", "540100", "old", "旧", date(2020, 1, 1), date(2026, 5, 31))
NEW = ResponsibilityEntry("01", "540100", "new", "新", date(2026, 6, 1))


def test_entry_holds_from_its_first_to_its_last_day() -> None:
    known = small(OLD, NEW)
    matter = known.matters["01"]

    def at(moment: datetime) -> str | None:
        entry = responsible(known, matter, "540100", moment)
        return entry.department_code if entry else None

    # Beijing's midnight, not that of UTC.
    assert at(datetime(2026, 5, 31, 15, 59, tzinfo=UTC)) == "old"
    assert at(datetime(2026, 5, 31, 16, 0, tzinfo=UTC)) == "new"
    assert at(datetime(2019, 12, 31, tzinfo=UTC)) is None


def test_department_that_accepts_nothing_is_passed_over() -> None:
    known = small(NEW, accepts=False)

    assert not list(candidates(known, known.matters["01"], "540100", NOW))


def test_keywords_speak_for_their_matter_and_for_its_first_level() -> None:
    evidence = find_evidence(packaged(), "广场的窨井没有盖，井盖被人偷走了")

    assert evidence[0].matter.category == ("城乡建设", "市政设施", "井盖")
    assert max(first_levels(evidence).items(), key=lambda pair: pair[1])[0] == "城乡建设"


def test_misheard_keyword_counts_less_than_a_written_one() -> None:
    written, misheard = (find_evidence(packaged(), text)[0] for text in ("拖欠工资", "托欠工资"))

    assert written.matter == misheard.matter
    assert misheard.score < written.score
