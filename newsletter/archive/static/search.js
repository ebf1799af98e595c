"use strict";

// Searches every issue in the reader's own browser: what is typed goes nowhere. The index has
// each word once, with the issues that it is in; see newsletter/archive/searching.py.
{
  const form = document.querySelector("form.search");
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const found = form.querySelector("ol");
  const list = document.querySelector("#list");

  const LETTERS = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l" };

  // The same as folded() in searching.py: small letters, without accents.
  const words = (text) =>
    (text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/['’]/g, "")
      .replace(/[ßæœøđł]/g, (letter) => LETTERS[letter])
      .replace(/\p{M}/gu, "")
      .match(/[\p{L}\p{N}]+/gu) || []).map((word) => [...word].slice(0, 40).join(""));

  let loading = null;
  const index = () => {
    loading ??= fetch(form.dataset.index).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
    return loading;
  };

  // Every word, or the beginning of one, has to be in an issue; its title counts for more.
  const search = ({ issues, words: known }, wanted) => {
    let hits = null;
    for (const word of wanted) {
      const places = new Set();
      for (const each in known) {
        if (each.startsWith(word)) for (const place of known[each]) places.add(place);
      }
      hits = hits === null ? places : new Set([...hits].filter((place) => places.has(place)));
    }
    const inTitle = (place) => {
      const title = words(issues[place].title);
      return wanted.filter((word) => title.some((each) => each.startsWith(word))).length;
    };
    return [...(hits || [])].sort((a, b) => inTitle(b) - inTitle(a) || a - b).map((i) => issues[i]);
  };

  const element = (name, text, about = {}) =>
    Object.assign(document.createElement(name), { textContent: text }, about);

  const entry = (issue) => {
    const item = document.createElement("li");
    const heading = document.createElement("h3");
    heading.append(element("a", issue.title, { href: form.dataset.root + issue.url, lang: issue.language }));
    const about = element("p", issue.about, { className: "small" });
    item.append(heading, about, element("p", issue.summary, { lang: issue.language }));
    return item;
  };

  let shown = [];
  const show = (issues) => {
    status.textContent = issues.length ? `${form.dataset.found} ${issues.length}` : form.dataset.none;
    list.hidden = issues.length > 0;
    // What is the same stays: a link that is drawn anew while it is pressed is not followed.
    if (issues.length === shown.length && issues.every((each, place) => each === shown[place])) return;
    found.replaceChildren(...issues.map(entry));
    shown = issues;
  };

  const clear = () => {
    shown = [];
    status.textContent = "";
    found.replaceChildren();
    list.hidden = false;
  };

  const run = async () => {
    const typed = input.value;
    const wanted = words(typed);
    if (!wanted.length) {
      clear();
      return;
    }
    try {
      const all = await index();
      if (input.value === typed) show(search(all, wanted));
    } catch {
      clear();
      loading = null;
      status.textContent = form.dataset.lost;
    }
  };

  // An address with ?q= can be passed on.
  const remember = () => {
    const address = new URL(location.href);
    if (input.value.trim()) address.searchParams.set("q", input.value);
    else address.searchParams.delete("q");
    history.replaceState(null, "", address);
  };

  let waiting = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(run, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    remember();
    run();
  });

  // What was opened from a disk may not fetch anything.
  if (location.protocol !== "file:") {
    form.hidden = false;
    input.value = new URLSearchParams(location.search).get("q") || "";
    run();
  }

  // Older years are folded; a link to one unfolds it.
  const unfold = () => {
    const year = document.getElementById(location.hash.slice(1));
    if (!(year instanceof HTMLDetailsElement)) return;
    year.open = true;
    year.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  // The diary was true when the newest issue was sent: leave out what has taken place since.
  const diary = document.querySelector("#diary");
  if (diary) {
    const entries = [...diary.querySelectorAll("[data-ends]")];
    for (const each of entries) each.hidden = new Date(each.dataset.ends) < new Date();
    diary.hidden = entries.every((each) => each.hidden);
  }
}
