"""`hotline import items FILE…` and `export items`: all of the files or nothing, twice is once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner, Result

from hotline.cli import app
from hotline.core.accounts import Role, create_account, find
from hotline.core.errors import Invalid, NotAllowed, NotFound
from knowledge.articles.states import TextAction
from knowledge.importer import ImportRefused
from knowledge.items import finding, life
from knowledge.items.materials import Form, Material, read
from knowledge.items.seeding import seed
from tests.knowledge.items.conftest import EDITOR

HEAD = "code,district,name,kind,department,valid_from,materials"
GOOD = "sample-a,540000,牦牛运输,公共服务,540000-agriculture,2026-01-01,身份证（1份，原件，可容缺）"
BY = ("--as", EDITOR.name)
BAD = "sample-b,540000,牦牛登记,怪,540000-agriculture,2026-01-01,"


@pytest.fixture(autouse=True)
def committed(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command's transaction would commit stays in the test's own."""

    @contextmanager
    def nested(_engine: object = None) -> Iterator[Session]:
        with session.begin_nested():
            yield session

    monkeypatch.setattr("hotline.core.db.transaction", nested)
    create_account(session, EDITOR.name, "secret-word", role=Role.EDITOR, now=now)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=True)


def file(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    path.write_text("\n".join((HEAD, *lines)), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("kind", ["items", "articles"])
def test_drafts_have_an_author_who_may_sign_in(
    session: Session, now: datetime, tmp_path: Path, kind: str
) -> None:
    one = file(tmp_path, "one.csv", GOOD)
    nobodys = run("import", kind, one)
    assert isinstance(nobodys.exception, Invalid)
    assert "--as" in nobodys.exception.remedy
    assert isinstance(run("import", kind, one, "--as", "nobody").exception, NotFound)
    account = find(session, EDITOR.name)
    assert account
    account.disabled_at = now
    session.flush()
    assert isinstance(run("import", kind, one, *BY).exception, NotFound)
    assert run("import", "staff", one, *BY).exit_code == 2
    with pytest.raises(NotFound):
        finding.find(session, "sample-a")


def test_files_are_tried_then_drafted_and_the_same_again_changes_nothing(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    one = file(tmp_path, "one.csv", GOOD)
    two = file(tmp_path, "two.csv", GOOD.replace("sample-a", "sample-c"))
    tried = run("import", "items", one, two, "--dry-run")
    assert "one.csv: 1 added, 0 changed, 0 unchanged; nothing was written" in tried.stdout
    with pytest.raises(NotFound):
        finding.find(session, "sample-a")
    assert run("import", "items", one, two, *BY).exit_code == 0
    again = run("import", "items", one, two, *BY)
    assert "two.csv: 0 added, 0 changed, 1 unchanged" in again.stdout
    item = finding.find(session, "sample-c")
    draft = finding.under_way(session, item)
    assert draft
    life.act(session, item, TextAction.SUBMIT, actor=EDITOR, now=now)
    with pytest.raises(NotAllowed):  # whoever brought the words does not judge them
        life.act(session, item, TextAction.APPROVE, actor=EDITOR, now=now)
    assert read(draft.materials[0]) == Material("身份证", Form.ORIGINAL, 1, later=True)


def test_one_bad_line_in_one_file_takes_nothing_of_any(session: Session, tmp_path: Path) -> None:
    good, bad = file(tmp_path, "good.csv", GOOD), file(tmp_path, "bad.csv", BAD)
    refused = run("import", "items", good, bad, *BY)
    assert isinstance(refused.exception, ImportRefused)
    (error,) = refused.exception.errors
    assert (error.file, error.row, error.column) == ("bad.csv", 2, "kind")
    with pytest.raises(NotFound):
        finding.find(session, "sample-a")


@pytest.mark.parametrize("seeded", [False, True])
def test_what_is_exported_is_taken_in_without_a_change(
    session: Session, now: datetime, tmp_path: Path, seeded: bool
) -> None:
    if seeded:
        seed(session, now=now)
    out = str(tmp_path / "items.json")
    assert run("export", "items", out).exit_code == 0
    assert "0 added, 0 changed" in run("import", "items", out, *BY).stdout
