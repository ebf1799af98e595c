// What opens: the list of issues, the search for a subscriber, and the questions of buttons.

import { element } from "./findings.js";
import * as talk from "./talk.js";

const STATES = {
  draft: "Draft",
  approved: "Approved",
  scheduled: "Scheduled",
  sending: "Sending",
  sent: "Sent",
  cancelled: "Cancelled",
};
const TYPING = 120; // milliseconds to wait for the next letter

export function badge(node, state) {
  node.className = `state ${state}`;
  node.textContent = STATES[state] ?? state;
  node.hidden = false;
}

export function issues(onChoice) {
  const button = document.querySelector("#issue");
  const sheet = document.querySelector("#issues");
  const list = document.querySelector("#issue-list");
  let asked = 0;
  const close = () => {
    sheet.hidden = true;
    button.setAttribute("aria-expanded", "false");
  };
  button.addEventListener("click", async () => {
    if (!sheet.hidden) {
      close();
      return;
    }
    const mine = (asked += 1);
    const { issues: all } = await talk.json("issues").catch(() => ({ issues: [] }));
    if (mine !== asked) return; // pressed once more meanwhile
    list.replaceChildren(...all.map((entry) => issueItem(entry, () => {
      close();
      button.focus();
      onChoice(entry.issue);
    })));
    sheet.hidden = false;
    button.setAttribute("aria-expanded", "true");
    list.querySelector("[aria-current], button")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".picker")) close();
  });
  sheet.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const now = items.indexOf(document.activeElement);
      items[(now + step + items.length) % items.length].focus();
    } else if (event.key === "Escape") {
      close();
      button.focus();
    }
  });
}

function issueItem(entry, choose) {
  const item = element("li");
  const button = element("button");
  button.type = "button";
  if (entry.issue === document.documentElement.dataset.issue) {
    button.setAttribute("aria-current", "true");
  }
  const state = element("span");
  badge(state, entry.state);
  const number = entry.number ? `${entry.number}. ` : "";
  button.append(
    element("span", "when", entry.date),
    state,
    element("span", "what", `${number}${entry.subject || "No subject yet"}`),
  );
  button.addEventListener("click", choose);
  item.append(button);
  return item;
}

export function readers(onChoice) {
  const input = document.querySelector("#reader");
  const list = document.querySelector("#readers");
  let found = [];
  let chosen = -1;
  let waiting = 0;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    chosen = -1;
  };
  const choose = (person) => {
    input.value = person.name || person.address;
    close();
    onChoice(person.key);
  };
  const point = (next) => {
    chosen = (next + found.length) % found.length;
    [...list.children].forEach((item, place) => {
      item.setAttribute("aria-selected", String(place === chosen));
    });
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const search = async () => {
    const words = input.value.trim();
    if (!words) {
      close();
      onChoice("");
      return;
    }
    ({ readers: found } = await talk.json("readers", { search: words }).catch(() => ({ readers: [] })));
    if (input.value.trim() !== words) return;
    list.replaceChildren(...found.map((person, place) => {
      const item = element("li", "", person.name || "No name");
      item.id = `reader-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.append(element("small", "", person.address));
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => choose(person));
      return item;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    chosen = -1;
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, TYPING);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      input.value = "";
      close();
      onChoice("");
      input.blur();
    }
    if (list.hidden || !found.length) return;
    if (event.key === "ArrowDown") point(chosen + 1);
    else if (event.key === "ArrowUp") point(chosen < 0 ? found.length - 1 : chosen - 1);
    else if (event.key === "Enter") choose(found[Math.max(0, chosen)]);
    else return;
    event.preventDefault();
  });
}

// Ask for one thing, and run an action with it.
export function question(button, { name, title, why, label, go, field, type, seen, onDone }) {
  if (!button) return;
  const dialog = document.querySelector("#ask");
  const part = (id) => document.querySelector(`#ask-${id}`);
  button.addEventListener("click", () => {
    // What was seen when the question was asked is what is sent or signed, or nothing is.
    const { issue, digest } = seen();
    part("title").textContent = title;
    part("why").textContent = why;
    part("label").textContent = label;
    part("go").textContent = go;
    part("go").disabled = false;
    part("refusal").hidden = true;
    part("value").type = type;
    part("value").name = field;
    part("value").value = sessionStorage.getItem(`ask-${field}`) ?? "";
    part("cancel").onclick = () => dialog.close();
    document.querySelector("#ask-form").onsubmit = async (event) => {
      event.preventDefault();
      part("go").disabled = true;
      part("refusal").hidden = true;
      try {
        const done = await talk.act(name, issue, { digest, [field]: part("value").value });
        sessionStorage.setItem(`ask-${field}`, part("value").value);
        dialog.close();
        onDone(done);
      } catch (error) {
        part("refusal").textContent = error.message;
        part("refusal").hidden = false;
        part("go").disabled = false;
      }
    };
    dialog.showModal();
  });
}
