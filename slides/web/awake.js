// Keeps the screen on while the page is visible. Browsers offer this to pages of this machine and to
// encrypted ones; elsewhere, and where it is refused, the system decides.

export function stayAwake() {
  let lock = null;
  const ask = async () => {
    if (!navigator.wakeLock || document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      document.documentElement.dataset.awake = 'yes';
      lock.onrelease = () => delete document.documentElement.dataset.awake;
    } catch {
      // Refused, for example because the battery is low. The next event asks again.
    }
  };
  // The browser takes the lock back whenever the page is hidden.
  document.addEventListener('visibilitychange', ask);
  addEventListener('pointerdown', ask);
  addEventListener('keydown', ask);
  ask();
}
