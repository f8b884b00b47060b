/**
 * Patterns over paths as the client and the builder both use them: Go's `filepath.Match`, and
 * `.dockerignore` (docker `pkg/fileutils`, `builder/dockerignore`). Paths are relative, with slashes.
 */

/** An error of the patterns themselves. */
export interface PatternFailure {
  readonly patternError: string;
}

export function isPatternFailure(value: object): value is PatternFailure {
  return 'patternError' in value;
}

/** One pattern of `filepath.Match`; undefined where it is malformed. */
export function shellPattern(pattern: string): RegExp | undefined {
  const source = shellSource([...pattern]);
  return source === undefined ? undefined : new RegExp(`^${source}$`, 'su');
}

function shellSource(chars: readonly string[]): string | undefined {
  let source = '';
  for (let i = 0; i < chars.length; i++) {
    const ch = chars[i]!;
    if (ch === '*') source += '[^/]*';
    else if (ch === '?') source += '[^/]';
    else if (ch === '[') {
      const found = bracket(chars, i + 1);
      if (!found) return undefined;
      source += found.source;
      i = found.end;
    } else if (ch === '\\') {
      const next = chars[++i];
      if (next === undefined) return undefined;
      source += literal(next);
    } else source += literal(ch);
  }
  return source;
}

function literal(ch: string): string {
  return `\\u{${ch.codePointAt(0)!.toString(16)}}`;
}

/** A class such as `[^a-c]`; `end` is the index of its last bracket. */
function bracket(
  chars: readonly string[],
  from: number,
): { readonly source: string; readonly end: number } | undefined {
  let at = from;
  const negated = chars[at] === '^';
  if (negated) at++;
  let ranges = '';
  while (ranges === '' || chars[at] !== ']') {
    const low = classChar(chars, at);
    if (!low) return undefined;
    at = low.end;
    let high = low.ch;
    if (chars[at] === '-') {
      const upper = classChar(chars, at + 1);
      if (!upper) return undefined;
      at = upper.end;
      high = upper.ch;
    }
    // A range that runs backwards matches nothing.
    if (low.ch.codePointAt(0)! <= high.codePointAt(0)!)
      ranges += `${literal(low.ch)}-${literal(high)}`;
    else ranges += '\\u{10ffff}';
  }
  return { source: negated ? `[^${ranges}]` : `[${ranges}]`, end: at };
}

/** `getEsc` */
function classChar(
  chars: readonly string[],
  at: number,
): { readonly ch: string; readonly end: number } | undefined {
  let i = at;
  if (chars[i] === undefined || chars[i] === '-' || chars[i] === ']') return undefined;
  if (chars[i] === '\\') i++;
  const ch = chars[i];
  return ch === undefined || i + 1 >= chars.length ? undefined : { ch, end: i + 1 };
}

interface IgnoreRule {
  readonly text: string;
  /** Brings back what earlier ones took out. */
  readonly exception: boolean;
  readonly expression: RegExp | undefined;
  readonly depth: number;
}

/** `fileutils.PatternMatcher`: the last rule that matches decides. */
export class IgnoreRules {
  constructor(private readonly rules: readonly IgnoreRule[]) {}

  get hasExceptions(): boolean {
    return this.rules.some((rule) => rule.exception);
  }

  /** True if the path is left out; a failure where a pattern is no expression. */
  matches(path: string): boolean | PatternFailure {
    const parents = path.split('/').slice(0, -1);
    let matched = false;
    for (const { expression, exception, depth } of this.rules) {
      if (!expression) return BAD_PATTERN;
      let match = expression.test(path);
      if (!match && parents.length > 0 && depth <= parents.length)
        match = expression.test(parents.slice(0, depth).join('/'));
      if (match) matched = !exception;
    }
    return matched;
  }

  /** An exception may lie below this directory, so it is looked through although it is left out. */
  mayHaveExceptionBelow(dir: string): boolean {
    return this.rules.some((rule) => rule.exception && `${rule.text}/`.startsWith(`${dir}/`));
  }
}

const BAD_PATTERN: PatternFailure = Object.freeze({ patternError: 'syntax error in pattern' });

export function ignoreRules(patterns: readonly string[]): IgnoreRules | PatternFailure {
  const rules: IgnoreRule[] = [];
  for (const given of patterns) {
    const trimmed = given.trim();
    if (trimmed === '') continue;
    let text = cleanRelative(trimmed);
    const exception = text.startsWith('!');
    if (exception) text = text.slice(1);
    if (text === '') return { patternError: 'illegal exclusion pattern: "!"' };
    if (!shellPattern(text)) return BAD_PATTERN;
    const depth = text.split('/').length;
    rules.push({ text, exception, expression: expressionOf(text), depth });
  }
  return new IgnoreRules(rules);
}

/** `Pattern.compile` */
function expressionOf(pattern: string): RegExp | undefined {
  const chars = [...pattern];
  let source = '';
  for (let i = 0; i < chars.length; i++) {
    const ch = chars[i]!;
    if (ch === '*' && chars[i + 1] === '*') {
      i++;
      if (chars[i + 1] === '/') i++;
      source += i + 1 >= chars.length ? '.*' : '(.*/)?';
    } else if (ch === '*') source += '[^/]*';
    else if (ch === '?') source += '[^/]';
    else if (ch === '\\') {
      const next = chars[++i];
      source += next === undefined ? '\\\\' : `\\${next}`;
    } else if (ch === '.' || ch === '$') source += `\\${ch}`;
    else source += ch;
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return undefined;
  }
}

/** Lines of a `.dockerignore` (`dockerignore.ReadAll`). */
export function readIgnoreFile(text: string): string[] {
  const out: string[] = [];
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    if (line.startsWith('#')) continue;
    let pattern = line.trim();
    if (pattern === '') continue;
    const inverted = pattern.startsWith('!');
    if (inverted) pattern = pattern.slice(1).trim();
    if (pattern !== '') pattern = cleanRelative(pattern);
    if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
    out.push(inverted ? `!${pattern}` : pattern);
  }
  return out;
}

/** `filepath.Clean` */
function cleanRelative(path: string): string {
  const rooted = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!rooted) out.push('..');
  }
  const text = out.join('/');
  return rooted ? `/${text}` : text === '' ? '.' : text;
}
