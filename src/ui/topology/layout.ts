/** Where machines stand before anybody has moved them: on a ring, the first at the top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const CARD_WIDTH = 248;
export const CARD_HEIGHT = 124;

/** The place of machine `index` of `count`. */
export function ringPlace(index: number, count: number): Point {
  if (count === 1) return { x: 0, y: 0 };
  const angle = -Math.PI / 2 + (2 * Math.PI * index) / count;
  const rx = Math.max(250, count * 62);
  const ry = Math.max(130, count * 38);
  return { x: Math.round(rx * Math.cos(angle)), y: Math.round(ry * Math.sin(angle)) };
}
