// A button made by a script: what it does has no place on a page without one.
export function button(label, press, className = "btn btn-outline-secondary") {
  const b = document.createElement("button");
  b.type = "button";
  b.className = className;
  b.textContent = label;
  b.addEventListener("click", press);
  return b;
}
