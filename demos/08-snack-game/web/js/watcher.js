/**
 * What the hall and the watch page share: a watching connection, the scene, the status line.
 * @import { Status } from "./connection.js"
 * @import { View } from "./arena.js"
 * @import { Mirror } from "./mirror.js"
 */

import { showStatus } from "./status.js";
import { Announcer } from "./announcer.js";
import { Connection } from "./connection.js";
import { part, the, wishedRoom } from "./page.js";
import { Scene } from "./scene.js";
import { toggle } from "./words.js";

/** @typedef {{ view(): View, entered(room: string, server: string): void, changed(mirror: Mirror): void, usual(room: string): Status }} Page */

/** @param {Page} page */
export function watchRoom(page) {
  let room = "";
  let until = 0;
  /** @type {Status} */
  let last = { key: "opening" };
  const announcer = new Announcer(part("announcer"));

  const setStatus = (/** @type {Status} */ status) => {
    last = status;
    until = performance.now() + 3000;
    showStatus(part("status"), status, { play: () => connection.start(""), name: () => "" });
    // The last picture stands still: it must not look like the game.
    document.body.classList.toggle("offline", Boolean(scene.mirror) && !connection.welcomed);
  };
  const scene = new Scene(the("field", HTMLCanvasElement), {
    view: page.view,
    news(_bites, phaseBefore) {
      if (!scene.mirror) return;
      if (performance.now() > until) setStatus(page.usual(room));
      announcer.tell(scene.mirror, null, phaseBefore);
      page.changed(scene.mirror);
    },
  });
  const connection = new Connection({
    onStatus: setStatus,
    onWelcome(welcome) {
      room = welcome.room;
      scene.welcome(welcome);
      page.entered(room, connection.server);
      setStatus(page.usual(room));
    },
    onSnapshot: (snapshot) => scene.snapshot(snapshot),
    onDelta: (delta) => scene.delta(delta),
    onStopped: setStatus,
  }, { room: wishedRoom(), watch: true });

  for (const button of document.querySelectorAll(".language")) {
    toggle(/** @type {HTMLElement} */ (button), () => {
      setStatus(last);
      if (scene.mirror) page.changed(scene.mirror);
    });
  }
  connection.start("");
  return { connection, scene };
}
