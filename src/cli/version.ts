/** What the client says of itself: Debian's docker.io 20.10.24, as recorded. */
export const CLIENT_VERSION = '20.10.24+dfsg1';
export const CLIENT_COMMIT = '297e128';
export const CLIENT_GO = 'go1.19.8';
export const CLIENT_BUILT = 'Thu May  7 21:09:36 2026';
export const VERSION_LINE = `Docker version ${CLIENT_VERSION}, build ${CLIENT_COMMIT}`;
