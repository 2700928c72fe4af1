// Counts every limit on the page down, by the server's clock.
(() => {
  const words = document.body.dataset;
  const ahead = Date.now() - Date.parse(words.now);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function span(ms) {
    const minutes = Math.floor(Math.abs(ms) / 60000), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (days) return fill(words.days, { days, hours: hours % 24 });
    if (hours) return fill(words.hours, { hours, minutes: minutes % 60 });
    return fill(words.minutes, { minutes });
  }

  function tick() {
    const now = Date.now() - ahead;
    for (const clock of document.querySelectorAll("time.left")) {
      const left = Date.parse(clock.dateTime) - now;
      const text = fill(left < 0 ? words.over : words.left, { span: span(left) });
      if (clock.textContent !== text) clock.textContent = text;
      const state = left <= 0 ? "overdue" : now >= Date.parse(clock.dataset.warning) ? "warning" : "running";
      clock.className = "left " + state;
    }
  }

  setInterval(tick, 10000);
  document.addEventListener("htmx:afterSettle", tick);
})();
