"""0 bytes of a caller's number lie in any log, file or column after a call, whatever its packets.

The processes are the real ones, on the canary's own number; the ticket of the call is sealed.
"""

import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from hotline.core.db import connect
from tests.canary import scanning
from tests.canary.needles import PHONE
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.phone import Phone
from tests.e2e.spoken import to_alaw

pytestmark = pytest.mark.e2e

NOTICE_S = 7
VIA = "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{place};rport\r\n"
FROM = f'From: "{PHONE}" <sip:{PHONE}@127.0.0.1>;tag=1\r\n'
TO, COUNT = "To: <sip:12345@127.0.0.1>\r\n", "CSeq: 1 INVITE\r\n"
CALL = f"Call-ID: {PHONE}-{{place}}@127.0.0.1\r\nContact: <sip:{PHONE}@127.0.0.1:9>\r\n"
# What a telephone or a trunk gets wrong; each lacks something, or says nonsense.
BROKEN = (
    VIA + TO + CALL + COUNT,
    FROM + TO + CALL + COUNT,
    VIA + FROM + CALL + COUNT,
    VIA + FROM + TO + CALL,
    VIA + FROM + TO + COUNT,
    VIA + f"From: <sip:{PHONE}@\r\n" + TO + CALL + COUNT,
    VIA + FROM + TO + CALL + COUNT + f"P-Asserted-Identity: <sip:{PHONE}\r\n",
    VIA + FROM + TO + CALL + COUNT + "Content-Type: application/sdp\r\n",
    VIA + FROM + f"To: <sip:{PHONE}@127.0.0.1>\r\n" + CALL + COUNT,
)


@pytest.fixture(scope="module")
def sealed(
    hotline: Hotline, recordings: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The ticket of a call by the canary, sealed, among packets of theirs that fit nothing."""
    folder = tmp_path_factory.mktemp("canary")
    throw(hotline.sip_port)
    alaw = to_alaw(recordings / "call_04.wav", folder)
    phone = Phone(number=PHONE).wait(NOTICE_S).speak(alaw).press("#").until_hung_up()
    phone.call(hotline.sip_port, folder)
    throw(hotline.sip_port)
    Phone(number=PHONE).wait(0.3).hang_up().call(hotline.sip_port, folder)
    number = wait_for(lambda: _ticket(hotline), 60, "no ticket")
    made = hotline.client.post(f"/api/v1/tickets/{number}/seal", json={"reason": "举报"})
    assert made.status_code == httpx.codes.OK, made.text
    return hotline.get(f"/tickets/{number}")


def _ticket(hotline: Hotline) -> str | None:
    """Return the number of the ticket of the call in which something was said."""
    found = hotline.calls_of(PHONE[-4:])
    return next((call["ticket"] for call in found if call["ticket"]), None)


def throw(port: int) -> None:
    """Send every broken packet."""
    body = f"v=0\r\no={PHONE} x\r\n"
    head = f"INVITE sip:12345@127.0.0.1:{port} SIP/2.0\r\nMax-Forwards: 70\r\n"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for place, lines in enumerate(BROKEN):
            text = f"{head}{lines.format(place=place)}Content-Length: {len(body)}\r\n\r\n{body}"
            stranger.sendto(text.encode(), ("127.0.0.1", port))


def test_whoever_may_and_says_why_is_told_the_number(
    hotline: Hotline, sealed: dict[str, Any]
) -> None:
    """It is known, or the next test would prove nothing."""
    path = f"/api/v1/tickets/{sealed['number']}/reveal"
    view = hotline.client.post(path, json={"reason": "回访核实"}).json()
    shown = hotline.client.post(f"{path}/view", json={"token": view["token"]}).json()
    assert PHONE in shown["phone"]
    assert PHONE not in json.dumps(sealed)


@pytest.mark.usefixtures("sealed")
def test_no_byte_of_the_number_is_in_a_log_a_file_or_a_column(hotline: Hotline) -> None:
    """The database's own files and journal are among the files."""
    said = hotline.log.read_text()
    assert "call.ended" in said
    assert hotline.log.is_relative_to(hotline.data_dir)
    note = (hotline.data_dir / "run" / "database.url").read_text().strip()
    engine = connect(note.replace("postgresql://", "postgresql+psycopg://"))
    found = [*scanning.files(hotline.data_dir), *scanning.database(engine)]
    engine.dispose()
    assert not found
