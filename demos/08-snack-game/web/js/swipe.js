/** Turning: a swipe anywhere, a tap towards the goal, the arrow keys, or W A S D. */

/** A finger that has moved this many pixels is a swipe. */
const MEANT = 16;
/** A touch shorter than this, without movement, is a tap. */
const TAP_MS = 350;

const KEYS = /** @type {Record<string, number>} */ ({
  ArrowUp: 0, KeyW: 0, ArrowRight: 1, KeyD: 1, ArrowDown: 2, KeyS: 2, ArrowLeft: 3, KeyA: 3,
});

/**
 * Listens to `field` and to the keyboard.
 * @param {HTMLElement} field
 * @param {(dir: number) => void} turn
 * @param {() => boolean} playing true while the keys are used by the game
 */
export function listen(field, turn, playing) {
  /** @type {{ id: number, x: number, y: number, at: number, spoke: boolean } | null} */
  let finger = null;

  field.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    finger = { id: event.pointerId, x: event.clientX, y: event.clientY, at: event.timeStamp, spoke: false };
  });
  // The turn is sent while the finger moves, not when it is lifted: that saves a whole tick. A
  // finger that stays down may turn again.
  window.addEventListener("pointermove", (event) => {
    if (!finger || event.pointerId !== finger.id) return;
    const x = event.clientX - finger.x;
    const y = event.clientY - finger.y;
    if (Math.max(Math.abs(x), Math.abs(y)) < MEANT) return;
    finger = { ...finger, x: event.clientX, y: event.clientY, spoke: true };
    turn(towards(x, y));
  });
  window.addEventListener("pointerup", (event) => {
    if (!finger || event.pointerId !== finger.id) return;
    if (!finger.spoke && event.timeStamp - finger.at < TAP_MS) {
      const box = field.getBoundingClientRect();
      turn(towards(event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2));
    }
    finger = null;
  });
  window.addEventListener("pointercancel", () => (finger = null));

  // No scrolling, zooming or context menu while playing.
  for (const kind of ["touchstart", "touchmove", "gesturestart", "contextmenu", "dblclick"]) {
    field.addEventListener(kind, (event) => event.preventDefault(), { passive: false });
  }

  window.addEventListener("keydown", (event) => {
    const dir = KEYS[event.code];
    if (dir === undefined || !playing() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    if (!event.repeat) turn(dir);
  });
}

/**
 * @param {number} x
 * @param {number} y
 */
function towards(x, y) {
  if (Math.abs(x) > Math.abs(y)) return x > 0 ? 1 : 3;
  return y > 0 ? 2 : 0;
}
