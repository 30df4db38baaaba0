// A button that prints the page.
import { button } from "./button.js";

document.addEventListener("DOMContentLoaded", () => {
  for (const at of document.querySelectorAll("[data-print]")) at.append(button("In danh sách", () => print()));
});
