"""No line of any log holds a caller's number or a secret, whoever wrote it."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.log_masks import HIDDEN, scrub, scrubbed

NUMBER = "13912345678"
WRITTEN = [
    NUMBER,
    f"+86{NUMBER}",
    f"0086 {NUMBER}",
    "139 1234 5678",
    "139-1234-5678",
    f"0{NUMBER}",
    "１３９１２３４５６７８",
    f"sip:{NUMBER}@10.0.0.1",
    f"<tel:+86{NUMBER}>",
    f"caller%3D{NUMBER}&x=1",
    f"u{NUMBER}z",
]
SECRETS = {
    "Authorization: Bearer s3cr3t-canary": "s3cr3t",
    "'authorization': 'Basic czNjcjN0OmNhbmFyeQ=='": "czNjc",
    "X-API-Key: s3cr3t-canary": "s3cr3t",
    "key hk_s3cr3t-canary was refused": "s3cr3t",
    "whsec_s3cr3tcanary+/=": "s3cr3t",
    "Cookie: hotline_session=s3cr3t; other=s3cr3t": "s3cr3t",
    "Set-Cookie: hotline_session=s3cr3t; Path=/": "s3cr3t",
    "?access_token=s3cr3t&state=1": "s3cr3t",
    '{"password": "s3cr3t canary"}': "s3cr3t",
    "client_secret=s3cr3t": "s3cr3t",
    "GET /t/261125000017?key=s3cr3t HTTP/1.1": "s3cr3t",
    "/t/261125000017?lang=bo&key=s3cr3t": "s3cr3t",
    "next=%2Ft%2F261125000017%3Fkey%3Ds3cr3t": "s3cr3t",
    "lang=bo; ticket_key=s3cr3t": "s3cr3t",
    "postgresql://hotline:s3cr3t@127.0.0.1/hotline": "s3cr3t",
    "eyJhbGciOiJI.eyJzdWIiOiJ.c2lnbmF0dXJl": "eyJzdWIi",
    'From: "卓玛" <sip:6323456@10.0.0.1>;tag=1': "卓玛",
    "From: <sip:6323456@10.0.0.1>": "6323456",
    "rung 0891-6323456 in vain": "6323456",
    "rung 08916323456 in vain": "6323456",
    "ID 540102199001011234": "19900101",
    "ID 54010219900101123X": "19900101",
    "card 6222020200112233445": "02020011",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_number_is_hidden_however_it_is_written(text: str) -> None:
    clean = scrub(text)
    assert HIDDEN in clean
    assert "1234" not in clean


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_hidden_wherever_it_stands(text: str) -> None:
    assert SECRETS[text] not in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "ticket 261125000017-1 at 10:15:00",
        "http://127.0.0.1:18100",
        "sip:12345@10.0.0.1 rings",
        "took 1234567 bytes in 12.345678 s",
        "2026-11-25T19:30:14.123456+08:00",
        "call 3f2a9c1e",
        "event 98213312 of 1732531200000",
        "password required",
    ],
)
def test_what_operators_look_for_stays(text: str) -> None:
    assert scrub(text) == text


@given(st.integers(min_value=13_000_000_000, max_value=19_999_999_999), st.text(max_size=20))
def test_no_mobile_number_gets_through(number: int, around: str) -> None:
    clean = scrub(f"{around} {number} {around}")
    assert str(number) not in clean


@given(st.text())
def test_what_is_clean_stays_clean(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once


def test_values_are_hidden_by_their_name_and_however_deep() -> None:
    value = {"token": "s3cr3t", "of": [{"text": f"from {NUMBER}"}], "n": int(NUMBER), "took": 12.5}
    assert scrubbed(value) == {
        "token": HIDDEN,
        "of": [{"text": f"from {HIDDEN}78"}],
        "n": f"{HIDDEN}78",
        "took": 12.5,
    }


PROGRAM = f"""
import logging, sys, threading, structlog
from hotline.core import log
log.configure("web", as_json=%s)
tell = structlog.get_logger()
tell.info("call.ringing", said="from {NUMBER}", token="s3cr3t", deep={{"x": ["hk_s3cr3t"]}})
for name in ("uvicorn.error", "rq.worker", "sqlalchemy.engine", "httpx", "redis"):
    logging.getLogger(name).error("Bearer s3cr3t-canary rang %%s", "+86 {NUMBER}")
try:
    raise ValueError("sip:{NUMBER}@x hotline_session=s3cr3t")
except ValueError:
    tell.exception("request.failed", path="/p?phone={NUMBER}")
    logging.getLogger("uvicorn.error").exception("failed {NUMBER}")
def fail(): raise RuntimeError("thread {NUMBER} password=s3cr3t")
thread = threading.Thread(target=fail); thread.start(); thread.join()
raise KeyError("{NUMBER} whsec_s3cr3t")
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_a_process_tells_no_canary_whoever_speaks(as_json: bool) -> None:
    done = subprocess.run(
        (sys.executable, "-c", PROGRAM % as_json), capture_output=True, text=True, check=False
    )
    told = done.stdout + done.stderr
    assert done.returncode == 1
    for said in ("call.ringing", "rang", "request.failed", "thread", "KeyError", "Traceback"):
        assert said in told, told
    # A traceback quotes the lines of the source; ours hold the canaries as they were planted.
    lines = [line for line in told.splitlines() if "raise " not in line]
    assert "12345678" not in "\n".join(lines)
    assert "s3cr3t" not in "\n".join(lines)
    if as_json:
        first = json.loads(done.stdout.splitlines()[0])
        assert first["deep"] == {"x": [f"hk_{HIDDEN}"]}
        assert first["token"] == HIDDEN
