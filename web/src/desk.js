// The inbox: told by the server when something changed, and worked by keyboard.
const box = () => document.querySelector("#hop");
const status = () => document.querySelector("#song");

if (box() && status()) {
  listen();
  document.addEventListener("keydown", key);
  document.addEventListener("click", follow);
  document.addEventListener("change", fields);
  document.addEventListener("htmx:after:swap", fields);
  addEventListener("popstate", () => location.reload()); // shows the list of that address
  fields();
}

// renew fetches the list as it is shown now. What is ticked, typed and focused
// stays: the new list is morphed into the old one.
let renewing = 0;
function renew() {
  clearTimeout(renewing);
  renewing = setTimeout(async () => {
    const before = new Set(rows().map((row) => row.id));
    await htmx.ajax("GET", box().dataset.address, { target: "#hop", swap: "outerMorph", headers: { "X-Background": "1" } });
    const news = rows().filter((row) => !before.has(row.id)).length;
    if (news > 0) say(`Có ${news} việc mới trong danh sách.`);
  }, 200 + Math.random() * 300);
}

// say tells what is new, unless the page is being left.
function say(text) {
  const at = status();
  if (at) at.textContent = text;
}

// listen keeps one connection open while the page is seen. The browser connects
// again by itself after a break; after a refusal it does not, so we do.
function listen() {
  let source = null;
  let wait = 0;
  const open = () => {
    clearTimeout(wait);
    if (source || document.hidden) return;
    source = new EventSource(`${status().dataset.live}?mark=${encodeURIComponent(box().dataset.mark)}`);
    source.addEventListener("open", () => { if (status().dataset.lost) { delete status().dataset.lost; say(""); } });
    source.addEventListener("change", (e) => { if (e.data !== box().dataset.mark) renew(); });
    source.addEventListener("error", () => {
      status().dataset.lost = "1";
      say("Đang nối lại với máy chủ…");
      if (source.readyState === EventSource.CLOSED) { close(); wait = setTimeout(open, 5000); }
    });
  };
  const close = () => { source?.close(); source = null; };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

const rows = () => [...document.querySelectorAll("[data-row]")];

// key answers a key where nothing is being typed (WCAG 2.2, 2.1.4: it is of no
// use with Ctrl, Alt or Meta, and not inside a field).
function key(e) {
  if (e.ctrlKey || e.altKey || e.metaKey || e.target.closest("input:not([type=checkbox]), select, textarea, dialog[open]")) return;
  const row = document.activeElement?.closest("[data-row]");
  const does = {
    j: () => step(row, 1),
    k: () => step(row, -1),
    a: () => row?.querySelector(".desk-claim")?.click(),
    x: () => row?.querySelector("input.desk-tick")?.click(),
    "/": () => document.querySelector("#tim").focus(),
    "?": () => document.querySelector("#phim").showModal(),
  };
  if (e.key === "Enter" && document.activeElement === row) does.Enter = () => row?.querySelector(".desk-open")?.click();
  if (!does[e.key]) return;
  e.preventDefault();
  does[e.key]();
}

function step(row, by) {
  const all = rows();
  const at = all.indexOf(row);
  all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)]?.focus();
}

// follow shows another list or page in place.
function follow(e) {
  const link = e.target.closest(".desk-tabs a, a[rel=next]");
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return;
  e.preventDefault();
  htmx.ajax("GET", link.href, { target: "#hop", swap: "outerMorph" }).then(() => scrollTo(0, 0));
}

// fields shows of the form for many cases what belongs to its action.
function fields() {
  const action = document.querySelector("#nhieu [name=action]")?.value;
  for (const label of document.querySelectorAll("#nhieu [data-for]")) label.hidden = !label.dataset.for.split(" ").includes(action);
}
