// What the pages do beyond HTML. Everything works without it; nothing here decides anything.
//
// data-confirm="sentence"   on a form: asks before sending        data-dialog="id"   on a button: opens that <dialog>
// data-close                on a button: closes its dialog         data-copy="text"   on a button: copies, and says so
// data-print                on a button: prints the page           data-toggle="id"   on a link: shows and hides
// data-keys                 on a list: up, down, home, end go from row to row
// data-send                 on a select or box: sends its form when changed
// data-download             on a form: it is answered by a file
// data-check-all="name"     on a box: ticks every box of that name in its form
// data-find="id"            on a bar: shows the rows of that list that hold what is typed, or only those that aren't data-done
// data-focus                on an element: takes the focus when it appears
"use strict";

const byId = (id) => document.getElementById(id);

function say(words) {
  const place = byId("said");
  if (place) place.textContent = words;
}

// Sending: ask first where the form says so, and once only. The key in the form makes a second arrival harmless; this spares the wait.
const agreed = new WeakSet();

function ask(sentence) {
  const dialog = byId("confirm");
  byId("confirm-sentence").textContent = sentence;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
}

function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.disabled = busy;
    if (busy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const sentence = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (sentence && !agreed.has(form) && byId("confirm")?.showModal) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    ask(sentence).then((yes) => {
      if (!yes) return;
      agreed.add(form);
      form.requestSubmit(submitter);
    });
    return;
  }
  agreed.delete(form);
  // After the event, so that the pressed button's own name and value are still sent. A form answered in place is freed by htmx below.
  // One answered by a file leaves the page as it is: its buttons stay free.
  if (form.method === "post" && form.dataset.download === undefined) setTimeout(() => setBusy(form, true));
}, true);

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach((form) => setBusy(form, false));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) setBusy(form, false);
});

// Asking the server in place: say it when no answer comes, and show a refusal where the eye is.
function noLink() {
  const template = byId("no-link");
  const place = byId("messages");
  if (!template || !place) return;
  place.replaceChildren(template.content.cloneNode(true));
  place.scrollIntoView({ block: "center" });
}
document.addEventListener("htmx:sendError", noLink);
document.addEventListener("htmx:timeout", noLink);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "messages") event.target.scrollIntoView({ block: "center" });
  takeFocus(event.target);
});

function takeFocus(root) {
  root.querySelector("[data-focus]")?.focus();
}

// Clicks
const clicks = {
  dialog: (button) => byId(button.dataset.dialog)?.showModal(),
  close: (button) => button.closest("dialog")?.close(),
  print: () => window.print(),
  copy: (button) => navigator.clipboard?.writeText(button.dataset.copy).then(() => say(byId("said").dataset.copied)),
  toggle: (link) => {
    const open = byId(link.dataset.toggle).classList.toggle("is-open");
    document.querySelectorAll(`[data-toggle="${link.dataset.toggle}"]`).forEach((each) => each.setAttribute("aria-expanded", open));
    if (open) byId(link.dataset.toggle).querySelector("a, button")?.focus();
  },
};

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  for (const [name, act] of Object.entries(clicks)) {
    const source = event.target.closest(`[data-${name}]`);
    if (!source) continue;
    event.preventDefault();
    act(source);
    return;
  }
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.dataset.send !== undefined) box.form.requestSubmit();
  if (box.dataset.checkAll) {
    for (const each of box.form.elements) {
      if (each.type === "checkbox" && each.name === box.dataset.checkAll && !each.disabled) each.checked = box.checked;
    }
  }
});

// Long lists: as somebody types, only the rows that hold every word stay; accents, hamza and case don't matter.
const LONG = 12;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ى", "ي").replaceAll("ة", "ه").toLowerCase();

function sift(bar) {
  const rows = [...(byId(bar.dataset.find)?.querySelectorAll(":scope > li, :scope > div, tbody > tr") ?? [])];
  bar.hidden = rows.length < LONG;
  if (bar.hidden) return;
  const words = plain(bar.querySelector("input").value).split(/\s+/).filter(Boolean);
  const button = bar.querySelector("button");
  const open = rows.filter((row) => row.dataset.done === undefined);
  // What is typed is looked for among all; otherwise what is done stands back, as long as something is left to do.
  const some = open.length && open.length < rows.length;
  if (button) button.hidden = !some;
  const back = !words.length && some && button?.getAttribute("aria-pressed") === "true";
  let shown = 0;
  for (const row of rows) {
    const text = words.length ? plain((row.querySelector("th, .boarder-who") ?? row).textContent) : "";
    row.hidden = back ? row.dataset.done !== undefined : !words.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  bar.querySelector("output").textContent = `${shown} / ${rows.length}`;
}

document.addEventListener("input", (event) => {
  const bar = event.target.closest("[data-find]");
  if (bar) sift(bar);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-find] button");
  if (!button) return;
  button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
  sift(button.closest("[data-find]"));
});

// Keys
function walk(event, list) {
  const stops = [...list.querySelectorAll("[data-stop], tbody tr")].map((stop) => (stop.matches("tr") ? stop.querySelector("a, input, button") : stop)).filter(Boolean);
  const here = stops.findIndex((stop) => stop === document.activeElement || stop.closest("tr")?.contains(document.activeElement));
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: stops.length - 1 }[event.key];
  if (to === undefined || !stops[to]) return;
  event.preventDefault();
  stops[to].focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    document.querySelectorAll(".sidebar.is-open").forEach((side) => side.classList.remove("is-open"));
  }
  if (event.key === "Enter" && event.target.closest("[data-find]") && event.target.matches("input")) event.preventDefault();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
    return;
  }
  const list = event.target.closest("[data-keys]");
  if (list) walk(event, list);
});

document.querySelectorAll("[data-find]").forEach(sift);
takeFocus(document);
