"""Kamailio in front: real, with sipp's and baresip's telephones, trunks and strangers.

A trunk is 127.0.0.1, another 127.0.0.4; whoever calls from 127.0.0.2 and .3 is a stranger.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from telephony import trunk_accounts
from tests.e2e import strangers
from tests.e2e.carriers import PASSWORD, REALM, USER, Carrier
from tests.e2e.conftest import SHORT, Hotline, start, stop, wait_for
from tests.e2e.phone import Phone, finish, free_udp_port
from tests.e2e.strangers import Registered, ask
from tests.e2e.test_callbacks_telephone import PROMPT_S, silence

pytestmark = pytest.mark.e2e

OUTSIDE = "sip:13900000099@198.51.100.7"
STRANGER, FLOODER, TRUNK = "127.0.0.2", "127.0.0.3", "127.0.0.4"
WORKERS = 2
CALLERS_EACH = 2
BARESIP = """
net_interface 127.0.0.1
sip_listen 127.0.0.1:{port}
module_path /usr/lib/baresip/modules
module account.so
module g711.so
module aubridge.so
audio_source aubridge,echo
audio_player aubridge,echo
"""
ACCOUNT = (
    "<sip:{name}@hotline.local>;auth_user={name};auth_pass={password};"
    'outbound="sip:127.0.0.1:{sip_port}";regint=60;answermode=auto\n'
)


@pytest.fixture(scope="module")
def fronted() -> Iterator[Hotline]:
    folder = Path(tempfile.mkdtemp(prefix="hotline-kamailio-"))
    (folder / "prompts").mkdir()
    for name in SHORT:
        (folder / "prompts" / f"{name}.wav").write_bytes(silence(PROMPT_S))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_KAMAILIO", "auto")
        patch.setenv("HOTLINE_TRUNKS", f"127.0.0.1/32 {TRUNK}/32")
        patch.setenv("HOTLINE_MEDIA_WORKERS", str(WORKERS))
        running = start(folder)
    yield running
    assert stop(running) == 0, running.log.read_text()[-3000:]


def telephone(hotline: Hotline, name: str) -> tuple[Registered, str]:
    """Return a telephone that Kamailio knows, and its password."""
    hotline.client.delete(f"/api/v1/telephones/{name}")
    known = hotline.log.read_text().count("kamailio.told")
    made = hotline.client.post("/api/v1/telephones", json={"name": name})
    assert made.status_code == httpx.codes.CREATED, made.text
    wait_for(lambda: hotline.log.read_text().count("kamailio.told") > known, 10, "not told")
    return Registered(number=name, port=free_udp_port()), str(made.json()["password"])


def sit_down(hotline: Hotline, address: str) -> None:
    client = hotline.client
    assert client.put("/api/v1/seats/me", json={"kind": "desk", "address": address}).is_success
    assert client.post("/api/v1/seats/me/log-in").is_success


def is_connected(hotline: Hotline, masked_end: str) -> bool:
    """Return whether an agent heard the newest caller whose number ends so."""
    [call, *_] = hotline.calls_of(masked_end)
    return f"call.connected call={call['id'].replace('-', '')[:8]}" in hotline.log.read_text()


def leave_seat(hotline: Hotline) -> None:
    assert hotline.client.post("/api/v1/seats/me/log-off").is_success
    seat = "/seats/me"
    wait_for(lambda: hotline.get(seat)["status"] == "logged_off", 60, "the seat is not left")


def test_a_telephone_registers_with_its_own_password_and_no_other(
    fronted: Hotline, tmp_path: Path
) -> None:
    phone, password = telephone(fronted, "1001")
    phone.register(fronted.sip_port, tmp_path, "wrong", status=401)
    phone.register(fronted.sip_port, tmp_path, password, user="1002", status=401)
    phone.register(fronted.sip_port, tmp_path, password)
    other, _ = telephone(fronted, "1002")
    other.register(fronted.sip_port, tmp_path, password, user="1001", status=401)


def test_a_call_goes_through_to_a_worker_and_from_it_to_a_registered_telephone(
    fronted: Hotline, tmp_path: Path
) -> None:
    phone, password = telephone(fronted, "1003")
    phone.register(fronted.sip_port, tmp_path, password)
    desk = phone.ring().answer().wait(2).hang_up().listen(tmp_path)
    sit_down(fronted, "sip:1003@hotline.local")
    caller = Phone(number="13900000031").wait(9).hang_up().dial(fronted.sip_port, tmp_path)
    finish(desk)
    leave_seat(fronted)
    finish(caller)
    assert is_connected(fronted, "0031")


def test_baresip_registers_and_answers(fronted: Hotline, tmp_path: Path) -> None:
    baresip = shutil.which("baresip")
    assert baresip, "baresip is missing: apt-get install baresip-core"
    _, password = telephone(fronted, "1004")
    (tmp_path / "config").write_text(BARESIP.format(port=free_udp_port()))
    account = ACCOUNT.format(name="1004", password=password, sip_port=fronted.sip_port)
    (tmp_path / "accounts").write_text(account)
    with (tmp_path / "out").open("w") as out:
        running = subprocess.Popen(
            (baresip, "-f", str(tmp_path)), stdout=out, stderr=subprocess.STDOUT
        )
    try:
        wait_for(lambda: "200 OK" in (tmp_path / "out").read_text(), 15, "not registered")
        sit_down(fronted, "sip:1004@hotline.local")
        Phone(number="13900000041").wait(6).hang_up().call(fronted.sip_port, tmp_path)
        assert is_connected(fronted, "0041")
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)
        leave_seat(fronted)


def test_a_full_worker_s_caller_is_taken_by_the_next_and_the_last_is_busy_once(
    fronted: Hotline, tmp_path: Path
) -> None:
    most = WORKERS * CALLERS_EACH
    running = []
    for index in range(most):  # in turn: the second is with the other worker
        seconds = 4 if index == 1 else 16
        phone = Phone(number=f"1390000005{index}").wait(seconds).hang_up()
        running.append(phone.dial(fronted.sip_port, tmp_path))
        time.sleep(0.2)
    time.sleep(1)
    target = f"sip:12345@127.0.0.1:{fronted.sip_port}"
    refused = Phone(number="13900000058").dial(fronted.sip_port, tmp_path)
    finish(refused, code=1)
    finish(running.pop(1))
    for index in (5, 6):  # whichever is asked first, one of the two meets the full one
        Phone(number=f"1390000005{index}").wait(0.5).hang_up().call(fronted.sip_port, tmp_path)
    for each in running:
        finish(each)
    wait_for(lambda: fronted.calls_of("0058"), 5, "nobody knows of the refused")
    assert [call["end_reason"] for call in fronted.calls_of("0058")] == ["busy"]
    assert ask(fronted.sip_port, "OPTIONS", target, source=TRUNK) == 200


def test_a_killed_worker_costs_its_calls_alone(fronted: Hotline, tmp_path: Path) -> None:
    fronted.process_named("media-0").kill()
    for index in range(3):
        Phone(number=f"1390000006{index}").wait(0.5).hang_up().call(fronted.sip_port, tmp_path)
    ended = [fronted.calls_of(f"006{index}")[0]["answered_at"] for index in range(3)]
    assert all(ended)


def test_nobody_is_relayed_to_elsewhere(fronted: Hotline) -> None:
    port = fronted.sip_port
    own = f"sip:12345@127.0.0.1:{port}"
    through = (f"Route: <sip:127.0.0.1:{port};lr>",)
    beyond = (f"Route: <sip:127.0.0.1:{port};lr>, <sip:198.51.100.7;lr>",)
    assert ask(port, "INVITE", OUTSIDE) == 403
    assert ask(port, "INVITE", OUTSIDE, more=through) == 403
    assert ask(port, "INVITE", OUTSIDE, source=TRUNK) == 404
    assert ask(port, "INVITE", OUTSIDE, source=TRUNK, more=beyond) == 404
    assert ask(port, "INVITE", "sip:1001@hotline.local") == 403
    assert ask(port, "INVITE", own) == 407
    for method in ("INVITE", "BYE", "UPDATE"):
        assert ask(port, method, OUTSIDE, to_tag="x", more=through, source=TRUNK) == 403
        assert ask(port, method, own, to_tag="x", more=beyond, source=TRUNK) == 403
        assert ask(port, method, OUTSIDE, to_tag="x") == 404
    for method in ("MESSAGE", "SUBSCRIBE", "PUBLISH", "REFER"):
        assert ask(port, method, OUTSIDE) == 405


def test_a_telephone_of_ours_calls_the_hotline_as_itself_and_nobody_else(fronted: Hotline) -> None:
    _, password = telephone(fronted, "1006")
    port, own = fronted.sip_port, f"sip:12345@127.0.0.1:{fronted.sip_port}"
    # It offers no sound: the worker, not Kamailio, has nothing to say to that.
    assert strangers.call_with(port, "1006", password, own) not in (401, 403, 404, 407)
    assert strangers.call_with(port, "1006", "wrong", own) == 407
    assert strangers.call_with(port, "1006", password, own, caller="1001") == 407
    assert ask(port, "INVITE", OUTSIDE, source="127.0.0.6", caller="1006") == 403


def test_the_hotline_registers_at_its_carrier_through_kamailio(
    fronted: Hotline, tmp_path: Path
) -> None:
    carrier = Carrier(number="13900000093", port=free_udp_port()).registers(
        f"<sip:12345@127.0.0.1:{fronted.sip_port}>"
    )
    running = carrier.listen(tmp_path)
    account = {"username": USER, "realm": REALM, "password": PASSWORD}
    account["registrar"] = f"sip:127.0.0.1:{carrier.port}"
    assert fronted.client.put("/api/v1/trunk-account", json=account).is_success
    finish(running)
    assert fronted.client.delete("/api/v1/trunk-account").is_success
    wait_for(lambda: "trunk.registration" in fronted.log.read_text(), 30, "nobody says so")
    log = fronted.log.read_text()
    assert PASSWORD not in log
    assert trunk_accounts.ha1(USER, REALM, PASSWORD) not in log


def test_a_scanner_is_never_answered_again(fronted: Hotline) -> None:
    scanner, own = "127.0.0.5", f"sip:100@127.0.0.1:{fronted.sip_port}"
    assert ask(fronted.sip_port, "OPTIONS", own, source=scanner) == 200
    agent = ("User-Agent: friendly-scanner",)
    assert ask(fronted.sip_port, "OPTIONS", own, source=scanner, more=agent) is None
    assert ask(fronted.sip_port, "OPTIONS", own, source=scanner) is None


def test_a_flood_is_shut_out_while_others_are_answered(fronted: Hotline, tmp_path: Path) -> None:
    own = f"sip:12345@127.0.0.1:{fronted.sip_port}"
    assert ask(fronted.sip_port, "INVITE", own, source=FLOODER) == 407
    strangers.flood(fronted.sip_port, own, source=FLOODER, packets=400)
    caller = Phone(number="13900000071").wait(0.5).hang_up()
    caller.call(fronted.sip_port, tmp_path)
    assert ask(fronted.sip_port, "INVITE", own, source=FLOODER) is None
    assert ask(fronted.sip_port, "INVITE", own, source=STRANGER) == 407
    log = fronted.log.read_text()
    assert f"sip.banned address={FLOODER} why=flood" in log
    assert not re.search(r"1390000\d{4}|13989001234", log)


def test_kamailio_killed_is_back_and_knows_its_telephones(fronted: Hotline, tmp_path: Path) -> None:
    phone, password = telephone(fronted, "1005")
    [main] = [
        int((each / "kamailio.pid").read_text()) for each in fronted.data_dir.glob("run/kamailio")
    ]
    known = fronted.log.read_text().count("kamailio.told")
    os.kill(main, signal.SIGKILL)
    wait_for(lambda: fronted.log.read_text().count("kamailio.told") > known, 30, "not back")
    phone.register(fronted.sip_port, tmp_path, password)
    Phone(number="13900000081").wait(0.5).hang_up().call(fronted.sip_port, tmp_path)
