/** ip: links, addresses, routes and neighbours of a network namespace. Models iproute2 and BusyBox. */
import { sys, type NetInfo, type Sys } from '../../kernel';
import type { Context } from './tool';

type Interface = NetInfo['interfaces'][number];

/** A bridge without ports that are up has no carrier. */
function hasCarrier(i: Interface, all: readonly Interface[]): boolean {
  return i.kind !== 'bridge' || all.some((port) => port.master === i.name && port.up);
}

function flagsOf(i: Interface, all: readonly Interface[]): string {
  const list: string[] = [];
  const carrier = hasCarrier(i, all);
  if (i.up && !carrier) list.push('NO-CARRIER');
  if (i.kind === 'loopback') list.push('LOOPBACK');
  else list.push('BROADCAST', 'MULTICAST');
  if (i.up) list.push('UP');
  if (i.up && carrier) list.push('LOWER_UP');
  return list.join(',');
}

function stateOf(i: Interface, all: readonly Interface[]): string {
  if (i.kind === 'loopback') return 'UNKNOWN';
  return i.up && hasCarrier(i, all) ? 'UP' : 'DOWN';
}

/** The kernel numbers the other network namespaces as they are met. */
function namespaceId(i: Interface, all: readonly Interface[]): string {
  if (i.peerNamespace === undefined) return '';
  const known = [
    ...new Set(all.flatMap((x) => (x.peerNamespace === undefined ? [] : [x.peerNamespace]))),
  ];
  return ` link-netnsid ${known.indexOf(i.peerNamespace)}`;
}

const shownName = (i: Interface) =>
  i.peerIndex === undefined ? i.name : `${i.name}@if${i.peerIndex}`;

function broadcast(cidr: string): string {
  const [address, bits] = cidr.split('/');
  const value = address!.split('.').reduce((n, part) => n * 256 + Number(part), 0);
  const host = 2 ** (32 - Number(bits)) - 1;
  const all = Math.floor(value / (host + 1)) * (host + 1) + host;
  return [24, 16, 8, 0].map((s) => Math.floor(all / 2 ** s) % 256).join('.');
}

function linkLines(i: Interface, all: readonly Interface[], busybox: boolean): string {
  const queue =
    i.kind === 'loopback' || i.kind === 'veth' || i.kind === 'bridge' || i.kind === 'vxlan'
      ? 'noqueue'
      : 'fq_codel';
  const master = i.master === undefined ? '' : `master ${i.master} `;
  const type = i.kind === 'loopback' ? 'loopback' : 'ether';
  const netns = namespaceId(i, all);
  const brd = i.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const length = i.kind === 'ethernet' || i.kind === 'loopback' ? 'qlen 1000' : '';
  const state = stateOf(i, all);
  // BusyBox leaves an unknown state out, and knows no groups.
  const shown = busybox && state === 'UNKNOWN' ? '' : `state ${state} `;
  const group = busybox ? '' : 'group default ';
  const flags = flagsOf(i, all) + (busybox && i.peerIndex !== undefined ? ',M-DOWN' : '');
  return `${i.index}: ${shownName(i)}: <${flags}> mtu ${i.mtu} qdisc ${queue} ${master}${shown}${group}${length}\n    link/${type} ${i.mac} brd ${brd}${busybox ? '' : netns}\n`;
}

function addressLines(i: Interface): string {
  return i.addresses
    .map((cidr) => {
      const scope = i.kind === 'loopback' ? 'host' : 'global';
      const brd = i.kind === 'loopback' || cidr.endsWith('/32') ? '' : ` brd ${broadcast(cidr)}`;
      return `    inet ${cidr}${brd} scope ${scope} ${i.name}\n       valid_lft forever preferred_lft forever\n`;
    })
    .join('');
}

function brief(i: Interface, link: boolean, all: readonly Interface[]): string {
  const state = stateOf(i, all);
  const tail = link ? `${i.mac} <${flagsOf(i, all)}> ` : `${i.addresses.join(' ')} `;
  return `${shownName(i).padEnd(16)} ${state.padEnd(14)} ${tail}\n`;
}

/** ip */
export function* runIp(tool: Context): Sys<number> {
  const words = tool.args.filter((a) => !/^-(4|br|brief|c|o|oneline|s|d|color.*)$/.test(a));
  const short = tool.args.some((a) => a === '-br' || a === '-brief');
  const oneLine = tool.args.some((a) => a === '-o' || a === '-oneline');
  const info = yield* sys.netinfo();
  const object = words[0] ?? '';
  const rest = words
    .slice(1)
    .filter((w) => !['show', 'list', 'ls', 's', 'l', 'dev', 'sh'].includes(w));
  const fits = (full: string) => object !== '' && full.startsWith(object);
  if (fits('address') || fits('link')) {
    const link = fits('link') && !fits('address');
    if (rest.length > 0 && ['add', 'del', 'set', 'flush', 'delete'].includes(rest[0]!))
      return yield* tool.notSimulated(tool.args.join(' '));
    const chosen =
      rest[0] === undefined ? info.interfaces : info.interfaces.filter((i) => i.name === rest[0]);
    if (chosen.length === 0 && rest[0] !== undefined) {
      yield* sys.write(
        2,
        tool.busybox
          ? `ip: can't find device '${rest[0]}'\n`
          : `Device "${rest[0]}" does not exist.\n`,
      );
      return 1;
    }
    for (const i of chosen) {
      const all = info.interfaces;
      if (short) yield* tool.print(brief(i, link, all));
      else {
        const text = linkLines(i, all, tool.busybox) + (link ? '' : addressLines(i));
        // -o: one line each, with a backslash where a line would end.
        yield* tool.print(oneLine ? `${text.slice(0, -1).replace(/\n/g, '\\')}\n` : text);
      }
    }
    return 0;
  }
  if (fits('route')) return yield* routes(tool, info, rest);
  if (fits('neighbour') || fits('neighbor')) {
    for (const n of info.neighbours)
      yield* tool.print(`${n.address} dev ${n.device} lladdr ${n.mac} REACHABLE\n`);
    return 0;
  }
  if (object === '') {
    yield* sys.write(
      2,
      'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch filename\n',
    );
    return tool.busybox ? 1 : 255;
  }
  // The engine's namespaces have no names under /run/netns, and nobody else makes any.
  if (fits('netns')) {
    if (words.length < 2 || 'list'.startsWith(words[1]!)) return 0;
    if (words[1] === 'exec' && words[2] !== undefined)
      return yield* missingNamespace(tool, words[2]);
    return yield* tool.notSimulated(tool.args.join(' '));
  }
  if (['rule', 'tunnel', 'maddr', 'monitor', 'xfrm', 'vrf'].some((o) => o.startsWith(object)))
    return yield* tool.notSimulated(tool.args.join(' '));
  yield* sys.write(2, `Object "${object}" is unknown, try "ip help".\n`);
  return 1;
}

function* missingNamespace(tool: Context, name: string): Sys<number> {
  yield* tool.say(`Cannot open network namespace "${name}": No such file or directory\n`);
  return 255;
}

function* routes(tool: Context, info: NetInfo, rest: readonly string[]): Sys<number> {
  if (rest[0] !== undefined && ['add', 'del', 'get', 'replace'].includes(rest[0]))
    return yield* tool.notSimulated(tool.args.join(' '));
  for (const r of info.routes) {
    const destination = r.destination === '0.0.0.0/0' ? 'default' : r.destination;
    const via = r.gateway === undefined ? '' : ` via ${r.gateway}`;
    const kernel = r.gateway === undefined ? ' proto kernel scope link' : '';
    const source = r.source === undefined || r.gateway !== undefined ? '' : ` src ${r.source}`;
    yield* tool.print(`${destination}${via} dev ${r.device}${kernel}${source} \n`);
  }
  return 0;
}
