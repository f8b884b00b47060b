/**
 * Lines that must not compile in the pure part. If one of them does, a library dragged DOM or Node
 * types in, and this file breaks the build.
 */

// @ts-expect-error no timers
export const timer = setTimeout;
// @ts-expect-error no page
export const page = document;
// @ts-expect-error no Node
export const env = process;
// @ts-expect-error no network
export const net = fetch;
