"""Where 110, 119, 120, 122 and other people outside are rung: pure, by the site's settings."""

from collections.abc import Sequence

from hotline.core.errors import Conflict, Invalid
from hotline.core.phone import parse_phone
from hotline.core.settings import Settings
from telephony.destinations import NotAllowed, desk_phone, destination, is_trunk

EMERGENCY = ("110", "119", "120", "122")


def destination_of(service: str, own: Settings) -> str:
    """Return where an emergency service is rung; raise Invalid, or Conflict when nowhere is."""
    if service not in EMERGENCY:
        raise Invalid("That is no emergency service.", remedy=f"One of {', '.join(EMERGENCY)}.")
    mapped = dict(each.partition("=")[::2] for each in own.emergency.split())
    if mapped.get(service):
        return mapped[service]
    if not own.sip_outbound or not is_trunk(own.sip_outbound):
        raise Conflict(
            f"This site has no line to {service}.",
            remedy=f"Dial {service} yourself, now; then have HOTLINE_EMERGENCY name its line.",
        )
    return own.sip_outbound.replace("{number}", service)


def outside(given: str, own: Settings, ours: Sequence[str]) -> str:
    """Return where a number, or an address made of one, is rung; raise HotlineError when nowhere.

    An address must be one of the site's own telephones, or the trunk's for a number that may be
    rung: whoever writes orders is believed no more than whoever types numbers. None of the
    hotline's own numbers (`ours`) is rung.
    """
    if given.startswith("sip:"):
        known = desk_phone(given, own.desk_phones, own=ours)
        if not isinstance(known, NotAllowed):
            return known
    phone = parse_phone(_number_in(given, own.sip_outbound))
    if phone is None:
        raise Invalid("That is no telephone number.", remedy="Give it with its area code.")
    found = destination(phone, "", own.sip_outbound, own.outbound_allowed, own=ours)
    if isinstance(found, NotAllowed):
        raise Conflict(f"They can't be rung: {found.reason}.", remedy="Ask an administrator.")
    return found


def _number_in(given: str, template: str) -> str:
    """Return the number that the trunk's template was filled with, or what was given."""
    before, open_place, after = template.partition("{number}")
    fits = open_place and given.startswith(before) and given.endswith(after)
    return given[len(before) : len(given) - len(after)] if fits else given
