/**
 * `--format`: tables, templates and JSON of lists (docker/cli:
 * cli/command/formatter/formatter.go). A list is described once, by its columns; a row in a
 * template is an object with a method for each column.
 */
import { NO_FIELD, Template, TemplateError, type GoObject } from '../../api';
import type { Sys } from '../../kernel';
import { CliError } from '../errors';
import { out } from '../invocation';
import { tabulate } from './tabwriter';

export interface Columns<T> {
  /** Go's name of the row's type, for error messages. */
  readonly type: string;
  /** Header and value of each column, by its name in templates. */
  readonly columns: Readonly<
    Record<string, readonly [header: string | undefined, value: (row: T) => unknown]>
  >;
}

class Row<T> implements GoObject {
  readonly isGoObject = true;
  readonly escapesHtml = true;
  constructor(
    private readonly spec: Columns<T>,
    private readonly row: T,
  ) {}
  get goType(): string {
    return this.spec.type;
  }
  get(name: string): unknown {
    const column = this.spec.columns[name];
    return column && Object.hasOwn(this.spec.columns, name) ? column[1](this.row) : NO_FIELD;
  }
  toJson(): unknown {
    const json: Record<string, unknown> = {};
    for (const name of Object.keys(this.spec.columns).sort()) {
      const value = this.spec.columns[name]![1](this.row);
      if (typeof value !== 'function') json[name] = value;
    }
    return json;
  }
  values(): readonly unknown[] {
    return [];
  }
}

function parse(text: string): Template {
  try {
    return new Template(text);
  } catch (error) {
    throw templateFailure(error);
  }
}

function templateFailure(error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error;
  return new CliError(`template parsing error: ${error.message}`);
}

/** The list as text. `format` is a table (`table {{...}}`) or a template for each row. */
export function renderRows<T>(spec: Columns<T>, rows: readonly T[], format: string): string {
  const clean = format.replace(/^ +| +$/g, '');
  const table = clean.startsWith('table');
  const source = (table ? clean.slice('table'.length) : clean)
    .replace(/^ +| +$/g, '')
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  const template = parse(source);
  let text = '';
  try {
    for (const row of rows) text += `${template.run(new Row(spec, row))}\n`;
    if (!table) return text;
    const header: Record<string, string> = {};
    for (const [name, [title]] of Object.entries(spec.columns))
      if (title !== undefined) header[name] = title;
    return tabulate(`${template.runHeader(header)}\n${text}`);
  } catch (error) {
    throw templateFailure(error);
  }
}

export function* printRows<T>(spec: Columns<T>, rows: readonly T[], format: string): Sys<void> {
  yield* out(renderRows(spec, rows, format));
}

/** `table` alone or nothing is the command's own table; `json` is not yet a word in 20.10. */
export function chooseFormat(given: string, table: string): string {
  return given === '' || given === 'table' ? table : given;
}
