// Keeps the page true: events of the stream make the live part ask for itself again, at most once
// in PAUSE_MS, and less often where answers take long; never under somebody's hands, and not while
// nobody sees it. On the floor something happens all the time.
(() => {
  const FRESH_MS = 6000, LATE_MS = 3000, TIMES = 8, LONGEST_MS = 5000;
  const line = document.getElementById("line");
  const part = document.getElementById("live");
  const changed = document.getElementById("changed");
  const PAUSE_MS = part?.dataset.kind === "floor" ? 2000 : 700;
  let asked = 0, waiting = null, opened = false, stale = false, asking = false, pause = PAUSE_MS;

  const clock = () => new Date().toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
  const live = () => { line.className = "live"; line.textContent = `${line.dataset.live} · ${line.dataset.asOf} ${clock()}`; };
  const away = (text) => { line.className = "away"; line.textContent = text; };

  function ask() {
    waiting = null;
    if (!part) return;
    if (document.visibilityState !== "visible") { stale = true; return; }
    stale = false;
    if (changed && busy()) { changed.hidden = false; return; }
    asked = Date.now();
    asking = true;
    htmx.trigger(part, "changed");
  }

  function soon() {
    waiting ??= setTimeout(ask, Math.max(0, asked + pause - Date.now()));
  }

  // Somebody who has opened a form, chosen or written in it would lose it.
  function busy() {
    if (part.querySelector("details.ask[open]")) return true;
    for (const field of part.querySelectorAll("input:not([type=hidden])")) {
      if (["radio", "checkbox"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue) return true;
    }
    return false;
  }

  document.addEventListener("htmx:sseOpen", () => {
    live();
    // What happened while the line was down, or before there was one: on a slow one, or unseen.
    if (opened || performance.now() > LATE_MS) soon();
    opened = true;
  });
  document.addEventListener("visibilitychange", () => { if (stale) soon(); });
  document.addEventListener("htmx:sseError", () => away(line.dataset.away));
  document.addEventListener("htmx:sseMessage", (message) => {
    const floor = part?.dataset.kind === "floor";
    if (!floor && /^(call|seat)\./.test(message.detail.type)) return; // call-bar.js
    const ticket = part?.dataset.ticket;
    if (!ticket || JSON.parse(message.detail.data).ticket === ticket) soon();
  });
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, () => away(line.dataset.asleep));
  }

  // What came in lately, by key and moment: another swap must not make it old at once.
  const came = new Map();
  let known = new Set(), folds = new Map();
  const rows = () => [...(part?.querySelectorAll("[data-key]") ?? [])];

  document.addEventListener("htmx:beforeSwap", (swap) => {
    if (swap.target !== part) return;
    known = new Set(rows().map((row) => row.dataset.key));
    folds = new Map([...part.querySelectorAll("[data-fold]")].map((fold) => [fold.dataset.fold, fold.open]));
  });
  document.addEventListener("htmx:afterSwap", (swap) => {
    if (swap.target !== part) return;
    if (asking) pause = Math.max(PAUSE_MS, Math.min(LONGEST_MS, TIMES * (Date.now() - asked)));
    asking = false;
    live();
    for (const fold of part.querySelectorAll("[data-fold]")) {
      fold.open = folds.get(fold.dataset.fold) ?? fold.open;
    }
    for (const row of rows()) mark(row);
  });

  function mark(row) {
    const key = row.dataset.key;
    if (!known.has(key)) came.set(key, Date.now());
    const age = Date.now() - came.get(key);
    if (!(age < FRESH_MS)) return;
    row.classList.add("fresh");
    row.style.animationDelay = `${-age}ms`;
    setTimeout(() => row.classList.remove("fresh"), FRESH_MS - age);
  }

  document.getElementById("refresh")?.addEventListener("click", () => location.reload());
  // An editor's pages have no line.
  if (line.className === "" && document.querySelector("[sse-connect]")) setTimeout(() => { if (line.className === "") away(line.dataset.away); }, 8000);
})();
