"""The demo's site: a data folder of its own beside the real one, and nobody outside to be rung."""

import re
from datetime import datetime
from pathlib import Path

from hotline.core import demo_mark
from hotline.core.demo_mark import Mark
from hotline.core.errors import CannotStart
from hotline.core.ports import free_port
from hotline.core.settings import Settings

SEED = 12345
FIRST_TOWN = 26060
# Numbers of nobody, as the tests' are; with these settings they lead to this machine alone.
NUMBERS = r"139000[01]\d{4}"
# What would reach a site's own systems, or bring its people in, is left out.
_OUTSIDE = (
    *("database_url", "redis_url", "secret_key", "secret_key_next", "notice_url", "staff_sms_url"),
    *("staff_email_url", "cti_url", "emergency", "oidc_issuer", "webhook_allowed", "area_code"),
)


def folder_of(own: Settings) -> Path:
    """Return the demo's data folder, which is never the site's own."""
    whole = own.data_dir.resolve()
    return whole.with_name(f"{whole.name}-demo")


def settings_of(own: Settings) -> Settings:
    """Return the demo's settings: everything is kept apart, and stays on this machine."""
    apart = {
        **dict.fromkeys(_OUTSIDE, ""),
        "data_dir": folder_of(own),
        "trunks": "127.0.0.0/8",  # nor does anybody outside ring in
        "kamailio": "off",
        "callback_hours": "00:00-24:00",
        "callback_hours_off": "00:00-24:00",
        "callbacks_by_person": "complaint report",
        "sip_outbound": f"sip:{{number}}@127.0.0.1:{free_port('127.0.0.1', FIRST_TOWN)}",
        "outbound_allowed": rf"(\+86)?{NUMBERS}",
        "desk_phones": r"sip:[a-z0-9]+@127\.0\.0\.1:\d{1,5}",
        "wrap_up_s": 15,
    }
    return own.model_copy(update=apart)


def require_real(own: Settings) -> None:
    """Raise CannotStart for a demo's folder: with a site's own trunk its callers would be rung."""
    if demo_mark.is_demo(own):
        raise CannotStart(
            f"{own.data_dir} is a demo's.",
            remedy="Add --demo and leave -demo off the name; or choose another --data-dir.",
        )


def town_port(own: Settings) -> int:
    """Return where the demo's telephones listen: every number leads there."""
    found = re.search(r":(\d+)$", own.sip_outbound)
    if found is None:
        raise CannotStart(f"{own.sip_outbound!r} is no demo's line.", remedy="Use `up --demo`.")
    return int(found[1])


def enter(own: Settings, *, now: datetime, seed: int = SEED) -> Settings:
    """Return the settings of the demo beside this site, its folder marked; or of one begun before.

    Raises CannotStart for a folder that somebody else has begun: its data may be real.
    """
    demo = settings_of(own)
    if demo_mark.is_demo(demo):
        return demo
    if demo.data_dir.exists() and any(demo.data_dir.iterdir()):
        raise CannotStart(
            f"{demo.data_dir} holds data that are not the demo's.",
            remedy="Choose another --data-dir: the demo is kept in that name with -demo added.",
        )
    demo.data_dir.mkdir(parents=True, exist_ok=True)
    demo_mark.write(demo, Mark(seed, now.isoformat()))
    return demo
