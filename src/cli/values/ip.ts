/** Whether a text is an IP address (net.ParseIP), as far as flags need to know. */
export function isIp(text: string): boolean {
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(text))
    return text.split('.').every((part) => Number(part) < 256);
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text);
}
