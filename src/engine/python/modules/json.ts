/** The module json: CPython's separators, escapes, and words for what cannot be read. */
import type { Sys } from '../../../kernel';
import { natives } from '../builtins';
import { NATIVE_MODULES } from '../importing';
import { setItem } from '../keys';
import { floatText, str } from '../text';
import { builtInType, exceptionType, makeException, plain, typeError, typeOf } from '../classes';
import {
  PyClass,
  PyDict,
  PyFloat,
  PyList,
  PyModule,
  PyObject,
  PyTuple,
  Raised,
  int,
  type Keywords,
  type Names,
  type Value,
} from '../values';
import type { Vm } from '../vm';
import { decodeUtf8 } from '../bytes-text';

const BASE = builtInType('JSONDecodeError', exceptionType('ValueError'));
BASE.module = 'json.decoder';
const DEPTH_MAX = 400;

interface Style {
  readonly indent: string | undefined;
  readonly comma: string;
  readonly colon: string;
  readonly sort: boolean;
  readonly ascii: boolean;
  readonly fallback: Value;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};
function quote(text: string, ascii: boolean): string {
  // oxlint-disable-next-line no-control-regex -- these are what must be escaped
  const pattern = ascii ? /["\\\x00-\x1f]|[^\x00-\x7e]/g : /["\\\x00-\x1f]/g;
  const body = text.replace(
    pattern,
    (c) => escapes[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${body}"`;
}

function* encode(vm: Vm, value: Value, style: Style, depth: number): Sys<string> {
  const v = plain(value);
  if (v === null) return 'null';
  if (typeof v === 'boolean') return v ? 'true' : 'false';
  if (typeof v === 'number' || typeof v === 'bigint') return String(v);
  if (v instanceof PyFloat) {
    const text = floatText(v.value);
    return { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[text] ?? text;
  }
  if (typeof v === 'string') return quote(v, style.ascii);
  if (depth > DEPTH_MAX) throw makeError('ValueError', 'Circular reference detected');
  if (v instanceof PyList || v instanceof PyTuple) {
    const items: string[] = [];
    for (const item of v.items) items.push(yield* encode(vm, item, style, depth + 1));
    return wrapped(items, '[', ']', style, depth);
  }
  if (v instanceof PyDict) {
    let pairs = [...v.entries.values()];
    if (style.sort)
      pairs = pairs.sort(([a], [b]) => (String(a as string) < String(b as string) ? -1 : 1));
    const items: string[] = [];
    for (const [key, item] of pairs) {
      const name = quote(yield* keyText(vm, key), style.ascii);
      items.push(name + style.colon + (yield* encode(vm, item, style, depth + 1)));
    }
    return wrapped(items, '{', '}', style, depth);
  }
  if (style.fallback !== null)
    return yield* encode(vm, yield* vm.call(style.fallback, [value]), style, depth + 1);
  throw typeError(`Object of type ${typeOf(value).name} is not JSON serializable`);
}

function makeError(name: string, message: string): Raised {
  return new Raised(makeException(exceptionType(name), message));
}

function* keyText(vm: Vm, key: Value): Sys<string> {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (typeof key === 'number' || typeof key === 'bigint' || key instanceof PyFloat)
    return yield* str(vm, key);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeOf(key).name}`);
}

function wrapped(
  items: readonly string[],
  open: string,
  close: string,
  style: Style,
  depth: number,
) {
  if (items.length === 0) return open + close;
  if (style.indent === undefined) return open + items.join(style.comma) + close;
  const inner = `\n${style.indent.repeat(depth + 1)}`;
  return `${open}${inner}${items.join(style.comma.trimEnd() + inner)}\n${style.indent.repeat(depth)}${close}`;
}

function* dumps(vm: Vm, [value]: readonly Value[], named: Keywords): Sys<string> {
  const indent = named.get('indent') ?? null;
  const separators = named.get('separators');
  const [comma, colon] =
    separators instanceof PyTuple ? (separators.items as string[]) : [', ', ': '];
  return yield* encode(
    vm,
    value!,
    {
      indent:
        indent === null
          ? undefined
          : typeof indent === 'string'
            ? indent
            : ' '.repeat(indent as number),
      comma: comma!,
      colon: colon!,
      sort: named.get('sort_keys') === true,
      ascii: named.get('ensure_ascii') !== false,
      fallback: named.get('default') ?? null,
    },
    0,
  );
}

class Reader {
  private at = 0;
  private depth = 0;
  constructor(private readonly text: string) {}

  whole(): Value {
    this.blank();
    const value = this.value();
    this.blank();
    if (this.at < this.text.length) this.fail('Extra data');
    return value;
  }

  private fail(message: string, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    const made = makeException(BASE, `${message}: line ${line} column ${column} (char ${at})`);
    made.names.set('msg', message);
    made.names.set('pos', at);
    throw new Raised(made);
  }

  private blank(): void {
    this.at += /^[ \t\n\r]*/.exec(this.text.slice(this.at))![0].length;
  }

  private value(): Value {
    if (++this.depth > DEPTH_MAX)
      throw makeError(
        'RecursionError',
        'maximum recursion depth exceeded while decoding a JSON array from a unicode string',
      );
    const c = this.text[this.at];
    let value: Value;
    if (c === '"') value = this.string();
    else if (c === '[') value = this.list();
    else if (c === '{') value = this.dict();
    else value = this.word();
    this.depth--;
    return value;
  }

  private word(): Value {
    const rest = this.text.slice(this.at, this.at + 400);
    const found =
      /^(?:true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/.exec(
        rest,
      )?.[0];
    if (found === undefined) return this.fail('Expecting value');
    this.at += found.length;
    if (found === 'true') return true;
    if (found === 'false') return false;
    if (found === 'null') return null;
    return /^-?\d+$/.test(found) ? int(BigInt(found)) : new PyFloat(Number(found));
  }

  private string(): string {
    const start = this.at;
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    if (end >= this.text.length) return this.fail('Unterminated string starting at', start);
    this.at = end + 1;
    try {
      return JSON.parse(
        this.text.slice(start, end + 1).replace(/[\n\r\t]/g, (c) => escapes[c]!),
      ) as string;
    } catch {
      return this.fail('Invalid control character at', start);
    }
  }

  private list(): Value {
    const items: Value[] = [];
    this.at++;
    this.blank();
    if (this.text[this.at] === ']') this.at++;
    else
      for (;;) {
        this.blank();
        items.push(this.value());
        this.blank();
        const c = this.text[this.at++];
        if (c === ']') break;
        if (c !== ',') this.fail("Expecting ',' delimiter", this.at - 1);
      }
    return new PyList(items);
  }

  private dict(): Value {
    const made = new PyDict();
    this.at++;
    this.blank();
    if (this.text[this.at] === '}') this.at++;
    else
      for (;;) {
        this.blank();
        if (this.text[this.at] !== '"')
          this.fail('Expecting property name enclosed in double quotes');
        const key = this.string();
        this.blank();
        if (this.text[this.at] !== ':') this.fail("Expecting ':' delimiter");
        this.at++;
        this.blank();
        setItem(made, key, this.value());
        this.blank();
        const c = this.text[this.at++];
        if (c === '}') break;
        if (c !== ',') this.fail("Expecting ',' delimiter", this.at - 1);
      }
    return made;
  }
}

function loads([value]: readonly Value[]): Value {
  if (value instanceof Uint8Array) return new Reader(decodeUtf8(value)).whole();
  if (typeof value !== 'string')
    throw typeError(
      `the JSON object must be str, bytes or bytearray, not ${typeOf(value ?? null).name}`,
    );
  return new Reader(value).whole();
}

function jsonModule(vm: Vm): Names {
  const names: [string, Value][] = [['JSONDecodeError', BASE]];
  vm.modules.set('json.decoder', new PyModule('json.decoder', new Map(names)));
  return new Map<string, Value>([
    ...names,
    ...natives(
      { loads: (_vm, args) => loads(args) },
      {
        dumps,
        *dump(own, [value, file], named) {
          const text = yield* dumps(own, [value!], named);
          const write =
            (file as PyObject).type.names.get('write') ?? (file as PyObject).names.get('write')!;
          yield* own.call(write, [file!, text]);
          return null;
        },
        *load(own, [file]) {
          const type = (file as PyObject).type as PyClass;
          return loads([yield* own.call(type.names.get('read')!, [file!])]);
        },
      },
    ),
  ]);
}
NATIVE_MODULES.set('json', jsonModule);
