/** Where machines stand before anybody has moved them: on a ring, the first at the top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const CARD_WIDTH = 272;
/** On a phone, where the picture must fit without being made smaller than one can read. */
export const NARROW_WIDTH = 236;
export const CARD_HEIGHT = 124;

/**
 * The place of machine `index` of `count` (its centre): the second to the left, as one reads. Where there
 * is little width they stand below each other, a little to the side, so that each link can be seen.
 */
export function ringPlace(index: number, count: number, narrow = false): Point {
  if (count === 1) return { x: 0, y: 0 };
  if (narrow) return { x: index % 2 === 0 ? 64 : -64, y: index * (CARD_HEIGHT + 48) };
  if (count > 24) return gridPlace(index, count);
  const angle = -Math.PI / 2 - (2 * Math.PI * index) / count;
  const rx = Math.max(270, count * 62);
  const ry = Math.max(130, count * 40);
  return { x: Math.round(rx * Math.cos(angle)), y: Math.round(ry * Math.sin(angle)) };
}

function gridPlace(index: number, count: number): Point {
  const columns = Math.ceil(Math.sqrt(count * 0.8));
  return {
    x: (index % columns) * (CARD_WIDTH + 24),
    y: Math.floor(index / columns) * (CARD_HEIGHT + 24),
  };
}

/** Centre of a card on the canvas. */
export function centreOf(node: {
  readonly position: Point;
  readonly measured?: { readonly width?: number; readonly height?: number };
}): Point {
  return {
    x: node.position.x + (node.measured?.width ?? CARD_WIDTH) / 2,
    y: node.position.y + (node.measured?.height ?? CARD_HEIGHT) / 2,
  };
}
