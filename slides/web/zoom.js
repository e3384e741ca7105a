// Zoom: larger around the pointer, a drag moves the enlarged slide.

const [SMALLEST, LARGEST, FACTOR] = [0.5, 6, 1.25];
// A press that moves further than this many pixels is a drag, and no click.
const DRAG = 6;

// Keeps a shift within what the zoom hides. At 1 and below, the slide stays in the middle.
const bounded = (shift, size, zoom) => {
  const most = Math.max(0, ((zoom - 1) * size) / 2);
  return Math.min(most, Math.max(-most, shift));
};

// The zoom and the shift after the zoom has changed to `to` around the point `at`, which is counted
// from the middle of the frame. What is under the point stays there.
export function around(now, to, at, size) {
  const zoom = Math.min(LARGEST, Math.max(SMALLEST, to));
  const shift = (from, point, length) => bounded(point - ((point - from) * zoom) / now.zoom, length, zoom);
  return { zoom, x: shift(now.x, at.x, size.width), y: shift(now.y, at.y, size.height) };
}

// Makes the slide in `frame` zoomable. `pointer` is where the pointer is.
export function zooms(frame, pointer) {
  const none = { zoom: 1, x: 0, y: 0 };
  let now = none;
  let drag = null;
  const set = (to) => {
    now = to;
    frame.style.setProperty('--zoom', Number(now.zoom.toFixed(4)));
    frame.style.setProperty('--pan-x', `${now.x}px`);
    frame.style.setProperty('--pan-y', `${now.y}px`);
    frame.classList.toggle('zoomed', now.zoom > 1);
  };
  const change = (factor) => {
    const box = frame.getBoundingClientRect();
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const at = pointer.at ?? middle;
    // Exactly 1 on the way back, so that no shift remains.
    const to = Math.abs(now.zoom * factor - 1) < 0.01 ? 1 : now.zoom * factor;
    set(around(now, to, { x: at.x - middle.x, y: at.y - middle.y }, box));
  };
  frame.addEventListener('pointerdown', (event) => {
    if (now.zoom <= 1 || event.button !== 0 || event.target.closest('a, button')) return;
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY, from: now, moved: false };
  });
  frame.addEventListener('pointermove', (event) => {
    if (event.pointerId !== drag?.id) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < DRAG) return;
    if (!drag.moved) frame.setPointerCapture(drag.id);
    drag.moved = true;
    const { width, height } = frame.getBoundingClientRect();
    set({ ...now, x: bounded(drag.from.x + x, width, now.zoom), y: bounded(drag.from.y + y, height, now.zoom) });
  });
  const end = () => {
    // The click that follows a drag must not turn the slide. It comes at once, or never.
    if (drag?.moved) {
      const swallow = (event) => event.stopImmediatePropagation();
      frame.addEventListener('click', swallow, { once: true, capture: true });
      setTimeout(() => frame.removeEventListener('click', swallow, { capture: true }), 50);
    }
    drag = null;
  };
  frame.addEventListener('pointerup', end);
  frame.addEventListener('pointercancel', () => {
    drag = null;
  });
  return { larger: () => change(FACTOR), smaller: () => change(1 / FACTOR), reset: () => set(none), is: () => now.zoom !== 1 };
}
