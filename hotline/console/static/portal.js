// A department's keys, and the ticks of what it signs at once; none fires while somebody types.
(() => {
  const help = document.getElementById("keys");
  const typing = (at) => at.matches("input:not([type=radio], [type=checkbox]), textarea, select") || at.isContentEditable;
  const links = () => [...document.querySelectorAll("#main [data-key] a")];
  const ticks = () => [...document.querySelectorAll(".tickets input[name=number]")];
  let after = "";

  function move(step) {
    const all = links();
    const row = document.activeElement.closest("[data-key]");
    const at = all.findIndex((link) => row?.contains(link));
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  }

  function count() {
    const chosen = ticks().filter((one) => one.checked).length, all = document.getElementById("tick-all");
    const told = document.getElementById("ticked");
    if (told) told.textContent = chosen ? `（${chosen}）` : "";
    if (!all) return;
    all.hidden = false;
    all.checked = chosen > 0 && chosen === ticks().length;
    all.indeterminate = chosen > 0 && !all.checked;
    all.defaultChecked = all.checked; // it is nobody's choice by itself (live.js)
  }

  function tickAll(wanted) {
    for (const one of ticks()) one.checked = wanted;
    count();
  }

  function open(id) {
    const fold = document.getElementById(id);
    if (!fold) return;
    if (fold.matches("details")) fold.open = true;
    (fold.matches("details") ? fold.querySelector("textarea") : fold.querySelector("button, summary"))?.focus();
  }

  const actions = {
    "?": () => (help.open ? help.close() : help.showModal()),
    "/": () => document.getElementById("find").select(),
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    x: () => document.activeElement.closest("[data-key]")?.querySelector("input[name=number]")?.click(),
    a: () => tickAll(!ticks().every((one) => one.checked)),
    s: () => document.getElementById("sign")?.click(),
    r: () => open("do-reply"),
    m: () => open("doing"),
    "g i": () => document.getElementById("go-inbox").click(),
    "g a": () => document.getElementById("go-articles")?.click(),
    "g n": () => document.getElementById("go-notices").click(),
    "g r": () => document.getElementById("go-ratings")?.click(),
  };

  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing || typing(press.target)) return;
    if (press.repeat && !press.key.startsWith("Arrow") && !"jk".includes(press.key)) return;
    if (press.key.startsWith("Arrow") && !document.activeElement.matches("[data-key] a, [data-key] input, body")) return;
    const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
    const action = actions[`${after} ${key}`] ?? actions[key];
    after = key === "g" ? "g" : "";
    if (!action || (help.open && key !== "?")) return;
    press.preventDefault();
    action();
  });

  document.getElementById("show-keys").addEventListener("click", () => help.showModal());
  document.addEventListener("change", (change) => {
    if (change.target.id === "tick-all") tickAll(change.target.checked);
    else if (change.target.name === "number") count();
  });
  document.addEventListener("htmx:afterSettle", count);
  count();
  document.querySelector(".doing .fault")?.scrollIntoView({ block: "center" });
})();
