// Everything works without this: each click is a link to a page. Here a page is exchanged part by part instead of
// loaded anew, and asked for again when the server says that there is news.
const main = document.getElementById("main");
let shown = 0;

function parts(root) {
  return new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

function place(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const focused = document.activeElement?.getAttribute?.("href");
  const olds = parts(document), news = parts(fresh);
  const same = olds.size === news.size && [...news.keys()].every((name) => olds.has(name));
  if (same) {
    for (const [name, part] of news) {
      const old = olds.get(name);
      if (old.outerHTML !== part.outerHTML) old.replaceWith(document.adoptNode(part));
    }
  } else {
    main.replaceChildren(...document.adoptNode(fresh.getElementById("main")).childNodes);
  }
  document.title = fresh.title;
  const header = document.querySelector("header.top"), next = fresh.querySelector("header.top");
  for (const nav of header.querySelectorAll("nav")) {
    const other = [...next.querySelectorAll("nav")].find((one) => one.ariaLabel === nav.ariaLabel);
    if (other && other.outerHTML !== nav.outerHTML) nav.replaceWith(document.adoptNode(other));
  }
  if (focused) [...document.links].find((link) => link.getAttribute("href") === focused)?.focus({ preventScroll: true });
}

async function show(address, { push = false } = {}) {
  const turn = ++shown;
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (answer.redirected || !answer.ok) { location.assign(address); return; }
    const text = await answer.text();
    if (turn !== shown) return;
    if (push) history.pushState(null, "", address);
    place(text);
  } finally {
    if (turn === shown) main.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const address = new URL(link.getAttribute("href"), location.href);
  if (address.origin !== location.origin || address.pathname !== location.pathname || address.hash) return;
  event.preventDefault();
  show(address.pathname + address.search, { push: true });
});
addEventListener("popstate", () => show(location.pathname + location.search));

document.getElementById("theme").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
});

let wanted = false, waiting = false;
async function refresh() {
  if (waiting || document.hidden) { wanted = true; return; }
  waiting = true; wanted = false;
  try { await show(location.pathname + location.search); } catch { /* The next news asks again. */ }
  setTimeout(() => { waiting = false; if (wanted) refresh(); }, 1000);
}
document.addEventListener("visibilitychange", () => { if (!document.hidden && wanted) refresh(); });
if (window.EventSource && document.body.dataset.still === undefined) {
  const news = new EventSource("/live");
  news.addEventListener("news", refresh);
  news.addEventListener("error", () => document.getElementById("live")?.classList.add("cut"));
  news.addEventListener("open", () => document.getElementById("live")?.classList.remove("cut"));
  // Ranges that end now move on, and so does what the page says of its age.
  setInterval(refresh, 20000);
}
