/**
 * Texts as Go's `encoding/json` writes them: like JSON.stringify, but `<`, `>`, `&` and the two line
 * separators are escaped. Digests are taken over these very bytes.
 */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
