"""What the SIP library prints by itself: no packet, no number, whatever reaches its port."""

import socket
import subprocess
import sys

import pytest

from tests.e2e.phone import free_udp_port

CANARY = "13912345678"
VIA = "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n"
PACKETS = {
    "a call": f"INVITE sip:12345@127.0.0.1 SIP/2.0\r\n{VIA}From: <sip:{CANARY}@x>;tag=1\r\n"
    f"To: <sip:12345@x>\r\nCall-ID: {CANARY}\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
    "a broken Via": f"INVITE sip:12345@127.0.0.1 SIP/2.0\r\nVia: broken\r\n"
    f"From: <sip:{CANARY}@x>;tag=1\r\n\r\n",
    "an open quote": f'INVITE sip:12345@127.0.0.1 SIP/2.0\r\n{VIA}From: "<sip:{CANARY}@x>\r\n'
    "To: <sip:12345@x>\r\nCall-ID: 2\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
    "no caller": f"INVITE sip:12345@127.0.0.1 SIP/2.0\r\n{VIA}To: <sip:12345@x>\r\n"
    f"Call-ID: 4\r\nCSeq: 1 INVITE\r\nContact: <sip:{CANARY}@x>\r\nContent-Length: 0\r\n\r\n",
    "no count": f"INVITE sip:12345@127.0.0.1 SIP/2.0\r\n{VIA}From: <sip:{CANARY}@x>;tag=1\r\n"
    "To: <sip:12345@x>\r\nCall-ID: 5\r\nContent-Length: 0\r\n\r\n",
    "no SIP at all": f"{CANARY} {CANARY}\r\n\r\n",
    "a wrong SDP": f"INVITE sip:12345@127.0.0.1 SIP/2.0\r\n{VIA}From: <sip:{CANARY}@x>;tag=1\r\n"
    "To: <sip:12345@x>\r\nCall-ID: 3\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n"
    f"Content-Length: 15\r\n\r\nv=0 {CANARY}",
}
LISTEN = """
import ctypes, sys
from telephony import endpoint
line = endpoint.Line("127.0.0.1", int(sys.argv[1]), "127.0.0.1", 15200, 50)
ended = endpoint.Endpoint(line, lambda *_: None)
account = endpoint.open_account(line, lambda *_: None)
print("ready", flush=True)
for _ in range(40):
    ended.libHandleEvents(endpoint.POLL_MS)
ctypes.CDLL(None).fflush(None)
endpoint.leave(ended)
"""


@pytest.mark.parametrize("packet", PACKETS)
def test_no_packet_is_printed(packet: str) -> None:
    port = free_udp_port()
    listening = subprocess.Popen(
        (sys.executable, "-c", LISTEN, str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with listening, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        assert listening.stdout
        assert listening.stdout.readline() == "ready\n"
        sender.sendto(PACKETS[packet].encode(), ("127.0.0.1", port))
        told = listening.stdout.read()
    assert listening.returncode == 0
    assert CANARY not in told
