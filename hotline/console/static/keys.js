// Every action has a key; none fires while somebody types.
(() => {
  const help = document.getElementById("keys");
  const typing = (at) => at.matches("input:not([type=radio]), textarea, select") || at.isContentEditable;
  let after = "";

  const links = () => [...document.querySelectorAll("#main [data-key] a, .tickets [data-key] a, .floor [data-key] .step")];
  function move(step) {
    const all = links(), at = all.indexOf(document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  }

  function play() {
    const audio = document.getElementById("audio");
    if (audio) audio.paused ? audio.play() : audio.pause();
  }

  // A button inside a closed fold can't be seen, so its key does nothing.
  function dispatch() {
    const button = document.getElementById("dispatch");
    if (button?.offsetParent) button.click();
  }

  function menu() {
    const fold = document.getElementById("menu");
    if (!fold) return;
    fold.open = true;
    fold.querySelector(".ask summary, .ask a")?.focus();
  }

  const actions = {
    "?": () => (help.open ? help.close() : help.showModal()),
    "/": () => document.getElementById("find")?.select(),
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    d: dispatch,
    m: menu,
    y: () => (document.activeElement.closest("[data-key]") ?? document).querySelector(".confirm-read")?.click(),
    "g m": () => { location.href = "/console/articles/must-read"; },
    p: play,
    "g l": () => { location.href = "/console/"; },
    "g h": () => { location.href = "/console/callbacks"; },
    "g f": () => document.getElementById("go-drafts")?.click(),
  };
  for (const [letter, page] of [["q", "queue"], ["s", "shifts"], ["t", "telephones"], ["w", "wallboard"], ["a", "administration"], ["k", "articles"], ["i", "items"], ["o", "hot"], ["z", "indicators"], ["n", "inspection"]]) {
    actions[`g ${letter}`] = () => document.getElementById(`go-${page}`)?.click();
  }
  for (const n of [1, 2, 3, 4]) {
    actions[n] = () => document.querySelectorAll(".dispatch .choice input")[n - 1]?.click();
  }

  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || press.repeat && !press.key.startsWith("Arrow") && !"jk".includes(press.key)) return;
    if (press.isComposing || typing(press.target)) return;
    if (press.key.startsWith("Arrow") && !document.activeElement.matches("[data-key] a, .floor .step, body")) return;
    const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
    const action = actions[`${after} ${key}`] ?? actions[key];
    after = key === "g" ? "g" : "";
    if (!action || (help.open && key !== "?")) return;
    press.preventDefault();
    action();
  });

  document.getElementById("show-keys").addEventListener("click", () => help.showModal());

  // The transcript and the recording point at each other.
  document.addEventListener("click", (click) => {
    const at = click.target.closest("button.at");
    const audio = document.getElementById("audio");
    if (!at || !audio) return;
    audio.currentTime = Number(at.dataset.at);
    audio.play();
  });
  document.addEventListener("timeupdate", (moment) => {
    const lines = [...document.querySelectorAll("button.at")];
    const now = lines.filter((one) => Number(one.dataset.at) <= moment.target.currentTime).pop();
    for (const one of lines) one.closest("li").classList.toggle("saying", one === now);
  }, true);
})();
