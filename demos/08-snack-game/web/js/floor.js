/** The floor: wooden tiles, drawn once for each size, so that movement is visible. */

const WOOD = /** @type {const} */ (["#35241a", "#3c2a1e", "#453022"]);

/** If a cell is smaller than this many dots, the floor is one colour. */
const SEEN = 10;

/** @type {Map<string, HTMLCanvasElement>} */
const laid = new Map();

/**
 * Returns a floor of `width` × `height` cells with `scale` dots each.
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
export function tiles(width, height, scale) {
  const key = `${width}×${height}×${scale.toFixed(2)}`;
  let canvas = laid.get(key);
  if (!canvas) {
    laid.clear();
    canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    const brush = canvas.getContext("2d", { alpha: false });
    if (brush) lay(brush, width, height, scale);
    laid.set(key, canvas);
  }
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
function lay(brush, width, height, scale) {
  brush.fillStyle = WOOD[0];
  brush.fillRect(0, 0, width * scale, height * scale);
  if (scale < SEEN) return;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const left = Math.round(x * scale);
      const top = Math.round(y * scale);
      brush.fillStyle = WOOD[/** @type {0|1|2} */ ((x + y) % 2 === 0 ? 0 : (x * 7 + y * 3) % 5 === 0 ? 2 : 1)];
      brush.fillRect(left, top, Math.ceil(scale), Math.ceil(scale));
      if (x % 6 === 3 && y % 6 === 3) ornament(brush, (x + 0.5) * scale, (y + 0.5) * scale, scale);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {number} x
 * @param {number} y
 * @param {number} scale
 */
function ornament(brush, x, y, scale) {
  brush.save();
  brush.translate(x, y);
  brush.rotate(Math.PI / 4);
  brush.fillStyle = "#533c29";
  brush.fillRect(-0.22 * scale, -0.22 * scale, 0.44 * scale, 0.44 * scale);
  brush.restore();
}
