// What the keyboard does, marks without a reload, and news without a jump. The page
// does all of it without this file, too.
"use strict";

const edits = [...document.querySelectorAll(".edit")];
let on = -1;

function go(step) {
  if (!edits.length) return;
  if (on >= 0) edits[on].classList.remove("on");
  on = Math.min(edits.length - 1, Math.max(0, on + step));
  edits[on].classList.add("on");
  edits[on].querySelector("a.open").focus({ preventScroll: true });
  edits[on].scrollIntoView({ block: "nearest" });
}

async function mark(form) {
  const button = form.querySelector("button");
  const value = button.value;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ [button.name]: value }) });
  if (!answer.ok) return form.submit();
  button.value = value === "1" ? "0" : "1";
  button.setAttribute("aria-pressed", value === "1");
  if (button.name === "starred") button.textContent = value === "1" ? "★" : "☆";
}

function press(name) {
  const form = on >= 0 && edits[on].querySelector(`form[data-mark=${name}]`);
  if (form) mark(form);
}

// note opens the label and note of the edit in hand.
function note() {
  const menu = on >= 0 && edits[on].querySelector(".marks details");
  if (!menu) return;
  menu.open = true;
  menu.querySelector("input:not([type=hidden])").focus();
}

// step goes to the version before or after, of a story.
function step(by) {
  const rail = [...document.querySelectorAll(".rail a")];
  rail[rail.findIndex(a => a.ariaCurrent) + by]?.click();
}

const meanings = [["j k", "next, previous"], ["Enter", "open the edit in hand"], ["s", "star it"], ["x", "mark it as seen"], ["e", "label it, write a note"],
  ["f", "filter"], ["/", "search every version"], ["[ ]", "a story's version before, after"], ["g", "to the edits"], ["Esc", "close this, or a menu"]];

function help() {
  let dialog = document.getElementById("help");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "help";
    dialog.setAttribute("aria-labelledby", "help-title");
    dialog.innerHTML = '<h2 id="help-title">Keys</h2><dl></dl><form method="dialog"><button>Close</button></form>';
    for (const [key, says] of meanings) {
      const dt = document.createElement("dt"), dd = document.createElement("dd");
      for (const one of key.split(" ")) dt.append(Object.assign(document.createElement("kbd"), { textContent: one }), " ");
      dd.textContent = says;
      dialog.querySelector("dl").append(dt, dd);
    }
    document.body.append(dialog);
  }
  dialog.showModal();
}

document.querySelector("[data-help]")?.addEventListener("click", help);

// One menu is open at a time; Esc and a click elsewhere close it.
document.addEventListener("click", e => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(e.target)) menu.open = false;
});

document.addEventListener("submit", e => {
  const button = e.submitter;
  if (button && e.target.action.endsWith("/watch")) button.textContent = "Looking: a few seconds a story …";
  if (!e.target.dataset.mark) return;
  e.preventDefault();
  mark(e.target);
});

document.addEventListener("keydown", e => {
  const menu = e.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, textarea, select")) return;
  const keys = { j: () => go(1), k: () => go(-1), s: () => press("starred"), x: () => press("seen"), e: note,
    "/": () => document.getElementById("search").focus(), f: () => document.getElementById("q")?.focus(), "?": help,
    "[": () => step(-1), "]": () => step(1), g: () => { location.href = "/" } };
  if (!keys[e.key]) return;
  e.preventDefault();
  keys[e.key]();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
      button.textContent = "Selected: copy it";
    }
  });
}

const news = document.getElementById("news");
if (news) {
  let count = 0;
  const q = new URLSearchParams({ after: news.dataset.after, q: news.dataset.filter });
  const stream = new EventSource("/events?" + q);
  stream.addEventListener("change", e => {
    if (JSON.parse(e.data).event === "new") return;
    count++;
    news.firstElementChild.textContent = count === 1 ? "1 more edit since you opened this" : `${count} more edits since you opened this`;
    news.hidden = false;
  });
  addEventListener("pagehide", () => stream.close());
}

const scrub = document.getElementById("scrub");
if (scrub) {
  scrub.addEventListener("input", () => { scrub.form.querySelector("output").value = "version " + scrub.value; });
  scrub.addEventListener("change", () => scrub.form.requestSubmit());
}

const refresh = document.querySelector("[data-refresh]");
if (refresh) setTimeout(() => location.reload(), +refresh.dataset.refresh);

if (matchMedia("(max-width: 46rem)").matches) document.querySelector(".filters details")?.removeAttribute("open");
