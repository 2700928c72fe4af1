"""`hotline import` and `hotline export` of what the hotline knows."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from hotline import migrations
from hotline.core.accounts import MACHINE
from hotline.core.db import connect
from hotline.core.event_types import EventType
from hotline.core.events import Event
from hotline.core.keyring import ensure_master_key, key_file
from hotline.core.settings import Settings
from knowledge import seed
from tests.commands import forked

HEAD = ["热线号码", "热线名称", "归并方式", "生效日期", "并入号码"]
ROW = ["12333", "人社热线", "双号并行", "2026/1/1", "０８９１-6333333"]


@pytest.fixture
def given(engine: Engine, now: datetime, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a site of its own: what commands write is committed."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE exchange"))
    made = connect(engine.url.set(database="exchange").render_as_string(hide_password=False))
    own = Settings(data_dir=tmp_path / "data")
    own.data_dir.mkdir()
    ensure_master_key(key_file(own))
    try:
        migrations.upgrade(made)
        with Session(made) as session:
            seed.seed(session, now=now)
            session.commit()
        url = made.url.render_as_string(hide_password=False)
        yield {**os.environ, **own.child_environment(), "HOTLINE_DATABASE_URL": url}
    finally:
        made.dispose()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE exchange WITH (FORCE)"))


def test_a_workbook_is_checked_taken_in_once_and_given_out(
    given: dict[str, str], tmp_path: Path
) -> None:
    book, path = Workbook(), tmp_path / "lines.xlsx"
    page = book.create_sheet("线路", 0)
    for row in (HEAD, ROW):
        page.append(row)
    book.save(path)

    checked = forked(given, "import", "hotlines", str(path), "--check")
    first = forked(given, "import", "hotlines", str(path))
    again = forked(given, "import", "hotlines", str(path))
    out = tmp_path / "out.json"
    given_out = forked(given, "export", "hotlines", str(out))
    back = forked(given, "import", "hotlines", str(out))
    wrong = forked(given, "import", "nonsense", str(path))

    assert checked.output.endswith(
        "1 added, 0 changed, 0 unchanged, 1 replaced; nothing was written\n"
    )
    assert "1 added, 0 changed, 0 unchanged, 1 replaced\n" in first.output
    assert "was='２０２６" not in first.output
    assert "0 added, 0 changed, 1 unchanged, 0 replaced" in again.output
    assert given_out.code == 0
    assert {"12333", "110"} <= {each["number"] for each in json.loads(out.read_text())}
    assert "0 added, 0 changed," in back.output
    assert wrong.code == 1
    assert "Use districts, departments, contacts" in wrong.errors


def test_a_bad_line_takes_nothing_in_and_says_what_to_do(
    given: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        "department_code,role,starts_at,ends_at,person,phone\n"
        "540100-urban,值班员,2026-11-25 08:00,2026-11-26 08:00,甲,0891-6320001\n"
        "540100-urban,值班员,2026-11-27,2026-11-26,乙,不详\n",
        encoding="utf-8",
    )
    refused = forked(given, "import", "rosters", str(path))
    assert refused.code == 1
    assert "roster.csv, row 3, column phone" in refused.errors
    assert "roster.csv, row 3, column ends_at" in refused.errors
    assert "不详" not in refused.errors  # what stands there may be somebody's
    empty = forked(given, "export", "rosters", "-")
    assert empty.output.count("\n") == 1
    engine = connect(given["HOTLINE_DATABASE_URL"])
    with Session(engine) as session:  # whichever door it left by
        told = session.exec(select(Event).where(Event.type == EventType.DUTY_REVEALED)).all()
        assert [(each.actor, each.refs["duty_role"]) for each in told] == [(str(MACHINE), "all")]
    engine.dispose()


def test_what_was_cleaned_of_a_persons_cell_is_not_printed(
    given: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("部门编码,联系电话\n５40100-urban,０８９１ 6320００9\n", encoding="utf-8")
    taken = forked(given, "import", "contacts", str(path))
    assert "row 2, column telephone was cleaned\n" in taken.output
    assert "row 2, column code was cleaned: '５40100-urban' became '540100-urban'" in taken.output
    assert "632" not in taken.output
