// The keyboard stays with the slides, whatever is clicked, and the projector stays in full screen.

// A click into the game's frame gives it the keyboard. The game on the wall needs none.
export function keepFocus() {
  addEventListener('blur', () => {
    // Only now is the frame the active element.
    setTimeout(() => {
      const frame = document.activeElement;
      if (frame?.tagName !== 'IFRAME') return;
      frame.blur();
      window.focus();
    });
  });
}

// A clicker sends Escape to end a presentation, and the browser would leave full screen. `f` leaves
// it. Browsers without this (it is not in every one) leave with Escape, and `f` returns.
export function keepFullScreen() {
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement) navigator.keyboard?.lock?.(['Escape']).catch(() => {});
    else navigator.keyboard?.unlock?.();
  });
}
