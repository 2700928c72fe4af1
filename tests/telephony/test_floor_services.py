"""110, 119, 120, 122 by one key, and numbers outside: where they lead; the line is kept."""

from datetime import datetime

import pytest
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.errors import HotlineError
from hotline.core.settings import Settings
from hotline.switch import services
from telephony.models import Call, Seat
from telephony.ordering import Verb
from tests.telephony.floor_scene import OWN, Floor, refused

EMERGENCY_LINE = "110=sip:110@trunk.example 120=sip:120@hospital.example:5070"
OURS = ("12345", "12333", "08916333333")


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now, OWN.model_copy(update={"emergency": EMERGENCY_LINE}))


@pytest.fixture
def agent(scene: Floor) -> Seat:
    return scene.seat("one", idle_s=900)


@pytest.fixture
def call(scene: Floor, agent: Seat) -> Call:
    """A call that the agent talks in."""
    made = scene.call()
    scene.connect(made, agent)
    return made


def test_help_is_fetched_by_one_key_and_the_line_is_kept_until_it_lets_go(
    scene: Floor, agent: Seat, call: Call
) -> None:
    [invite], _ = scene.ask(agent, Verb.EMERGENCY, call, service="120")
    assert (invite.destination, invite.apart) == ("sip:120@hospital.example:5070", False)
    for verb in (Verb.HANG_UP, Verb.HAND_OVER_LANGUAGE, Verb.TRANSFER):
        assert "120 is on the line" in refused(scene, agent, verb, call, language="bo")
    scene.joined(call, invite.party)
    lead = scene.seat("lead", role=Role.TEAM_LEAD)
    assert "120 is on the line" in refused(scene, lead, Verb.HANG_UP, call)
    scene.parted(call, invite.party)
    assert scene.ask(agent, Verb.HANG_UP, call)[1].outcome == "done"
    assert "call.emergency" in scene.types(call)


@pytest.mark.parametrize(
    "given", ["0891-6331234", "sip:08916331234@trunk.example:5060", "sip:1001@127.0.0.1:5080"]
)
def test_a_number_and_the_address_made_of_it_lead_to_the_same_place(given: str) -> None:
    inside = given.startswith("sip:1001")
    assert services.outside(given, OWN, OURS) == (
        given if inside else "sip:08916331234@trunk.example:5060"
    )


@pytest.mark.parametrize(
    "given",
    [
        *(
            "sip:evil@198.51.100.7",
            "sip:+442079460000@trunk.example:5060",
            "sip:@trunk.example:5060",
        ),
        *("sip:08916331234@trunk.example:5060;maddr=x", "110", ""),
        *("sip:112333@127.0.0.1:5080", "0891-6333333", "sip:08916333333@trunk.example:5060"),
    ],
)
def test_an_address_that_no_rule_makes_is_rung_by_nobody(given: str) -> None:
    with pytest.raises(HotlineError):
        services.outside(given, OWN, OURS)


@pytest.mark.parametrize(
    ("own", "address"),
    [
        (Settings(emergency=EMERGENCY_LINE), "sip:110@trunk.example"),
        (Settings(sip_outbound="sip:{number}@trunk:5060"), "sip:110@trunk:5060"),
    ],
)
def test_an_emergency_number_has_a_line_of_its_own_or_the_trunks(
    own: Settings, address: str
) -> None:
    assert services.destination_of("110", own) == address


def test_without_a_line_to_help_the_agent_is_told_to_dial_themselves(
    scene: Floor, agent: Seat, call: Call
) -> None:
    scene.own = scene.own.model_copy(update={"emergency": "", "sip_outbound": ""})
    assert "Dial 119 yourself, now" in refused(scene, agent, Verb.EMERGENCY, call, service="119")
    assert "no emergency service" in refused(scene, agent, Verb.EMERGENCY, call, service="10086")
