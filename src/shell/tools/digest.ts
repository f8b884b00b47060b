/** md5sum, sha*sum, cksum and base64. Models coreutils and BusyBox; the hashes are @noble's. */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { toBase64, toHex } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { linesOf, type Context, type Tool } from './tool';

const HASHES: Readonly<Record<string, (data: Uint8Array) => Uint8Array>> = {
  md5sum: md5,
  sha1sum: sha1,
  sha256sum: sha256,
  sha512sum: sha512,
};

/** BusyBox and GNU use the same words here. */
function* inputOf(tool: Context, path: string): Sys<Uint8Array | undefined> {
  try {
    return path === '-' ? yield* sys.readAll(0) : yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const quoted = tool.busybox ? `can't open '${path}'` : path;
    yield* tool.warn(`${quoted}: ${errnoText(error.errno)}`);
    return undefined;
  }
}

function* check(
  tool: Context,
  hash: (data: Uint8Array) => Uint8Array,
  paths: readonly string[],
  flags: ReadonlySet<string>,
): Sys<number> {
  let failed = 0;
  let missing = 0;
  for (const list of paths) {
    const text = yield* tool.inputText(list);
    if (text === undefined) continue;
    for (const line of linesOf(text)) {
      const match = /^([0-9a-fA-F]{32,128}) [ *](.+)$/.exec(line);
      if (!match) continue;
      const bytes = yield* inputOf(tool, match[2]!);
      if (!bytes) {
        missing++;
        if (!flags.has('s'))
          yield* tool.print(`${match[2]!}: FAILED${tool.busybox ? '' : ' open or read'}\n`);
        continue;
      }
      const right = toHex(hash(bytes)) === match[1]!.toLowerCase();
      if (!right) failed++;
      if (!flags.has('s') && !(right && flags.has('q')))
        yield* tool.print(`${match[2]!}: ${right ? 'OK' : 'FAILED'}\n`);
    }
  }
  yield* tool.flush();
  const plural = (n: number) => (n === 1 ? '' : 's');
  if (tool.busybox) {
    if (failed + missing > 0)
      yield* tool.warn(
        `WARNING: ${failed + missing} computed checksum${plural(failed + missing)} did NOT match`,
      );
  } else if (!flags.has('s')) {
    if (missing > 0)
      yield* tool.warn(`WARNING: ${missing} listed file${plural(missing)} could not be read`);
    if (failed > 0)
      yield* tool.warn(`WARNING: ${failed} computed checksum${plural(failed)} did NOT match`);
  }
  return failed + missing > 0 ? 1 : tool.status;
}

function* runHash(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: tool.busybox ? 'csw' : 'bctwz',
    long: {
      check: 'c',
      status: 's',
      quiet: 'q',
      warn: 'w',
      binary: 'b',
      text: 't',
      zero: 'z',
      tag: 'tag',
    },
  });
  const hash = HASHES[tool.tool.name]!;
  const paths = operands.length > 0 ? operands : ['-'];
  if (flags.has('c')) return yield* check(tool, hash, paths, flags);
  for (const path of paths) {
    const bytes = yield* inputOf(tool, path);
    if (!bytes) continue;
    const digest = toHex(hash(bytes));
    if (flags.has('tag'))
      yield* tool.print(
        `${tool.tool.name.replace('sum', '').toUpperCase()} (${path}) = ${digest}\n`,
      );
    else
      yield* tool.print(
        `${digest} ${flags.has('b') ? '*' : ' '}${path}${flags.has('z') ? '\0' : '\n'}`,
      );
  }
  return tool.status;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** As far as it is valid. */
function decodeBase64(text: string): { bytes: Uint8Array; bad: boolean; short: boolean } {
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  let digits = 0;
  let bad = false;
  for (const ch of text) {
    if (ch === '\n') continue;
    if (ch === '=') {
      digits++;
      continue;
    }
    const value = LETTERS.indexOf(ch);
    if (value < 0) {
      bad = true;
      break;
    }
    digits++;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push((bits >> held) & 255);
    }
  }
  return { bytes: Uint8Array.from(out), bad, short: digits % 4 !== 0 };
}

function* runBase64(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'dw:' : 'diw:',
    long: { decode: 'd', wrap: '=w', 'ignore-garbage': 'i' },
  });
  const path = operands[0] ?? '-';
  let bytes: Uint8Array;
  try {
    bytes = path === '-' ? yield* sys.readAll(0) : yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* tool.fail(`${path}: ${errnoText(error.errno)}`);
  }
  if (flags.has('d')) {
    let text = String.fromCharCode(...bytes);
    if (flags.has('i') || tool.busybox) text = text.replace(/[^A-Za-z0-9+/=]/g, '');
    const result = decodeBase64(text);
    // BusyBox drops the group that is not whole.
    const whole =
      tool.busybox && result.short ? result.bytes.length - (result.bytes.length % 3) : undefined;
    yield* tool.print(result.bytes.slice(0, whole));
    if (tool.busybox && result.short) return yield* tool.fail('truncated input');
    if (!tool.busybox && (result.bad || result.short)) return yield* tool.fail('invalid input');
    return 0;
  }
  const wrap = Number(values.get('w') ?? 76);
  const text = toBase64(bytes);
  if (wrap === 0) yield* tool.print(text);
  else
    for (let i = 0; i < text.length; i += wrap) yield* tool.print(`${text.slice(i, i + wrap)}\n`);
  return 0;
}

export const DIGEST_TOOLS: readonly Tool[] = [
  ...Object.keys(HASHES).map((name): Tool => ({ name, run: runHash })),
  { name: 'base64', run: runBase64 },
];
