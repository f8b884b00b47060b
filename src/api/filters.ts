/**
 * The `filters` parameter (moby `api/types/filters/parse.go`): a JSON object of names to values, each
 * as a map of value to true, or in the old form as a list.
 */
import type { ApiError } from './http';
import { shapeValue } from './decode';
import { decodeWholeJson, isJsonFailure } from './go-json';

/** Values by filter name, in the order sent. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/** The filters, or the bare sentence of the error: callers differ in status and prefix. */
export function parseFilters(text: string | undefined): Filters | { readonly message: string } {
  const filters = new Map<string, readonly string[]>();
  if (text === undefined || text === '' || text === '{}') return filters;
  const parsed = decodeWholeJson(text);
  if (isJsonFailure(parsed)) return { message: parsed.message };
  const fitted = shapeValue(parsed.value, { map: { map: 'bool' } });
  if (!('mismatch' in fitted)) {
    for (const [name, values] of Object.entries((fitted.value ?? {}) as object))
      filters.set(name, Object.keys((values ?? {}) as object));
    return filters;
  }
  const old = shapeValue(parsed.value, { map: { list: 'string' } });
  if ('mismatch' in old) return { message: fitted.mismatch };
  for (const [name, values] of Object.entries((old.value ?? {}) as object))
    filters.set(name, [...new Set((values ?? []) as string[])]);
  return filters;
}

export function isFilters(result: Filters | { readonly message: string }): result is Filters {
  return result instanceof Map;
}

/** `Args.Validate`: the error for a name that the call does not know. */
export function unknownFilter(filters: Filters, known: readonly string[]): ApiError | undefined {
  for (const name of filters.keys())
    if (!known.includes(name)) return { status: 400, message: `Invalid filter '${name}'` };
  return undefined;
}

export function filterValues(filters: Filters, name: string): readonly string[] {
  return filters.get(name) ?? [];
}

export function hasFilter(filters: Filters, name: string): boolean {
  return filterValues(filters, name).length > 0;
}

/** `ExactMatch`: true without such a filter, else when one of its values is `source`. */
export function filterExact(filters: Filters, name: string, source: string): boolean {
  const values = filterValues(filters, name);
  return values.length === 0 || values.includes(source);
}

/** `FuzzyMatch`: a value is equal to `source` or its prefix. */
export function filterPrefix(filters: Filters, name: string, source: string): boolean {
  const values = filterValues(filters, name);
  return values.length === 0 || values.some((value) => source.startsWith(value));
}

/** `Match`: a value is equal to `source` or a regular expression found in it. */
export function filterPattern(filters: Filters, name: string, source: string): boolean {
  const values = filterValues(filters, name);
  return values.length === 0 || values.some((value) => value === source || found(value, source));
}

function found(pattern: string, source: string): boolean {
  try {
    return new RegExp(pattern).test(source);
  } catch {
    return false;
  }
}

/** `MatchKVList`: every value (`key` or `key=value`) is among the labels. */
export function filterLabels(
  filters: Filters,
  name: string,
  labels: Readonly<Record<string, string>> | null | undefined,
): boolean {
  return filterValues(filters, name).every((value) => {
    const mark = value.indexOf('=');
    const key = mark < 0 ? value : value.slice(0, mark);
    const label = Object.hasOwn(labels ?? {}, key) ? labels![key] : undefined;
    return label !== undefined && (mark < 0 || label === value.slice(mark + 1));
  });
}
