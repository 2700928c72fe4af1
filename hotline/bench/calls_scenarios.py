"""The two sides of a measured call, as sipp plays them: both talk from answer to end.

A full worker sends its caller on by 302, as it does any caller without Kamailio in front.
"""

_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=bench 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=sendrecv
"""
_OWN = "From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]S[call_number]\n"
_VIA = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
_REST = "Call-ID: [call_id]\nMax-Forwards: 70\n"
_THEIRS = "To: <sip:12345@[remote_ip]>[peer_tag_param]\n"
_EMPTY = "Content-Length: 0\n\n"


def _send(message: str, how: str = "") -> str:
    return f"  <send {how}><![CDATA[\n{message}  ]]></send>\n"


def _speak(file: str) -> str:
    return f'  <nop><action><exec rtp_stream="{file},-1,8"/></action></nop>\n'


_DIAL = (
    '  <nop><action><setdest host="127.0.0.1" port="[field1]" protocol="udp"/>'
    '<assignstr assign_to="port" value="[field1]"/></action></nop>\n  <label id="1"/>\n'
)
_INVITE = (
    "INVITE sip:12345@127.0.0.1:[$port] SIP/2.0\n"
    + _VIA
    + _OWN
    + "To: <sip:12345@[remote_ip]>\nCSeq: 1 INVITE\n"
    + "Contact: <sip:[field0]@[local_ip]:[local_port]>\n"
    + _REST
    + _SDP
)
_MOVED = (
    '  <recv response="302" optional="true" next="2"><action>'
    '<ereg regexp="@[0-9.]+:([0-9]+)" search_in="hdr" header="Contact:" assign_to="all,port"/>'
    "</action></recv>\n"
)
_ACKNOWLEDGED = (
    "ACK sip:12345@127.0.0.1 SIP/2.0\n[last_Via:]\n[last_From:]\n[last_To:]\nCSeq: 1 ACK\n"
)
_ON = (
    '  <label id="2"/>\n'
    + _send(_ACKNOWLEDGED + _REST + _EMPTY)
    + '  <nop next="1"><action><log message="moved [$all]"/>'
    '<setdest host="127.0.0.1" port="[$port]" protocol="udp"/></action></nop>\n'
)
_AGAIN = (
    '  <label id="4"/>\n'
    + _send(_ACKNOWLEDGED + _REST + _EMPTY)
    + '  <pause milliseconds="1000" next="1"/>\n'
)


def caller(*, patient: bool) -> str:
    """Return who dials; `patient`: one who is told that all is busy rings again a second later."""
    busy = '  <recv response="486" optional="true" next="4"/>\n'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="caller">\n'
        + _DIAL
        + _send(_INVITE, 'retrans="500" start_rtd="1"')
        + '  <recv response="100" optional="true"/>\n'
        + _MOVED
        + (busy if patient else "")
        + '  <recv response="200" rrs="true" rtd="1"/>\n'
        + _send(_within("ACK", 1))
        + _speak("caller.alaw")
        + "  <pause/>\n"
        + _send(_within("BYE", 2), 'retrans="500"')
        + '  <recv response="200" next="3"/>\n'
        + _ON
        + (_AGAIN if patient else "")
        + '  <label id="3"/>\n</scenario>\n'
    )


def _within(method: str, seq: int) -> str:
    start = f"{method} [next_url] SIP/2.0\n"
    return start + _VIA + "[routes]\n" + _OWN + _THEIRS + f"CSeq: {seq} {method}\n" + _REST + _EMPTY


_ANSWER = (
    "SIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]T[call_number]\n"
    "[last_Call-ID:]\n[last_CSeq:]\n"
    "Contact: <sip:desk@[local_ip]:[local_port]>\n"
)
_ACCEPT = (
    "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
    + _EMPTY
)
DESK = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="desk">\n'
    '  <recv request="INVITE"/>\n'
    + _send(_ANSWER.format(status="180 Ringing") + _EMPTY)
    + _send(_ANSWER.format(status="200 OK") + _SDP, 'retrans="500"')
    + '  <recv request="ACK"/>\n'
    + _speak("desk.alaw")
    + '  <recv request="BYE"/>\n'
    + _send(_ACCEPT)
    + "</scenario>\n"
)
