// The page: what is looked at, how, and what the keys do.

import * as findings from "./findings.js";
import * as frames from "./frames.js";
import * as menus from "./menus.js";
import * as mistakes from "./mistakes.js";
import * as sheets from "./sheets.js";
import * as talk from "./talk.js";

const root = document.documentElement;
const VIEWS = ["email", "text", "web", "inbox", "source", "raw"];
const IN_FRAMES = new Set(["email", "web"]);
const NOTICE = 6000; // milliseconds that a sentence stays in the status line

const at = (id) => document.getElementById(id);
const state = {
  view: "email",
  reader: "",
  dark: false,
  blocked: false,
  stripped: false,
  news: null,
  isLost: false,
  wanted: 0,
  chosen: 0,
  seen: "",
};
let drawing = Promise.resolve();
let asked = 0;
let unfollow = () => {};
let noticeEnds = 0;

// What there is to see

function query() {
  return {
    issue: root.dataset.issue,
    reader: state.reader,
    scheme: state.dark ? "dark" : "light",
    pictures: state.blocked ? "blocked" : "shown",
    styles: state.stripped ? "stripped" : "kept",
  };
}

function draw() {
  drawing = drawNewest();
  return drawing;
}

// Wait until nothing is being drawn: what was asked for may be overtaken by something newer.
async function drawn() {
  for (let last = null; last !== drawing; ) {
    last = drawing;
    await last;
  }
}

async function drawNewest() {
  const { news, view } = state;
  const wanted = (state.wanted += 1);
  const has = Boolean(news?.edition) || view === "source";
  at("devices").hidden = !has || !IN_FRAMES.has(view);
  for (const name of ["text", "inbox", "source", "raw"]) at(name).hidden = !has || view !== name;
  at("nothing").hidden = has || !news?.serial;
  if (!has) return;
  const name = view === "inbox" ? "subject" : view;
  let got;
  try {
    got = await talk.text(`view/${name}`, query());
  } catch {
    return; // the stream says when there is something again
  }
  // Something newer may have been asked for meanwhile.
  if (wanted !== state.wanted) return;
  if (IN_FRAMES.has(view)) {
    frames.fit();
    await frames.show(got);
    at("floor").classList.toggle("is-dark", state.dark);
  } else if (view === "source") {
    sheets.showSource(got, news?.findings ?? news?.mistakes ?? []);
    sheets.makeRoom(at("mistakes"));
  } else if (view === "inbox") sheets.showInbox(news.edition, got);
  else sheets.showText(view, got);
  root.dataset.shown = `${news?.serial ?? 0}`;
  state.seen = news?.edition?.digest ?? "";
}

function choose(view) {
  state.view = view;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  for (const id of ["dark", "blocked", "stripped"]) at(id).hidden = !IN_FRAMES.has(view);
  document.querySelector(".zoom").hidden = !IN_FRAMES.has(view);
  document.querySelector(".reader").hidden = view === "web" || view === "source";
  at("lead").hidden = true;
  return draw();
}

function toggle(name) {
  state[name] = !state[name];
  at(name).setAttribute("aria-pressed", String(state[name]));
  return draw();
}

// What the program tells

function receive(news) {
  const before = state.news;
  state.news = news;
  state.isLost = false;
  at("status").classList.remove("is-lost");
  at("issue-date").textContent = news.date;
  document.title = `${news.edition?.subject ?? news.date} – preview`;
  const instead = news.edition
    ? "you see the last email that could be shown"
    : "there is no email to show";
  mistakes.show(news.mistakes, instead);
  if (news.edition) sheets.showGlance(news.edition, news.reading);
  const isOther = before?.edition?.digest !== news.edition?.digest || before?.issue !== news.issue;
  if (isOther || state.view === "source" || !root.dataset.shown) draw();
  else root.dataset.shown = `${news.serial}`;
  if (news.findings && !news.mistakes.length) {
    const mended = findings.show(news.findings);
    root.dataset.checked = `${news.serial}`;
    if (before && mended) tell(mended === 1 ? "1 finding mended." : `${mended} findings mended.`);
    else if (before) say();
  }
  if (!before || isOther) refreshState();
  if (!noticeEnds) say();
}

function lose() {
  state.isLost = true;
  at("status").classList.add("is-lost");
  at("status").textContent = "The preview has ended. Start it again: newsletter preview";
}

function tell(sentence) {
  at("status").textContent = sentence;
  clearTimeout(noticeEnds);
  noticeEnds = setTimeout(() => {
    noticeEnds = 0;
    say();
  }, NOTICE);
}

function say() {
  if (state.isLost || noticeEnds) return;
  const time = new Date().toLocaleTimeString("en-GB");
  const [mistake] = state.news?.mistakes ?? [];
  at("status").textContent = mistake
    ? `Waiting for ${mistake.file ?? "this"} to be mended since ${time}`
    : `Up to date, ${time}`;
}

async function refreshState() {
  const mine = (asked += 1);
  const { issues } = await talk.json("issues").catch(() => ({ issues: [] }));
  if (mine !== asked) return; // an older answer may come after a newer one
  const own = issues.find((entry) => entry.issue === root.dataset.issue);
  if (own) menus.badge(at("issue-state"), own.state);
}

function open(issue) {
  root.dataset.issue = issue;
  history.replaceState(null, "", `?${new URLSearchParams({ issue })}`);
  unfollow();
  state.news = null;
  state.seen = "";
  delete root.dataset.shown;
  unfollow = talk.follow(issue, { onNews: receive, onLost: lose });
}

// What people do

async function reveal(finding) {
  const mine = (state.chosen += 1);
  if (finding.place) tell(`${finding.place}: ${finding.message}`);
  const isLine = finding.line && finding.file === "issue.md";
  if (state.view === "source") await revealIn("source", mine, () => isLine && sheets.revealLine(finding.line));
  else if (finding.is_in_inbox) await choose("inbox");
  else if (finding.passages.length) {
    const view = IN_FRAMES.has(state.view) ? state.view : "email";
    await revealIn(view, mine, () => frames.reveal(finding.passages));
  }
}

// No email shows a mistake that kept it from being made: only its line does.
async function revealMistake(mistake) {
  const mine = (state.chosen += 1);
  if (mistake.place) tell(`${mistake.place}: ${mistake.message}`);
  if (!mistake.line || mistake.file !== "issue.md") return;
  await revealIn("source", mine, () => sheets.revealLine(mistake.line));
}

// Whoever goes on with the keys before a view is drawn is shown what they chose last.
async function revealIn(view, mine, show) {
  if (state.view !== view) choose(view);
  await drawn();
  if (mine === state.chosen && state.view === view) show();
}

function showLink(address) {
  const link = findings.element("a", "", "Open in a new tab");
  Object.assign(link, { href: address, target: "_blank", rel: "noopener noreferrer" });
  const close = findings.element("button", "", "Close");
  close.type = "button";
  close.onclick = () => {
    at("lead").hidden = true;
  };
  const isOutside = /^(?:https?|mailto|tel):/u.test(address);
  at("lead").replaceChildren(findings.element("span", "", address), ...(isOutside ? [link] : []), close);
  at("lead").hidden = false;
}

async function copyLink() {
  if (!state.news?.edition) return;
  await navigator.clipboard.writeText(state.news.edition.link);
  tell("The link is copied. It will lead there once the issue is on the web.");
}

const KEYS = {
  j: () => mistakes.move(1) || findings.move(1),
  k: () => mistakes.move(-1) || findings.move(-1),
  d: () => IN_FRAMES.has(state.view) && toggle("dark"),
  p: () => IN_FRAMES.has(state.view) && toggle("blocked"),
  s: () => IN_FRAMES.has(state.view) && toggle("stripped"),
  "?": () => at("help-dialog").showModal(),
  "/": () => at("reader").focus(),
};
VIEWS.forEach((view, place) => {
  KEYS[place + 1] = () => choose(view);
});

function press(event) {
  const isTyping = event.target.closest?.("input, select, textarea, dialog[open]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const run = KEYS[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}

function begin() {
  const lead = findings.element("div", "lead");
  lead.id = "lead";
  lead.hidden = true;
  lead.setAttribute("role", "status");
  document.querySelector(".stage").append(lead);
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => choose(button.dataset.view));
  }
  for (const name of ["dark", "blocked", "stripped"]) {
    at(name).addEventListener("click", () => toggle(name));
  }
  at("zoom").addEventListener("change", (event) => frames.setZoom(event.target.value));
  at("help").addEventListener("click", KEYS["?"]);
  at("copy").addEventListener("click", copyLink);
  document.addEventListener("keydown", press);
  new ResizeObserver(frames.fit).observe(at("floor"));
  findings.listen(reveal);
  mistakes.listen(revealMistake);
  frames.listen({ onKey: press, onLink: showLink });
  menus.issues(open);
  menus.readers((key) => {
    state.reader = key;
    draw();
  });
  // What has arrived and is not drawn yet has been seen by nobody.
  const seen = () => ({ issue: root.dataset.issue, digest: state.seen });
  const onDone = (sentence) => {
    tell(sentence);
    refreshState();
  };
  menus.question(at("test"), {
    name: "test", title: "Send me a test", why: "One copy goes to this address, and to nobody else.",
    label: "Your email address", go: "Send it", field: "to", type: "email", seen, onDone,
  });
  menus.question(at("approve"), {
    name: "approve", title: "Approve this edition",
    why: "You sign off exactly what you see now; one changed letter makes it void. Nothing is sent.",
    label: "Your name", go: "Approve", field: "by", type: "text", seen, onDone,
  });
  open(root.dataset.issue);
}

begin();
