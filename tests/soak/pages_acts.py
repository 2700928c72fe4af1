"""What an agent does on a page, and how long the browser takes to show it."""

from playwright.sync_api import BrowserContext, Page, expect

LIST = "/console/"
BETWEEN_MS = 60  # a quick hand
ROWS, BACK, FOLDS = 40, 20, 8
WORDS = "the lamp has been mended and the requester was told"
SLOW = {"offline": False, "latency": 100, "downloadThroughput": 64_000, "uploadThroughput": 64_000}

# From the moment a key or button went down to the end of the frame that follows, in `took`; what
# opens another page leaves its moment for that one.
PROBE = """
(() => {
  window.took = [];
  window.told = [];
  addEventListener("htmx:sseMessage", () => told.push(performance.now()));
  for (const kind of ["keydown", "click"]) addEventListener(kind, (event) => {
    if (!event.isTrusted) return;
    const at = performance.timeOrigin + event.timeStamp;
    if (event.key === "Enter") sessionStorage.setItem("pressed", at);
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => took.push(performance.now() - event.timeStamp);
      after.port2.postMessage(0);
    });
  }, { capture: true });
})();
"""
SCRIPT_BYTES = """
performance.getEntriesByType("resource")
  .filter((each) => new URL(each.name).pathname.endsWith(".js"))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)
"""
_PAINTED = """
new Promise((done) => new PerformanceObserver((told) => {
  const [first] = told.getEntriesByName("first-contentful-paint");
  if (first) done(first.startTime);
}).observe({ type: "paint", buffered: true }))
"""
_APART = "told.length < 2 ? 1e6 : (told.at(-1) - told[0]) / (told.length - 1)"
_OPENED = (
    "(painted) => painted + performance.timeOrigin - Number(sessionStorage.getItem('pressed'))"
)


def ticket(number: int) -> str:
    """Return the address of a ticket's page."""
    return f"{LIST}tickets/{number:012d}"


def first_paint_ms(page: Page, path: str) -> float:
    """Return the milliseconds from asking for the page to its first content."""
    page.goto(path, wait_until="domcontentloaded")
    return float(page.evaluate(_PAINTED))


def in_the_list(page: Page) -> list[float]:
    """Walk through the lines, open and shut the filter, write a number; return what each took."""
    _ready(page, LIST)
    for key, times in (("j", ROWS), ("k", BACK)):
        _press(page, *([key] * times))
    for _ in range(FOLDS):
        page.locator("#filter > summary").click()
        page.wait_for_timeout(BETWEEN_MS)
    _press(page, "/", *"202611260001")
    return _took(page)


def apart_ms(page: Page) -> float:
    """Return the milliseconds from one live event of this page to the next, on average."""
    return float(page.evaluate(_APART))


def in_a_ticket(page: Page) -> list[float]:
    """Open what may be done, take a form, write in it; return what each took."""
    _ready(page, ticket(3))
    _press(page, "m", "Enter", "Tab", *WORDS.replace(" ", ""))
    return _took(page)


def open_ms(page: Page) -> float:
    """Open a line of the list by the keyboard; return the milliseconds to the first content."""
    _ready(page, LIST)
    page.keyboard.press("j")
    page.wait_for_timeout(BETWEEN_MS)
    with page.expect_navigation(url="**/tickets/*", wait_until="domcontentloaded"):
        page.keyboard.press("Enter")
    return float(page.evaluate(_OPENED, page.evaluate(_PAINTED)))


def slow(context: BrowserContext, page: Page) -> None:
    """Give the page a line of 512 kbit/s that takes 100 ms to answer."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", dict(SLOW))


def _ready(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("#line")).to_have_class("live")


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(BETWEEN_MS)


def _took(page: Page) -> list[float]:
    page.wait_for_timeout(5 * BETWEEN_MS)
    return [float(each) for each in page.evaluate("took")]
