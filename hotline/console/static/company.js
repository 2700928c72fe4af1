// 同看提醒: tells that this page is open, while it is seen, and shows who else has the ticket open.
(() => {
  const place = document.getElementById("company");
  if (!place) return;
  const BEAT_MS = 20000, address = place.dataset.at;
  let timer = 0;

  async function beat() {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    const html = answer?.ok ? await answer.text() : null;
    if (html !== null && html.trim() !== place.innerHTML.trim()) place.innerHTML = html; // read out once
    timer = setTimeout(beat, BEAT_MS);
  }

  document.addEventListener("visibilitychange", beat);
  addEventListener("pagehide", () => navigator.sendBeacon(`${address}/leave`));
  beat();
})();
