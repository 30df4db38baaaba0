// The page of a case: photos are turned and enlarged, a text to begin with is
// taken, an answer is sent by Ctrl+Enter and counted down until it leaves.
const turns = 4;

function button(label, press) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "btn btn-outline-secondary";
  b.textContent = label;
  b.addEventListener("click", press);
  return b;
}

function photo(link) {
  const figure = link.closest("figure");
  let turn = 0;
  link.addEventListener("click", (e) => {
    e.preventDefault();
    figure.classList.toggle("case-zoom");
  });
  const bar = document.createElement("div");
  bar.className = "case-tools";
  bar.append(
    button("Xoay ảnh", () => {
      link.classList.remove(`case-turn-${turn}`);
      turn = (turn + 1) % turns;
      link.classList.add(`case-turn-${turn}`);
    }),
    button("Phóng to, thu nhỏ", () => figure.classList.toggle("case-zoom")),
  );
  link.after(bar);
}

function fills(form) {
  const text = form.querySelector("textarea[name=text]");
  for (const b of form.querySelectorAll("[data-fill]")) {
    b.hidden = false;
    b.addEventListener("click", () => {
      const words = b.parentElement.querySelector("[data-text]").textContent;
      text.value = text.value.trim() ? `${text.value.trimEnd()}\n${words}` : words;
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  text.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) form.requestSubmit();
  });
}

function countDown(bar) {
  const left = bar.querySelector("[data-left]");
  const end = performance.now() + Math.min(Number(bar.dataset.until) - Date.now(), 10000);
  const tick = setInterval(() => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    left.textContent = String(Math.max(seconds, 0));
    if (seconds <= 0) {
      clearInterval(tick);
      bar.hidden = true;
    }
  }, 500);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-photo]").forEach(photo);
  document.querySelectorAll("form[data-answer]").forEach(fills);
  document.querySelectorAll("[data-until]").forEach(countDown);
  const talk = document.querySelector(".talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
});
