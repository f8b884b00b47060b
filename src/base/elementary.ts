/**
 * Elementary functions out of plain arithmetic, for awk, jq and Python: those of JavaScript may differ in the
 * last digit from browser to browser, and a run must not.
 */
const LN2 = 0.6931471805599453;
const HALF_PI = 1.5707963267948966;

export function squareRoot(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 || x === Infinity ? x : NaN;
  // Brought near 1 by powers of four, where Newton's steps converge fast.
  let scale = 1;
  let y = x;
  while (y >= 4) {
    y /= 4;
    scale *= 2;
  }
  while (y < 0.25) {
    y *= 4;
    scale /= 2;
  }
  let root = (1 + y) / 2;
  for (let i = 0; i < 6; i++) root = (root + y / root) / 2;
  const result = root * scale;
  const whole = Math.round(result);
  return whole * whole === x ? whole : result;
}

export function exponential(x: number): number {
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  const k = Math.round(x / LN2);
  const r = x - k * LN2;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 20; n++) {
    term *= r / n;
    sum += term;
  }
  return sum * 2 ** k;
}

export function logarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let k = 0;
  let y = x;
  for (; y > 1.5; k++) y /= 2;
  for (; y < 0.75; k--) y *= 2;
  const z = (y - 1) / (y + 1);
  let term = z;
  let sum = 0;
  for (let n = 1; n < 60; n += 2) {
    sum += term / n;
    term *= z * z;
  }
  return 2 * sum + k * LN2;
}

export function power(x: number, y: number): number {
  if (Number.isInteger(y) && Math.abs(y) <= 4096) {
    let result = 1;
    let factor = x;
    for (let n = Math.abs(y); n > 0; n = Math.floor(n / 2)) {
      if (n % 2 === 1) result *= factor;
      factor *= factor;
    }
    return y < 0 ? 1 / result : result;
  }
  if (x === 0) return y > 0 ? 0 : Infinity;
  return x < 0 ? NaN : exponential(y * logarithm(x));
}

export function sine(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  const quarter = Math.round(x / HALF_PI);
  const r = x - quarter * HALF_PI;
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return series(r, 1);
    case 1:
      return series(r, 0);
    case 2:
      return -series(r, 1);
    default:
      return -series(r, 0);
  }
}

export const cosine = (x: number): number => sine(x + HALF_PI);

/** Taylor's series of the sine (from 1) or the cosine (from 0) near zero. */
function series(r: number, from: 0 | 1): number {
  let term = from === 1 ? r : 1;
  let sum = term;
  for (let n = from; n < 24; n += 2) {
    term *= (-r * r) / ((n + 1) * (n + 2));
    sum += term;
  }
  return sum;
}

export function arcTangent(y: number, x: number): number {
  if (y === 0) return x < 0 || Object.is(x, -0) ? 2 * HALF_PI : y;
  if (x === 0) return y > 0 ? HALF_PI : -HALF_PI;
  const steep = Math.abs(y) > Math.abs(x);
  const ratio = steep ? Math.abs(x / y) : Math.abs(y / x);
  // Halved twice, so that the series needs few terms.
  let t = ratio;
  for (let i = 0; i < 2; i++) t /= 1 + squareRoot(1 + t * t);
  let term = t;
  let sum = 0;
  for (let n = 1; n < 50; n += 2) {
    sum += term / n;
    term *= -t * t;
  }
  let angle = 4 * sum;
  if (steep) angle = HALF_PI - angle;
  if (x < 0) angle = 2 * HALF_PI - angle;
  return y < 0 ? -angle : angle;
}
