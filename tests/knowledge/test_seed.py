from datetime import date, datetime, timedelta

from sqlmodel import Session, func, select

from knowledge import directory, stored
from knowledge.entries import DepartmentEntry, ResponsibilityEntry
from knowledge.models import Department, District, Matter, Responsibility
from knowledge.seed import seed
from telephony.models_lines import MergedHotline


def counts(session: Session) -> list[int]:
    tables = (District, Department, Matter, Responsibility)
    return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


def test_seed_fills_empty_tables_with_all_that_is_packaged(session: Session, now: datetime) -> None:
    report = seed(session, now=now)

    packaged = directory.packaged()
    entries = sum(len(cell) for cell in packaged.catalogue.values())
    assert counts(session) == [
        len(packaged.districts),
        len(packaged.departments),
        len(packaged.matters),
        entries,
    ]
    lines = session.exec(select(func.count()).select_from(MergedHotline)).one()
    assert report.added == sum(counts(session)) + lines


def test_seed_again_changes_nothing(session: Session, now: datetime) -> None:
    first = seed(session, now=now)
    before = counts(session)

    again = seed(session, now=now + timedelta(days=1))

    assert counts(session) == before
    assert (again.added, again.renewed, again.kept) == (0, 0, 0)
    assert again.unchanged == first.added
    assert session.get_one(District, "540102").updated_at == now


def test_seed_never_overrides_a_row_the_site_edited(session: Session, now: datetime) -> None:
    seed(session, now=now)
    department = session.get_one(Department, "540100-urban")
    department.name = "拉萨市城市管理局"
    session.flush()

    report = seed(session, now=now)

    assert session.get_one(Department, "540100-urban").name == "拉萨市城市管理局"
    assert report.kept == 1


def test_seed_renews_a_row_that_only_an_older_package_wrote(
    session: Session, now: datetime
) -> None:
    from knowledge.seed import digest

    seed(session, now=now)
    row = session.get_one(Department, "540100-water")
    row.short_name = "水务"
    old: DepartmentEntry = stored.entry_of(DepartmentEntry, row)
    row.seed = digest(old)
    session.flush()

    report = seed(session, now=now)

    assert report.renewed == 1
    assert session.get_one(Department, "540100-water").short_name == "市水利局"


def test_directory_from_the_tables_equals_the_packaged_one(session: Session, now: datetime) -> None:
    seed(session, now=now)

    loaded, packaged = directory.load(session), directory.packaged()

    assert loaded.districts == packaged.districts
    assert loaded.departments == packaged.departments
    assert loaded.matters == packaged.matters
    assert loaded.catalogue == packaged.catalogue


def test_directory_is_built_anew_only_after_a_change(session: Session, now: datetime) -> None:
    assert stored.current(session) is directory.packaged()
    seed(session, now=now)
    first = stored.current(session)
    assert stored.current(session) is first

    row = session.get_one(Department, "540100-urban")
    row.accepts, row.updated_at = False, now + timedelta(minutes=1)
    session.flush()

    assert not stored.current(session).departments["540100-urban"].accepts


def test_seed_leaves_a_matter_and_district_the_site_answers_itself(
    session: Session, now: datetime
) -> None:
    seed(session, now=now)
    row = session.exec(
        select(Responsibility)
        .where(Responsibility.matter_code == "0101")
        .where(Responsibility.district_code == "540100")
    ).one()
    session.delete(row)
    session.flush()
    session.add(
        Responsibility(
            matter_code="0101",
            district_code="540100",
            department_code="540100-housing",
            legal_basis="市政府会议纪要",
            valid_from=date(2026, 1, 1),
            updated_at=now,
        )
    )
    session.flush()

    report = seed(session, now=now)

    entries = stored.entries(session, ResponsibilityEntry)
    cell = [one for one in entries if (one.matter_code, one.district_code) == ("0101", "540100")]
    assert [one.department_code for one in cell] == ["540100-housing"]
    assert report.kept == 1


def test_a_change_that_was_rolled_back_is_not_remembered(session: Session, now: datetime) -> None:
    seed(session, now=now)
    with session.begin_nested() as undone:
        session.get_one(Department, "540100-urban").accepts = False
        session.flush()
        assert not stored.current(session).departments["540100-urban"].accepts
        undone.rollback()
    assert stored.current(session).departments["540100-urban"].accepts

    session.get_one(Department, "540102-urban").accepts = False
    session.flush()

    changed = stored.current(session).departments
    assert (changed["540100-urban"].accepts, changed["540102-urban"].accepts) == (True, False)
