// Talk with the program that runs `newsletter preview`. All addresses are relative, so that
// the page works through any forwarding.

const { token } = document.documentElement.dataset;

export async function text(path, query = {}) {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.text();
}

export async function json(path, query = {}) {
  return JSON.parse(await text(path, query));
}

// Run an action. Returns its sentence, or throws an Error with the refusal's.
export async function act(name, issue, body) {
  const answer = await fetch(`do/${name}?${new URLSearchParams({ issue })}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-newsletter-token": token },
    body: JSON.stringify(body),
  });
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found.done;
  const { message, hint } = found.error ?? { message: "That did not work.", hint: "" };
  throw new Error([message, hint].filter(Boolean).join(". "));
}

// Follow an issue. Returns a function that ends it.
export function follow(issue, { onNews, onLost }) {
  const stream = new EventSource(`events?${new URLSearchParams({ issue })}`);
  stream.onmessage = (event) => onNews(JSON.parse(event.data));
  stream.onerror = () => onLost();
  return () => stream.close();
}
