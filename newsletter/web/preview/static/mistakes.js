// The mistakes that keep an issue from being shown: all of them, over the last good email.

import { element } from "./findings.js";
import { morph } from "./morph.js";

const box = document.querySelector("#mistakes");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let shown = [];
let chosen = "";
let onChoice = () => {};

export function listen(choose) {
  onChoice = choose;
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) take([...box.querySelectorAll("button")].indexOf(button));
  });
}

// Show `mistakes`, none of which hides the box; `instead` says what is seen meanwhile.
export function show(mistakes, instead) {
  shown = mistakes;
  document.body.classList.toggle("is-held", mistakes.length > 0);
  box.hidden = !mistakes.length;
  if (!mistakes.length) {
    chosen = "";
    box.replaceChildren();
    return;
  }
  const isInside = box.contains(document.activeElement);
  const list = element("ul");
  list.append(...mistakes.map(itemOf));
  // Only what differs is touched: a click is not lost, and what is the same not told again.
  const fresh = box.cloneNode(false);
  fresh.append(headOf(mistakes, instead), list);
  morph(box, fresh);
  const current = box.querySelector("[aria-current]");
  const isLost = isInside && !box.contains(document.activeElement);
  if (isLost || (isInside && current)) (current ?? box.querySelector("button")).focus();
}

// Move the choice by `step`, around the ends; returns whether there is anything to choose.
export function move(step) {
  const buttons = [...box.querySelectorAll("button")];
  if (!buttons.length) return false;
  const now = buttons.findIndex((button) => button.hasAttribute("aria-current"));
  const next = now < 0 ? (step > 0 ? 0 : buttons.length - 1) : now + step;
  const button = buttons[(next + buttons.length) % buttons.length];
  button.focus({ preventScroll: true });
  button.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  button.click();
  return true;
}

// Only this is spoken of by itself: two hundred mistakes would not be listened to.
function headOf(mistakes, instead) {
  const [first] = mistakes;
  const head = element("p");
  head.setAttribute("role", "alert");
  const count = mistakes.length === 1 ? "One mistake" : `${mistakes.length} mistakes`;
  const until = mistakes.length === 1 ? "Until it is mended" : "Until they are mended";
  head.append(element("strong", "", `${count}. ${until} ${instead}.`));
  head.append(element("span", "unseen", ` ${first.place ?? ""} ${first.message} ${first.hint}`));
  return head;
}

function keyOf(mistake) {
  return [mistake.place, mistake.message].join("\n");
}

function itemOf(mistake) {
  const item = element("li");
  const button = element("button");
  button.type = "button";
  if (mistake.place) button.append(element("code", "", mistake.place), " ");
  button.append(element("span", "sentence", mistake.message));
  button.append(" ", element("span", "hint", mistake.hint));
  if (keyOf(mistake) === chosen) button.setAttribute("aria-current", "true");
  item.append(button);
  return item;
}

function take(place) {
  const buttons = box.querySelectorAll("button");
  chosen = keyOf(shown[place]);
  for (const other of buttons) other.removeAttribute("aria-current");
  buttons[place].setAttribute("aria-current", "true");
  onChoice(shown[place]);
}
