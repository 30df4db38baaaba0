// The page of one's alerts: turns them on and off in this browser.
const box = document.querySelector("#bat-thong-bao");
if (box) begin();

function say(state) {
  for (const part of box.querySelectorAll("[data-push]")) part.hidden = part.dataset.push !== state;
}

async function begin() {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return say("unsupported");
  const own = await subscribed();
  const row = own && document.querySelector(`[data-device="${await name(own.endpoint)}"]`);
  row?.querySelector("[data-this]").removeAttribute("hidden");
  row?.querySelector("[data-end]").addEventListener("submit", end);
  if (!row) say(Notification.permission === "denied" ? "denied" : "off");
  box.querySelector("form").addEventListener("submit", start);
}

async function subscribed() {
  const worker = await navigator.serviceWorker.getRegistration("/console/");
  return worker?.pushManager.getSubscription();
}

// name is what the server calls a browser: SHA-256 of its address, hexadecimal.
async function name(endpoint) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

async function start(e) {
  e.preventDefault();
  const form = e.target;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    if (await Notification.requestPermission() !== "granted") return say("denied");
    await navigator.serviceWorker.register("/console/sw.js", { scope: "/console/" });
    const worker = await navigator.serviceWorker.ready;
    await (await worker.pushManager.getSubscription())?.unsubscribe(); // it may be of other keys
    const own = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) });
    form.elements.endpoint.value = own.endpoint;
    form.elements.key.value = text(own.getKey("p256dh"));
    form.elements.auth.value = text(own.getKey("auth"));
    form.submit();
  } catch (err) {
    console.error("alerts were not turned on:", err);
    say("failed");
    form.hidden = false;
  } finally {
    button.disabled = false;
  }
}

async function end(e) {
  e.preventDefault();
  try { await (await subscribed())?.unsubscribe(); } finally { e.target.submit(); }
}

// Base64url, as web push writes keys.
const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
