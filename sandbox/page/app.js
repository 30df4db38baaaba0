'use strict';

// Two phones, the wire log and the faults. Everything that comes from outside
// is written as text, never as markup.

const names = { zalo: 'Zalo', messenger: 'Messenger' };
const citizens = {
  zalo: [['3000000000000000001', 'Bà Nguyễn Thị Hoa'], ['3000000000000000002', 'Ông Trần Văn Bình'], ['3000000000000000003', 'Cô Lê Thu Cúc']],
  messenger: [['24000000000000001', 'Bà Nguyễn Thị Hoa'], ['24000000000000002', 'Ông Trần Văn Bình'], ['24000000000000003', 'Cô Lê Thu Cúc']],
};
const place = { lat: 10.9447, lng: 106.8243 };
const maxWireLines = 200;

// faultFields: [key, kind, label, choices]; only: the platform that has it.
const faultFields = [
  ['down', 'select', 'API ngừng', [['', 'không'], ['502', '502'], ['503', '503'], ['close', 'cắt kết nối']]],
  ['latency_ms', 'number', 'Trả lời chậm (ms)'],
  ['deliver_then_cut', 'number', 'Giao rồi cắt (lần)'],
  ['cut_before', 'number', 'Cắt trước khi giao (lần)'],
  ['ambiguous', 'number', 'Giao rồi báo lỗi (lần)'],
  ['throttle', 'number', 'Quá giới hạn (lần)'],
  ['token_expired', 'check', 'Mã truy cập hết hạn', null, 'messenger'],
  ['echo', 'select', 'Tin vọng lại', [['', 'sau câu trả lời'], ['before', 'trước câu trả lời'], ['never', 'không bao giờ']]],
  ['echo_other_id', 'check', 'Tin vọng mang mã khác', null, 'zalo'],
  ['duplicate', 'number', 'Gửi lặp webhook (thêm)'],
  ['reorder', 'number', 'Đảo thứ tự (mỗi nhóm)'],
  ['parallel', 'check', 'Webhook song song'],
  ['drop_receipts', 'check', 'Bỏ báo nhận, báo xem'],
  ['bad_signature', 'number', 'Chữ ký sai (lần)'],
  ['refresh_cut', 'number', 'Cắt khi làm mới mã (lần)', null, 'zalo'],
];

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === 'text') node.textContent = value;
    else if (key === 'class') node.className = value;
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

async function call(path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return answered(await fetch('/sandbox' + path, options));
}

async function answered(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || 'HTTP ' + response.status);
  return answer;
}

const clock = new Intl.DateTimeFormat('vi-VN', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

class Phone {
  constructor(platform, accounts) {
    this.platform = platform;
    this.shown = '';
    this.root = document.getElementById('phone-template').content.firstElementChild.cloneNode(true);
    this.root.classList.add(platform);
    this.root.setAttribute('aria-label', 'Điện thoại ' + names[platform]);
    this.at('.phone-title').textContent = 'Kiểu ' + names[platform];
    this.at('.account-label').firstChild.textContent = platform === 'zalo' ? 'OA ' : 'Trang ';
    this.at('.follow').textContent = platform === 'zalo' ? 'Quan tâm OA' : 'Bắt đầu';
    this.at('.talk').setAttribute('aria-label', 'Cuộc trò chuyện trên ' + names[platform]);
    this.at('.chips').setAttribute('aria-label', 'Lựa chọn nhanh');
    this.label('.compose .hidden', '.text', 'text');
    this.label('.staff-label', '.staff-text', 'staff');
    this.fill('.account', accounts.map((a) => [a.id, a.name || a.id]));
    this.fill('.citizen', citizens[platform]);
    this.listen();
    this.pick();
    document.getElementById('phones').append(this.root);
  }

  at(selector) { return this.root.querySelector(selector); }

  label(label, field, name) {
    const id = this.platform + '-' + name;
    this.at(field).id = id;
    this.at(label).htmlFor = id;
  }

  fill(selector, list) {
    this.at(selector).replaceChildren(...list.map(([value, text]) => make('option', { value, text })));
  }

  get who() {
    return { platform: this.platform, account: this.at('.account').value, citizen: this.at('.citizen').value };
  }

  get query() { return new URLSearchParams(this.who).toString(); }

  listen() {
    for (const picker of ['.account', '.citizen']) {
      this.at(picker).addEventListener('change', () => this.pick());
    }
    this.at('.compose').addEventListener('submit', (event) => { event.preventDefault(); this.say(); });
    this.at('.text').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.say(); }
    });
    this.at('.staff').addEventListener('submit', (event) => { event.preventDefault(); this.answerAsStaff(); });
    this.at('.upload').addEventListener('change', () => this.upload());
    for (const button of this.root.querySelectorAll('[data-act]')) {
      button.addEventListener('click', () => this.act(button.dataset.act, button.dataset.act === 'location' ? place : {}));
    }
  }

  // pick shows another talk, and gives its citizen the name that is shown.
  async pick() {
    this.shown = '';
    this.at('.problem').textContent = '';
    await this.act('name', { text: this.at('.citizen').selectedOptions[0].textContent });
    await this.guard(() => this.refresh());
  }

  async act(action, more) {
    return this.guard(() => call('/api/act', { ...this.who, action, ...more }));
  }

  async guard(work) {
    this.at('.problem').textContent = '';
    try {
      await work();
      return true;
    } catch (problem) {
      this.at('.problem').textContent = 'Không làm được: ' + problem.message;
      return false;
    }
  }

  async say() {
    const field = this.at('.text');
    if (field.value.trim() === '') return;
    const text = field.value;
    field.value = '';
    if (!await this.act('say', { text })) field.value = text;
  }

  async answerAsStaff() {
    const field = this.at('.staff-text');
    if (field.value.trim() !== '' && await this.act('staff', { text: field.value })) field.value = '';
  }

  async upload() {
    const field = this.at('.upload');
    if (field.files.length === 0) return;
    const form = new FormData();
    form.append('file', field.files[0]);
    await this.guard(async () => answered(await fetch('/sandbox/api/upload?' + this.query, { method: 'POST', body: form })));
    field.value = '';
  }

  async refresh() {
    const query = this.query;
    const phone = await call('/api/phone?' + query);
    if (query !== this.query) return; // another citizen was picked meanwhile
    this.at('.typing').textContent = phone.typing ? 'Đang nhập…' : '';
    const now = JSON.stringify(phone.messages);
    if (now === this.shown) return;
    this.draw(phone.messages, this.shown === '');
    this.shown = now;
  }

  // draw adds only what is new, so that a screen reader reads only that.
  draw(messages, afresh) {
    const talk = this.at('.talk');
    if (afresh) talk.replaceChildren();
    messages.forEach((message, i) => {
      const old = talk.children[i];
      const state = JSON.stringify(message);
      if (old && old.state === state) return;
      const bubble = this.bubble(message);
      bubble.state = state;
      if (old) old.replaceWith(bubble);
      else talk.append(bubble);
    });
    this.toEnd();
    this.drawChips(messages[messages.length - 1]);
  }

  toEnd() {
    const talk = this.at('.talk');
    talk.scrollTop = talk.scrollHeight;
  }

  drawChips(last) {
    const choices = ((last && last.choices) || []).filter((c) => c.kind === 'quick_reply');
    this.at('.chips').replaceChildren(...choices.map((c) => this.tapButton(c, c.title, '')));
  }

  tapButton(choice, text, style) {
    return make('button', { type: 'button', class: style, text, onclick: () => this.act('tap', { text: choice.payload }) });
  }

  bubble(message) {
    const who = { citizen: 'Công dân', bot: 'Bot', staff: 'Cán bộ' }[message.from];
    const body = make('li', { class: 'bubble ' + message.from + (message.unsent ? ' unsent' : '') });
    body.append(make('span', { class: 'hidden', text: who + ': ' }));
    if (message.text) body.append(...this.words(message));
    for (const file of message.attachments || []) body.append(this.file(file));
    for (const choice of message.choices || []) {
      if (choice.kind === 'postback' || choice.kind === 'query') body.append(this.tapButton(choice, choice.title, 'button'));
      if (choice.kind === 'link') body.append(make('p', { class: 'meta', text: choice.title + ': ' + (choice.payload || '') }));
    }
    body.append(make('p', { class: 'meta', text: this.meta(message, who) }));
    return body;
  }

  // words writes the text; a numbered line that is a choice becomes a button.
  words(message) {
    const numbers = new Map((message.choices || []).filter((c) => c.kind === 'number').map((c) => [c.payload + '. ' + c.title, c]));
    const parts = [];
    let plain = [];
    const flush = () => {
      if (plain.length > 0) parts.push(make('p', { text: plain.join('\n') }));
      plain = [];
    };
    for (const line of message.text.split('\n')) {
      const choice = numbers.get(line);
      if (!choice) { plain.push(line); continue; }
      flush();
      parts.push(this.tapButton(choice, line, 'line'));
    }
    flush();
    return parts;
  }

  file(file) {
    if (file.kind === 'image' && file.url && file.url.startsWith('/sandbox/media/')) {
      return make('img', { src: file.url, alt: file.name || 'Ảnh', onload: () => this.toEnd() });
    }
    if (file.kind === 'file' && file.url && file.url.startsWith('/sandbox/media/')) {
      const link = make('a', { href: file.url, text: 'Tệp: ' + (file.name || '') });
      link.download = file.name || '';
      return make('p', {}, link);
    }
    const kinds = { image: 'Ảnh', audio: 'Ghi âm', video: 'Video', file: 'Tệp', sticker: 'Nhãn dán', location: 'Vị trí', link: 'Liên kết' };
    const detail = file.kind === 'location' ? file.lat + ', ' + file.lng : file.name || file.url || '';
    return make('p', { text: (kinds[file.kind] || file.kind) + (detail ? ': ' + detail : '') });
  }

  meta(message, who) {
    const parts = [message.from === 'citizen' ? '' : who, clock.format(new Date(message.at)), message.tag];
    if (message.from === 'citizen') parts.push(message.acked ? 'đã nhận' : 'đang chuyển…');
    return parts.filter(Boolean).join(' · ');
  }
}

// --- faults ---

function faultField(platform, [key, kind, text, choices, only]) {
  if (only && only !== platform) return null;
  let field;
  if (kind === 'select') {
    field = make('select', {}, ...choices.map(([value, label]) => make('option', { value, text: label })));
  } else {
    field = make('input', kind === 'check' ? { type: 'checkbox' } : { type: 'number', min: key === 'latency_ms' || key === 'duplicate' || key === 'reorder' ? '0' : '-1', max: '60000', step: '1' });
  }
  field.dataset.fault = key;
  field.addEventListener('change', () => changeFault(platform, key, faultValue(field)));
  return make('label', { text }, field);
}

function faultValue(field) {
  if (field.type === 'checkbox') return field.checked;
  return field.type === 'number' ? Number(field.value || 0) : field.value;
}

async function changeFault(platform, key, value) {
  const note = document.getElementById(platform + '-fault-note');
  try {
    await call('/faults', { platform, faults: { [key]: value } });
    note.textContent = '';
  } catch (problem) {
    note.textContent = 'Không đặt được: ' + problem.message;
  }
}

function drawFaults(accounts) {
  const grid = document.getElementById('faults');
  for (const platform of ['zalo', 'messenger']) {
    const box = make('fieldset', { 'data-platform': platform }, make('legend', { text: names[platform] }));
    for (const field of faultFields) {
      const label = faultField(platform, field);
      if (label) box.append(label);
    }
    if (platform === 'zalo') {
      box.append(make('button', { type: 'button', text: 'Cho mã truy cập hết hạn ngay', onclick: () => {
        for (const a of accounts) if (a.platform === 'zalo') call('/api/act', { platform: 'zalo', account: a.id, action: 'expire_token' });
      } }));
    }
    box.append(make('p', { id: platform + '-fault-note', class: 'problem', role: 'alert' }));
    grid.append(box);
  }
}

async function refreshFaults() {
  if (!document.querySelector('.faults').open) return;
  const all = await call('/faults');
  for (const box of document.querySelectorAll('#faults fieldset')) {
    const faults = all[box.dataset.platform];
    for (const field of box.querySelectorAll('[data-fault]')) {
      if (field === document.activeElement) continue;
      if (field.type === 'checkbox') field.checked = faults[field.dataset.fault];
      else field.value = faults[field.dataset.fault];
    }
  }
}

// --- wire log ---

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}

function wireLine(x) {
  const arrow = x.direction === 'webhook' ? '→ sản phẩm' : '← sản phẩm';
  const status = x.status === 0 ? 'không trả lời' : x.status;
  const head = [clock.format(new Date(x.at)), names[x.platform], arrow, x.method, x.path.split('?')[0], status, x.took_ms + ' ms', x.note].filter((part) => part !== '' && part !== undefined).join('  ');
  const refusal = x.direction === 'api' && /^\{"error":(-|\{)/.test(x.response || '');
  const box = make('details', { class: x.status === 200 && !refusal ? '' : 'fail' }, make('summary', { text: head }));
  if (x.path.includes('?')) box.append(make('pre', { text: x.path }));
  if (x.request) box.append(make('pre', { text: pretty(x.request) }));
  if (x.response) box.append(make('pre', { text: pretty(x.response) }));
  const line = make('li', { 'data-platform': x.platform }, box);
  line.hidden = !wireShows(x.platform);
  return line;
}

function wireShows(platform) {
  const only = document.getElementById('wire-filter').value;
  return only === '' || only === platform;
}

function addWire(list) {
  const wire = document.getElementById('wire');
  const atEnd = wire.scrollHeight - wire.scrollTop - wire.clientHeight < 40;
  wire.append(...list.map(wireLine));
  while (wire.children.length > maxWireLines) wire.firstElementChild.remove();
  if (atEnd) wire.scrollTop = wire.scrollHeight;
}

// --- start ---

function tabs() {
  const buttons = document.querySelectorAll('.tabs button');
  for (const button of buttons) {
    button.addEventListener('click', () => {
      document.querySelector('main').dataset.show = button.dataset.tab;
      for (const b of buttons) b.setAttribute('aria-pressed', String(b === button));
    });
  }
}

// follow keeps up with the sandbox; changes that come while a look is under
// way are looked at once more, together.
function follow(look) {
  const link = document.getElementById('link');
  let busy = false;
  let again = false;
  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    do {
      again = false;
      try {
        await look();
      } catch {
        again = false; // the stream comes back and tells again
      }
    } while (again);
    busy = false;
  };
  const source = new EventSource('/sandbox/api/events');
  source.onopen = () => { link.textContent = 'Đã kết nối'; link.classList.remove('lost'); };
  source.onerror = () => { link.textContent = 'Mất kết nối, đang nối lại…'; link.classList.add('lost'); };
  source.onmessage = (event) => {
    const news = JSON.parse(event.data);
    addWire(news.wire || []);
    refresh();
  };
}

async function start() {
  tabs();
  const accounts = await call('/api/accounts');
  const phones = ['zalo', 'messenger']
    .map((platform) => [platform, accounts.filter((a) => a.platform === platform)])
    .filter(([, list]) => list.length > 0)
    .map(([platform, list]) => new Phone(platform, list));
  drawFaults(accounts);
  document.querySelector('.faults').addEventListener('toggle', refreshFaults);
  document.getElementById('wire-clear').addEventListener('click', () => document.getElementById('wire').replaceChildren());
  document.getElementById('wire-filter').addEventListener('change', () => {
    for (const line of document.getElementById('wire').children) line.hidden = !wireShows(line.dataset.platform);
  });
  follow(async () => { await Promise.all([...phones.map((phone) => phone.refresh()), refreshFaults()]); });
}

start().catch((problem) => {
  const link = document.getElementById('link');
  link.textContent = 'Không mở được: ' + problem.message;
  link.classList.add('lost');
});
