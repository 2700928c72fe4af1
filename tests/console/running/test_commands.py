"""`hotline models` says at a terminal what the page shows, and changes it by the same rules."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from dispatch.routing import registry
from hotline.commands import models
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.model_scene import BENT, called_in, outcomes, trained

LAMP = "城关区的路灯坏了一个星期，请派人来修。"


@pytest.fixture(autouse=True)
def one_transaction(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def same() -> Iterator[Session]:
        yield session
        session.flush()

    monkeypatch.setattr("hotline.core.db.transaction", same)


def rows(folder: Path) -> Path:
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerows([("text", "label"), ("学校的桌椅坏了", BENT), (LAMP, "城乡建设")])
    return folder / "rows.csv"


def test_a_model_goes_from_its_folder_to_live_and_back(
    session: Session, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.register_shipped(session, now=now)
    folder = trained(tmp_path / "m")
    models.register(folder, measured=[f"hard={rows(tmp_path)}"])
    row = registry.listed(session)[0]
    assert row.id
    assert row.metrics["hard"]["accuracy"] == 0.5
    models.shadow(row.id)
    with pytest.raises(Conflict, match="too_few"):
        models.promote(row.id, reason="更准")
    outcomes(session, row, called_in(session, now, LAMP), won=10, same=190, now=now)
    models.shadow()
    models.promote(row.id, reason="更准")
    models.roll_back(reason="不准")
    models.show()
    said = capsys.readouterr().out
    for words in ("shadow right 100.0%", "live 95.0%", "may be promoted", "retired", "packaged"):
        assert words in said


def test_a_slice_needs_a_name_of_its_own(tmp_path: Path) -> None:
    folder = trained(tmp_path / "m")
    for bad in (["rows.csv"], [f"a={rows(tmp_path)}", f"a={rows(tmp_path)}"]):
        with pytest.raises(Invalid, match="no slice of its own"):
            models.register(folder, measured=bad)
