// Evaluated in a page: which texts, controls and pictures cover each other, or are outside of a page
// that does not scroll.
() => {
  const parts = [];
  const clipped = (box, from) => {
    let { left, top, right, bottom } = box;
    for (let at = from; at && at !== document.body && at !== document.documentElement; at = at.parentElement) {
      const { overflowX, position } = getComputedStyle(at);
      if (overflowX !== "visible") {
        const edge = at.getBoundingClientRect();
        [left, top, right, bottom] = [Math.max(left, edge.left), Math.max(top, edge.top), Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
      }
      if (position === "fixed") break;
    }
    return { left, top, right, bottom };
  };
  const add = (element, box, what) => {
    const seen = clipped(box, element);
    if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1) parts.push({ element, what, ...seen });
  };
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility({ checkVisibilityCSS: true }) || element.closest(".unseen, noscript")) continue;
    if (element.matches("button, input, a, img, #map, .menu")) {
      add(element, element.getBoundingClientRect(), element.id || element.className || element.tagName);
      continue;
    }
    if (element.closest("button, a")) continue;
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.textContent.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      // The height of the letters, not of the line.
      for (const { left, right, top, bottom } of range.getClientRects()) {
        const air = (bottom - top) * 0.18;
        add(element, { left, right, top: top + air, bottom: bottom - air }, node.textContent.trim().slice(0, 30));
      }
    }
  }
  const wrong = [];
  parts.forEach((a, index) => {
    const scrolls = document.documentElement.scrollHeight > innerHeight + 1 || a.element.closest(".podium, .side");
    if (a.left < -1 || a.right > innerWidth + 1 || (!scrolls && (a.top < -1 || a.bottom > innerHeight + 1))) {
      if (!a.element.closest(".side")) wrong.push(`${a.what} is outside: ${Math.round(a.left)} to ${Math.round(a.right)}, ${Math.round(a.top)} to ${Math.round(a.bottom)}`);
    }
    for (const b of parts.slice(index + 1)) {
      if (a.element === b.element || a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1) wrong.push(`${a.what} and ${b.what} cover each other: ${Math.round(across)} × ${Math.round(down)}`);
    }
  });
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push("the page scrolls sideways");
  return { wrong, parts: parts.length };
}
