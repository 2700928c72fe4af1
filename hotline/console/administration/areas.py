"""The areas of administration, each for whom its permission lets in."""

from dataclasses import dataclass

from hotline.core.security import Permission

HOME = "/console/administration"


@dataclass(frozen=True)
class Area:
    """`name` is its word in `areas`, and what it is for in `area_means`."""

    name: str
    page: str
    permission: Permission


STAFF = Area("staff", f"{HOME}/staff", Permission.ACCOUNT_MANAGE)
DEPARTMENTS = Area("departments", f"{HOME}/departments", Permission.RULES_READ)
CATALOGUE = Area("catalogue", f"{HOME}/catalogue", Permission.RULES_READ)
HOTLINES = Area("hotlines", f"{HOME}/hotlines", Permission.RULES_READ)
GAPS = Area("gaps", f"{HOME}/gaps", Permission.ARTICLE_READ)
CALENDARS = Area("calendars", f"{HOME}/calendars", Permission.RULES_READ)
LIMITS = Area("limits", f"{HOME}/limits", Permission.RULES_READ)
TELEPHONES = Area("telephones", "/console/telephones", Permission.SERVICE_MANAGE)
DO_NOT_CALL = Area("do_not_call", f"{HOME}/do-not-call", Permission.SERVICE_MANAGE)
PROMPTS = Area("prompts", f"{HOME}/prompts", Permission.SERVICE_MANAGE)
MODELS = Area("models", f"{HOME}/models", Permission.RULES_READ)
PROCESSES = Area("processes", f"{HOME}/processes", Permission.SERVICE_MANAGE)
PEOPLE = Area("people", f"{HOME}/people", Permission.PERSON_READ)
AUDIT = Area("audit", f"{HOME}/audit", Permission.AUDIT_READ)

# As the hub groups them; a group of which one may see nothing is left out.
GROUPS: tuple[tuple[str, tuple[Area, ...]], ...] = (
    ("who", (STAFF, DEPARTMENTS)),
    ("rules", (CATALOGUE, CALENDARS, LIMITS, GAPS)),
    ("lines", (TELEPHONES, HOTLINES, DO_NOT_CALL)),
    ("running", (PROMPTS, MODELS, PROCESSES)),
    ("watch", (PEOPLE, AUDIT)),
)
