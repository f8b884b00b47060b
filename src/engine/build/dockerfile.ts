/**
 * From the bytes of a Dockerfile to its instructions as lines (buildkit `frontend/dockerfile/parser` as
 * vendored in Docker 20.10): directives, comments, continuation lines, flags, and the words of each
 * instruction. Heredocs are read only for a frontend that has them.
 */
import { decodeUtf8 } from '../../base';
import { BuildFailure } from './failure';
import { readHeredocs, type Heredoc } from './heredocs';
import { goQuote, isSpace, trimLeft, trimSpace } from './go-text';

/** One instruction (`parser.Node`). */
export interface Line {
  /** Instruction in small letters. */
  readonly command: string;
  readonly flags: readonly string[];
  readonly args: readonly string[];
  /** The arguments were a JSON array. */
  readonly json: boolean;
  /** The text, continuation lines joined. */
  readonly original: string;
  readonly startLine: number;
  readonly heredocs?: readonly Heredoc[];
}

const TAKES_HEREDOCS = new Set(['run', 'copy', 'add']);

export interface ParsedDockerfile {
  readonly lines: readonly Line[];
  readonly escape: string;
  readonly warnings: readonly string[];
}

/** `bufio.MaxScanTokenSize` */
const LINE_BYTES_MAX = 65_536;

/** The one directive of this frontend: `# syntax=` is a comment, and ends the search like any other. */
const ESCAPE = /^#[ \t]*escape[ \t]*=[ \t]*(.).*$/i;
const WHITESPACE = /[\t\v\f\r ]+/;

interface Directives {
  escape: string;
  escapeSeen: boolean;
  /** Nothing but directives so far. */
  looking: boolean;
}

export interface ParseOptions {
  /** A frontend of a `# syntax=` line that has them; those of 20.10 have not. */
  readonly heredocs: boolean;
}

/** `parser.Parse`. Throws what the Dockerfile as a whole is refused with. */
export function parseDockerfile(
  text: string,
  options: ParseOptions = { heredocs: false },
): ParsedDockerfile {
  const directives: Directives = { escape: '\\', escapeSeen: false, looking: true };
  const { raw, tooLong } = splitLines(text);
  const lines: Line[] = [];
  const warnings: string[] = [];
  let at = 0;
  while (at < raw.length) {
    const startLine = at + 1;
    const first = processLine(directives, trimLeft(raw[at++]!));
    let { line, ended } = trimContinuation(first, directives.escape);
    if (ended && line === '') continue;
    let hasEmpty = false;
    while (!ended && at < raw.length) {
      const source = raw[at++]!;
      const next = processLine(directives, source);
      if (isComment(source)) continue;
      if (trimComment(trimLeft(next)) === '') {
        hasEmpty = true;
        continue;
      }
      const more = trimContinuation(next, directives.escape);
      line += more.line;
      ended = more.ended;
    }
    if (hasEmpty) warnings.push(`[WARNING]: Empty continuation line found in:\n    ${line}`);
    const parsed = parseLine(line, startLine, directives.escape);
    if (!options.heredocs || !TAKES_HEREDOCS.has(parsed.command)) lines.push(parsed);
    else {
      const read = readHeredocs(parsed, raw, at);
      at = read.end;
      lines.push({ ...parsed, heredocs: read.heredocs });
    }
  }
  if (warnings.length > 0)
    warnings.push('[WARNING]: Empty continuation lines will become errors in a future release.');
  if (tooLong && lines.length > 0)
    throw new BuildFailure('dockerfile line greater than max allowed size of 65535');
  if (lines.length === 0) throw new BuildFailure('file with no instructions');
  return { lines, escape: directives.escape, warnings };
}

/** `bufio.ScanLines`: without a final CR; stops at a line that is too long. */
function splitLines(text: string): { raw: string[]; tooLong: boolean } {
  const parts = text.replace(/^\ufeff/, '').split('\n');
  if (parts.at(-1) === '') parts.pop();
  const long = parts.findIndex((part) => part.length >= LINE_BYTES_MAX);
  const raw = (long < 0 ? parts : parts.slice(0, long)).map((part) => part.replace(/\r$/, ''));
  return { raw, tooLong: long >= 0 };
}

function isComment(line: string): boolean {
  return trimLeft(line).startsWith('#');
}

function trimComment(line: string): string {
  return line.startsWith('#') ? '' : line;
}

function processLine(directives: Directives, line: string): string {
  directive(directives, line);
  return trimComment(line);
}

function directive(directives: Directives, line: string): void {
  if (!directives.looking) return;
  const value = ESCAPE.exec(line)?.[1];
  if (value === undefined) {
    directives.looking = false;
    return;
  }
  if (directives.escapeSeen) throw new BuildFailure('only one escape parser directive can be used');
  directives.escapeSeen = true;
  if (value !== '\\' && value !== '`')
    throw new BuildFailure(`invalid escape token '${value}' does not match \` or \\`);
  directives.escape = value;
}

function trimContinuation(line: string, escape: string): { line: string; ended: boolean } {
  const end = line.replace(/[ \t]+$/, '');
  // Two of them are one that is meant.
  const doubled = end.endsWith(escape + escape);
  if (!end.endsWith(escape) || doubled) return { line, ended: true };
  return { line: end.slice(0, -1), ended: false };
}

// --- one instruction

/** `newNodeFromLine` */
export function parseLine(line: string, startLine: number, escape: string): Line {
  const text = trimSpace(line);
  const space = WHITESPACE.exec(text);
  const command = (space ? text.slice(0, space.index) : text).toLowerCase();
  let rest = space ? text.slice(space.index + space[0].length) : '';
  let flags: string[] = [];
  if (space) ({ rest, flags } = takeFlags(rest));
  rest = trimSpace(rest);
  const { args, json } = parseArguments(command, rest, escape);
  return { command, flags, args, json, original: line, startLine };
}

interface Arguments {
  readonly args: readonly string[];
  readonly json: boolean;
}

function plain(args: readonly string[]): Arguments {
  return { args, json: false };
}

function parseArguments(command: string, rest: string, escape: string): Arguments {
  switch (command) {
    case 'add':
    case 'copy':
    case 'volume':
      return parseJson(rest) ?? plain(fields(rest));
    case 'cmd':
    case 'entrypoint':
    case 'run':
    case 'shell':
      return parseMaybeJson(rest);
    case 'env':
    case 'label':
      return plain(parsePairs(rest, command.toUpperCase(), escape));
    case 'arg':
      return plain(splitWords(rest, escape));
    case 'expose':
    case 'from':
      return plain(fields(rest));
    case 'healthcheck':
      return parseHealth(rest);
    case 'maintainer':
    case 'stopsignal':
    case 'user':
    case 'workdir':
      return plain(rest === '' ? [] : [rest]);
    case 'onbuild': {
      if (rest === '') return plain([]);
      const inner = parseLine(rest, 0, escape);
      return plain([inner.command, ...inner.args]);
    }
    default:
      return plain([]);
  }
}

function fields(rest: string): string[] {
  return rest === '' ? [] : rest.split(new RegExp(WHITESPACE, 'g'));
}

function parseMaybeJson(rest: string): Arguments {
  if (rest === '') return plain([]);
  return parseJson(rest) ?? plain([rest]);
}

/** A JSON array of strings at the beginning of the text; undefined where there is none. */
function parseJson(rest: string): Arguments | undefined {
  const text = trimLeft(rest);
  if (!text.startsWith('[')) return undefined;
  const end = endOfJsonArray(text);
  if (end < 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(0, end));
  } catch {
    return undefined;
  }
  const words = value as unknown[];
  if (!words.every((word) => typeof word === 'string'))
    throw new BuildFailure(
      'when using JSON array syntax, arrays must be comprised of strings only',
    );
  return { args: words as string[], json: true };
}

/** Index behind the bracket that closes the first one; -1 without one. */
function endOfJsonArray(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (quoted) {
      if (ch === '\\') i++;
      else if (ch === '"') quoted = false;
    } else if (ch === '"') quoted = true;
    else if (ch === '[' || ch === '{') depth++;
    else if ((ch === ']' || ch === '}') && --depth === 0) return i + 1;
  }
  return -1;
}

function parseHealth(rest: string): Arguments {
  let sep = 0;
  while (sep < rest.length && !isSpace(rest[sep]!)) sep++;
  if (sep === 0) return plain([]);
  const { args, json } = parseMaybeJson(trimLeft(rest.slice(sep)));
  return { args: [rest.slice(0, sep), ...args], json };
}

/** `parseNameVal`: names and values in turn. */
function parsePairs(rest: string, key: string, escape: string): string[] {
  const words = splitWords(rest, escape);
  if (words.length === 0) return [];
  if (!words[0]!.includes('=')) {
    const space = WHITESPACE.exec(rest);
    if (!space) throw new BuildFailure(`${key} must have two arguments`);
    return [rest.slice(0, space.index), rest.slice(space.index + space[0].length)];
  }
  const out: string[] = [];
  for (const word of words) {
    const mark = word.indexOf('=');
    if (mark < 0) {
      const form = 'Must be of the form: name=value';
      throw new BuildFailure(`Syntax error - can't find = in ${goQuote(word)}. ${form}`);
    }
    out.push(word.slice(0, mark), word.slice(mark + 1));
  }
  return out;
}

/** `parseWords`: words with their quotes and escapes still in them. */
export function splitWords(rest: string, escape: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const chars = [...rest];
  for (let i = 0; i < chars.length; i++) {
    const ch = chars[i]!;
    if (quote === '' && isSpace(ch)) {
      if (word !== undefined && word !== '') words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (ch === escape && quote !== "'") {
      // A final escape is dropped.
      if (i + 1 < chars.length) word += ch + chars[++i]!;
      continue;
    }
    if (quote === '' && (ch === '"' || ch === "'")) quote = ch;
    else if (ch === quote) quote = '';
    word += ch;
  }
  if (word !== undefined && word !== '') words.push(word);
  return words;
}

/** `extractBuilderFlags`: the words that begin with `--`, and what follows them. */
function takeFlags(text: string): { rest: string; flags: string[] } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text[at]!)) at++;
    if (at === text.length) return { rest: '', flags };
    if (!text.startsWith('--', at)) return { rest: text.slice(at), flags };
    const { word, quoted, end } = takeFlag(text, at);
    at = end;
    if (word === '--') return { rest: text.slice(at), flags };
    if (quoted || word !== '') flags.push(word);
  }
}

function takeFlag(text: string, from: number): { word: string; quoted: boolean; end: number } {
  let word = '';
  let quote = '';
  let quoted = false;
  let at = from;
  for (; at < text.length; at++) {
    const ch = text[at]!;
    if (quote === '' && isSpace(ch)) break;
    if (ch === '\\') word += text[++at] ?? '';
    else if (ch === quote) quote = '';
    else if (quote === '' && (ch === '"' || ch === "'")) {
      quote = ch;
      quoted = true;
    } else word += ch;
  }
  return { word, quoted, end: Math.min(at, text.length) };
}

/** `readAndParseDockerfile` */
export function readDockerfile(name: string, data: Uint8Array): ParsedDockerfile {
  if (data.length === 0)
    throw new BuildFailure(`the Dockerfile (${name}) cannot be empty`, undefined, 400);
  try {
    return parseDockerfile(decodeUtf8(data));
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    throw new BuildFailure(`failed to parse ${name}: ${error.message}`, undefined, 400);
  }
}
