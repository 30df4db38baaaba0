// On a phone the pages stand in one row: the open one is brought into sight.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".frame-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
});
