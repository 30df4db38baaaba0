// A small map: tiles of the configured source around the place of the case, with
// markers that the page names. Moved by mouse, touch or keyboard; without the
// script, or without a source, there is the link beside the place.
import { button } from "./button.js";

const size = 256; // pixels of a tile
const [least, most] = [5, 19];
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// at is where a place lies on the map of the whole world (Web Mercator), in pixels.
function at(lat, lng, zoom) {
  const world = size * 2 ** zoom;
  const s = Math.sin((lat * Math.PI) / 180);
  return [((lng + 180) / 360) * world, (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * world];
}

function start(view) {
  const place = { lat: Number(view.dataset.lat), lng: Number(view.dataset.lng) };
  const home = { zoom: 16, shift: [0, 0] };
  let { zoom, shift } = home; // shift: pixels from the place to the middle
  const tiles = document.createElement("div");
  const pins = document.createElement("div");
  const box = document.createElement("div");
  box.className = "map-box";
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Bản đồ nơi xảy ra; phím mũi tên để di chuyển, + và − để phóng to, thu nhỏ, 0 để về chỗ cũ");
  box.append(tiles, pins);
  const points = [...document.querySelectorAll("[data-marker]")].map((from) => {
    const pin = document.createElement(from.href ? "a" : "span");
    pin.className = from.href ? "map-pin map-other" : "map-pin";
    if (from.href) pin.href = from.href;
    pin.title = from.dataset.marker;
    pin.setAttribute("aria-label", from.dataset.marker);
    if (!from.href) pin.setAttribute("role", "img");
    pins.append(pin);
    return { pin, lat: Number(from.dataset.lat), lng: Number(from.dataset.lng) };
  });
  const bar = document.createElement("div");
  bar.className = "case-tools";
  bar.append(button("Phóng to", () => closer(1)), button("Thu nhỏ", () => closer(-1)), button("Về chỗ cũ", back));
  view.prepend(bar, box);
  view.hidden = false;

  function draw() {
    const [w, h] = [box.clientWidth, box.clientHeight];
    const middle = at(place.lat, place.lng, zoom).map((v, i) => v + shift[i]);
    const [left, top] = [Math.round(middle[0] - w / 2), Math.round(middle[1] - h / 2)];
    const count = 2 ** zoom;
    const kept = new Map([...tiles.children].map((t) => [t.dataset.tile, t]));
    for (let x = Math.floor(left / size); x * size < left + w; x++) {
      for (let y = Math.max(Math.floor(top / size), 0); y * size < top + h && y < count; y++) {
        const name = `${zoom}/${x}/${y}`;
        const tile = kept.get(name) || document.createElement("img");
        if (!kept.delete(name)) {
          tile.alt = "";
          tile.draggable = false;
          tile.dataset.tile = name;
          tile.src = view.dataset.tiles.replaceAll("{z}", zoom).replaceAll("{x}", ((x % count) + count) % count).replaceAll("{y}", y);
          tiles.append(tile);
        }
        tile.style.transform = `translate(${x * size - left}px, ${y * size - top}px)`;
      }
    }
    kept.forEach((t) => t.remove());
    for (const { pin, lat, lng } of points) {
      const [x, y] = at(lat, lng, zoom);
      pin.style.transform = `translate(${x - left}px, ${y - top}px)`;
    }
  }
  function closer(by) {
    const next = Math.min(Math.max(zoom + by, least), most);
    shift = shift.map((v) => v * 2 ** (next - zoom));
    zoom = next;
    draw();
  }
  function back() { ({ zoom, shift } = home); draw(); }
  function move(dx, dy) { shift = [shift[0] + dx, shift[1] + dy]; draw(); }

  box.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.target !== box) return;
    const does = { "+": () => closer(1), "=": () => closer(1), "-": () => closer(-1), 0: back };
    const arrow = arrows[e.key];
    if (!arrow && !does[e.key]) return;
    e.preventDefault();
    if (arrow) move(arrow[0] * 80, arrow[1] * 80);
    else does[e.key]();
  });
  let held = null;
  box.addEventListener("pointerdown", (e) => { if (!e.target.closest("a")) { held = e; box.setPointerCapture(e.pointerId); } });
  box.addEventListener("pointermove", (e) => {
    if (!held) return;
    move(held.clientX - e.clientX, held.clientY - e.clientY);
    held = e;
  });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = null; });
  new ResizeObserver(draw).observe(box);
  draw();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-tiles]").forEach(start);
  if (!/Android/.test(navigator.userAgent)) return;
  for (const way of document.querySelectorAll("a[data-way]")) way.href = `geo:0,0?q=${way.dataset.way}`; // whatever app of maps the phone has
});
