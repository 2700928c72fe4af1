"""What makes a page hard to read or to use, found in the page itself by a browser."""

# ruff: noqa: E501  # a page's own language has longer lines

from playwright.sync_api import Page

# Names, contrast (WCAG 2.2, 1.4.3), ids, headings, and what stands out at the side.
_FAULTS = """() => {
  const faults = [];
  const shown = (one) => one.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true });
  const named = (one) => one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length
    || one.getAttribute("aria-labelledby") || one.title;
  const say = (one) => `${one.tagName.toLowerCase()}#${one.id}.${one.className} ${one.textContent.trim().slice(0, 30)}`;
  for (const one of document.querySelectorAll("a, button, summary, input:not([type=hidden]), select, textarea"))
    if (shown(one) && !named(one)) faults.push(`no name: ${say(one)}`);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) faults.push(`twice: #${id}`);
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (!document.documentElement.lang) faults.push("no language");
  for (const one of document.querySelectorAll("th")) if (!one.scope) faults.push(`no scope: ${say(one)}`);
  const light = ([r, g, b]) => [r, g, b].map((each) => (each /= 255) <= .03928 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [.2126, .7152, .0722][at], 0);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const found = parts(getComputedStyle(one).backgroundColor);
      if (found.length === 3 || found[3] > .99) return found;
    }
    return [255, 255, 255];
  };
  for (const one of document.querySelectorAll("body *")) {
    if (!shown(one) || one.closest("[disabled], .hide, dialog:not([open])")) continue;
    if (![...one.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim())) continue;
    const style = getComputedStyle(one), [a, b] = [light(parts(style.color)), light(behind(one))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05), large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${say(one)}`);
  }
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) faults.push(`${wide} px too wide`);
  return faults;
}"""
_SMALL = """(least) => [...document.querySelectorAll(".tile *")].filter((one) =>
  one.checkVisibility() && !one.closest(".calls, .hide")
  && [...one.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim())
  && parseFloat(getComputedStyle(one).fontSize) < least).map((one) => one.textContent.trim())"""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it is shown; nothing for a good one."""
    return [str(each) for each in page.evaluate(_FAULTS)]


def too_small(page: Page, least_px: float) -> list[str]:
    """Return the words of the board's tiles that are smaller than that."""
    return [str(each) for each in page.evaluate(_SMALL, least_px)]
