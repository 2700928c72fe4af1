"""Every page there is, by who looks at it; what tests visit and what is photographed.

A page that is not in here fails `test_every_page`: it would be neither judged nor shown.
"""

from dataclasses import dataclass

from hotline.core.accounts import Role


@dataclass(frozen=True)
class Shown:
    """A page as somebody opens it; `{…}` are the names of a scene's things (`scenes.names`)."""

    name: str
    path: str
    role: Role | None  # none: whoever has the address
    live: bool = False  # it has a line to the stream


_AGENT, _LEAD, _ADMIN = Role.AGENT, Role.TEAM_LEAD, Role.ADMINISTRATOR
_HANDLER, _LEADER, _EDITOR = Role.HANDLER, Role.LEADER, Role.EDITOR
_A = "/console/administration"

PAGES = (
    Shown("sign-in", "/console/sign-in", None),
    Shown("tickets", "/console/", _AGENT, live=True),
    Shown("ticket", "/console/tickets/{ticket}", _AGENT, live=True),
    Shown("similar", "/console/tickets/{ticket}/similar", _AGENT),
    Shown("register", "/console/registers/{register}", _LEAD, live=True),
    Shown("call-form", "/console/calls/{call}/form", _AGENT),
    Shown("unfinished", "/console/drafts", _AGENT),
    Shown("callbacks", "/console/callbacks", _AGENT, live=True),
    Shown("queue", "/console/queue", _LEAD, live=True),
    Shown("hot-issues", "/console/hot", _LEAD, live=True),
    Shown("hot-issue", "/console/hot/{hot}", _LEAD, live=True),
    Shown("indicators", "/console/indicators", _LEAD, live=True),
    Shown("indicator", "/console/indicators/{measure}", _LEAD, live=True),
    Shown("reports", "/console/indicators/reports", _ADMIN, live=True),
    Shown("behind", "/console/indicators/{measure}/behind", _LEAD, live=True),
    Shown("bad-ratings", "/console/ratings?standing=all", _LEAD, live=True),
    Shown("bad-rating", "/console/ratings/{bad}", _LEAD, live=True),
    Shown("blind-callbacks", "/console/ratings/blind", _LEAD, live=True),
    Shown("rating-alerts", "/console/ratings/alerts", _LEAD, live=True),
    Shown("paper-rating", "/console/ratings/paper", _LEAD, live=True),
    Shown("rating-code", "/console/ratings/poster", _LEAD, live=True),
    Shown("inspections", "/console/inspection", _LEAD, live=True),
    Shown("inspection", "/console/inspection/{sheet}", _LEAD, live=True),
    Shown("inspection-figures", "/console/inspection/figures", _LEAD, live=True),
    Shown("inspection-setup", "/console/inspection/setup", _ADMIN, live=True),
    Shown("inspection-card", "/console/inspection/cards/{card}", _ADMIN, live=True),
    Shown("calibrations", "/console/inspection/calibrations", _ADMIN, live=True),
    Shown("calibration", "/console/inspection/calibrations/{calibration}", _ADMIN, live=True),
    Shown("own-results", "/console/inspection/own", _AGENT, live=True),
    Shown("own-result", "/console/inspection/own/{result}", _AGENT, live=True),
    Shown("shifts", "/console/shifts", _LEAD),
    Shown("telephones", "/console/telephones", _LEAD),
    Shown("wallboard", "/wallboard/", _LEAD, live=True),
    Shown("account", "/console/account", _AGENT),
    Shown("components", "/console/components", _AGENT),
    Shown("tour", "/console/tour", _AGENT),
    Shown("articles", "/console/articles", _AGENT),
    Shown("article", "/console/articles/read/{article}", _AGENT),
    Shown("must-read", "/console/articles/must-read", _AGENT),
    Shown("reading", "/console/articles/reading", _LEAD),
    Shown("readers", "/console/articles/reading/{article}", _LEAD),
    Shown("article-gaps", "/console/articles/gaps", _EDITOR),
    Shown("article-new", "/console/articles/new", _EDITOR),
    Shown("article-edit", "/console/articles/edit/{article}", _EDITOR),
    Shown("items", "/console/items", _AGENT),
    Shown("item", "/console/items/read/{item}?ticket={ticket}", _AGENT),
    Shown("item-versions", "/console/items/versions/{item}", _EDITOR),
    Shown("item-levels", "/console/items/levels/{item}", _EDITOR),
    Shown("item-differences", "/console/items/differences", _EDITOR),
    Shown("item-new", "/console/items/new", _EDITOR),
    Shown("item-edit", "/console/items/edit/{item}", _EDITOR),
    Shown("item-import", "/console/items/import", _EDITOR),
    Shown("ticket-items", "/console/tickets/{ticket}/items", _AGENT),
    Shown("portal", "/portal/", _HANDLER, live=True),
    Shown("portal-order", "/portal/orders/{order}", _HANDLER, live=True),
    Shown("portal-notices", "/portal/notices", _HANDLER),
    Shown("portal-ratings", "/portal/ratings", _HANDLER),
    Shown("portal-rating", "/portal/ratings/{bad}", _HANDLER),
    Shown("portal-articles", "/portal/articles", _HANDLER),
    Shown("portal-article", "/portal/articles/read/{own_article}", _HANDLER),
    Shown("portal-article-new", "/portal/articles/new", _HANDLER),
    Shown("portal-article-edit", "/portal/articles/edit/{own_article}", _HANDLER),
    Shown("portal-figures", "/portal/figures", _LEADER),
    Shown("portal-figure", "/portal/figures/{measure}", _LEADER),
    Shown("portal-keys", "/portal/keys", _LEADER),
    Shown("portal-webhooks", "/portal/webhooks", _LEADER),
    Shown("portal-webhook", "/portal/webhooks/{webhook}", _LEADER),
    Shown("portal-delivery", "/portal/webhooks/{webhook}/deliveries/{delivery}", _LEADER),
    Shown("portal-sheet", "/portal/orders/{order}/sheet", _HANDLER),
    Shown("portal-sheets", "/portal/sheets?number={order}", _HANDLER),
    Shown("administration", f"{_A}/", _ADMIN),
    Shown("staff", f"{_A}/staff", _ADMIN),
    Shown("person", f"{_A}/staff/{{username}}", _ADMIN),
    Shown("staff-sheet", f"{_A}/staff-sheet", _ADMIN),
    Shown("departments", f"{_A}/departments", _ADMIN),
    Shown("department", f"{_A}/departments/{{department}}", _ADMIN),
    Shown("catalogue", f"{_A}/catalogue", _ADMIN),
    Shown("catalogue-entry", f"{_A}/catalogue/{{matter}}/{{district}}", _ADMIN),
    Shown("catalogue-faults", f"{_A}/catalogue/faults", _ADMIN),
    Shown("import", f"{_A}/import/{{kind}}", _ADMIN),
    Shown("hotlines", f"{_A}/hotlines", _ADMIN),
    Shown("gaps", f"{_A}/gaps", _ADMIN),
    Shown("calendars", f"{_A}/calendars", _ADMIN),
    Shown("limits", f"{_A}/limits", _ADMIN),
    Shown("prompts", f"{_A}/prompts", _ADMIN),
    Shown("models", f"{_A}/models", _ADMIN),
    Shown("earned", f"{_A}/models/earned", _ADMIN),
    Shown("processes", f"{_A}/processes", _ADMIN),
    Shown("audit", f"{_A}/audit", _ADMIN),
    Shown("people", f"{_A}/people", _ADMIN),
    Shown("requester", f"{_A}/people/{{ticket}}", _ADMIN),
    Shown("do-not-call", f"{_A}/do-not-call", _ADMIN),
    Shown("new", "/new", None),
    Shown("own-door", "/t/", None),
    Shown("own-ticket", "/t/{own}?key={key}", None),
    Shown("own-withdraw", "/t/{own}/withdraw?key={key}", None),
    Shown("own-confidential", "/t/{own}/confidential?key={key}", None),
)

# Parts of a page that it fetches itself, sounds, streams, and ways that lead to a page.
PARTS = frozenset(
    {
        *("/portal/rows", "/portal/find", "/portal/stream"),
        *("/portal/orders/{number}/state", "/portal/orders/{number}/departments"),
        *(f"{_A}/choices/departments", f"{_A}/prompts/{{name}}/sound", f"{_A}/processes/rows"),
        f"{_A}/{{path:path}}",
        *("/console/listing/count", "/console/listing/choices/{kind}", "/console/rows"),
        *("/console/hot/rows", "/console/articles/reading/{article}/sheet"),
        "/console/ratings/poster/code.svg",
        *("/console/calls/{call_id}/form/state", "/console/form-lists/{which}"),
        *("/console/calls/{call_id}/answers", "/console/calls/{call_id}/words"),
        *("/console/sign-in/oidc", "/console/sign-in/oidc/callback", "/console/find"),
        *("/console/registers/counts", "/console/registers/{register}/rows"),
        *("/console/tickets/{number}/recording/sound", "/console/tickets/{number}/state"),
        *("/console/tickets/{number}/departments", "/console/tickets/{number}/company"),
        *("/console/callbacks/rows", "/console/call-bar", "/console/queue/rows"),
        "/wallboard/board",
    }
)
