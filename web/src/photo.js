// A citizen's photos open over the whole screen, where they are turned, enlarged
// and leafed through, by mouse, touch or keyboard. Without the script the link
// shows the photo alone.
import { button } from "./button.js";

const zoomMost = 8;
const zoomStep = 1.5;
let viewer = null;

function make() {
  const dialog = document.createElement("dialog");
  dialog.className = "photo-viewer";
  dialog.setAttribute("aria-label", "Xem ảnh");
  const stage = document.createElement("div");
  stage.className = "photo-stage";
  stage.tabIndex = 0;
  stage.autofocus = true; // else the key that opens the photo turns it too
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", "Ảnh; khi phóng to, dùng phím mũi tên để xem các phần");
  const frame = document.createElement("div");
  frame.className = "photo-frame";
  const image = document.createElement("img");
  frame.append(image);
  stage.append(frame);
  const bar = document.createElement("div");
  bar.className = "case-tools";
  const state = document.createElement("p");
  state.className = "photo-state";
  state.setAttribute("role", "status");
  dialog.append(bar, stage);
  document.body.append(dialog);
  viewer = { dialog, stage, frame, image, state, links: [], at: 0, turn: 0, zoom: 1 };
  bar.append(
    button("Xoay trái (L)", () => turn(-1)),
    button("Xoay phải (R)", () => turn(1)),
    button("Phóng to (+)", () => enlarge(zoomStep)),
    button("Thu nhỏ (−)", () => enlarge(1 / zoomStep)),
    button("Vừa màn hình (0)", fit),
    button("Ảnh trước", () => leaf(-1)),
    button("Ảnh sau", () => leaf(1)),
    button("Đóng", () => dialog.close()),
    state,
  );
  viewer.leafing = [...bar.children].slice(5, 7);
  image.addEventListener("load", draw);
  dialog.addEventListener("keydown", key);
  dialog.addEventListener("close", () => viewer.links[viewer.at].focus());
  addEventListener("resize", () => dialog.open && draw());
}

function key(e) {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const does = {
    r: () => turn(1), l: () => turn(-1), "+": () => enlarge(zoomStep), "=": () => enlarge(zoomStep), "-": () => enlarge(1 / zoomStep), 0: fit,
  };
  if (viewer.zoom === 1) Object.assign(does, { ArrowLeft: () => leaf(-1), ArrowRight: () => leaf(1) });
  const act = does[e.key.length === 1 ? e.key.toLowerCase() : e.key];
  if (!act) return;
  e.preventDefault();
  act();
}

function turn(by) { viewer.turn = (viewer.turn + by + 4) % 4; draw(); }
function enlarge(by) { viewer.zoom = Math.min(Math.max(viewer.zoom * by, 1), zoomMost); draw(); }
function fit() { viewer.zoom = 1; draw(); }
function leaf(by) { show((viewer.at + by + viewer.links.length) % viewer.links.length); }

function show(at) {
  Object.assign(viewer, { at, turn: 0, zoom: 1 });
  const img = viewer.links[at].querySelector("img");
  viewer.image.alt = img.alt;
  viewer.image.src = viewer.links[at].href;
  for (const b of viewer.leafing) b.hidden = viewer.links.length < 2;
  draw();
}

// draw sizes the frame to the photo as it is turned, so that what does not fit can
// be scrolled to.
function draw() {
  const { stage, frame, image, turn: quarter, zoom, state } = viewer;
  const [w, h] = [image.naturalWidth || 1, image.naturalHeight || 1];
  const across = quarter % 2 === 1;
  const scale = Math.min(stage.clientWidth / (across ? h : w), stage.clientHeight / (across ? w : h)) * zoom;
  frame.style.width = `${(across ? h : w) * scale}px`;
  frame.style.height = `${(across ? w : h) * scale}px`;
  image.style.width = `${w * scale}px`;
  image.style.height = `${h * scale}px`;
  image.style.transform = `translate(-50%, -50%) rotate(${quarter * 90}deg)`;
  state.textContent = `Ảnh ${viewer.at + 1}/${viewer.links.length}, ${Math.round(zoom * 100)}%${quarter ? `, xoay ${quarter * 90}°` : ""}`;
}

document.addEventListener("click", (e) => {
  const link = e.target.closest("a[data-photo]");
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return;
  e.preventDefault();
  if (!viewer) make();
  const files = link.closest(".case-files") || link.closest("figure");
  viewer.links = [...files.querySelectorAll("a[data-photo]")];
  viewer.dialog.showModal();
  show(viewer.links.indexOf(link));
});

document.addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll("a[data-photo]")) {
    link.title = "Phóng to, xoay ảnh";
    link.setAttribute("aria-haspopup", "dialog");
  }
});
