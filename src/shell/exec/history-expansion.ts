/** `!!`, `!3`, `!-2`, `!text`, `!$`, `^a^b`. Models readline `histexpand.c` for these forms. */
import type { Sys } from '../../kernel';
import type { Shell } from './shell';

function findEvent(sh: Shell, spec: string): string | undefined {
  const { history } = sh;
  if (spec === '!') return history.at(-1);
  if (/^-?[0-9]+$/.test(spec)) {
    const number = Number(spec);
    return number < 0 ? history.at(number) : history[number - 1];
  }
  if (spec.startsWith('?')) {
    const text = spec.slice(1).replace(/\?$/, '');
    return history.findLast((h) => h.includes(text));
  }
  return history.findLast((h) => h.startsWith(spec));
}

function words(line: string): string[] {
  return line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
}

/** `:0`, `:$`, `:^`, `:*`, `:n-m` of an event. */
function pickWords(line: string, designator: string): string | undefined {
  const list = words(line);
  const text = designator.replace(/^:/, '');
  if (text === '$') return list.at(-1);
  if (text === '^') return list[1];
  if (text === '*') return list.slice(1).join(' ');
  const range = /^([0-9]+)(?:-([0-9]+|\$))?$/.exec(text);
  if (!range) return undefined;
  const from = Number(range[1]);
  if (range[2] === undefined) return list[from];
  return list.slice(from, range[2] === '$' ? undefined : Number(range[2]) + 1).join(' ');
}

const EVENT =
  /!(!|-?[0-9]+|\?[^?\n]+\??|[A-Za-z_./][^\s:;&|()<>"'!]*|(?=[$^*:]))(:?[$^*]|:[0-9]+(?:-[0-9$]+)?)?/y;

/** The line with events replaced; undefined after a complaint. Shows what it became. */
export function* expandHistory(sh: Shell, line: string): Sys<string | undefined> {
  const quick = /^\^([^^]*)\^([^^]*)\^?(.*)$/.exec(line);
  if (quick) {
    const last = sh.history.at(-1) ?? '';
    if (!last.includes(quick[1]!)) {
      yield* sh.stderr(`bash: :s${line}: substitution failed\n`);
      return undefined;
    }
    const text = last.replace(quick[1]!, () => quick[2]!) + quick[3]!;
    yield* sh.stderr(`${text}\n`);
    return text;
  }
  if (!line.includes('!')) return line;
  let out = '';
  let changed = false;
  let single = false;
  for (let i = 0; i < line.length;) {
    const ch = line[i]!;
    if (ch === "'" && !single) single = true;
    else if (ch === "'") single = false;
    if (ch === '\\' && !single) {
      out += line.slice(i, i + 2);
      i += 2;
      continue;
    }
    const after = line[i + 1];
    const dead =
      after === undefined || /[\s=(]/.test(after) || (after === '"' && out.includes('"'));
    if (ch !== '!' || single || dead) {
      out += ch;
      i++;
      continue;
    }
    EVENT.lastIndex = i;
    const match = EVENT.exec(line);
    if (!match) {
      out += ch;
      i++;
      continue;
    }
    const event = findEvent(sh, match[1] === '' ? '!' : match[1]!);
    const value =
      event === undefined || match[2] === undefined ? event : pickWords(event, match[2]);
    if (value === undefined) {
      yield* sh.stderr(`bash: ${match[0]}: event not found\n`);
      return undefined;
    }
    out += value;
    changed = true;
    i += match[0].length;
  }
  if (changed) yield* sh.stderr(`${out}\n`);
  return out;
}
