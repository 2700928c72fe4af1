// 一页一线: a page's one stream. Over HTTP/1.1 a browser holds six connections to a site, so a tab
// that nobody sees gives its own back, and is true again when it is shown. Of the hidden tabs with
// a call bar one keeps its stream, for a call must ring while its agent looks at something else;
// so does the tab that has the browser seat's sound (docs/decisions/hidden-tabs.md).
(() => {
  const GLANCE_MS = 1000, AGAIN_MS = 1000, LONGEST_MS = 60000;
  const beside = new Map(); // types that the address does not name, and who hears them
  const hidden = () => document.visibilityState !== "visible";
  const bar = () => document.getElementById("call-bar");
  let page = null;

  // An EventSource to its users: htmx's sse extension and call-bar.js.
  class Line extends EventTarget {
    #address; #heard = new Set(); #source = null; #again = 0; #glance = 0; #tries = 0; #leave = null; #ended = false;

    constructor(address) {
      super();
      this.#address = address;
      page = this;
      document.addEventListener("visibilitychange", () => this.look());
      if (hidden()) this.look();
      else this.open();
    }

    get readyState() {
      return this.#ended ? EventSource.CLOSED : this.#source?.readyState ?? EventSource.CONNECTING;
    }

    addEventListener(type, listener, options) {
      super.addEventListener(type, listener, options);
      if (this.#heard.has(type)) return;
      this.#heard.add(type);
      this.#source?.addEventListener(type, this.#tell);
    }

    #tell = ({ type, data, lastEventId }) => {
      this.dispatchEvent(new MessageEvent(type, { data, lastEventId }));
    };

    open() {
      this.rest();
      if (this.#ended) return;
      const source = this.#source = new EventSource([this.#address, ...beside.keys()].join(","));
      for (const type of this.#heard) source.addEventListener(type, this.#tell);
      for (const [type, listener] of beside) source.addEventListener(type, listener);
      source.onopen = (event) => { this.#tries = 0; this.onopen?.(event); };
      source.onerror = (event) => {
        if (source !== this.#source) return;
        if (source.readyState === EventSource.CLOSED) this.#later(); // refused: a browser asks no more
        this.onerror?.(event);
      };
    }

    #later() {
      this.#source = null;
      this.#again = setTimeout(() => this.open(), Math.min(LONGEST_MS, AGAIN_MS * 2 ** this.#tries++));
    }

    rest() {
      clearTimeout(this.#again);
      clearTimeout(this.#glance);
      this.#source?.close();
      this.#source = null;
    }

    look() {
      clearTimeout(this.#glance);
      this.#leave?.();
      this.#leave = null;
      if (this.#ended) return;
      if (!hidden()) { if (!this.#source) this.open(); return; }
      const keeps = bar() && (bar().hasAttribute("data-sounding") || !navigator.locks);
      if (keeps) { if (!this.#source) this.open(); return; }
      this.#glance = setTimeout(() => this.rest(), GLANCE_MS);
      if (bar()) this.#stand();
    }

    // Whose turn it is of the hidden tabs keeps its stream, or opens it, until it is shown or closed.
    #stand() {
      const waits = new AbortController();
      let free = null;
      this.#leave = () => { waits.abort(); free?.(); };
      const keep = () => new Promise((done) => {
        free = done;
        if (waits.signal.aborted) return void done();
        clearTimeout(this.#glance);
        if (!this.#source) this.open();
      });
      navigator.locks.request("hidden tab's line", { signal: waits.signal }, keep).catch((error) => { if (error.name !== "AbortError") throw error; });
    }

    close() {
      this.#ended = true;
      this.look();
      this.rest();
    }
  }

  /** Also hear events of this type, or with no listener do so no more. */
  function also(type, listener) {
    if (beside.get(type) === (listener ?? undefined)) return;
    if (listener) beside.set(type, listener);
    else beside.delete(type);
    if (page && !hidden()) page.open();
  }

  window.pageLine = { open: (address) => new Line(address), also };
  if (window.htmx) htmx.createEventSource = window.pageLine.open;
})();
