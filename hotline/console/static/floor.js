// The floor's pages: spans count up by the server's clock, and a page says when it last knew better.
(() => {
  const STALE_S = 30;
  const part = document.getElementById("live"), fresh = document.getElementById("fresh");
  let ahead = 0, took = 0, clock = "";

  function take() {
    const now = part?.querySelector("[data-now]");
    if (!now) return;
    ahead = Date.now() - Date.parse(now.dataset.now);
    took = Date.now();
    clock = now.dataset.clock ?? "";
    tick();
  }

  function span(ms) {
    const s = Math.max(0, Math.floor(ms / 1000)), hours = Math.floor(s / 3600), days = Math.floor(hours / 24);
    if (days) return `${days}${part.dataset.day ?? "d"}`;
    const rest = `${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
    return hours ? `${hours}:${rest}` : rest;
  }

  function tick() {
    const now = Date.now() - ahead;
    for (const time of document.querySelectorAll("#live time[data-since]")) {
      const text = span(now - Date.parse(time.dataset.since));
      if (time.textContent !== text) time.textContent = text;
    }
    if (!fresh) return;
    const age = Math.max(0, Math.floor((Date.now() - took) / 1000)), stale = age >= STALE_S;
    document.body.classList.toggle("stale", stale);
    const text = (stale ? fresh.dataset.stale : fresh.dataset.since).replace("{clock}", clock).replace("{seconds}", age);
    if (fresh.textContent !== text) fresh.textContent = text;
  }

  document.addEventListener("htmx:afterSwap", (swap) => swap.target === part && take());
  take();
  setInterval(tick, 1000);
})();
