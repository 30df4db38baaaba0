// The page of a case: a text to begin with is taken, an answer is sent by
// Ctrl+Enter and counted down until it leaves.
function fills(form) {
  const text = form.querySelector("textarea[name=text]");
  for (const b of form.querySelectorAll("[data-fill]")) {
    b.hidden = false;
    b.addEventListener("click", () => {
      const words = b.parentElement.querySelector("[data-text]").textContent;
      text.value = text.value.trim() ? `${text.value.trimEnd()}\n${words}` : words;
      b.closest("details")?.removeAttribute("open");
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
  const end = performance.now() + Number(bar.dataset.held); // not by this machine's clock, which may be wrong
  const tick = setInterval(() => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    left.textContent = String(Math.max(seconds, 0));
    if (seconds <= 0) {
      clearInterval(tick);
      left.parentElement.textContent = "Tin đã chuyển đi.";
      bar.classList.add("case-sent"); // and stays as high: what is below may just be clicked
    }
  }, 500);
}

document.documentElement.classList.add("scripted"); // choosing a file attaches it
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-answer]").forEach(fills);
  document.querySelectorAll("[data-held]").forEach(countDown);
  const talk = document.querySelector(".talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
});
