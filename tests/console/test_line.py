"""A page's one stream (line.js), run by node: which tabs hold one, and what they hear."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[2] / "hotline" / "console" / "static" / "line.js"
NODE = Path(sys.executable).with_name("node")
# A browser of several tabs: its streams, its locks, and timers that run when `pass` says so.
AROUND = """
const script = require("fs").readFileSync(%r, "utf-8");
const settled = () => new Promise((done) => setImmediate(done));
const queue = [];
let holder = null;
function next() {
  if (holder || !queue.length) return;
  holder = queue.shift();
  Promise.resolve(holder.keep()).then(holder.done).finally(() => { holder = null; next(); });
}
const locks = { request: (_name, { signal }, keep) => new Promise((done, fail) => {
  const asked = { keep, done };
  queue.push(asked);
  signal.addEventListener("abort", () => {
    if (!queue.includes(asked)) return;
    queue.splice(queue.indexOf(asked), 1);
    fail(Object.assign(new Error("aborted"), { name: "AbortError" }));
  });
  queueMicrotask(next);
}) };
function tab({ bar = true, sounding = false, hidden = false, address = "/stream?types=a" } = {}) {
  const sources = [], heard = [], timers = new Map(), htmx = {}, window = { htmx };
  class EventSource extends EventTarget {
    static CONNECTING = 0; static OPEN = 1; static CLOSED = 2;
    readyState = 0;
    constructor(url) { super(); this.url = url; sources.push(this); }
    close() { this.readyState = 2; }
    said(type, data) { this.dispatchEvent(new MessageEvent(type, { data })); }
    refused() { this.readyState = 2; this.onerror?.(new Event("error")); }
  }
  const document = Object.assign(new EventTarget(), {
    visibilityState: hidden ? "hidden" : "visible",
    getElementById: () => (bar ? { hasAttribute: () => sounding } : null),
  });
  let made = 0;
  const later = (then) => { timers.set(++made, then); return made; };
  const given = { document, window, htmx, navigator: { locks }, EventSource, setTimeout: later };
  given.clearTimeout = (id) => timers.delete(id);
  Function(...Object.keys(given), script)(...Object.values(given));
  const line = htmx.createEventSource(address);
  line.addEventListener("a", ({ data }) => heard.push(data));
  return {
    line, heard, sources, also: window.pageLine.also,
    held: () => sources.filter(({ readyState }) => readyState !== 2).map(({ url }) => url),
    async see(seen) {
      document.visibilityState = seen ? "visible" : "hidden";
      document.dispatchEvent(new Event("visibilitychange"));
      await settled();
    },
    async pass() {
      for (const [id, then] of [...timers]) { timers.delete(id); then(); }
      await settled();
    },
  };
}
(async () => { %s })().then((answer) => process.stdout.write(JSON.stringify(answer)));
"""


def browser(does: str) -> Any:
    """Return what the script returns, in a browser of its own."""
    ran = subprocess.run(
        [NODE, "-e", AROUND % (str(SCRIPT), does)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_hidden_tab_gives_its_stream_up_and_has_one_when_it_is_shown() -> None:
    held = browser("""
        const one = tab({ bar: false }), held = [one.held().length];
        await one.see(false);
        held.push(one.held().length);  // it may only be passed over
        await one.pass();
        held.push(one.held().length);
        await one.see(true);
        one.sources.at(-1).said("a", "again");
        return [...held, one.held().length, ...one.heard];
    """)
    assert held == [1, 1, 0, 1, "again"]


def test_of_hidden_tabs_with_a_call_bar_one_keeps_its_stream() -> None:
    held = browser("""
        const tabs = [tab(), tab(), tab()], held = [];
        const count = () => held.push(tabs.map((each) => each.held().length));
        for (const each of tabs) { await each.see(false); await each.pass(); }
        count();
        await tabs[0].see(true);
        count();
        await tabs[1].see(true);
        count();
        await tabs[1].see(false);
        await tabs[1].pass();
        count();
        return held;
    """)
    assert held == [[1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 1]]


def test_the_tab_with_the_seats_sound_keeps_its_stream_beside_them() -> None:
    held = browser("""
        const tabs = [tab(), tab({ sounding: true })];
        for (const each of tabs) { await each.see(false); await each.pass(); }
        return tabs.map((each) => each.held().length);
    """)
    assert held == [1, 1]


def test_a_page_that_nobody_sees_yet_asks_for_no_stream() -> None:
    held = browser("""
        const one = tab({ bar: false, hidden: true }), held = [one.held().length];
        await one.see(true);
        return [...held, one.held().length];
    """)
    assert held == [0, 1]


def test_words_ride_on_the_pages_stream_while_there_is_a_call() -> None:
    urls = browser("""
        const one = tab(), told = [], hear = ({ data }) => told.push(data);
        one.also("call.transcript", hear);
        one.also("call.transcript", hear);
        one.sources.at(-1).said("call.transcript", "said");
        const during = one.held();
        one.also("call.transcript", null);
        return [...during, ...one.held(), ...told, one.sources.length];
    """)
    assert urls == ["/stream?types=a,call.transcript", "/stream?types=a", "said", 3]


def test_a_refused_stream_is_asked_for_again_by_the_line_alone() -> None:
    told = browser("""
        const one = tab(), states = [];
        one.line.onerror = () => states.push(one.line.readyState);
        one.sources[0].refused();
        await one.pass();
        const again = one.held().length;
        one.line.close();
        await one.see(true);
        return [...states, again, one.held().length, one.line.readyState];
    """)
    assert told == [0, 1, 0, 2]
