// Keeps the table true: one event stream, one request for the rows after each change.
const line = document.getElementById("line");
const rows = document.getElementById("rows");
const stream = new EventSource("/api/v1/stream?types=ticket.registered,ticket.dispatched,ticket.closed");
let asking = false, again = false;

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch("/console/rows");
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) { line.textContent = "列表没有更新，请刷新页面"; return; }
    rows.innerHTML = await answer.text();
  } finally { asking = false; }
  if (again) { again = false; refresh(); }
}

stream.onopen = () => { line.textContent = "实时"; line.className = "live"; refresh(); };
stream.onerror = () => { line.textContent = "连接中断，正在重连……"; line.className = "away"; };
for (const name of ["ticket.registered", "ticket.dispatched", "ticket.closed"]) {
  stream.addEventListener(name, refresh);
}
