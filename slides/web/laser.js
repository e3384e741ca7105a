// The pointer on the wall: a laser dot, and a mouse cursor that hides when it rests.

// After this time without movement the cursor hides, and after this one the dot.
const [CURSOR_RESTS, DOT_RESTS] = [3000, 1500];

// Follows the pointer. Returns where it is (`at`, null before its first movement) and `laser`, which
// switches the dot on or off. The dot is over the slide that `slide` returns, and nowhere else.
export function follow(dot, slide) {
  const pointer = { at: null, laser };
  let on = false;
  let cursor = 0;
  let hide = 0;
  function show() {
    const [box, { at }] = [slide()?.getBoundingClientRect(), pointer];
    const over = on && at && box && at.x >= box.left && at.x <= box.right && at.y >= box.top && at.y <= box.bottom;
    dot.hidden = !over;
    if (!over) return;
    dot.style.left = `${at.x}px`;
    dot.style.top = `${at.y}px`;
    clearTimeout(hide);
    hide = setTimeout(() => {
      dot.hidden = true;
    }, DOT_RESTS);
  }
  function rest() {
    document.body.classList.remove('still');
    clearTimeout(cursor);
    cursor = setTimeout(() => document.body.classList.add('still'), CURSOR_RESTS);
  }
  function laser() {
    on = !on;
    document.body.classList.toggle('laser', on);
    show();
  }
  // A finger is no pointer: a tap turns the slide.
  addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return;
    // A browser repeats the last movement when the page under the pointer changes.
    if (pointer.at?.x === event.clientX && pointer.at?.y === event.clientY) return;
    pointer.at = { x: event.clientX, y: event.clientY };
    rest();
    show();
  });
  document.documentElement.addEventListener('pointerleave', () => {
    dot.hidden = true;
  });
  rest();
  return pointer;
}
