// The disclosure of the navigation closes by Escape, by a click beside it and when
// the focus leaves it, so that it never lies on what is used next.
const menu = document.querySelector(".frame-more");

if (menu) {
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (e) => { if (!menu.contains(e.target)) menu.open = false; });
  menu.addEventListener("focusout", (e) => { if (e.relatedTarget && !menu.contains(e.relatedTarget)) menu.open = false; });
}
