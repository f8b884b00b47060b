/**
 * `inspect` of any kind of object (docker/cli: cli/command/inspect/inspector.go): a JSON array,
 * or a template run first on the Go struct and, where that fails and the raw answer is kept, on
 * the raw JSON.
 */
import {
  escapeHtml,
  GoDuration,
  GoTime,
  Template,
  TemplateError,
  isGoObject,
  type GoObject,
} from '../api';
import type { Sys } from '../kernel';
import { CliError } from './errors';
import { out } from './invocation';

export interface Inspected {
  readonly raw: object;
  readonly typed: GoObject;
  /** The client kept the raw answer: it is what is printed, and the fallback of templates. */
  readonly keepsRaw: boolean;
}

/** Prints all; failures are joined and thrown with exit code 1. */
export function* inspectAll(
  names: readonly string[],
  format: string,
  find: (name: string) => Sys<Inspected>,
): Sys<void> {
  let template: Template | undefined;
  try {
    template = format === '' ? undefined : new Template(format);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CliError(`template parsing error: ${error.message}`, 64);
  }
  const failures: string[] = [];
  const found: Inspected[] = [];
  let text = '';
  for (const name of names) {
    try {
      const item = yield* find(name);
      found.push(item);
      if (template) text += `${runOn(template, item)}\n`;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failures.push(error.message);
    }
  }
  if (template) yield* out(text === '' ? '\n' : text);
  else yield* out(`${indentJson(found)}\n`);
  if (failures.length > 0) throw new CliError(failures.join('\n'));
}

function runOn(template: Template, item: Inspected): string {
  try {
    return template.run(item.typed);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (!item.keepsRaw) throw new CliError(`template parsing error: ${error.message}`);
  }
  try {
    return template.run(item.raw, true);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CliError(`template parsing error: ${error.message}`);
  }
}

function indentJson(items: readonly Inspected[]): string {
  const text = JSON.stringify(
    items.map((item) => (item.keepsRaw ? item.raw : item.typed.toJson())),
    (_key, value: unknown) => plain(value),
    4,
  );
  // What the client encodes itself has Go's HTML escapes.
  return items.some((item) => !item.keepsRaw) ? escapeHtml(text) : text;
}

/** Structs, durations and times as JSON has them. */
function plain(value: unknown): unknown {
  if (isGoObject(value)) return value.toJson();
  if (value instanceof GoDuration) return value.nanoseconds;
  return value instanceof GoTime ? value.text : value;
}
