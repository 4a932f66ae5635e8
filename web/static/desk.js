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

document.addEventListener("submit", e => {
  if (!e.target.dataset.mark) return;
  e.preventDefault();
  mark(e.target);
});

document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, textarea, select")) return;
  const keys = { j: () => go(1), k: () => go(-1), s: () => press("starred"), x: () => press("seen"),
    "/": () => document.getElementById("search").focus() };
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

if (matchMedia("(max-width: 46rem)").matches) document.querySelector(".filters details")?.removeAttribute("open");
