// Choosing lines by mouse and keyboard; without this the ticks and the form work all the same.
(() => {
  const main = document.querySelector("main.listing");
  if (!main) return;
  const form = document.getElementById("together"), every = document.getElementById("pick-all");
  const said = document.getElementById("picked");
  const ticks = () => [...main.querySelectorAll("tbody [name=line]")];
  const typing = (at) => at.matches("input:not([type=radio], [type=checkbox]), textarea, select") || at.isContentEditable;
  const STEPS = { j: 1, arrowdown: 1, k: -1, arrowup: -1 };
  let last = null;

  function tell() {
    if (!form) return;
    const all = ticks(), picked = all.filter((one) => one.checked);
    form.hidden = !picked.length;
    said.textContent = said.dataset.word.replace("#", picked.length);
    every.checked = all.length > 0 && picked.length === all.length;
    every.indeterminate = picked.length > 0 && picked.length < all.length;
    for (const one of all) one.closest("tr").classList.toggle("picked", one.checked);
  }

  // What waited while lines were chosen is shown once none is.
  function renew() {
    const changed = document.getElementById("changed"), live = document.getElementById("live");
    if (!live || changed.hidden || ticks().some((one) => one.checked)) return;
    changed.hidden = true;
    htmx.trigger(live, "changed");
  }

  // All from the last one to this one become what this one is.
  function run(to) {
    const all = ticks(), [a, b] = [all.indexOf(last), all.indexOf(to)].sort((x, y) => x - y);
    if (a < 0) return;
    for (const one of all.slice(a, b + 1)) one.checked = to.checked;
  }

  function pick(tick, many) {
    tick.checked = !tick.checked;
    if (many) run(tick);
    last = tick;
    tell();
    renew();
  }

  // From a tick, where the shared keys hear nothing.
  function move(row, step) {
    const rows = ticks().map((one) => one.closest("tr")), at = rows.indexOf(row) + step;
    rows[Math.min(rows.length - 1, Math.max(0, at))].querySelector("a").focus();
  }

  function clear() {
    for (const one of ticks()) one.checked = false;
    last = null;
    tell();
    renew();
  }

  // 并单: only the reason is left to be written.
  function merge(way) {
    way.checked = true;
    form.elements.words.focus();
  }

  main.addEventListener("click", (click) => {
    if (click.target.name !== "line") return;
    if (click.shiftKey) run(click.target);
    last = click.target;
    tell();
    renew();
  });
  every?.addEventListener("click", () => {
    for (const one of ticks()) one.checked = every.checked;
    tell();
    renew();
  });

  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing || typing(press.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const row = press.target.closest?.("tbody tr"), tick = row?.querySelector("[name=line]");
    const key = press.key.toLowerCase(), way = form?.querySelector("[value=merge]");
    if (key === "x" && tick) pick(tick, press.shiftKey);
    else if (key === "b" && way && !form.hidden) merge(way);
    else if (key === "escape" && form && !form.hidden) clear();
    else if (tick && press.target === tick && STEPS[key]) move(row, STEPS[key]);
    else return;
    press.preventDefault();
  }, true);

  // An address says what was chosen and nothing else.
  main.querySelector(".conditions")?.addEventListener("formdata", (filled) => {
    for (const [name, value] of [...filled.formData]) if (!value) filled.formData.delete(name);
  });

  document.addEventListener("htmx:afterSwap", tell);
  addEventListener("pageshow", tell);
  if (form) { every.hidden = false; form.querySelector(".hint").hidden = true; }
  tell();
})();
