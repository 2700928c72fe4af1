// 实时转写: the words of the call that the call bar shows, asked for anew at each of its events, and
// each second while a sentence grows. It has a stream of its own only while there is a call.
(() => {
  const place = document.getElementById("call-words");
  const bar = document.getElementById("call-now");
  if (!place || !bar) return;
  const PAUSE_MS = 500, GROWS_MS = 1000, LOOK_MS = 5000;
  const call = () => bar.querySelector(".call-state")?.dataset.call ?? "";
  let shown = "", asked = 0, timer = 0, stream = null;

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
    const list = place.querySelector("ol"), low = !list || list.scrollTop + list.clientHeight > list.scrollHeight - 8;
    const at = list?.scrollTop ?? 0;
    place.innerHTML = html;
    const now = place.querySelector("ol");
    if (now) now.scrollTop = low ? now.scrollHeight : at; // who reads further up is left there
  }

  function soon(ms) {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(ms, asked + PAUSE_MS - Date.now(), 0));
  }

  function follow() {
    if (call() === shown) return;
    shown = call();
    place.hidden = !shown;
    place.replaceChildren();
    stream?.close();
    stream = null;
    clearTimeout(timer);
    if (!shown) return;
    stream = new EventSource("/api/v1/stream?types=call.transcript");
    stream.addEventListener("call.transcript", (event) => {
      if (JSON.parse(event.data).call === shown) soon(0);
    });
    ask();
  }

  new MutationObserver(follow).observe(bar, { childList: true });
  follow();
})();
