// Find words in a document, whatever tags, blanks and quotation marks stand among them.

const UNREAD = new Set(["HEAD", "STYLE", "SCRIPT", "TITLE", "TEMPLATE", "NOSCRIPT"]);

function folded(character) {
  if ("’‘".includes(character)) return "'";
  if ("“”".includes(character)) return '"';
  // Some letters grow when they are made small, and the places must stay in step.
  const small = character.toLowerCase();
  return small.length === character.length ? small : character;
}

function flat(text) {
  return [...text.replace(/\s+/gu, " ").trim()].map(folded).join("");
}

function letters(root) {
  const document = root.ownerDocument ?? root;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    UNREAD.has(node.parentNode.nodeName) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  let text = "";
  const places = [];
  while (walker.nextNode()) {
    const { data } = walker.currentNode;
    for (let offset = 0; offset < data.length; offset += 1) {
      const isBlank = /\s/u.test(data[offset]);
      if (isBlank && text.endsWith(" ")) continue;
      text += isBlank ? " " : folded(data[offset]);
      places.push([walker.currentNode, offset]);
    }
  }
  return { text, places };
}

// Return the box of the first passage that is there, or null.
export function boxOf(document, passages) {
  const { text, places } = letters(document.body);
  for (const { words, nth } of passages) {
    const wanted = flat(words);
    const found = [];
    let at = text.indexOf(wanted);
    while (at >= 0) {
      const box = rangeBox(document, places[at], places[at + wanted.length - 1]);
      if (box.width > 1 && box.height > 1) found.push(box);
      at = text.indexOf(wanted, at + wanted.length);
    }
    if (found.length) return found[Math.min(nth, found.length - 1)];
    const picture = [...document.images].find((image) => flat(image.alt).includes(wanted));
    if (picture) return picture.getBoundingClientRect();
  }
  return null;
}

function rangeBox(document, [first, start], [last, end]) {
  const range = document.createRange();
  range.setStart(first, start);
  range.setEnd(last, end + 1);
  return range.getBoundingClientRect();
}
