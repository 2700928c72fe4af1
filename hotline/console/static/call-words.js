// 实时转写: the words of the call that the call bar shows, asked for anew at each of its events, and
// each second while a sentence grows. The page's line hears of words only while there is a call.
(() => {
  const place = document.getElementById("call-words");
  const bar = document.getElementById("call-now");
  if (!place || !bar) return;
  const PAUSE_MS = 500, GROWS_MS = 1000, LOOK_MS = 5000;
  const call = () => bar.querySelector(".call-state")?.dataset.call ?? "";
  // Beside a form of this call they stand a second time, larger.
  const places = () => [place, ...document.querySelectorAll(`[data-words="${shown}"]`)];
  let shown = "", asked = 0, timer = 0, heard = 0;

  async function ask() {
    timer = 0;
    const mine = call();
    if (!mine) return;
    asked = Date.now();
    const answer = await fetch(`/console/calls/${mine}/words`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok && mine === call()) show(await answer.text());
    soon(place.querySelector(".saying") ? GROWS_MS : LOOK_MS);
  }

  function show(html) {
    for (const each of places()) put(each, html);
    const said = place.querySelectorAll("li:not(.saying)").length;
    if (said !== heard) document.dispatchEvent(new CustomEvent("said", { detail: shown }));
    heard = said;
  }

  function put(where, html) {
    const list = where.querySelector("ol"), low = !list || list.scrollTop + list.clientHeight > list.scrollHeight - 8;
    const at = list?.scrollTop ?? 0;
    where.innerHTML = html;
    const now = where.querySelector("ol");
    if (now) now.scrollTop = low ? now.scrollHeight : at; // who reads further up is left there
  }

  function soon(ms) {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(ms, asked + PAUSE_MS - Date.now(), 0));
  }

  function follow() {
    if (call() === shown) return;
    shown = call();
    heard = 0;
    place.hidden = !shown;
    place.replaceChildren();
    listen();
  }

  const told = (event) => { if (JSON.parse(event.data).call === shown) soon(0); };

  // A tab that nobody sees asks for no words.
  function listen() {
    clearTimeout(timer);
    const here = shown && document.visibilityState === "visible";
    pageLine.also("call.transcript", here ? told : null);
    if (here) ask();
  }

  document.addEventListener("visibilitychange", listen);
  new MutationObserver(follow).observe(bar, { childList: true });
  follow();
})();
