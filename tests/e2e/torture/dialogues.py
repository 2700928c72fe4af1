"""Exchanges in which every packet is right, and the order or the number of them is not."""

import time
from collections.abc import Mapping

from tests.e2e.torture.message import SDP
from tests.e2e.torture.stranger import Dialogue, Stranger

SIXTEEN = SDP.partition("m=")[0] + "m=audio 50000 RTP/AVP 8\r\n" * 16


def retransmitted(stranger: Stranger) -> None:
    """Ten copies of one INVITE are one call."""
    wanted = stranger.invite()
    for _ in range(10):
        stranger.send(wanted)
    taken = [answer for answer in stranger.heard() if answer.status == 200]
    assert len({answer.headers["to"] for answer in taken}) == 1
    stranger.send(stranger.within(taken[0], "ACK"))
    stranger.hang_up(taken[0])


def cancelled(stranger: Stranger) -> None:
    """CANCEL at once: it comes too late, or the call is over."""
    wanted = stranger.invite()
    stranger.send(wanted)
    cancel = wanted.having("CSeq", "1 CANCEL").lacking("Content-Type")
    start = wanted.start.replace("INVITE", "CANCEL")
    stranger.send(type(cancel)(start, cancel.headers))
    stranger.clean_up()


def cancelled_before(stranger: Stranger) -> None:
    """CANCEL of what never began."""
    stranger.send(stranger.request("CANCEL"))
    assert stranger.final("CANCEL").status == 481


def cancelled_after(stranger: Stranger) -> None:
    """CANCEL of a call that runs does not end it."""
    answer = stranger.talk()
    stranger.send(stranger.within(answer, "CANCEL"))
    stranger.clean_up()
    stranger.hang_up(answer)


def storm(stranger: Stranger) -> None:
    """Sixty re-INVITEs, none of which waits for the answer to the one before."""
    answer = stranger.talk()
    for seq in range(2, 62):
        stranger.send(stranger.within(answer, "INVITE", seq, SDP))
    for each in stranger.heard():
        if each.method == "INVITE" and each.status >= 200:
            seq = int(each.headers["cseq"].split()[0])
            stranger.send(stranger.within(each, "ACK", seq))
    stranger.hang_up(answer)


def bent_offer(stranger: Stranger) -> None:
    """A re-INVITE that can't be read leaves the call as it was."""
    answer = stranger.talk()
    for seq, body in enumerate(("v=0\r\nnonsense", SDP.replace(" 8", " 99")), 2):
        stranger.send(stranger.within(answer, "INVITE", seq, body))
        refused = stranger.final()
        assert refused.status >= 400
        stranger.send(stranger.within(refused, "ACK", seq))
    stranger.hang_up(answer)


def unknown(stranger: Stranger) -> None:
    """BYE, INFO and UPDATE of calls that nobody knows; an ACK of nothing is not answered."""
    for method in ("BYE", "INFO", "UPDATE"):
        bent = stranger.request(method).having("To", "<sip:12345@127.0.0.1>;tag=nobody")
        stranger.send(bent)
        assert stranger.final(method).status >= 400
    stranger.send(stranger.request("ACK").having("To", "<sip:12345@127.0.0.1>;tag=nobody"))
    assert not list(stranger.heard())


def never_acknowledged(stranger: Stranger) -> None:
    """A 200 that is told again and again, and never acknowledged."""
    stranger.send(stranger.invite())
    told = [answer for answer in stranger.heard(1.2) if answer.status == 200]
    assert len(told) > 1
    stranger.hang_up(told[0], 2)


def ended_twice(stranger: Stranger) -> None:
    """A BYE that comes again after the end, and one of the past."""
    answer = stranger.talk()
    stranger.hang_up(answer, 5)
    for seq in (5, 6, 1):
        stranger.send(stranger.within(answer, "BYE", seq))
    assert all(each.status in (200, 400, 481, 500) for each in stranger.heard())


def merged(stranger: Stranger) -> None:
    """The same call by two ways at once (RFC 3261, 8.2.2.2)."""
    wanted = stranger.invite()
    again = stranger.invite()
    for name in ("From", "Call-ID", "CSeq"):
        again = again.having(name, dict(wanted.headers)[name])
    stranger.send(wanted)
    stranger.send(again)
    stranger.clean_up()


def keys_of_nonsense(stranger: Stranger) -> None:
    """INFO with keys that are none, and a body beyond any key."""
    answer = stranger.talk()
    for seq, text in enumerate(("Signal=\r\nDuration=-1", "5" * 3000, "\x00\xff"), 2):
        sent = stranger.within(answer, "INFO", seq).saying(text, "application/dtmf-relay")
        stranger.send(sent)
    list(stranger.heard())
    stranger.hang_up(answer)


def early(stranger: Stranger) -> None:
    """PRACK and UPDATE before there is an answer to them, and a delayed offer."""
    wanted = stranger.invite().adding("Supported", "100rel, timer, replaces")
    stranger.send(wanted.lacking("Content-Type").saying("", "application/sdp"))
    stranger.send(stranger.request("PRACK").adding("RAck", "1 1 INVITE"))
    stranger.send(stranger.request("UPDATE").saying(SDP))
    for each in stranger.heard():
        if each.method == "INVITE" and each.status == 200:
            stranger.send(stranger.within(each, "ACK", 1, SDP))
            stranger.send(stranger.within(each, "BYE", 2))


def no_answer_to_the_offer(stranger: Stranger) -> None:
    """An INVITE without an offer whose ACK brings no answer either."""
    wanted = stranger.invite().lacking("Content-Type")
    stranger.send(type(wanted)(wanted.start, wanted.headers))
    answer = stranger.final()
    stranger.send(stranger.within(answer, "ACK"))
    list(stranger.heard())
    if answer.status == 200:
        stranger.send(stranger.within(answer, "BYE", 2))
        list(stranger.heard())


def transferred(stranger: Stranger) -> None:
    """REFERs to wherever: nobody is rung for a stranger."""
    answer = stranger.talk()
    for seq, target in enumerate(("<sip:1@127.0.0.1:9>", "<tel:110>", "nonsense", "<" * 200), 2):
        stranger.send(stranger.within(answer, "REFER", seq).adding("Refer-To", target))
        assert stranger.final("REFER").status >= 400
    stranger.hang_up(answer)


def held_in_every_way(stranger: Stranger) -> None:
    """Held, taken back, sent nowhere, without media: re-INVITEs that follow each other."""
    answer = stranger.talk()
    kinds = (
        *("a=sendonly\r\n", "a=inactive\r\n", "a=recvonly\r\n", "a=sendrecv\r\n"),
        "a=nonsense\r\na=inactive\r\na=sendonly\r\n",
    )
    offers = [*(SDP + kind for kind in kinds), SDP.replace("IP4 127.0.0.1", "IP4 0.0.0.0")]
    for seq, offer in enumerate((*offers, SDP), 2):
        stranger.send(stranger.within(answer, "INVITE", seq, offer))
        told = stranger.final()
        stranger.send(stranger.within(told, "ACK", seq))
    stranger.hang_up(answer)


def keys_without_an_end(stranger: Stranger) -> None:
    """INFO whose key has nothing behind it: the library looks there, and aborts."""
    answer = stranger.talk()
    for seq, text in enumerate(("Signal=5", "Signal=5\r", "Signal=5\n", "Signal=5\x00\r\na"), 2):
        stranger.send(stranger.within(answer, "INFO", seq).saying(text, "application/dtmf-relay"))
        assert stranger.final("INFO").status == 400
    stranger.hang_up(answer)


def media_by_the_dozen(stranger: Stranger) -> None:
    """Four calls at once, each of sixteen media: more sockets than the library can hold."""
    for _ in range(4):
        stranger.send(stranger.invite().saying(SIXTEEN))
    told = [answer.status for answer in stranger.heard() if answer.method == "INVITE"]
    assert told == [488] * 4


def media_that_grow(stranger: Stranger) -> None:
    """A call that is to have more and more media, and then one again, over and over."""
    answer = stranger.talk()
    for seq, count in enumerate((2, 1, 3, 2, 16, 1, 4, 2, 1), 2):
        offer = SIXTEEN.partition("m=")[0] + "m=audio 50000 RTP/AVP 8\r\n" * count
        stranger.send(stranger.within(answer, "INVITE", seq, offer))
        for told in stranger.heard():
            if told.method == "INVITE" and told.status >= 200:
                stranger.send(stranger.within(told, "ACK", seq))
    stranger.hang_up(answer)


def hung_up_at_once(stranger: Stranger) -> None:
    """Call after call, each ended as soon as it is taken: sockets that are still being let go."""
    for _ in range(60):
        stranger.send(stranger.invite())
        for answer in stranger.heard(0.05):
            if answer.method == "INVITE" and answer.status >= 200:
                stranger.send(stranger.within(answer, "ACK"))
                stranger.send(stranger.within(answer, "BYE", 9))
                break
    stranger.clean_up()


def no_offer_to_a_full_worker(stranger: Stranger) -> None:
    """Who leaves the offer to us is refused like any other, and nobody else hears of it."""
    talking = [stranger.talk() for _ in range(2)]
    wanted = stranger.invite().lacking("Content-Type")
    stranger.send(type(wanted)(wanted.start, wanted.headers))
    refused = stranger.final()
    assert refused.status in (302, 486)
    stranger.send(stranger.within(refused, "ACK"))
    for answer in talking:
        stranger.hang_up(answer)


def flood(stranger: Stranger) -> None:
    """Two hundred callers within half a second: who can't be taken is refused."""
    for _ in range(200):
        stranger.send(stranger.invite())
        time.sleep(0.0025)
    stranger.clean_up()


DIALOGUES: Mapping[str, Dialogue] = {
    made.__name__.replace("_", " "): made
    for made in (
        *(retransmitted, cancelled, cancelled_before, cancelled_after, storm, bent_offer, unknown),
        *(never_acknowledged, ended_twice, merged, keys_of_nonsense, early, transferred),
        *(no_answer_to_the_offer, held_in_every_way, no_offer_to_a_full_worker, flood),
        *(keys_without_an_end, media_by_the_dozen, media_that_grow, hung_up_at_once),
    )
}
