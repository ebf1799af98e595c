// What is no frame: the figures, the inbox, the source and the plain texts.

import { element } from "./findings.js";
import { morph } from "./morph.js";

const CLIPPED = 102_000; // bytes: Gmail cuts off a longer email
const glance = document.querySelector("#glance");
const inbox = document.querySelector("#inbox");
const lines = document.querySelector("#source .lines");

export function showGlance(edition, reading) {
  const meter = element("meter");
  Object.assign(meter, { min: 0, max: CLIPPED, low: CLIPPED * 0.7, high: CLIPPED * 0.9, optimum: 0 });
  meter.value = edition.bytes;
  meter.title = "Gmail cuts off an email of more than 102 kB";
  meter.setAttribute("aria-label", "Size of the HTML, of the 102 kB that Gmail shows");
  const pictures = edition.pictures === 1 ? "1 picture" : `${edition.pictures} pictures`;
  const minutes = reading.minutes === 1 ? "1 minute" : `${reading.minutes} minutes`;
  const rows = [
    ["Reading time", reading.words ? minutes : "…", `${reading.words.toLocaleString("en-GB")} words`],
    ["Pictures", edition.sizes.pictures, pictures],
    ["Email", edition.sizes.html, "of the 102 that Gmail shows", meter],
    ["Plain text", edition.sizes.text, `to ${edition.segment === "all" ? "everybody" : edition.segment}`],
  ];
  glance.replaceChildren(
    ...rows.map(([name, value, more, extra]) => {
      const pair = element("div");
      const answer = element("dd", "", `${value} `);
      if (extra) answer.append(extra);
      answer.append(element("small", "", more));
      pair.append(element("dt", "", name), answer);
      return pair;
    }),
  );
}

export function showInbox(edition, subject) {
  const rows = [
    ["On a phone, 375 pixels wide", "phone-row", ["from", "time", "subject", "pre"]],
    ["In a column beside the message, 320 pixels", "list-row", ["from", "time", "subject", "pre"]],
    ["On one line, the whole width", "wide-row", ["from", "both", "time"]],
  ];
  inbox.replaceChildren(
    ...rows.map(([title, name, parts]) => {
      const whole = element("section");
      const row = element("div", `row ${name}`);
      row.append(...parts.map((part) => inboxPart(part, edition, subject)));
      if (name === "list-row") row.insertBefore(row.querySelector(".subject"), row.querySelector(".time"));
      whole.append(element("h2", "row-title", title), row);
      return whole;
    }),
  );
}

function inboxPart(part, edition, subject) {
  const words = { from: edition.sender, time: "09:00", subject, pre: edition.preheader };
  if (part !== "both") return element("span", part, words[part]);
  const both = element("span", "");
  both.append(element("span", "subject", subject), element("span", "pre", ` – ${edition.preheader}`));
  return both;
}

export function showSource(source, findings) {
  const worst = new Map();
  for (const { file, line, severity } of findings) {
    if (file === "issue.md" && line && !worst.has(line)) worst.set(line, severity);
  }
  // Only what differs is touched: a line that is being read keeps its mark and its place.
  const all = source.replace(/\n$/u, "").split("\n");
  const chosen = placeOfChosen(all);
  const fresh = lines.cloneNode(false);
  fresh.append(
    ...all.map((text, place) => {
      const item = element("li", worst.get(place + 1) ?? "");
      item.setAttribute("value", place + 1);
      item.append(element("span", "", text || " "));
      item.classList.toggle("here", place === chosen);
      return item;
    }),
  );
  morph(lines, fresh);
}

// The line that was chosen is as far from the start as before, or else from the end.
function placeOfChosen(all) {
  const chosen = lines.querySelector(".here");
  if (!chosen) return -1;
  const place = chosen.value - 1;
  const moved = place + all.length - lines.children.length;
  return [place, moved].find((each) => (all[each] || " ") === chosen.textContent) ?? -1;
}

// The lines that a mistake is about must not lie under the sentence that tells of it.
export function makeRoom(box) {
  const sheet = lines.parentElement;
  const covered = box.getBoundingClientRect().bottom - sheet.getBoundingClientRect().top;
  const room = box.hidden ? "" : `${Math.max(18, covered + 12)}px`;
  Object.assign(sheet.style, { paddingTop: room, scrollPaddingTop: room });
}

export function revealLine(line) {
  lines.querySelector(".here")?.classList.remove("here");
  const item = lines.children[line - 1];
  if (!item) return;
  item.classList.add("here");
  item.scrollIntoView({ block: "center" });
}

export function showText(id, text) {
  document.querySelector(`#${id} pre`).textContent = text;
}
