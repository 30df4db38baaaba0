// Who else is at the case: an element with data-presence names where to say that
// we are here, and shows who else is. It says "writing" while something is typed.
const shown = document.querySelector("[data-presence]");
const beat = 10000; // ms; the server forgets us after three
const pause = 20000; // ms without a key, and one does not write any more
let typed = 0;

function body(doing) { return new URLSearchParams({ doing }); }

async function tell() {
  if (document.hidden) return;
  const doing = Date.now() - typed < pause ? "writing" : "looking";
  try {
    const answer = await fetch(shown.dataset.presence, { method: "POST", body: body(doing), headers: { "X-Background": doing === "looking" ? "1" : "" } });
    if (answer.ok) {
      const text = await answer.text();
      if (shown.innerHTML !== text) shown.innerHTML = text;
    }
  } catch { /* the next beat tries again */ }
}

if (shown) {
  document.addEventListener("input", (e) => {
    if (!e.target.closest("textarea")) return;
    const began = Date.now() - typed >= pause;
    typed = Date.now();
    if (began) tell();
  });
  addEventListener("pagehide", () => navigator.sendBeacon(shown.dataset.presence, body("gone")));
  document.addEventListener("visibilitychange", tell);
  setInterval(tell, beat);
  tell();
}
