"""What every worker is told at once, and again only when it has changed."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day, now
from hotline.core.db import transaction
from hotline.core.keyring import ensure_master_key, key_file, keyring_of, next_key_file
from hotline.core.settings import Settings
from hotline.switch import standing
from hotline.switch.connections import Connections
from hotline.switch.standing import Standing
from telephony import trunk_accounts
from telephony.commands import Hello, decode
from telephony.line_modes import Mode
from telephony.models_lines import MergedHotline
from telephony.orders import SealBy, TakeFor, UseTrunk
from telephony.tape_keys import public_half

BOSS = Actor("boss", Role.ADMINISTRATOR)


class Worker:
    """One end of a connection, and what came through it."""

    def __init__(self, connections: Connections, name: str) -> None:
        self._line, theirs = socket.socketpair()
        self._theirs = theirs
        self._line.setblocking(False)
        hello = Hello(worker=f"{name}.1", pid=1, sip_port=5060, legs=4, outbound=2)
        self.connection = connections.meet(hello, theirs)

    def told(self) -> list[object]:
        try:
            lines = self._line.recv(65536).splitlines()
        except BlockingIOError:
            return []
        return [decode(line)[0] for line in lines]

    def close(self) -> None:
        self._line.close()
        self._theirs.close()


@pytest.fixture(autouse=True)
def database(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(standing, "transaction", lambda: transaction(emptied))
    return emptied


@pytest.fixture
def connections() -> Connections:
    return Connections()


@pytest.fixture
def workers(connections: Connections) -> Iterator[tuple[Worker, Worker]]:
    made = Worker(connections, "media-0"), Worker(connections, "media-1")
    yield made
    for each in made:
        each.close()


def site(tmp_path: Path) -> Settings:
    own = Settings(data_dir=tmp_path, kamailio="beside", sip_public_address="198.51.100.4")
    ensure_master_key(key_file(own))
    return own


def set_trunk(database: Engine) -> None:
    with transaction(database) as session:
        trunk_accounts.use(
            session,
            username="0891",
            realm="carrier.example",
            password="given",  # noqa: S106  # of nobody
            registrar="sip:sbc.example",
            expires_s=300,
            actor=BOSS,
            now=now(),
        )


def test_the_first_worker_registers_and_all_show_the_account(
    database: Engine, connections: Connections, workers: tuple[Worker, Worker], tmp_path: Path
) -> None:
    own, (first, second) = site(tmp_path), workers
    sealing = SealBy(public_half(keyring_of(own)))
    teller = Standing(own, connections)
    teller.look()
    assert first.told() == second.told() == [sealing, UseTrunk(), TakeFor()]
    set_trunk(database)
    teller.look()
    shown = UseTrunk("0891", "carrier.example", ha1=trunk_accounts.ha1(*_ACCOUNT))
    assert second.told() == [shown]
    [registering] = first.told()
    assert isinstance(registering, UseTrunk)
    assert (registering.registrar, registering.ha1) == ("sip:sbc.example", shown.ha1)
    assert registering.contact == "sip:12345@198.51.100.4:5060"
    teller.look()
    assert first.told() == second.told() == []


def test_numbers_of_merged_lines_are_told_until_they_end(
    database: Engine, connections: Connections, workers: tuple[Worker, Worker], tmp_path: Path
) -> None:
    first, second = workers
    teller = Standing(site(tmp_path), connections)
    teller.look()
    assert first.told() == second.told()
    with transaction(database) as session:
        row = MergedHotline(
            number="912333",
            name="某热线",
            mode=Mode.PARALLEL,
            aliases="0891-9123330|912334",
            valid_from=beijing_day(now()),
            updated_at=now(),
        )
        session.add(row)
        session.flush()
        number = row.id
    teller.look()
    told = [TakeFor(("08919123330", "912333", "912334"))]
    assert first.told() == second.told() == told
    with transaction(database) as session:
        session.delete(session.get_one(MergedHotline, number))
    teller.look()
    assert first.told() == [TakeFor()]


def test_after_a_rotation_each_worker_is_told_the_new_half_and_a_new_one_too(
    connections: Connections, workers: tuple[Worker, Worker], tmp_path: Path
) -> None:
    own, (first, second) = site(tmp_path), workers
    teller = Standing(own, connections)
    teller.look()
    before = first.told()[0]
    next_key_file(own).write_text("ab" * 32)
    connections.part(second.connection)
    second.close()
    later = Worker(connections, "media-1")
    teller.look()
    sealing = SealBy(public_half(keyring_of(own)))
    assert sealing != before
    assert first.told() == [sealing]
    assert later.told() == [sealing, UseTrunk(), TakeFor()]
    later.close()


def test_a_worker_that_has_gone_keeps_nothing_from_the_others(
    connections: Connections, workers: tuple[Worker, Worker], tmp_path: Path
) -> None:
    workers[0].close()
    Standing(site(tmp_path), connections).look()
    assert len(workers[1].told()) == 3


_ACCOUNT = ("0891", "carrier.example", "given")
