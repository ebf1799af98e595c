// The two frames in which an email or the web page is read, on a phone and on a computer.
//
// They are sandboxed without scripts, and their policy forbids all but styles and our own
// pictures. The page reaches in to put the newest document there, and to see to the keyboard.

import { boxOf } from "./find.js";
import { morph } from "./morph.js";

const MARGIN = 4; // pixels around a mark
const MARK_TIME = 2600;

const floor = document.querySelector("#floor");
const devices = document.querySelector("#devices");
const screens = [...document.querySelectorAll(".screen")];
const frames = screens.map((screen) => screen.querySelector("iframe"));
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let zoom = "fit";
let scale = 1;

const ready = Promise.all(frames.map(settled));

function settled(frame) {
  const inside = frame.contentDocument;
  // Before its own document comes, a frame holds an empty one, which is complete as well.
  if (inside?.URL.endsWith("/frame") && inside.readyState === "complete") return Promise.resolve();
  return new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
}

export async function listen({ onKey, onLink }) {
  await ready;
  for (const frame of frames) {
    const inside = frame.contentDocument;
    inside.addEventListener("keydown", onKey);
    inside.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href], area[href]");
      if (!link) return;
      event.preventDefault();
      onLink(link.href);
    });
    inside.addEventListener("submit", (event) => event.preventDefault());
  }
}

export async function show(html) {
  await ready;
  // What was marked may now stand elsewhere.
  for (const screen of screens) screen.querySelector(".mark")?.remove();
  for (const frame of frames) {
    const inside = frame.contentDocument;
    // The frame's own parser: what it makes is under the frame's policy, not under ours.
    const fresh = new frame.contentWindow.DOMParser().parseFromString(html, "text/html");
    morph(inside.documentElement, fresh.documentElement);
  }
}

export function setZoom(wanted) {
  zoom = wanted;
  fit();
}

export function fit() {
  const style = getComputedStyle(floor);
  const gap = parseFloat(getComputedStyle(devices).columnGap);
  const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  const wide = screens.reduce((sum, screen) => sum + Number(screen.dataset.width), 0);
  const room = floor.clientWidth - sides - gap * (screens.length - 1) - 4;
  scale = zoom === "fit" ? Math.min(1, Math.max(0.3, room / wide)) : Number(zoom);
  const height = Math.max(240, floor.clientHeight - 48);
  for (const screen of screens) {
    const width = Number(screen.dataset.width);
    screen.style.width = `${width}px`;
    screen.style.height = `${height / scale}px`;
    screen.style.transform = `scale(${scale})`;
    screen.parentElement.style.width = `${width * scale + 2}px`;
    screen.parentElement.style.height = `${height + 2}px`;
  }
}

// Scroll both frames to a passage. Returns whether it was found.
export function reveal(passages) {
  const found = screens.map((screen, place) => revealIn(screen, frames[place], passages));
  return found.some(Boolean);
}

function revealIn(screen, frame, passages) {
  const { contentDocument: inside, contentWindow: view } = frame;
  const box = boxOf(inside, passages);
  if (!box) return false;
  const top = box.top + view.scrollY;
  view.scrollTo({
    top: Math.max(0, top - view.innerHeight * 0.3),
    behavior: calm.matches ? "auto" : "smooth",
  });
  mark(screen, view, { top, left: box.left, width: box.width, height: box.height });
  return true;
}

// The mark lies over the frame, not in it: the email stays as it is.
function mark(screen, view, box) {
  screen.querySelector(".mark")?.remove();
  const shown = document.createElement("div");
  shown.className = "mark";
  const place = () => {
    shown.style.top = `${box.top - view.scrollY - MARGIN}px`;
  };
  shown.style.left = `${box.left - MARGIN}px`;
  shown.style.width = `${box.width + 2 * MARGIN}px`;
  shown.style.height = `${box.height + 2 * MARGIN}px`;
  place();
  screen.append(shown);
  view.addEventListener("scroll", place);
  setTimeout(() => {
    view.removeEventListener("scroll", place);
    shown.remove();
  }, MARK_TIME);
}
