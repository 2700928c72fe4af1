// 通话填单: saves what is typed, shows what the words suggest, and lets a key take or refuse it.
// What stands in a field that somebody types in is never touched; another tab's words come at once.
const SAVE_MS = 600, STATE_MS = 800, RETRY_MS = 3000, READ_MS = 60000;

/** Open the form over the page, which stays as it is: the browser's sound goes on. */
export async function open(address, style) {
  const there = document.querySelector(".desk");
  if (there) { first(there); return; }
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.status);
  if (style && !document.querySelector(`link[href="${style}"]`)) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
  const holder = Object.assign(document.createElement("main"), { className: "at-desk", innerHTML: await answer.text() });
  const page = document.getElementById("main"), desk = holder.firstElementChild;
  page.hidden = true;
  page.before(holder);
  start(desk, () => { holder.remove(); page.hidden = false; document.getElementById("cb-form")?.focus(); });
  first(desk);
}

const first = (desk) => (desk.querySelector("#df-summary") ?? desk.querySelector("a"))?.focus({ preventScroll: true });

function start(desk, close = null) {
  const { call, at } = desk.dataset, address = `${at}/form`;
  const others = new BroadcastChannel(`draft ${call}`);
  const form = () => desk.querySelector("form.draft");
  const typed = new Set(), lists = new Set();
  let version = Number(desk.dataset.version), timer = 0, asking = 0, asked = 0, sending = null, writing = null, chosen = 0, cancelled = 0;

  const status = (word, bad = false) => Object.assign(desk.querySelector(".saved"), { textContent: word, className: `saved ${bad ? "fault" : "quiet"}` });
  const fault = (word) => { desk.querySelector(".desk-said").textContent = word; };
  const send = (where, body) => fetch(where, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true });
  const words = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".fault")?.textContent ?? desk.dataset.failed;
  const clock = () => new Date().toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });

  function body(extra = {}) {
    const said = new URLSearchParams(extra);
    if (form().elements.offered) said.set("offered", form().elements.offered.value);
    for (const name of typed) said.set(name, form().elements[name].value);
    return said;
  }

  // What was typed meanwhile is not kept yet.
  function kept(names, before) {
    names.forEach((name, place) => { if (form()?.elements[name].value === before[place]) typed.delete(name); });
    if (typed.size) timer = setTimeout(save, SAVE_MS);
  }

  // One save at a time, in the order of typing.
  async function save() {
    clearTimeout(timer);
    if (sending) await sending;
    if (!typed.size || !form()) return;
    const names = [...typed], before = names.map((name) => form().elements[name].value), said = body();
    status(desk.dataset.saving);
    sending = send(address, said).catch(() => null);
    const answer = await sending;
    sending = null;
    if (!answer?.ok) { status(desk.dataset.unsaved, true); timer = setTimeout(save, RETRY_MS); return; }
    kept(names, before);
    const now = Number(await answer.text()), missed = now > version + 1;
    version = now;
    status(`${desk.dataset.saved} ${clock()}`);
    others.postMessage("saved");
    if (missed || names.some((name) => ["district", "matter", "summary"].includes(name))) soon();
  }

  async function state() {
    asking = 0;
    asked = Date.now();
    if (!form()) return;
    const answer = await fetch(`${address}/state`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) show(await answer.text());
  }

  function soon() {
    asking ||= setTimeout(state, Math.max(0, asked + STATE_MS - Date.now()));
  }

  function show(html) {
    const told = new DOMParser().parseFromString(html, "text/html");
    const head = told.querySelector("[data-version]");
    if (!head) return;
    if (head.hasAttribute("data-made")) { whole(); return; }
    // Asked before something was kept, answered after it: what it says would undo that.
    if (Number(head.dataset.version) < version) { soon(); return; }
    version = Number(head.dataset.version);
    for (const part of told.querySelectorAll("[data-state]")) {
      const name = part.dataset.state, place = form().querySelector(`[data-state="${name}"]`), field = form().elements[name];
      if (place && place.innerHTML !== part.innerHTML) {
        const held = place.contains(document.activeElement);
        place.replaceChildren(...part.childNodes);
        if (held) (field ?? place.querySelector("button"))?.focus();
      }
      if (field && "value" in part.dataset && !typed.has(name) && field !== document.activeElement) field.value = part.dataset.value;
    }
    fill();
  }

  // The call has become a ticket, in this tab or in another.
  async function whole(html = "") {
    if (!html) {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (!answer?.ok) return;
      html = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".desk-form").innerHTML;
    }
    desk.querySelector(".desk-form").innerHTML = html;
    status("");
    desk.querySelector(".made a")?.focus();
  }

  desk.addEventListener("input", ({ target }) => {
    if (!form()?.contains(target) || !target.name) return;
    typed.add(target.name);
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_MS);
    fill();
  });

  desk.addEventListener("submit", async (sent) => {
    sent.preventDefault();
    if (sent.target !== form()) return ask(sent);
    const key = sent.submitter, chooses = key?.name === "choice";
    if (!key?.name) return save();
    fault("");
    clearTimeout(timer);
    if (sending) await sending;
    if (chooses) typed.delete(key.value.split("=", 1)[0]);
    const names = [...typed], before = names.map((name) => form().elements[name].value);
    const answer = await send(key.formAction, body({ [key.name]: key.value })).catch(() => null);
    if (!answer) return fault(desk.dataset.failed);
    const away = answer.headers.get("HX-Redirect");
    if (away) { location.href = away; return; }
    const html = await answer.text();
    if (!answer.ok) return fault(words(html));
    if (chooses) {
      const field = form().elements[key.value.split("=", 1)[0]];
      kept(names, before);
      if (field === document.activeElement && key.classList.contains("take")) field.value = key.value.slice(field.name.length + 1);
      show(html);
      status(`${desk.dataset.saved} ${clock()}`);
      others.postMessage("saved");
    } else {
      typed.clear();
      whole(html);
      others.postMessage("made");
    }
  });

  // A list is asked for when somebody first looks at its field.
  desk.addEventListener("focusin", async ({ target }) => {
    if (target.matches("textarea, input:not([list]):not([type=checkbox])")) writing = target;
    const which = target.dataset.list;
    if (!which || lists.has(which)) return;
    lists.add(which);
    const answer = await fetch(`/console/form-lists/${which}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) document.getElementById(`dl-${which}`).innerHTML = await answer.text();
    else lists.delete(which);
  });

  desk.addEventListener("click", (click) => {
    if (click.target.closest(".desk-close") && close) { click.preventDefault(); end(); return; }
    const text = click.target.closest("[data-insert]")?.dataset.insert;
    const field = writing?.isConnected ? writing : form()?.elements.summary;
    if (!text || !field) return;
    const before = field.value.slice(0, field.selectionStart);
    field.setRangeText(before && !/[。，\s]$/.test(before) ? `。${text}` : text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  function fill() {
    const of = (name) => form()?.elements[name]?.value.trim() ?? "";
    const values = { place: of("district") + of("address"), title: of("title") };
    for (const place of desk.querySelectorAll("[data-fill]")) place.textContent = values[place.dataset.fill] || "……";
  }

  function press(pressed) {
    if (pressed.key === "Escape" && close && desk.contains(pressed.target) && !document.querySelector("dialog[open], #call-bar details[open]") && Date.now() > cancelled + STATE_MS) { end(); return; }
    if (!pressed.altKey || pressed.ctrlKey || pressed.metaKey || pressed.repeat || pressed.isComposing) return;
    const [, letter] = /^(?:Key|Digit)(\w)$/.exec(pressed.code) ?? [];
    const key = letter && desk.querySelector(`[aria-keyshortcuts="Alt+${pressed.shiftKey ? "Shift+" : ""}${letter}"]`);
    if (letter && /\d/.test(letter)) pressed.preventDefault(); // a browser changes its tab by it
    if (!key) return;
    pressed.preventDefault();
    key.click();
    if (key.matches("summary")) key.parentElement.querySelector(key.parentElement.open ? "button, input" : "summary")?.focus();
  }

  // The answers that follow the talk are another room's; they come with its words.
  async function answers() {
    const place = desk.querySelector("[data-part]");
    if (!place) return;
    const answer = await fetch(place.dataset.part, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || Date.now() < chosen + READ_MS || place.querySelector("details[open]")) return;
    put(place, await answer.text());
  }

  // What an agent has just chosen to read out stays for a while.
  async function ask(sent) {
    const place = desk.querySelector("[data-part]"), said = new URLSearchParams(new FormData(sent.target, sent.submitter));
    await save();
    const answer = await send(sent.submitter?.getAttribute("formaction") ?? sent.target.action, said).catch(() => null);
    if (!answer) return fault(desk.dataset.failed);
    const html = await answer.text();
    if (!answer.ok) return fault(words(html));
    chosen = Date.now();
    if (!html.includes("data-made")) return put(place, html);
    typed.clear();
    whole(html);
    others.postMessage("made");
  }

  function put(place, html) {
    const key = place.contains(document.activeElement) && document.activeElement.getAttribute("aria-keyshortcuts");
    place.innerHTML = html;
    if (key) place.querySelector(`[aria-keyshortcuts="${key}"], button`)?.focus();
  }

  function said({ detail }) {
    if (detail !== call) return;
    soon();
    answers();
  }

  const seen = () => { if (document.visibilityState === "visible") soon(); else save(); };
  // What could not be saved keeps the form open: it says so, and tries again.
  async function end() {
    await save();
    if (typed.size || !desk.isConnected) return;
    others.close();
    keys?.remove();
    document.removeEventListener("keydown", press);
    document.removeEventListener("said", said);
    document.removeEventListener("visibilitychange", seen);
    close();
  }

  const map = document.querySelector("#keys .maps"), keys = map && desk.querySelector(".desk-keys").content.firstElementChild.cloneNode(true);
  map?.append(keys);
  document.getElementById("keys")?.addEventListener("cancel", () => { cancelled = Date.now(); }); // its Escape is not ours
  others.onmessage = ({ data }) => (data === "made" ? whole() : soon());
  document.addEventListener("keydown", press);
  document.addEventListener("said", said);
  document.addEventListener("visibilitychange", seen);
  addEventListener("pagehide", save);
  fill();
  answers();
}

const desk = document.querySelector("main#main .desk");
if (desk) start(desk);
