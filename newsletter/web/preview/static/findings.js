// The findings: worst first, the mended ones leave gently, new ones arrive.

import { morph } from "./morph.js";

const list = document.querySelector("#findings");
const counts = document.querySelector("#counts");
const clear = document.querySelector("#clear");
const NAMES = { error: "Error", warning: "Warning", note: "Note" };
const LEAVING = 340; // milliseconds, as in panel.css

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const shown = new Map();
let onChoice = () => {};
let isFirst = true;

export function listen(choose) {
  onChoice = choose;
}

// Show `findings`; returns how many of the earlier ones are mended.
export function show(findings) {
  const wanted = new Map();
  for (const finding of findings) {
    const key = keyOf(finding, wanted);
    wanted.set(key, finding);
  }
  let mended = 0;
  for (const [key, item] of shown) {
    if (!wanted.has(key)) {
      shown.delete(key);
      leave(item);
      mended += 1;
    }
  }
  let after = null;
  for (const [key, finding] of wanted) {
    const item = shown.get(key) ?? arrive(key);
    fill(item, finding);
    place(item, after);
    after = item;
  }
  tally(findings);
  clear.hidden = findings.length > 0;
  isFirst = false;
  return mended;
}

// Move the choice by `step`, around the ends.
export function move(step) {
  const items = [...shown.values()].sort((a, b) =>
    a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
  if (!items.length) return;
  const now = items.findIndex((item) => item.firstChild.hasAttribute("aria-current"));
  const next = now < 0 ? (step > 0 ? 0 : items.length - 1) : now + step;
  const button = items[(next + items.length) % items.length].firstChild;
  button.focus({ preventScroll: true });
  button.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  button.click();
}

function keyOf(finding, taken) {
  const key = [finding.code, finding.message].join("\n");
  let name = key;
  for (let nth = 1; taken.has(name); nth += 1) name = `${key}\n${nth}`;
  return name;
}

function arrive(key) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  item.append(button);
  if (!isFirst) item.classList.add("is-new");
  shown.set(key, item);
  return item;
}

function leave(item) {
  item.firstChild.disabled = true;
  if (calm.matches) {
    item.remove();
    return;
  }
  item.setAttribute("aria-hidden", "true");
  item.classList.add("is-mended");
  setTimeout(() => item.remove(), LEAVING);
}

function place(item, after) {
  const next = after ? after.nextElementSibling : list.firstElementChild;
  const isLeaving = next?.classList.contains("is-mended");
  if (next === item) return;
  if (isLeaving && item.isConnected && next.nextElementSibling === item) return;
  if (after) after.after(item);
  else list.prepend(item);
}

function fill(item, finding) {
  const button = item.firstChild;
  item.classList.remove("error", "warning", "note");
  item.classList.add(finding.severity);
  const head = element("span", "finding-head");
  head.append(element("span", "severity", NAMES[finding.severity]));
  if (finding.place) head.append(element("code", "", finding.place));
  const parts = [head, element("span", "finding-message", finding.message)];
  if (finding.hint) parts.push(element("span", "finding-hint", finding.hint));
  // Only what differs is touched: what is drawn anew under a pressed button loses the click.
  const fresh = button.cloneNode(false);
  fresh.append(...parts);
  morph(button, fresh);
  button.onclick = () => {
    for (const other of shown.values()) other.firstChild.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    onChoice(finding);
  };
}

function tally(findings) {
  const parts = Object.entries(NAMES).map(([severity, name]) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    if (!count) return null;
    return element("span", severity, `${count} ${name.toLowerCase()}${count > 1 ? "s" : ""}`);
  });
  counts.replaceChildren(...parts.filter(Boolean));
}

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
