"""A line that is merged in the database is called through a real Kamailio a look later."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotline.core.clock import beijing_day, now
from hotline.core.db import transaction
from hotline.core.settings import Settings
from hotline.switch import telephones
from hotline.switch.kamailio_rpc import folder_of
from hotline.switch.telephones import Telephones
from telephony.line_modes import Mode
from telephony.models_lines import MergedHotline
from tests.e2e.fronts import FakeWorker, fronting
from tests.e2e.strangers import ask

TRUNK = "127.0.0.4"


def test_kamailio_hears_of_a_merged_line_and_of_its_end(
    emptied: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telephones, "transaction", lambda: transaction(emptied))
    worker = FakeWorker()
    line = MergedHotline(
        number="912333",
        name="某热线",
        mode=Mode.PARALLEL,
        valid_from=beijing_day(now()),
        updated_at=now(),
    )
    with fronting(tmp_path, [worker], trunks=f"{TRUNK}/32") as front:
        teller = Telephones(front.own, [worker.port])

        def called() -> int | None:
            teller.look()
            return ask(front.port, "INVITE", f"sip:912333@127.0.0.1:{front.port}", source=TRUNK)

        assert called() == 404
        with transaction(emptied) as session:
            session.add(line)
            session.flush()
            number = line.id
        assert called() == 200
        with transaction(emptied) as session:
            session.delete(session.get_one(MergedHotline, number))
        assert called() == 404
    worker.close()


def test_the_list_of_workers_is_there_for_a_kamailio_that_starts_after_the_switch(
    emptied: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telephones, "transaction", lambda: transaction(emptied))
    worker = FakeWorker()
    own = Settings(data_dir=tmp_path / "of a site that begins")
    Telephones(own, [worker.port]).look()
    listed = (folder_of(own) / "workers.list").read_text()
    assert listed == f"1 sip:127.0.0.1:{worker.port} 0 0\n"
    worker.close()
