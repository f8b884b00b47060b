#!/usr/bin/env node
// compare.mjs REAL.json SIM.json      (or two folders of transcripts: files are paired by name)
// Replaces what is volatile by placeholders, compares stdout, stderr and the exit code of every command, and checks that
// the placeholders of both sides stand for each other one to one throughout the file. The rules are described in README.md. No dependencies.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const DUR =
  '(?:[Ll]ess than a second|[Aa]bout an? (?:minute|hour)|\\d+ (?:second|minute|hour|day|week|month|year)s?)';
const RE = {
  token: /SWMTKN-1-([a-z0-9]+)-([a-z0-9]+)/g,
  key: /SWMKEY-1-[A-Za-z0-9+/]+/g,
  pem: /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g,
  b64: /(?<=(?:"TrustRoot"|CertIssuerSubject"|CertIssuerPublicKey"|Issuer Subject|Issuer Public Key|"TrustRoot"):\s+"?)[A-Za-z0-9+/=\\-]{20,}/g,
  sum: /\b(file|multi|dir):([0-9a-f]{6,64})\b/g,
  ids: /\b[0-9a-f]{64}\b|\b[a-z0-9]{25}\b|\b[a-z0-9]{12}\b|\b[0-9a-f]{13,63}(?=…)/g,
  rfc: /\b(?!0001-)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/g,
  stamp: /\b(?!0001-)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} [A-Za-z]+/g,
  ago: new RegExp(`\\b${DUR} ago\\b`, 'g'),
  up: new RegExp(`\\bUp ${DUR}(?![a-z])`, 'g'),
  engine: /\b(?:[A-Z2-7]{4}:){11}[A-Z2-7]{4}\b/g,
  index: /("Index": )\d+/g,
  pid: /("Pid": )[1-9]\d*/g,
  version: /\b20\.10\.\d+(?:\+dfsg1)?/g,
  build: /\bbuild [0-9a-f]{7}\b/g,
  rtt: /(?<=round-trip min\/avg\/max = |time=)[\d./]+(?= ms)/g,
  builder: /\b(docker-builder|buildkit-mount|docker-import-|tmp-)\d+/g,
  src: /(\d+\.\d+\.\d+\.\d+):\d{4,5}(?=->\d)/g,
  size: /\b\d+(?:\.\d+)?(?:[kKMGT]i?)?B\b/g,
  ip: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  mac: /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g,
  name: /\b[a-z]+_[a-z]+\d?\b/g,
  port: /\b(?:49[12]\d\d|3276\d|3277\d)\b/g,
};
// a line the real client prints or not, depending on a race inside it
const NOISE =
  /^(time="[^"]*" level=error msg="error waiting for container: context canceled"|\S*ERRO\S*\[\d+\]\S* error waiting for container: context canceled\s*)$/;
const VARIABLE = /⟨(?:AGO|DUR|SIZE|NAME|IP|TIME|PORT)/;

/** Final screen of a terminal recording: CR, LF, BS, cursor up/down/left/right, erase line/display, colours dropped. */
export function screen(text) {
  const rows = [[]];
  let r = 0,
    c = 0;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (ch === '\x1b') {
      const m = /^\x1b\[([0-9;?]*)([A-Za-z])/.exec(text.slice(i, i + 24));
      if (!m) {
        i++;
        continue;
      }
      i += m[0].length - 1;
      const n = parseInt(m[1], 10) || 0;
      const k = n || 1;
      if (m[2] === 'A') r = Math.max(0, r - k);
      else if (m[2] === 'B') {
        r += k;
        while (rows.length <= r) rows.push([]);
      } else if (m[2] === 'C') c += k;
      else if (m[2] === 'D') c = Math.max(0, c - k);
      else if (m[2] === 'G') c = k - 1;
      else if (m[2] === 'K') {
        if (n === 2) rows[r] = [];
        else if (n === 0) rows[r].length = Math.min(rows[r].length, c);
      } else if (m[2] === 'J') {
        rows[r].length = Math.min(rows[r].length, c);
        rows.length = r + 1;
      }
    } else if (ch === '\r') c = 0;
    else if (ch === '\n') {
      r++;
      while (rows.length <= r) rows.push([]);
    } else if (ch === '\b') c = Math.max(0, c - 1);
    else if (ch >= ' ') {
      rows[r][c++] = ch;
    }
  }
  return rows
    .map((x) =>
      Array.from(x, (y) => y ?? ' ')
        .join('')
        .trimEnd(),
    )
    .join('\n')
    .replace(/\n+$/, '\n');
}

/** Keep only the named columns of a table whose first line is the header; without that header the text is left alone. */
export function pick(text, columns) {
  const lines = text.split('\n');
  const head = lines[0] || '';
  const starts = [];
  for (const m of head.matchAll(/\S+(?: \S+)*/g)) starts.push([m[0], m.index]);
  if (!columns.every((c) => starts.some((s) => s[0] === c))) return text;
  return lines
    .filter(Boolean)
    .map((l) =>
      columns
        .map((c) => {
          const k = starts.findIndex((s) => s[0] === c);
          const a = [...l];
          return a
            .slice(starts[k][1], starts[k + 1]?.[1])
            .join('')
            .trim();
        })
        .join(' | '),
    )
    .join('\n');
}

export class Normaliser {
  constructor(transcript) {
    this.flags = new Set(transcript.normalise || []);
    this.seen = [];
    this.known = new Set();
    for (const s of transcript.steps)
      for (const t of [s.stdout, s.stderr])
        for (const m of (t || '').matchAll(/\b(?:[a-z0-9]{25}|[0-9a-f]{64})\b/g))
          this.known.add(m[0].slice(0, 12));
    for (const s of transcript.steps) {
      // the ID column of tables
      const l = (s.stdout || '').split('\n');
      if (/^(?:CONTAINER )?ID {2,}/.test(l[0]))
        for (const x of l.slice(1)) {
          const m = /^[a-z0-9]{12}(?= )/.exec(x);
          if (m) this.known.add(m[0]);
        }
    }
  }
  /** The text with placeholders; unless blank, what stood in the places of the placeholders is noted in this.seen as [kind, value]. */
  text(raw, step, blank = false) {
    const f = new Set([...this.flags, ...(step.normalise || [])]);
    const found = [];
    const ph = (kind, v) => `⟨${kind}#${found.push([kind, v]) - 1}⟩`;
    let t = raw.replace(/\r\n/g, '\n');
    t = t
      .replace(RE.token, (_, a, b) => `SWMTKN-1-${ph('CA', a)}-${ph('SECRET', b)}`)
      .replace(RE.key, (v) => ph('KEY', v))
      .replace(RE.pem, (v) => ph('PEM', v))
      .replace(RE.b64, (v) => ph('B64', v));
    t = t.replace(RE.sum, (_, k, v) => `${k}:${ph('SUM', v.slice(0, 12))}`);
    t = t.replace(RE.ids, (v, at) => {
      const k = v.slice(0, 12);
      if (t[at + 12] === '@' && /\.\d+\.$/.test(t.slice(Math.max(0, at - 8), at)))
        return ph('ID', k); // service logs prefix
      if (v.length === 12 && !this.known.has(k) && !(/\d/.test(v) && /[a-z]/.test(v))) return v;
      return ph('ID', k) + (v.length === 12 ? '' : v.length === 64 || v.length === 25 ? '+' : '~');
    });
    t = t
      .replace(RE.rfc, '⟨TIME⟩')
      .replace(RE.stamp, '⟨TIME⟩')
      .replace(RE.ago, '⟨AGO⟩')
      .replace(RE.up, 'Up ⟨DUR⟩')
      .replace(RE.engine, '⟨ENGINE⟩')
      .replace(RE.index, '$1⟨N⟩')
      .replace(RE.pid, '$1⟨N⟩')
      .replace(RE.version, '20.10.x')
      .replace(RE.build, 'build x')
      .replace(RE.rtt, '⟨RTT⟩')
      .replace(RE.builder, '$1⟨N⟩')
      .replace(RE.src, '$1:⟨N⟩');
    if (f.has('sizes')) t = t.replace(RE.size, '⟨SIZE⟩');
    if (f.has('ips')) t = t.replace(RE.ip, (v) => ph('IP', v)).replace(RE.mac, (v) => ph('MAC', v));
    if (f.has('ports')) t = t.replace(RE.port, (v) => ph('PORT', v));
    if (f.has('names')) t = t.replace(RE.name, (v) => ph('NAME', v));
    t = t.replace(/⟨([A-Z0-9]+)#(\d+)⟩/g, (_, k, i) => {
      if (!blank) this.seen.push(found[i]);
      return `⟨${k}⟩`;
    }); // in reading order
    if (VARIABLE.test(t))
      t = t
        .split('\n')
        .map((l) => l.replace(/(\S) {2,}(?=\S)/g, '$1  ').trimEnd())
        .join('\n');
    return t;
  }
  stream(raw, step) {
    let t = raw || '';
    const mode = step.compare || 'exact';
    t = t
      .split('\n')
      .filter((l) => !NOISE.test(l))
      .join('\n');
    if (step.tty) t = screen(t);
    for (const d of step.drop || []) {
      const re = new RegExp(d);
      t = t
        .split('\n')
        .filter((l) => !re.test(l))
        .join('\n');
    }
    if (step.columns) t = pick(t, step.columns);
    if (mode === 'exit') return '';
    if (mode === 'progress') {
      t = t
        .split('\n')
        .filter(
          (l) =>
            !/^(overall progress|job progress|active tasks|verify: (Waiting|Detected)|service (update|rollback)|rolling back|[0-9]+\/[0-9]+: |[a-z0-9]{12}: )/.test(
              l,
            ),
        )
        .filter((l, i, a) => l !== a[i - 1])
        .join('\n');
    }
    if (mode === 'pull') {
      const keep = t
        .split('\n')
        .filter(
          (l) =>
            !/^[0-9a-f]{12}: (Pulling fs layer|Waiting|Verifying Checksum|Download complete|Downloading|Extracting|Preparing|Pushing)/.test(
              l,
            ),
        );
      const layer = /^[0-9a-f]{12}: /;
      const at = keep.findIndex((l) => layer.test(l));
      if (at >= 0) {
        const ls = keep
          .filter((l) => layer.test(l))
          .map((l) => l.replace(/^[0-9a-f]{12}/, '⟨LAYER⟩').replace(/(Mounted from) .*/, '$1'))
          .sort();
        t = [
          ...keep.slice(0, at).filter((l) => !layer.test(l)),
          ...ls,
          ...keep.slice(at).filter((l) => !layer.test(l)),
        ].join('\n');
      } else t = keep.join('\n');
    }
    if (mode === 'loose')
      return this.text(t, step, true)
        .split('\n')
        .map((l) => l.trimEnd())
        .filter(Boolean)
        .sort()
        .join('\n');
    if (mode === 'shape')
      return this.text(t, step, true)
        .replace(/\d+(\.\d+)?/g, '#')
        .replace(/[ \t]+/g, ' ')
        .replace(/ $/gm, '');
    return this.text(t, step);
  }
}

function diff(a, b) {
  const x = a.split('\n'),
    y = b.split('\n');
  const out = [];
  let i = 0;
  while (i < x.length && i < y.length && x[i] === y[i]) i++;
  let j = 0;
  while (j < x.length - i && j < y.length - i && x[x.length - 1 - j] === y[y.length - 1 - j]) j++;
  for (const l of x.slice(i, x.length - j).slice(0, 4)) out.push(`    - ${JSON.stringify(l)}`);
  for (const l of y.slice(i, y.length - j).slice(0, 4)) out.push(`    + ${JSON.stringify(l)}`);
  return `  line ${i + 1}\n${out.join('\n')}`;
}

export function compare(real, sim, log = console.log) {
  const A = new Normaliser(real),
    B = new Normaliser({ ...sim, normalise: real.normalise });
  const there = new Map(),
    back = new Map();
  const number = new Map(); // which value of the one stands for which value of the other
  const tag = ([k, v]) => {
    const key = `${k} ${v}`;
    if (!number.has(key)) number.set(key, number.size + 1);
    return `${k}:${number.get(key)}`;
  };
  let passed = 0,
    failed = 0;
  real.steps.forEach((s, i) => {
    if (!s.cmd) return;
    const o = sim.steps[i];
    const why = [];
    if (!o || o.cmd !== s.cmd || o.node !== s.node)
      why.push('  no such step in the second transcript');
    else {
      if (s.exit !== o.exit) why.push(`  exit: ${s.exit} / ${o.exit}`);
      for (const k of ['stdout', 'stderr']) {
        A.seen = [];
        B.seen = [];
        const a = A.stream(s[k], s),
          b = B.stream(o[k], s);
        if (a !== b) {
          why.push(`  ${k}${diff(a, b)}`);
          continue;
        }
        for (const [j, x] of A.seen.entries()) {
          // same text: are they also the same things as before?
          const y = B.seen[j],
            kx = x.join(' '),
            ky = y.join(' ');
          if ((there.has(kx) && there.get(kx) !== ky) || (back.has(ky) && back.get(ky) !== kx)) {
            why.push(
              `  ${k}: placeholder ${j + 1} is ${tag(x)} in the first, but in the second it is not the one that stood for it before (${x[1]} / ${y[1]})`,
            );
            back.delete(there.get(kx));
            there.delete(back.get(ky));
          }
          there.set(kx, ky);
          back.set(ky, kx);
        }
      }
    }
    if (why.length) {
      failed++;
      log(
        `FAIL ${real.name} step ${i + 1}: ${s.node}$ ${s.cmd.split('\n')[0]}\n${why.slice(0, 4).join('\n')}`,
      );
    } else passed++;
  });
  return { passed, failed };
}

if (import.meta.url === pathToFileURL(process.argv[1] || '').href) {
  const [a, b] = process.argv.slice(2);
  if (!a || !b) {
    console.error('usage: node compare.mjs REAL.json SIM.json   (or two folders)');
    process.exit(2);
  }
  const load = (f) => JSON.parse(fs.readFileSync(f, 'utf8'));
  let passed = 0,
    failed = 0;
  const pairs = fs.statSync(a).isDirectory()
    ? fs
        .readdirSync(a)
        .filter((f) => f.endsWith('.json'))
        .sort()
        .map((f) => [path.join(a, f), path.join(b, f)])
    : [[a, b]];
  for (const [x, y] of pairs) {
    const real = load(x);
    const sim = fs.existsSync(y) ? load(y) : { steps: [] };
    const r = compare(real, sim);
    passed += r.passed;
    failed += r.failed;
    if (pairs.length > 1)
      console.log(
        `${r.failed ? 'FAIL' : 'ok  '} ${path.basename(x)}: ${r.passed} passed, ${r.failed} failed`,
      );
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
