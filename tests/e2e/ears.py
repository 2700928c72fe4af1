"""Who hears whom, by tone: what came last on a telephone's line, or out of a page's headset.

Everybody says a tone of their own. An ear hears just those whose tones were there in its last
second and a half, and nobody else in all of that time.
"""

from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import wait_for
from tests.e2e.voices import RATE, Voice, seconds_of

AGENT_HZ, CALLER_HZ, DESK_HZ, POLICE_HZ = 620, 1340, 1000, 2200
ALL = (AGENT_HZ, CALLER_HZ, DESK_HZ, POLICE_HZ)
LAST_S = 1.5
THERE_S, GONE_S = 0.4, 0.1  # of a tone in syllables, and of what a change leaves behind
WITHIN_S = 60.0

Heard = dict[int, float] | None
"""Seconds of each tone in the last second and a half; None while less has come."""

# The page's own headset, overheard where its sound leaves the worklet: the tones of each moment.
OVERHEAR = """(() => {
  const Real = AudioWorkletNode, TICK_MS = 100, TICKS = 15, HEARD_DB = -50;
  window.heard = [];
  window.AudioWorkletNode = class extends Real {
    constructor(context, name, options) {
      super(context, name, options);
      if (name !== "seat-headset") return;
      const ear = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
      const found = new Float32Array(ear.frequencyBinCount), bin = context.sampleRate / ear.fftSize;
      this.connect(ear);
      setInterval(() => {
        ear.getFloatFrequencyData(found);
        heard.push(%s.filter((hertz) => found[Math.round(hertz / bin)] > HEARD_DB));
        heard.splice(0, heard.length - TICKS);
      }, TICK_MS);
    }
  };
})()"""


def overhear(context: BrowserContext) -> None:
    """Have every page of this browser note what its headset plays."""
    context.add_init_script(OVERHEAR % list(ALL))


def at_page(page: Page) -> Heard:
    """Return how long each tone was there in what the page's headset played last."""
    ticks = page.evaluate("heard")
    if len(ticks) < LAST_S * 10:
        return None
    return {hertz: sum(hertz in tick for tick in ticks) / 10 for hertz in ALL}


def at_phone(voice: Voice) -> Heard:
    """Return the same of what came last on a telephone's line."""
    last = voice.heard()[-int(LAST_S * RATE) :]
    if len(last) < LAST_S * RATE:
        return None
    return {hertz: seconds_of(last, hertz) for hertz in ALL}


def hears(ear: Page | Voice, *tones: int) -> None:
    """Wait until this ear hears these, and none of the others."""

    def now() -> bool:
        heard.append(at_page(ear) if isinstance(ear, Page) else at_phone(ear))
        known = heard[-1] or dict.fromkeys(ALL, 0.2)
        return all(
            known[hertz] >= THERE_S if hertz in tones else known[hertz] <= GONE_S for hertz in ALL
        )

    heard: list[Heard] = []
    try:
        wait_for(now, WITHIN_S, f"not just {tones}")
    except AssertionError as error:
        raise AssertionError(f"{error}: {heard[-1]}") from None
