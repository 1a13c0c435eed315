// Everything works without this: each click is a link to a page. Here a page is exchanged part by part instead of
// loaded anew, and asked for again when the server says that there is news.
const main = document.getElementById("main");
let shown = 0, answerTook = 0;

function parts(root) {
  return new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

// What stays the same about an element when its part is drawn anew: a row's address says "widen" once it is chosen.
const nameOf = (element) => element?.dataset?.focus ?? element?.getAttribute?.("href");
const partOf = (element) => element?.closest?.("[data-part]")?.dataset.part;

function focusAgain(name, part) {
  if (!name || document.activeElement !== document.body) return;
  const same = [...document.querySelectorAll("a[href], summary")].filter((one) => nameOf(one) === name);
  (same.find((one) => partOf(one) === part) ?? same[0])?.focus({ preventScroll: true });
}

// What somebody reads is not taken away by news: an event that is open, a text that is marked. It is exchanged later.
let held = false;
function isRead(part) {
  const marked = getSelection();
  return part.querySelector(".events details[open]") !== null || (marked.type === "Range" && marked.containsNode(part, true));
}
function release() {
  if (!held || [...parts(document).values()].some(isRead)) return;
  held = false;
  refresh();
}
document.addEventListener("selectionchange", release);
document.addEventListener("toggle", release, true);

function exchange(old, part) {
  const moved = [...old.querySelectorAll(".over-time")].map((one) => one.scrollLeft);
  old.replaceWith(document.adoptNode(part));
  part.querySelectorAll(".over-time").forEach((one, at) => { one.scrollLeft = moved[at] ?? one.scrollLeft; });
}

function place(text, quiet) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const name = nameOf(document.activeElement), within = partOf(document.activeElement);
  for (const one of document.querySelectorAll("details[open] > summary[data-focus]")) {
    const same = [...fresh.querySelectorAll("summary[data-focus]")].find((other) => nameOf(other) === nameOf(one));
    if (same) same.parentElement.open = true;
  }
  const olds = parts(document), news = parts(fresh);
  const same = olds.size === news.size && [...news.keys()].every((name) => olds.has(name));
  if (same) {
    for (const [name, part] of news) {
      const old = olds.get(name);
      if (old.outerHTML === part.outerHTML) continue;
      if (quiet && isRead(old)) held = true;
      else exchange(old, part);
    }
  } else {
    main.replaceChildren(...document.adoptNode(fresh.getElementById("main")).childNodes);
    olds.get("live")?.replaceWith(document.adoptNode(news.get("live")));
  }
  document.title = fresh.title;
  const header = document.querySelector("header.top"), next = fresh.querySelector("header.top");
  for (const nav of header.querySelectorAll("nav")) {
    const other = [...next.querySelectorAll("nav")].find((one) => one.ariaLabel === nav.ariaLabel);
    if (other && other.outerHTML !== nav.outerHTML) nav.replaceWith(document.adoptNode(other));
  }
  focusAgain(name, within);
}

async function show(address, { push = false, quiet = false } = {}) {
  const turn = ++shown, began = performance.now();
  if (!quiet) main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (turn !== shown) return;
    if (answer.redirected || (!answer.ok && !quiet)) { location.assign(address); return; }
    if (!answer.ok) return;
    const text = await answer.text();
    answerTook = performance.now() - began;
    if (turn !== shown) return;
    if (push) history.pushState(null, "", address);
    place(text, quiet);
  } catch {
    // The browser says it better; what nobody asked for is asked for again at the next news.
    if (!quiet && turn === shown) location.assign(address);
  } finally {
    if (turn === shown && !quiet) {
      main.removeAttribute("aria-busy");
      if (wanted) refresh();
    }
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

// What is answered soon is asked for twice a second, what is not, so seldom that answering takes an eighth of the time;
// and a second after it was there in any case.
const MOST_OFTEN = 500, SHARE = 8, LONGEST_REST = 1000;
const restAfter = (took) => Math.min(LONGEST_REST, Math.max(MOST_OFTEN, SHARE * took) - took);

let wanted = false, waiting = false;
async function refresh() {
  // A page that somebody has just asked for is as new as what would be asked for here.
  if (waiting || document.hidden || main.hasAttribute("aria-busy")) { wanted = true; return; }
  waiting = true; wanted = false;
  await show(location.pathname + location.search, { quiet: true });
  setTimeout(() => { waiting = false; if (wanted) refresh(); }, restAfter(answerTook));
}
document.addEventListener("visibilitychange", () => { if (!document.hidden && wanted) refresh(); });
if (window.EventSource && document.body.dataset.still === undefined) {
  const shows = document.body.dataset.shows.split(" ").map((kind) => ["of", kind]);
  const news = new EventSource(`/live?${new URLSearchParams(shows)}`);
  let cut = false;
  news.addEventListener("news", refresh);
  news.addEventListener("error", () => { cut = true; document.getElementById("live")?.classList.add("cut"); });
  news.addEventListener("open", () => {
    document.getElementById("live")?.classList.remove("cut");
    if (cut) refresh();  // What came meanwhile was told to nobody.
    cut = false;
  });
  // Ranges that end now move on, and so does what the page says of its age.
  setInterval(refresh, 20000);
}
