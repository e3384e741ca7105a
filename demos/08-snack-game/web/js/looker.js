/**
 * Somebody who only looks on: the line, the scene and the sentence that the hall and the watch page share.
 * @import { Saying } from "./line.js"
 * @import { View } from "./arena.js"
 * @import { Mirror } from "./mirror.js"
 */

import { explain } from "./explain.js";
import { Herald } from "./herald.js";
import { Line } from "./line.js";
import { part, the, wishedRoom } from "./page.js";
import { Scene } from "./scene.js";
import { toggle } from "./words.js";

/** @typedef {{ view(): View, entered(room: string, server: string): void, changed(mirror: Mirror): void, usual(room: string): Saying }} Page */

/** @param {Page} page */
export function lookOn(page) {
  let room = "";
  let until = 0;
  /** @type {Saying} */
  let last = { key: "opening" };
  const herald = new Herald(part("herald"));

  const said = (/** @type {Saying} */ saying) => {
    last = saying;
    until = performance.now() + 3000;
    explain(part("status"), saying, { play: () => line.start(""), name: () => "" });
  };
  const scene = new Scene(the("field", HTMLCanvasElement), {
    view: page.view,
    news(_bites, phaseBefore) {
      if (!scene.mirror) return;
      if (performance.now() > until) said(page.usual(room));
      herald.tell(scene.mirror, null, phaseBefore);
      page.changed(scene.mirror);
    },
  });
  const line = new Line({
    said,
    welcomed(welcome) {
      room = welcome.room;
      scene.welcomed(welcome);
      page.entered(room, line.server);
      said(page.usual(room));
    },
    pictured: (snapshot) => scene.pictured(snapshot),
    ticked: (delta) => scene.ticked(delta),
    ended: said,
  }, { room: wishedRoom(), watch: true });

  for (const button of document.querySelectorAll(".language")) {
    toggle(/** @type {HTMLElement} */ (button), () => {
      said(last);
      if (scene.mirror) page.changed(scene.mirror);
    });
  }
  line.start("");
  return { line, scene };
}
