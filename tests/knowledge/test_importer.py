from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from sqlmodel import Session, select

from hotline.core.errors import Invalid
from knowledge.importer import ImportRefused, import_file
from knowledge.models import Department, District, Responsibility
from knowledge.seed import seed

DEPARTMENTS = "code,name,short_name,aliases,district_code,kind,accepts,source\n"
CATALOGUE = "matter_code,district_code,department_code,legal_basis,valid_from,valid_to,source\n"


@pytest.fixture(autouse=True)
def seeded(session: Session, now: datetime) -> None:
    seed(session, now=now)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_department_is_added_and_the_second_import_changes_nothing(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = written(
        tmp_path, DEPARTMENTS + "540102-park,城关区园林所,园林所,,540102,organ,是,编办\n"
    )

    first = import_file(session, "departments", path, now)
    again = import_file(session, "departments", path, now)

    assert (first.added, first.changed, first.unchanged) == (1, 0, 0)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert session.get_one(Department, "540102-park").name == "城关区园林所"


def test_full_width_digits_and_stray_blanks_are_cleaned_and_reported(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = written(tmp_path, DEPARTMENTS + "540102-park, 城关区 园林所　,,,５４０１０２,,,\n")

    report = import_file(session, "departments", path, now)

    row = session.get_one(Department, "540102-park")
    assert (row.district_code, row.name) == ("540102", "城关区 园林所")
    assert {(one.row, one.column, one.was, one.now) for one in report.cleaned} == {
        (2, "district_code", "５４０１０２", "540102"),
        (2, "name", " 城关区 园林所　", "城关区 园林所"),
    }


def test_chinese_headings_and_gb18030_are_read(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    text = "部门编码,部门名称,属地代码,是否接单\n540102-park,城关区园林所,540102,否\n"

    import_file(session, "departments", written(tmp_path, text, "gb18030"), now)

    assert session.get_one(Department, "540102-park").accepts is False


def test_one_bad_row_refuses_the_whole_file_and_names_every_error(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        DEPARTMENTS
        + "540102-park,城关区园林所,,,540102,organ,是,\n"
        + "540102-bad,,,,540102,organ,是,\n"
        + "540102-worse,某所,,,999999,office,也许,\n",
    )

    with pytest.raises(ImportRefused) as refused:
        import_file(session, "departments", path, now)

    found = [(error.file, error.row, error.column) for error in refused.value.errors]
    assert found == [
        ("file.csv", 3, "name"),
        ("file.csv", 4, "district_code"),
        ("file.csv", 4, "kind"),
        ("file.csv", 4, "accepts"),
    ]
    assert all(error.remedy for error in refused.value.errors)
    assert session.get(Department, "540102-park") is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("0101,540102,nobody,依据,2026-01-01,,", "department_code"),
        ("9999,540102,540102-urban,依据,2026-01-01,,", "matter_code"),
        ("0101,540102,540102-urban,,2026-01-01,,", "legal_basis"),
        ("0101,540102,540102-urban,依据,2026-13-01,,", "valid_from"),
        ("0101,540102,540102-urban,依据,2026-01-01,2025-01-01,", "valid_to"),
    ],
)
def test_bad_catalogue_cell_is_named(
    session: Session, now: datetime, tmp_path: Path, row: str, column: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_file(session, "catalogue", written(tmp_path, CATALOGUE + row + "\n"), now)

    assert [error.column for error in refused.value.errors] == [column]


def test_rows_that_contradict_each_other_are_refused(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        CATALOGUE
        + "0101,540102,540102-urban,甲,2026-01-01,2026-12-31,\n"
        + "0101,540102,540102-housing,乙,2026-06-01,,\n",
    )

    with pytest.raises(ImportRefused, match=r"row 3, column valid_from: overlaps"):
        import_file(session, "catalogue", path, now)


def test_row_that_overlaps_with_the_sites_own_is_refused(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    own = CATALOGUE + "0101,540102,540102-urban,甲,2026-01-01,,\n"
    import_file(session, "catalogue", written(tmp_path, own), now)
    later = CATALOGUE + "0101,540102,540102-housing,乙,2026-06-01,,\n"

    with pytest.raises(ImportRefused, match="540102-urban"):
        import_file(session, "catalogue", written(tmp_path, later), now)


def test_the_sites_row_ends_the_packaged_one_the_day_before(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = written(tmp_path, CATALOGUE + "0101,540102,540102-housing,纪要,2026-06-01,,\n")

    report = import_file(session, "catalogue", path, now)

    rows = session.exec(
        select(Responsibility)
        .where(Responsibility.matter_code == "0101")
        .where(Responsibility.district_code == "540102")
    ).all()
    spans = {row.department_code: (row.valid_from, row.valid_to) for row in rows}
    assert report.replaced == 1
    assert spans == {
        "540102-urban": (date(2021, 1, 1), date(2026, 5, 31)),
        "540102-housing": (date(2026, 6, 1), None),
    }
    assert seed(session, now=now).added == 0


def test_district_below_an_unknown_one_is_refused(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = written(tmp_path, "code,parent,level,name_zh\n5401,999999,village,某村\n")

    with pytest.raises(ImportRefused) as refused:
        import_file(session, "districts", path, now)

    assert [error.column for error in refused.value.errors] == ["code", "level", "parent"]
    assert session.get(District, "5401") is None


@pytest.mark.parametrize(
    "text",
    ["code,name\nx,y\n", "code,name,district_code,colour\nx,y,540102,red\n", "code,code\nx,y\n"],
)
def test_heading_that_does_not_fit_is_refused(
    session: Session, now: datetime, tmp_path: Path, text: str
) -> None:
    with pytest.raises(Invalid, match="row 1"):
        import_file(session, "departments", written(tmp_path, text), now)


def test_unknown_kind_and_missing_file_are_refused(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="weather"):
        import_file(session, "weather", tmp_path / "none.csv", now)
    with pytest.raises(Invalid, match="can't be read"):
        import_file(session, "catalogue", tmp_path / "none.csv", now)


@pytest.mark.parametrize("kind", ["districts", "departments", "catalogue"])
def test_importing_what_was_seeded_changes_nothing(
    session: Session, now: datetime, kind: str
) -> None:
    with as_file(files("knowledge") / "data" / f"{kind}.csv") as path:
        report = import_file(session, kind, path, now)

    assert (report.added, report.changed, report.replaced) == (0, 0, 0)
    assert report.unchanged > 0
    assert seed(session, now=now).kept == 0
