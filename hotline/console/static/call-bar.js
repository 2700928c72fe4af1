// 通话条: the seat and its call on every page. What it shows comes from the server, asked for anew
// at each event of one's own; its buttons are plain forms, sent without leaving the page.
(() => {
  const bar = document.getElementById("call-bar");
  if (!bar) return;
  const ORDER_MS = [150, 400, 1000, 2000, 4000], RING_MS = 3000, ADDRESS = "/console/call-bar";
  const title = document.title;
  const state = () => bar.querySelector(".call-state")?.dataset ?? {};
  let ahead = 0, asked = 0, shown = 0, polls = 0, timer = 0, seat = null, ringing = 0;

  async function ask(address = ADDRESS, body = null) {
    const mine = ++asked;
    try {
      const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { "HX-Request": "true" } });
      const away = answer.headers.get("HX-Redirect");
      if (away) { location.href = away; return; }
      const text = await answer.text();
      if (answer.ok) return void show(text, mine);
      say(new DOMParser().parseFromString(text, "text/html").querySelector(".fault")?.textContent ?? bar.dataset.failed);
      ask();
    } catch {
      say(bar.dataset.away);
    }
  }

  function say(what) {
    document.getElementById("call-said").textContent = what;
  }

  // An answer that was overtaken is old; what somebody has opened or written stays.
  function show(html, mine) {
    if (mine < shown) return;
    shown = mine;
    const before = state(), call = before.call, focus = document.activeElement?.closest("#call-bar") && document.activeElement.id;
    const folds = [...bar.querySelectorAll("details[open]")].map((fold) => [fold.dataset.fold, fields(fold).map((field) => [field.name, field.value, field.checked])]);
    const holder = document.getElementById("call-now");
    holder.innerHTML = html;
    if (call === state().call) for (const [name, values] of folds) reopen(name, values);
    if (focus) document.getElementById(focus)?.focus();
    ahead = Date.now() - Date.parse(state().now);
    tick();
    follow();
    ring(before.status);
    sound();
  }

  const fields = (fold) => [...fold.querySelectorAll("input:not([type=hidden]), select")];

  function reopen(name, values) {
    const fold = bar.querySelector(`[data-fold="${CSS.escape(name)}"]`);
    if (!fold) return;
    fold.open = true;
    fields(fold).forEach((field, at) => {
      if (!values[at] || field.name !== values[at][0]) return;
      if (field.type === "radio") field.checked = values[at][2];
      else field.value = values[at][1];
    });
  }

  // An order is the switch's to take; no event tells that it was refused.
  function follow() {
    clearTimeout(timer);
    if (!state().order) { polls = 0; return; }
    if (polls < ORDER_MS.length) timer = setTimeout(ask, ORDER_MS[polls++]);
  }

  bar.addEventListener("submit", (sent) => {
    sent.preventDefault();
    say("");
    polls = 0;
    const body = new URLSearchParams(new FormData(sent.target, sent.submitter));
    for (const button of bar.querySelectorAll("button")) button.disabled = true;
    sent.target.closest("details")?.removeAttribute("open");
    ask(sent.target.action, body).finally(() => {
      for (const button of bar.querySelectorAll("button")) button.disabled = false;
    });
  });

  // 填单 opens over the page: leaving it would cut the browser's sound off for a moment.
  bar.addEventListener("click", async (click) => {
    const link = click.target.closest("#cb-form");
    if (!link || click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    try {
      const { open } = await import(bar.dataset.desk);
      await open(link.href, bar.dataset.deskStyle);
    } catch {
      location.href = link.href;
    }
  });

  // Of everybody's events, those of this seat and of its call.
  function heard(event) {
    const told = JSON.parse(event.data), { me, seat: own } = bar.dataset;
    if (told.agent === me || told.actor === me || told.label === me || String(told.seat) === own || (told.call && told.call === state().call)) ask();
  }

  if (document.body.hasAttribute("sse-connect")) {
    document.addEventListener("htmx:sseMessage", ({ detail }) => bar.dataset.events.includes(detail.type) && heard(detail));
    document.addEventListener("htmx:sseOpen", () => ask());
  } else {
    const stream = pageLine.open(`${bar.dataset.stream}?types=${bar.dataset.events}`);
    for (const type of bar.dataset.events.split(",")) stream.addEventListener(type, heard);
    stream.onopen = () => ask();
  }

  function tick() {
    const now = Date.now() - ahead;
    for (const time of bar.querySelectorAll("time[data-since], time[data-until]")) {
      const { since, until } = time.dataset;
      const s = Math.max(0, Math.floor((until ? Date.parse(until) - now : now - Date.parse(since)) / 1000));
      const hours = Math.floor(s / 3600), rest = `${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
      time.textContent = hours ? `${hours}:${rest}` : rest;
    }
  }
  setInterval(tick, 1000);

  // A telephone rings by itself; for a browser seat the page does.
  function ring(before) {
    const { status, ring: words, kind } = state();
    document.title = words ? `☎ ${words} · ${title}` : title;
    if (status === "offered" && before !== "offered") bar.dispatchEvent(new CustomEvent("pop", { bubbles: true }));
    if (status === "offered" && kind === "browser") ringing ||= setInterval(beep, RING_MS, beep());
    else ringing = void clearInterval(ringing);
  }

  function beep() {
    const context = seat?.context;
    if (context?.state !== "running") return;
    const tone = new OscillatorNode(context, { frequency: 440 }), level = new GainNode(context, { gain: 0.08 });
    tone.connect(level).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + 0.8);
  }

  // 浏览器坐席: its sound lives with the page, and comes back after a reload by itself.
  async function sound() {
    const { status, kind } = state();
    const wanted = kind === "browser" && status !== "logged_off";
    if (!wanted) { seat?.close(); seat = null; hear({}); untried(kind); return; }
    if (!seat) {
      seat = new EventTarget(); // not twice while the script comes
      const { Seat } = await import(bar.dataset.sound);
      seat = new Seat({ worklet: bar.dataset.worklet });
      seat.addEventListener("state", () => hear(seat));
      seat.open();
    }
    hear(seat);
  }

  // Before the first call of a browser seat its headset is tried (headset.js keeps that it was).
  function untried(kind) {
    const place = document.getElementById("seat-sound");
    if (!place || kind !== "browser" || localStorage.getItem("headset-tested")) return;
    place.append(Object.assign(document.createElement("a"), { href: "/console/account#headset", textContent: bar.dataset.untried }));
  }

  function hear({ state: how }) {
    bar.toggleAttribute("data-sounding", Boolean(how) && how !== "elsewhere"); // line.js
    const place = document.getElementById("seat-sound");
    if (!place) return;
    const words = JSON.parse(bar.dataset.sounds)[how] ?? "";
    place.className = ["ready", "talking"].includes(how) ? "quiet" : "fault";
    place.textContent = words;
    if (how !== "elsewhere") return;
    const here = Object.assign(document.createElement("button"), { type: "button", textContent: bar.dataset.take });
    here.addEventListener("click", () => seat.take());
    place.append(" ", here);
  }

  // Alt and a letter, also while somebody types: nobody hangs up by a slip.
  document.addEventListener("keydown", (press) => {
    if (!press.altKey || press.ctrlKey || press.metaKey || press.repeat || !press.code.startsWith("Key")) return;
    const at = bar.querySelector(`[aria-keyshortcuts="Alt+${press.code.slice(3)}"]`);
    if (!at) return;
    press.preventDefault();
    at.click();
    if (at.matches("summary")) at.parentElement.querySelector("input:not([type=hidden]):not([disabled]), button")?.focus();
  });
  document.addEventListener("keydown", (press) => {
    const fold = press.key === "Escape" && bar.querySelector("details[open]");
    if (!fold) return;
    fold.open = false;
    fold.querySelector("summary").focus();
  });

  ask();
})();
