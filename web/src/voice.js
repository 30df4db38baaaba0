// Zalo's voices (AMR) are played by no browser: they are decoded here, when
// somebody wants to hear one, and given to the browser's own player, which can be
// paused and searched by keyboard. Without the script they can be downloaded.
import { button } from "./button.js";

const rate = 8000; // samples a second; AMR knows no other

function samplesOf(buffer) {
  const address = document.querySelector("script[data-decoder]")?.dataset.decoder;
  return new Promise((done, fail) => {
    const worker = new Worker(address);
    const end = (how, what) => { worker.terminate(); how(what); };
    worker.onmessage = (e) => (e.data.amr?.length ? end(done, e.data.amr) : end(fail, new Error("nothing was decoded")));
    worker.onerror = (e) => end(fail, new Error(e.message));
    worker.postMessage({ command: "decode", buffer: new Uint8Array(buffer) });
  });
}

// wave is a WAV file of 16-bit samples: a header of 44 bytes, then the samples.
function wave(samples) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, s) => { for (let i = 0; i < s.length; i++) view.setUint8(at + i, s.charCodeAt(i)); };
  text(0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // mono
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((s, i) => view.setInt16(44 + 2 * i, Math.max(-1, Math.min(1, s)) * 32767, true));
  return new Blob([view], { type: "audio/wav" });
}

async function play(place, press) {
  const state = place.querySelector("p");
  press.disabled = true;
  state.textContent = "Đang mở lời nói…";
  try {
    const answer = await fetch(place.dataset.amr);
    if (!answer.ok) throw new Error(answer.statusText);
    const audio = document.createElement("audio");
    audio.controls = true;
    audio.setAttribute("aria-label", "Lời nói người dân gửi");
    audio.src = URL.createObjectURL(wave(await samplesOf(await answer.arrayBuffer())));
    state.textContent = "";
    press.replaceWith(audio);
    audio.focus();
    await audio.play().catch(() => {}); // the browser may want another press
  } catch {
    state.textContent = "Không nghe được ở đây, xin tải về để nghe.";
    press.disabled = false;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("script[data-decoder]")) return;
  for (const place of document.querySelectorAll("[data-amr]")) {
    const press = button("Nghe", () => play(place, press));
    place.querySelector("p").textContent = "";
    place.querySelector("p").setAttribute("role", "status");
    place.prepend(press);
  }
});
