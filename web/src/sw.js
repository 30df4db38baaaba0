// Shows what staff chose to be told of, also while no page is open. A message has
// no more than a kind, a code and a link.
const names = {
  new: "Có hồ sơ mới",
  assigned: "Vừa được giao việc",
  mentioned: "Có người nhắc đến anh/chị",
  answered: "Người dân trả lời, gửi thêm",
  danger: "Báo nguy hiểm",
  person: "Người dân chờ gặp cán bộ",
  deadline: "Sắp hết hoặc đã hết hạn",
  reopened: "Hồ sơ được mở lại",
  escalated: "Hồ sơ quá hạn, báo lên cấp trên",
  trial: "Thông báo thử: máy này đã nhận được",
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));

self.addEventListener("push", (e) => {
  let told = {};
  try { told = e.data.json(); } catch { /* shown without details: a browser wants something to be shown */ }
  e.waitUntil(self.registration.showNotification(names[told.kind] ?? "Lắng Nghe", {
    body: told.case ? `Hồ sơ ${told.case}` : "Lắng Nghe",
    icon: "/static/icon-192.png",
    tag: `${told.kind}:${told.case ?? ""}`,
    renotify: true,
    requireInteraction: told.kind === "danger",
    lang: "vi",
    data: { link: told.link },
  }));
});

// A page that shows the very thing comes to the front; any other stays as it is,
// for something may be typed there.
self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  let link = new URL(e.notification.data?.link ?? "/console/", self.location.origin);
  if (link.origin !== self.location.origin || !link.pathname.startsWith("/console/")) link = new URL("/console/", self.location.origin);
  e.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const shown = pages.find((page) => new URL(page.url).pathname === link.pathname);
    return shown ? shown.focus() : self.clients.openWindow(link.href);
  })());
});
