"""The pages in a browser: the chart is drawn, and nothing on them keeps anybody from using them."""

from typing import Literal

from sqlalchemy import Engine

from dispatch.webhooks import endpoints
from dispatch.webhooks.endpoints import Wanted
from hotline.core import accounts, keys
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from tests.console.axe import grave
from tests.console.portal_own.conftest import URBAN
from tests.console.portal_own.scene import issued
from tests.console.readable import faults
from tests.e2e.browser import Window, chromium
from tests.served import served

LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1366), ("dark", 390))
PAPER = ("/portal/orders/{order}/sheet", "/portal/sheets?status=dispatched")
PAGES = (
    "/portal/figures",
    "/portal/figures/received",
    "/portal/keys",
    "/portal/webhooks",
    "/portal/webhooks/{hook}",
    *PAPER,
)


def arranged(engine: Engine) -> dict[str, str]:
    """Commit a leader with an order, a key and a receiver; return what the pages are named by."""
    with transaction(engine) as session:
        account = accounts.create_account(
            session, "leader", "secret-word", role=Role.LEADER, now=clock()
        )
        account.department = URBAN
        by = accounts.as_actor(account)
        keys.issue_key(session, URBAN, "OA", ["orders.read"], actor=by, now=clock())
        wanted = Wanted("https://oa.example.gov.cn/hotline", "OA")
        hook, _ = endpoints.create(session, URBAN, wanted, networks=[], actor=by, now=clock())
        return {"order": issued(session, clock()).number, "hook": str(hook.id)}


def test_the_chart_is_drawn_and_every_page_is_fit_to_use(emptied: Engine) -> None:
    names = arranged(emptied)
    with served(emptied) as site, chromium() as browser:
        for theme, width in LOOKS:
            look = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 844})
            window = Window(look.new_page()).watch()
            page = window.page
            page.goto(f"{site}/console/sign-in?next=/portal/figures")
            page.fill("[name=username]", "leader")
            page.fill("[name=password]", "secret-word")
            page.click("main button")
            page.wait_for_selector("#weeks-chart canvas")
            for path in PAGES:
                page.goto(site + path.format(**names))
                assert grave(page) + faults(page) + window.faults == [], (theme, path)
