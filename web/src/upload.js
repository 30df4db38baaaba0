// Photos go into a case one by one as they are chosen, made smaller first, and are
// sent again while the line is weak: the same bytes are there once, however often
// they arrive. Without the script the form sends them at once.
import { button } from "./button.js";

const side = 2048; // pixels, as the server keeps them
const quality = 0.85;
const triesMost = 8;
const waitMost = 20000;
const patience = 120000; // of one try
let open = 0; // photos that are not there yet

// smaller draws the photo upright and no larger than the server keeps it. What the
// browser cannot draw is sent as it is.
async function smaller(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    return drawn && drawn.size < file.size ? drawn : file;
  } catch {
    return file;
  }
}

// post sends one photo and resolves to the status, 0 when the line broke.
function post(address, fields, photo, name, progress) {
  return new Promise((done) => {
    const body = new FormData();
    for (const [k, v] of fields) body.append(k, v);
    body.append("photo", photo, name);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("HX-Request", "true");
    request.timeout = patience;
    request.upload.addEventListener("progress", (e) => e.lengthComputable && progress(e.loaded / e.total));
    request.addEventListener("load", () => done([request.status, request.responseText]));
    for (const broken of ["error", "timeout", "abort"]) request.addEventListener(broken, () => done([0, ""]));
    request.send(body);
  });
}

const why = {
  "photo-too_large": "ảnh quá lớn (không quá 10 MB)",
  "photo-kind": "tệp này không phải ảnh mở được (JPEG, PNG)",
  "photo-empty": "tệp trống",
  "photo-many": "hồ sơ đã có 60 ảnh, nhiều nhất được giữ",
};

function refusal(status, problem) {
  if (status === 401) return "phiên làm việc đã hết. Xin đăng nhập lại ở thẻ khác rồi bấm «Gửi lại»";
  if (status === 403 || status === 404) return "anh/chị không còn quyền với hồ sơ này";
  return why[problem] || "máy chủ không nhận";
}

class Upload {
  constructor(form, file, list) {
    this.form = form;
    this.file = file;
    this.row = document.createElement("li");
    this.say = document.createElement("span");
    this.say.setAttribute("role", "status");
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", `Đang gửi ${file.name}`);
    this.row.append(this.say, this.bar);
    list.append(this.row);
  }

  state(words) { this.say.textContent = `${this.file.name}: ${words}`; }

  async send() {
    this.state("đang chuẩn bị");
    this.photo ||= await smaller(this.file);
    const fields = [...new FormData(this.form)].filter(([, v]) => typeof v === "string");
    for (let n = 0; n < triesMost; n++) {
      this.state(n ? `đường truyền yếu, đang gửi lại lần ${n}` : "đang gửi");
      const [status, problem] = await post(this.form.action, fields, this.photo, this.file.name, (part) => { this.bar.value = part; });
      if (status >= 200 && status < 300) return this.done();
      if (status >= 400 && status < 500 && status !== 408 && status !== 429) return this.failed(refusal(status, problem), status === 401);
      this.bar.value = 0;
      await this.wait(Math.min(1000 * 2 ** n, waitMost));
    }
    return this.failed("chưa gửi được vì đường truyền yếu", true);
  }

  // wait ends early when the line is back.
  wait(ms) {
    this.state("đường truyền yếu, chờ gửi lại");
    return new Promise((go) => {
      const timer = setTimeout(go, ms);
      addEventListener("online", () => { clearTimeout(timer); go(); }, { once: true });
    });
  }

  done() {
    this.bar.value = 1;
    this.state("đã gửi");
    return true;
  }

  failed(words, again) {
    this.bar.hidden = true;
    this.state(`chưa gửi: ${words}`);
    if (!again) return false;
    return new Promise((done) => {
      const b = button("Gửi lại", () => {
        b.remove();
        this.bar.hidden = false;
        this.send().then(done);
      });
      this.row.append(b);
    });
  }
}

// renew shows the photos that are there now, and leaves all else as it was typed.
async function renew(target) {
  const page = await fetch(location.href, { headers: { Accept: "text/html" } }).then((r) => (r.ok ? r.text() : ""));
  const fresh = page && new DOMParser().parseFromString(page, "text/html").querySelector(target);
  const old = document.querySelector(target);
  if (!fresh || !old) return;
  fresh.querySelectorAll("form[data-photos]").forEach(enhance);
  for (const list of old.querySelectorAll(".upload-list")) {
    fresh.querySelector(`.upload-list[data-purpose=${list.dataset.purpose}]`)?.append(...list.children);
  }
  old.replaceWith(fresh);
}

function enhance(form) {
  const input = form.querySelector("input[type=file]");
  const list = document.createElement("ul");
  list.className = "upload-list";
  list.dataset.purpose = form.elements.purpose.value;
  form.append(list);
  form.querySelector("button[type=submit]").hidden = true; // choosing sends
  if (form.classList.contains("field-camera")) form.classList.add("upload-live"); // its label is the button
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    open += files.length;
    let sent = 0;
    for (const file of files) {
      if (await new Upload(form, file, list).send()) sent++;
      open--;
    }
    if (sent) await renew(form.dataset.photos);
  });
}

addEventListener("beforeunload", (e) => { if (open) e.preventDefault(); });
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-photos]").forEach(enhance));
