/**
 * Go's text/template, with the functions of Docker's client: what `--format` and `inspect -f`
 * take. `new Template(text)` parses, `run` executes; both throw a TemplateError whose message
 * is Go's.
 */
import { execute } from './exec';
import { FUNCTION_NAMES, FUNCTIONS, HEADER_FUNCTIONS } from './functions';
import { TemplateError, parseTree, type ParsedTemplate } from './parser';

export {
  GoDuration,
  GoTime,
  NO_FIELD,
  compareText,
  escapeHtml,
  goTimeText,
  isGoObject,
  isMap,
  printValue,
  sortedKeys,
  toJsonText,
  type GoObject,
} from './values';
export { TemplateError };

/** A parsed template. */
export class Template {
  private readonly parsed: ParsedTemplate;

  constructor(text: string) {
    this.parsed = parseTree(text, FUNCTION_NAMES);
  }

  /** `missingKeyIsError`: as `inspect` does on raw maps. */
  run(data: unknown, missingKeyIsError = false): string {
    return execute(this.parsed, data, { functions: FUNCTIONS, missingKeyIsError });
  }

  /** The header line of a table: functions leave titles as they are. */
  runHeader(data: unknown): string {
    return execute(this.parsed, data, { functions: HEADER_FUNCTIONS, missingKeyIsError: false });
  }
}
