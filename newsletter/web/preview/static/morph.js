// Make one document like another, touching only what differs: so nothing flickers, pictures
// are not loaded again, and the reader's place is kept.

export function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.localName === "style") {
    old.replaceWith(fresh);
    return;
  }
  morphAttributes(old, fresh);
  morphChildren(old, fresh);
}

function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

// Most changes are in one place: what is the same before and after it stays.
function morphChildren(old, fresh) {
  const had = [...old.childNodes];
  const wanted = [...fresh.childNodes];
  let start = 0;
  while (start < had.length && start < wanted.length && had[start].isEqualNode(wanted[start])) {
    start += 1;
  }
  let end = 0;
  while (
    end < had.length - start &&
    end < wanted.length - start &&
    had[had.length - 1 - end].isEqualNode(wanted[wanted.length - 1 - end])
  ) {
    end += 1;
  }
  const leaving = had.slice(start, had.length - end);
  const coming = wanted.slice(start, wanted.length - end);
  const after = had[had.length - end] ?? null;
  leaving.forEach((node, place) => {
    if (place < coming.length) morph(node, coming[place]);
    else node.remove();
  });
  coming.slice(leaving.length).forEach((node) => old.insertBefore(node, after));
}
