#!/usr/bin/env node
// compare-api.mjs REAL.json SIM.json      (or two folders of recordings: files are paired by name)
// Compares the answers of two engines step by step: status, meaningful headers, body by structure. Rules: README.md. No dependencies.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const RE = {
  hub: /\b(registry-1|auth|index)\.docker\.io\b/g,
  token: /SWMTKN-1-([a-z0-9]+)-([a-z0-9]+)/g,
  key: /SWMKEY-1-[A-Za-z0-9+/]+/g,
  pem: /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----\n?/g,
  sum: /\b(file|multi|dir):([0-9a-f]{6,64})\b/g,
  ids: /\b[0-9a-f]{64}\b|\b[a-z0-9]{25}\b|\b[a-z0-9]{12}\b/g,
  l26: /\b[A-Z2-7]{26}\b/g,
  rfc: /\b(?!0001-)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/g,
  rfc1123: /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g,
  ago: /\b(?:[Ll]ess than a second|[Aa]bout an? (?:minute|hour)|\d+ (?:second|minute|hour|day|week|month|year)s?)(?: ago)?\b/g,
  engine: /\b(?:[A-Z2-7]{4}:){11}[A-Z2-7]{4}\b/g,
  version: /\b20\.10\.\d+(?:\+dfsg1)?/g,
  tmp: /\b(docker-builder|docker-import-|tmp-|docker-import)\d+/g,
  src: /(\d+\.\d+\.\d+\.\d+):\d{4,5}(?=->\d)/g,
  rpid: /\b(init|shim|pid|process) \d+/g,
  size: /\b\d+(?:\.\d+)?(?:[kKMGT]i?)?B\b/g,
  ip: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  mac: /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g,
  name: /^(\/?)([a-z]+_[a-z]+\d?)$/,
};
// numbers that are never compared (only that they are numbers, and zero or not)
const VOLATILE = new Set([
  'Pid',
  'PID',
  'time',
  'timeNano',
  'Created',
  'Index',
  'NFd',
  'NGoroutines',
  'MemTotal',
  'NCPU',
  'NEventsListener',
]);
const SIZES = new Set([
  'Size',
  'VirtualSize',
  'SizeRw',
  'SizeRootFs',
  'SharedSize',
  'LayersSize',
  'SpaceReclaimed',
  'size',
  'current',
  'total',
]);
const OPAQUE = new Set([
  'TLSInfo',
  'CertIssuerSubject',
  'CertIssuerPublicKey',
  'TrustRoot',
  'BuildTime',
  'KernelVersion',
  'GitCommit',
  'GoVersion',
  'ContainerdCommit',
]);
const MACS = new Set(['MacAddress']);
const HEADERS_IGNORED = new Set(['date', 'content-length', 'transfer-encoding']);
const kindOf = (v) =>
  v === null
    ? 'null'
    : Array.isArray(v)
      ? v.length
        ? 'list'
        : '[]'
      : typeof v === 'object'
        ? Object.keys(v).length
          ? 'object'
          : '{}'
        : typeof v;

class Side {
  constructor(rec) {
    this.known = new Set();
    for (const m of JSON.stringify(rec).matchAll(/\b(?:[a-z0-9]{25}|[0-9a-f]{64})\b/g))
      this.known.add(m[0].slice(0, 12));
  }
  /** The text with placeholders, and what stood in their places: [template, [[kind, value]...]] */
  norm(s, f) {
    const found = [];
    const ph = (k, v) => {
      found.push([k, v]);
      return `⟨${k}#${found.length - 1}⟩`;
    };
    let t = s.replace(
      RE.hub,
      (_, h) => ({ 'registry-1': '⟨HUB⟩', auth: '⟨HUBAUTH⟩', index: '⟨HUBINDEX⟩' })[h],
    );
    t = t
      .replace(RE.token, (_, a, b) => `SWMTKN-1-${ph('CA', a)}-${ph('SECRET', b)}`)
      .replace(RE.key, (v) => ph('KEY', v))
      .replace(RE.pem, '⟨PEM⟩')
      .replace(RE.sum, (_, k, v) => `${k}:${ph('SUM', v.slice(0, 12))}`);
    t = t.replace(RE.ids, (v) => {
      const k = v.slice(0, 12);
      if (
        v.length === 12 &&
        !this.known.has(k) &&
        !(/^[0-9a-f]{12}$/.test(v) && /\d/.test(v) && /[a-f]/.test(v))
      )
        return v;
      return ph('ID', k) + (v.length === 12 ? '' : '+');
    });
    t = t
      .replace(RE.l26, '⟨LINK⟩')
      .replace(RE.rfc, '⟨TIME⟩')
      .replace(RE.rfc1123, '⟨TIME⟩')
      .replace(RE.ago, '⟨AGO⟩')
      .replace(RE.engine, '⟨ENGINE⟩')
      .replace(RE.version, '20.10.x')
      .replace(RE.tmp, '$1⟨N⟩')
      .replace(RE.src, '$1:⟨N⟩')
      .replace(RE.rpid, '$1 ⟨N⟩');
    if (f.has('sizes')) t = t.replace(RE.size, '⟨SIZE⟩');
    if (f.has('ips')) t = t.replace(RE.mac, (v) => ph('MAC', v)).replace(RE.ip, (v) => ph('IP', v));
    if (f.has('names')) t = t.replace(RE.name, (_, a, v) => a + ph('NAME', v));
    const seen = [];
    t = t.replace(/⟨([A-Z]+)#(\d+)⟩/g, (_, k, i) => {
      seen.push(found[i]);
      return `⟨${k}⟩`;
    });
    return [t, seen];
  }
}

export class Comparer {
  constructor(real, sim) {
    this.A = new Side(real);
    this.B = new Side(sim);
    this.there = new Map();
    this.back = new Map();
    this.flags0 = real.normalise || [];
  }
  begin(step) {
    this.step = step;
    this.f = new Set([...this.flags0, ...(step.normalise || [])]);
    this.out = [];
    this.pairs = [];
    this.un = (step.unordered || []).map(toRe);
    this.ig = (step.ignore || []).map(toRe);
    this.sh = (step.shape || []).map(toRe);
  }
  bad(p, a, b) {
    this.out.push(`${p}: ${short(a)} / ${short(b)}`);
  }
  /** Lists without an order: those the step names, and two that come out of Go maps everywhere. */
  loose(p, key, v) {
    return (
      this.un.some((r) => r.test(p)) ||
      (key === 'Ports' && v[0]?.PrivatePort !== undefined) ||
      (key === 'Mounts' && v[0]?.RW !== undefined)
    );
  }
  volatile(key) {
    return VOLATILE.has(key) || (this.f.has('sizes') && SIZES.has(key));
  }
  /** Canonical text of a value without the identity of its placeholders, to match elements of lists that have no order. */
  blank(v, side, p, key) {
    if (this.ig.some((r) => r.test(p))) return '"⟨ignored⟩"';
    if (typeof v === 'string')
      return JSON.stringify(OPAQUE.has(key) && v ? '⟨opaque⟩' : side.norm(v, this.f)[0]);
    if (typeof v === 'number') return this.volatile(key) ? (v ? '"⟨N⟩"' : '0') : String(v);
    if (Array.isArray(v)) {
      const l = v.map((x) => this.blank(x, side, `${p}[*]`, key));
      if (this.loose(p, key, v)) l.sort();
      return `[${l}]`;
    }
    if (v && typeof v === 'object')
      return `{${Object.entries(v)
        .map(([k, x]) => {
          const n = side.norm(k, this.f)[0];
          return `${JSON.stringify(n)}:${this.blank(x, side, `${p}.${n}`, n)}`;
        })
        .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))}}`;
    return JSON.stringify(v);
  }
  fits(pairs) {
    return pairs.every(([x, y]) => (this.there.get(x) ?? y) === y && (this.back.get(y) ?? x) === x);
  }
  trial(fn) {
    const { out, pairs } = this;
    this.out = [];
    this.pairs = [];
    fn();
    const r = { ok: !this.out.length, pairs: this.pairs };
    this.out = out;
    this.pairs = pairs;
    return r;
  }
  match(as, bs, key, cmp) {
    // elements of two unordered lists
    const left = bs.map((b) => [b, key(b, this.B)]);
    const lost = [];
    let n = 0;
    for (const a of as) {
      const ka = key(a, this.A);
      const c = left.map((x, i) => [x, i]).filter(([x]) => x[1] === ka);
      const score = ([x]) => {
        const t = this.trial(() => cmp(a, x[0]));
        return this.fits([...this.pairs, ...t.pairs]) && consistent([...this.pairs, ...t.pairs])
          ? t.pairs.filter(([k]) => this.there.has(k)).length + 1
          : -1;
      };
      const best = c.map((x) => [score(x), x]).sort((x, y) => y[0] - x[0])[0];
      if (!best) {
        lost.push(a);
        continue;
      }
      left.splice(best[1][1], 1);
      cmp(a, best[1][0][0]);
      n++;
    }
    return [lost, left.map((x) => x[0]), n];
  }
  value(a, b, p, key = '') {
    if (this.ig.some((r) => r.test(p))) return;
    if (this.sh.some((r) => r.test(p))) return this.shape(a, b, p);
    const ka = kindOf(a),
      kb = kindOf(b);
    if (ka !== kb) return this.bad(p, a, b);
    if (typeof a === 'string') {
      if (OPAQUE.has(key)) {
        if (!a !== !b) this.bad(p, a, b);
        return;
      }
      if (MACS.has(key) && this.f.has('ips')) {
        if (!a !== !b) this.bad(p, a, b);
        return;
      }
      const [ta, sa] = this.A.norm(a, this.f),
        [tb, sb] = this.B.norm(b, this.f);
      if (ta !== tb) return this.bad(p, a, b);
      sa.forEach((x, i) => this.pairs.push([x.join(' '), sb[i].join(' '), p]));
    } else if (typeof a === 'number') {
      if (this.volatile(key) ? !a !== !b : a !== b) this.bad(p, a, b);
    } else if (typeof a === 'boolean') {
      if (a !== b) this.bad(p, a, b);
    } else if (Array.isArray(a)) {
      if (this.loose(p, key, a)) {
        const [la, lb] = this.match(
          a,
          b,
          (x, s) => this.blank(x, s, `${p}[*]`, key),
          (x, y) => this.value(x, y, `${p}[*]`, key),
        );
        if (la.length === 1 && lb.length === 1) return this.value(la[0], lb[0], `${p}[*]`, key);
        for (const x of la.slice(0, 3)) this.out.push(`${p}: only in the first: ${short(x)}`);
        for (const x of lb.slice(0, 3)) this.out.push(`${p}: only in the second: ${short(x)}`);
      } else {
        if (a.length !== b.length)
          this.out.push(`${p}: ${a.length} / ${b.length} elements: ${short(a)} / ${short(b)}`);
        for (let i = 0; i < Math.min(a.length, b.length); i++)
          this.value(a[i], b[i], `${p}[${i}]`, key);
      }
    } else if (a && typeof a === 'object') {
      const kf = new Set([...this.f].filter((x) => x !== 'names'));
      const nk = (k, s) => s.norm(k, kf)[0];
      const ga = group(a, (k) => nk(k, this.A)),
        gb = group(b, (k) => nk(k, this.B));
      for (const k of new Set([...ga.keys(), ...gb.keys()])) {
        const x = ga.get(k) || [],
          y = gb.get(k) || [];
        if (!x.length || !y.length) {
          this.out.push(
            `${p}.${k}: ${x.length ? `${short(a[x[0]])} / absent` : `absent / ${short(b[y[0]])}`}`,
          );
          continue;
        }
        const one = (m, n) => {
          const [, sm] = this.A.norm(m, kf),
            [, sn] = this.B.norm(n, kf);
          sm.forEach((z, i) => this.pairs.push([z.join(' '), sn[i].join(' '), `${p}.${k}`]));
          this.value(a[m], b[n], `${p}.${k}`, k);
        };
        if (x.length === 1 && y.length === 1) one(x[0], y[0]);
        else {
          const [la, lb] = this.match(
            x,
            y,
            (m, s) => this.blank(s === this.A ? a[m] : b[m], s, `${p}.${k}`, k),
            one,
          );
          if (la.length + lb.length)
            this.out.push(`${p}.${k}: entries differ: ${short(la)} / ${short(lb)}`);
        }
      }
    }
  }
  shape(a, b, p) {
    // same keys and kinds of values; length of lists and all values are left alone, null and [] and {} are not told apart from a filled one
    const soft = (v) => (v === null ? 'null' : Array.isArray(v) ? 'list' : typeof v);
    if (this.ig.some((r) => r.test(p))) return;
    if (soft(a) !== soft(b) && !(a === null || b === null)) return this.bad(p, a, b);
    if (a === null || b === null) return;
    if (Array.isArray(a)) {
      if (a.length && b.length) this.shape(a[0], b[0], `${p}[0]`);
    } else if (typeof a === 'object')
      for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) {
        const q = `${p}.${k}`;
        if (!(k in a) || !(k in b))
          this.out.push(`${q}: ${k in a ? 'present / absent' : 'absent / present'}`);
        else this.shape(a[k], b[k], q);
      }
  }
  /** One step: list of differences. */
  compare(step, other) {
    this.begin(step);
    const r = step.response,
      s = other?.response;
    const mode = step.compare || '';
    if (!s) return ['no such step in the second recording'];
    if (r.status !== s.status)
      this.out.push(
        `status: ${r.status} / ${s.status}${s.body?.message || r.body?.message ? ` (${short(r.body?.message ?? '')} / ${short(s.body?.message ?? '')})` : ''}`,
      );
    if (mode === 'status') return this.out;
    const h = (x) =>
      Object.fromEntries(
        Object.entries(x.headers || {}).filter(([k]) => !HEADERS_IGNORED.has(k.toLowerCase())),
      );
    const ha = h(r),
      hb = h(s);
    for (const k of new Set([...Object.keys(ha), ...Object.keys(hb)])) {
      if (!(k in ha) || !(k in hb)) {
        this.out.push(`header ${k}: ${ha[k] ?? 'absent'} / ${hb[k] ?? 'absent'}`);
        continue;
      }
      if (k === 'X-Docker-Container-Path-Stat') {
        const d = (v) => JSON.parse(Buffer.from(v, 'base64').toString());
        let x, y;
        try {
          x = d(ha[k]);
          y = d(hb[k]);
        } catch {
          this.bad(`header ${k}`, ha[k], hb[k]);
          continue;
        }
        this.value(x, y, `${k}`);
        continue;
      }
      this.value(ha[k], hb[k], `header ${k}`);
    }
    const fr = (x) =>
      x.framing === 'hijacked' ? 'hijacked' : x.framing === 'none' ? 'none' : 'body';
    if (fr(r) !== fr(s) && this.step.request.method !== 'HEAD')
      this.out.push(`framing: ${r.framing} / ${s.framing}`);
    if ((r.newline ?? true) !== (s.newline ?? true))
      this.out.push(`newline at the end: ${r.newline} / ${s.newline}`);
    if ('eol' in r && r.eol !== s.eol) this.out.push(`line end: ${short(r.eol)} / ${short(s.eol)}`);
    const form = (x) =>
      ['body', 'ndjson', 'frames', 'tar', 'text', 'base64', 'bytes'].find((k) => k in x) ||
      'nothing';
    const fa = form(r),
      fb = form(s);
    if (fa !== fb) {
      this.out.push(`body is ${fa} ${short(r[fa])} / ${fb} ${short(s[fb])}`);
      return this.out;
    }
    if (fa === 'nothing' || fa === 'bytes') {
      /* nothing to compare */
    } else if (fa === 'ndjson') this.value(lines(r.ndjson, mode), lines(s.ndjson, mode), '$');
    else if (fa === 'frames') {
      const x = frames(r.frames, mode),
        y = frames(s.frames, mode);
      this.value(x, y, '$');
    } else if (fa === 'text')
      this.value(r.text.replace(/\r\n/g, '\n'), s.text.replace(/\r\n/g, '\n'), '$');
    else if (fa === 'tar') this.value(r.tar, s.tar, '$');
    else this.value(r[fa], s[fa], '$');
    if (this.out.length) return this.out; // a step that differs anyway teaches nothing about who stands for whom
    for (const [x, y, p] of this.pairs) {
      // same text: are they also the same things as before?
      if ((this.there.get(x) ?? y) !== y || (this.back.get(y) ?? x) !== x) {
        this.out.push(`${p}: ${x} is not the one that stood for it before (${y})`);
        this.back.delete(this.there.get(x));
        this.there.delete(this.back.get(y));
      }
      this.there.set(x, y);
      this.back.set(y, x);
    }
    return this.out;
  }
}
const consistent = (pairs) => {
  const t = new Map(),
    b = new Map();
  for (const [x, y] of pairs) {
    if ((t.get(x) ?? y) !== y || (b.get(y) ?? x) !== x) return false;
    t.set(x, y);
    b.set(y, x);
  }
  return true;
};
const group = (o, n) => {
  const m = new Map();
  for (const k of Object.keys(o)) {
    const x = n(k);
    if (!m.has(x)) m.set(x, []);
    m.get(x).push(k);
  }
  return m;
};
const short = (v) => {
  const s = JSON.stringify(v) ?? 'absent';
  return s.length > 160 ? s.slice(0, 157) + '...' : s;
};
function toRe(p) {
  return new RegExp(
    '^' +
      p
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('\\[\\*\\]', '\\[(?:\\*|\\d+)\\]')
        .replaceAll('\\.\\*', '\\.[^.\\[]+') +
      '$',
  );
}
const NOISY =
  /^(Waiting|Verifying Checksum|Download complete|Downloading|Extracting|Preparing|Pushing|Retrying.*)$/;
function lines(l, mode) {
  let r = l;
  if (mode === 'pull') {
    // moving progress dropped, the layers in alphabetical order of their last words
    r = l.filter((x) => !(x && typeof x === 'object' && NOISY.test(x.status || '') && x.id));
    const layer = (x) => /^[0-9a-f]{12}$/.test(x.id || '');
    const at = r.findIndex(layer);
    if (at >= 0)
      r = [
        ...r.slice(0, at),
        ...r
          .filter(layer)
          .map((x) => x)
          .sort((a, b) => (a.status < b.status ? -1 : a.status > b.status ? 1 : 0))
          .map(({ id: _id, ...x }) => ({ ...x, layer: true })),
        ...r.slice(at).filter((x) => !layer(x)),
      ];
  }
  if (mode === 'build') {
    // neighbouring "stream" lines are one text
    const o = [];
    for (const x of lines(l, 'pull')) {
      const last = o.at(-1);
      if (x && typeof x.stream === 'string' && last && typeof last.stream === 'string')
        last.stream += x.stream;
      else o.push({ ...x });
    }
    for (const x of o)
      if (typeof x.stream === 'string') x.stream = x.stream.replaceAll('\x1b[0m\x1b[91m', '');
    r = o;
  }
  return r;
}
function frames(l, mode) {
  if (mode === 'streams') {
    const o = {};
    for (const x of l) {
      const k = x.stream ?? 'rest';
      o[k] = (o[k] || '') + (x.text ?? x.rest);
    }
    return o;
  }
  const o = [];
  for (const x of l) {
    const last = o.at(-1);
    if (last && last.stream === x.stream && 'text' in x) last.text += x.text;
    else o.push({ ...x });
  }
  return o;
}
export function compareRecordings(real, sim, log = console.log) {
  const c = new Comparer(real, sim);
  let passed = 0,
    failed = 0;
  real.steps.forEach((st, i) => {
    if (!st.request) return;
    const o = sim.steps[i];
    const d =
      o?.request?.path === st.request.path && o.request.method === st.request.method
        ? c.compare(st, o)
        : ['no such step in the second recording'];
    if (d.length) {
      failed++;
      log(
        `FAIL ${real.name} step ${i + 1}: ${st.node} ${st.request.method} ${st.request.path.slice(0, 140)}`,
      );
      for (const x of d.slice(0, 6)) log(`    ${x}`);
      if (d.length > 6) log(`    ... ${d.length - 6} more`);
    } else passed++;
  });
  return { passed, failed };
}
if (import.meta.url === pathToFileURL(process.argv[1] || '').href) {
  const [a, b] = process.argv.slice(2);
  if (!a || !b) {
    console.error('usage: node compare-api.mjs REAL.json SIM.json   (or two folders)');
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
    const r = compareRecordings(load(x), fs.existsSync(y) ? load(y) : { steps: [] });
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
