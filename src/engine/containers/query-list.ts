/** Parameters that may stand several times (`names`, `changes`). */
import { parseQuery, type ApiCall } from '../../api';

export function queryList(call: ApiCall, name: string): string[] {
  const text = call.target.includes('?') ? call.target.slice(call.target.indexOf('?') + 1) : '';
  return text.split('&').flatMap((part) => {
    const value = parseQuery(part).get(name);
    return value === undefined ? [] : [value];
  });
}
