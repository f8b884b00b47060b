/**
 * Shell patterns as regular expressions. Models POSIX.1 2.13 and bash's `glob/sm_loop.c` with extended
 * patterns. A pattern is text in which quoted characters carry a backslash.
 */

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e\\u0080-\\uffff',
  graph: '\\x21-\\x7e\\u0080-\\uffff',
  xdigit: '0-9A-Fa-f',
  word: 'A-Za-z0-9_',
};

/** Protects text that must match itself. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]()|!+@^&-]/g, '\\$&');
}

/** Whether there is anything to match in it. */
export function hasMagic(pattern: string, extended: boolean): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern[i]!;
    if (ch === '\\') i++;
    else if (ch === '*' || ch === '?') return true;
    else if (ch === '[' && bracketEnd(pattern, i) !== undefined) return true;
    else if (extended && '+@!'.includes(ch) && pattern[i + 1] === '(') return true;
  }
  return false;
}

export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}

function bracketEnd(pattern: string, at: number): number | undefined {
  let i = at + 1;
  if (pattern[i] === '!' || pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    const ch = pattern[i];
    if (ch === '\\') i++;
    else if (ch === '[' && pattern[i + 1] === ':') {
      const end = pattern.indexOf(':]', i + 2);
      if (end > 0) i = end + 1;
    } else if (ch === ']') return i;
  }
  return undefined;
}

function bracketSource(body: string): string {
  let i = 0;
  let source = '[';
  if (body[0] === '!' || body[0] === '^') {
    source += '^';
    i++;
  }
  const start = i;
  for (; i < body.length; i++) {
    const ch = body[i]!;
    if (ch === '[' && body[i + 1] === ':') {
      const end = body.indexOf(':]', i + 2);
      const name = end < 0 ? undefined : CLASSES[body.slice(i + 2, end)];
      if (name !== undefined) {
        source += name;
        i = end + 1;
        continue;
      }
    }
    if (ch === '\\' && i + 1 < body.length) {
      i++;
      source += `\\${body[i]!}`.replace(/\\([A-Za-z0-9])/, '$1');
    } else if (ch === '-' && i > start && i < body.length - 1) {
      // A range that runs backwards matches nothing.
      const from = body[i - 1]!;
      const to = body[i + 1]!;
      source += from <= to && from !== ']' ? '-' : '\\-';
    } else source += /[\\\]^[-]/.test(ch) ? `\\${ch}` : ch;
  }
  return `${source}]`;
}

/** The source of a regular expression for a pattern, without anchors. `lazy` for shortest match. */
export function patternSource(pattern: string, extended: boolean, lazy = false): string {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern[i]!;
    if (extended && '?*+@!'.includes(ch) && pattern[i + 1] === '(') {
      const group = extendedGroup(pattern, i + 1);
      if (group) {
        const inner = group.alternatives.map((a) => patternSource(a, true)).join('|');
        if (ch === '!') {
          const rest = patternSource(pattern.slice(group.end), true);
          return `${source}(?!(?:${inner})${rest}$)[\\s\\S]*${rest}`;
        }
        source += `(?:${inner})${ch === '@' ? '' : ch}`;
        i = group.end - 1;
        continue;
      }
    }
    if (ch === '\\') {
      i++;
      source += escapeRegExp(pattern[i] ?? '\\');
    } else if (ch === '*') source += lazy ? '[\\s\\S]*?' : '[\\s\\S]*';
    else if (ch === '?') source += '[\\s\\S]';
    else if (ch === '[') {
      const end = bracketEnd(pattern, i);
      if (end === undefined) source += '\\[';
      else {
        source += bracketSource(pattern.slice(i + 1, end));
        i = end;
      }
    } else source += escapeRegExp(ch);
  }
  return source;
}

function extendedGroup(
  pattern: string,
  at: number,
): { alternatives: string[]; end: number } | undefined {
  const alternatives: string[] = [];
  let depth = 0;
  let from = at + 1;
  for (let i = at; i < pattern.length; i++) {
    const ch = pattern[i];
    if (ch === '\\') i++;
    else if (ch === '(') depth++;
    else if (ch === '|' && depth === 1) {
      alternatives.push(pattern.slice(from, i));
      from = i + 1;
    } else if (ch === ')' && --depth === 0) {
      alternatives.push(pattern.slice(from, i));
      return { alternatives, end: i + 1 };
    }
  }
  return undefined;
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

export function compilePattern(pattern: string, extended: boolean, ignoreCase = false): RegExp {
  try {
    return new RegExp(`^(?:${patternSource(pattern, extended)})$`, ignoreCase ? 'i' : '');
  } catch {
    // Brackets that no regular expression can say match nothing.
    return /^(?!)/;
  }
}

export function matches(
  pattern: string,
  text: string,
  extended: boolean,
  ignoreCase = false,
): boolean {
  return compilePattern(pattern, extended, ignoreCase).test(text);
}

/** Where a pattern matches at the start or the end, shortest or longest; undefined: nowhere. */
export function trimMatch(
  pattern: string,
  text: string,
  side: 'prefix' | 'suffix',
  longest: boolean,
  extended: boolean,
): string {
  const whole = compilePattern(pattern, extended);
  const n = text.length;
  for (let k = 0; k <= n; k++) {
    const length = longest ? n - k : k;
    const piece = side === 'prefix' ? text.slice(0, length) : text.slice(n - length);
    if (whole.test(piece))
      return side === 'prefix' ? text.slice(length) : text.slice(0, n - length);
  }
  return text;
}
