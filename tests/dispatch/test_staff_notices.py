"""告知承办单位: each once, taken once, and a gateway that is away holds up nobody else's."""

import json
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlmodel import Session, col, select

from dispatch.notices import staff_notices
from dispatch.notices.models_notices import StaffDelivery, StaffNotice
from dispatch.notices.notice_gateway import GatewayAway
from dispatch.notices.staff_gateways import BATCH, Channel, StaffMessage, Way, file_name, way
from dispatch.notices.staff_notices import Owed
from tests.dispatch.loopback_gateway import Gateway

MINUTE = timedelta(minutes=1)


def owed(about: str, recipient: str = "department:540102-urban") -> Owed:
    return Owed(about, recipient, "yellow", "warning", "261125000017", "", "reply_by", None)


def owe(session: Session, now: datetime, *about: str) -> None:
    staff_notices.owe(session, [owed(each) for each in about], now=now)


def test_a_recipient_is_told_once_of_each_thing(session: Session, now: datetime) -> None:
    owe(session, now, "clock:1:1:warning")
    owe(session, now, "clock:1:1:warning", "clock:2:1:warning")
    leader = owed("clock:1:1:warning", "leader:540102-urban")
    staff_notices.owe(session, [leader], now=now)
    assert len(session.exec(select(StaffNotice)).all()) == 3
    assert len(session.exec(select(StaffDelivery)).all()) == 3 * len(Channel)
    staff_notices.owe(session, [], now=now)


def test_each_channels_file_holds_each_notice_once_and_codes_only(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    owe(session, now, *(f"clock:{place}:1:due" for place in range(BATCH + 5)))
    folder = tmp_path / "outbox"
    for channel in Channel:
        out = way(channel, url="", folder=folder)
        taken = [staff_notices.deliver(session, channel, out, now=now) for _ in range(3)]
        assert taken == [BATCH, 5, 0]
        file = folder / file_name(channel)
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert len({line["id"] for line in lines}) == len(lines) == BATCH + 5
        assert {line["to"] for line in lines} == {"department:540102-urban"}
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {file.name for file in folder.iterdir()} == {"staff_sms.jsonl", "staff_email.jsonl"}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """An HTTP gateway on loopback."""
    server = Gateway()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_gateway_is_given_each_notice_by_itself_and_one_it_refuses_waits_alone(
    session: Session, now: datetime, gateway: Gateway, tmp_path: Path
) -> None:
    owe(session, now, "clock:1:1:due", "clock:2:1:due", "clock:3:1:due")
    out = way(Channel.SMS, url=gateway.url, folder=tmp_path)
    gateway.answers = [204, 503]

    def deliver(moment: datetime) -> int:
        return staff_notices.deliver(session, Channel.SMS, out, now=moment)

    assert [deliver(now) for _ in range(4)] == [1, 0, 1, 0]
    assert [deliver(now + MINUTE) for _ in range(2)] == [1, 0]
    ids = [each["key"] for each in gateway.got]
    assert ids == [each["id"] for each in gateway.got]
    assert ids == [ids[0], ids[1], ids[2], ids[1]]
    assert len(set(ids)) == 3
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_taken_is_offered_again_after_ever_longer_waits(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    owe(session, now, "clock:1:1:due")
    blocked = tmp_path / "outbox"
    blocked.write_text("no folder")
    out = way(Channel.SMS, url="", folder=blocked)
    mine = select(StaffDelivery).where(StaffDelivery.channel == Channel.SMS)
    offered: list[int] = []
    for minutes in range(140):
        moment = now + minutes * MINUTE
        staff_notices.deliver(session, Channel.SMS, out, now=moment)
        (delivery,) = session.exec(mine).all()
        if len(offered) < delivery.tries:
            offered.append(minutes)
    assert offered == [0, 1, 3, 7, 15, 31, 63, 123]
    blocked.unlink()
    late = now + timedelta(days=1)
    assert staff_notices.deliver(session, Channel.SMS, out, now=late) == 1
    assert staff_notices.deliver(session, Channel.SMS, out, now=late) == 0


def test_a_gateway_that_is_away_holds_up_no_other_channel(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    def away(messages: Sequence[StaffMessage]) -> None:
        raise GatewayAway(f"{len(messages)} not taken")

    owe(session, now, "clock:1:1:due", "clock:2:1:due")
    ways = {
        Channel.SMS: Way(away, BATCH),
        Channel.EMAIL: way(Channel.EMAIL, url="", folder=tmp_path),
    }
    taken = {
        channel: staff_notices.deliver(session, channel, ways[channel], now=now)
        for channel in Channel
    }
    assert taken == {Channel.SMS: 0, Channel.EMAIL: 2}
    waiting = select(StaffDelivery).where(col(StaffDelivery.sent_at).is_(None))
    assert {row.channel for row in session.exec(waiting)} == {"sms"}
