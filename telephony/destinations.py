"""Whom the hotline may ring, and at which address: pure rules against toll fraud (盗打)."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers

from hotline.core.phone import HOME_REGION, PhoneNumber

# Anything else in a Contact (other headers, a second host) could lead the call elsewhere.
_CONTACT = re.compile(
    r"sip:(?:(?P<user>[A-Za-z0-9._+-]{1,64})@)?(?P<host>[0-9.]+|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<parameters>(?:;[A-Za-z0-9._-]+(?:=[A-Za-z0-9._-]+)?)*)"
)
_DESK_PHONE = re.compile(
    r"sip:(?P<user>[A-Za-z0-9._+-]{1,64})@(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,39}\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?:;transport=(?:udp|tcp))?"
)
# What telephones add to their Contact about themselves; only the transport matters to us.
_HARMLESS = {"transport", "ob", "rinstance", "line", "uniq"}
_TRANSPORTS = {"udp", "tcp"}
_TRUNK = re.compile(
    r"sip:[+*0-9]{0,12}\{number\}@(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
    r"(?:;transport=(?:udp|tcp))?"
)


@dataclass(frozen=True)
class NotAllowed:
    """Nobody is rung; `reason` holds no number."""

    reason: str


OURS = NotAllowed("it is the hotline's own number")


def desk_phone(address: str, allowed: str, *, own: Sequence[str]) -> str | NotAllowed:
    """Return the address of a desk phone that `allowed` names whole.

    The hotline's own numbers are none: a seat that rings one would be offered its own call.
    """
    found = _DESK_PHONE.fullmatch(address)
    if found is None:
        return NotAllowed("it is no address like sip:1001@host:5060")
    if int(found["port"] or 5060) > 65535:
        return NotAllowed("there is no such port")
    if found["user"].endswith(tuple(own)):
        return OURS
    if not re.fullmatch(allowed, address, re.ASCII):
        return NotAllowed("it is none that may be a desk phone (HOTLINE_DESK_PHONES)")
    return address


def is_trunk(template: str) -> bool:
    """Return whether a template is one address in which only the number is open."""
    return _TRUNK.fullmatch(template) is not None


def is_pattern(allowed: str) -> bool:
    """Return whether the text is a regular expression."""
    try:
        re.compile(allowed)
    except re.error:
        return False
    return True


def destination(
    number: PhoneNumber | None,
    contact: str,
    template: str,
    allowed: str,
    *,
    own: Sequence[str] = (),
) -> str | NotAllowed:
    """Return the SIP URI that reaches the person.

    With a trunk's template the number is dialled through it; without one (a trial on one machine)
    the address the call came from is rung, if it is on this machine. A number that does not match
    `allowed` as it is dialled at home, or in E.164, or that is one of the hotline's `own`, is rung
    by neither way.
    """
    dialled = _dialled(number, allowed) if number else ""
    if isinstance(dialled, NotAllowed):
        return dialled
    if dialled in own:
        return OURS
    if not template:
        return _on_this_machine(contact)
    if not is_trunk(template):
        return NotAllowed("HOTLINE_SIP_OUTBOUND is no address like sip:{number}@host:5060")
    return template.replace("{number}", dialled) if dialled else NotAllowed("no number is known")


def _dialled(number: PhoneNumber, allowed: str) -> str | NotAllowed:
    """Return what is dialled: home's own digits, or E.164 for abroad."""
    parsed = phonenumbers.parse(number.e164)
    home = phonenumbers.country_code_for_region(HOME_REGION)
    dialled = number.e164
    if parsed.country_code == home:
        national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        dialled = re.sub(r"[^0-9]", "", national)
    # A number that home can't dial back as it is (+86 00…) would reach somebody else.
    itself = f"+{home}{dialled.removeprefix('0')}" == number.e164 or parsed.country_code != home
    matches = any(re.fullmatch(allowed, form, re.ASCII) for form in (dialled, number.e164))
    if not itself or dialled.startswith("00") or not matches:
        return NotAllowed("the number is none that may be rung (HOTLINE_OUTBOUND_ALLOWED)")
    return dialled


def _on_this_machine(contact: str) -> str | NotAllowed:
    found = _CONTACT.fullmatch(contact)
    if found is None:
        return NotAllowed("no usable Contact, and HOTLINE_SIP_OUTBOUND names no trunk")
    given = [part.partition("=") for part in found["parameters"].lower().split(";") if part]
    parameters = {name: value for name, _, value in given}
    transport = parameters.get("transport", "udp")
    if not (parameters.keys() <= _HARMLESS and transport in _TRANSPORTS):
        return NotAllowed("the Contact holds what no telephone needs")
    if not _is_loopback(found["host"].strip("[]")) or int(found["port"] or 5060) > 65535:
        return NotAllowed("the Contact is elsewhere, and HOTLINE_SIP_OUTBOUND names no trunk")
    user = f"{found['user']}@" if found["user"] else ""
    port = f":{int(found['port'])}" if found["port"] else ""
    return f"sip:{user}{found['host']}{port};transport={transport}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
