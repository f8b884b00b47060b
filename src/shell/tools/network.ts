/** ss, netstat, ping, nslookup, dig, hostname, iptables, ipvsadm: what a network namespace shows. */
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { formatTime } from '../time-format';
import { runIp } from './ip';
import { type Context, type Tool } from './tool';

function endpoint(a: { address: string; port: number } | undefined): string {
  if (!a) return '0.0.0.0:*';
  return `${a.address === '' ? '0.0.0.0' : a.address}:${a.port}`;
}

function* runNetstat(tool: Context): Sys<number> {
  const { flags } = yield* tool.options({
    short: 'tulnapreWx',
    long: { numeric: 'n', listening: 'l', tcp: 't', udp: 'u', programs: 'p', all: 'a', route: 'r' },
  });
  const info = yield* sys.netinfo();
  if (flags.has('r')) {
    yield* tool.print(
      'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n',
    );
    for (const r of info.routes) {
      const [address, bits] = r.destination.split('/');
      const mask = [24, 16, 8, 0]
        .map((s) => Math.floor((2 ** 32 - 2 ** (32 - Number(bits))) / 2 ** s) % 256)
        .join('.');
      const gateway = r.gateway ?? '0.0.0.0';
      yield* tool.print(
        `${address!.padEnd(16)}${gateway.padEnd(16)}${mask.padEnd(16)}${(r.gateway ? 'UG' : 'U').padEnd(6)}  0 0          0 ${r.device}\n`,
      );
    }
    return 0;
  }
  const any = !flags.has('t') && !flags.has('u');
  const head = flags.has('l')
    ? '(only servers)'
    : flags.has('a')
      ? '(servers and established)'
      : '(w/o servers)';
  const program = flags.has('p') ? '    PID/Program name' : '';
  yield* tool.print(
    `Active Internet connections ${head}\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ${program}\n`,
  );
  for (const s of info.sockets) {
    if (!any && !flags.has(s.protocol === 'tcp' ? 't' : 'u')) continue;
    const listening = s.state === 'LISTEN';
    if (flags.has('l') ? !listening : !flags.has('a') && listening) continue;
    const state = s.protocol === 'udp' ? '' : listening ? 'LISTEN' : 'ESTABLISHED';
    const owner = flags.has('p')
      ? ` ${s.pid === undefined ? '-' : `${s.pid}/${s.program ?? ''}`}`
      : '';
    yield* tool.print(
      `${s.protocol.padEnd(5)} ${'0'.padStart(6)} ${'0'.padStart(6)} ${endpoint(s.local).padEnd(23)} ${endpoint(s.peer).padEnd(23)} ${state.padEnd(11)}${owner}\n`,
    );
  }
  return 0;
}

function* runSs(tool: Context): Sys<number> {
  const { flags } = yield* tool.options({
    short: 'tulnapxsHeim',
    long: { numeric: 'n', listening: 'l', tcp: 't', udp: 'u', processes: 'p', all: 'a' },
  });
  const info = yield* sys.netinfo();
  const any = !flags.has('t') && !flags.has('u');
  const netid = any || (flags.has('t') && flags.has('u'));
  const rows = info.sockets.filter((s) => {
    if (!any && !flags.has(s.protocol === 'tcp' ? 't' : 'u')) return false;
    const listening = s.state === 'LISTEN';
    return flags.has('a') || (flags.has('l') ? listening : !listening);
  });
  const head = `${netid ? 'Netid ' : ''}State  Recv-Q Send-Q Local Address:Port Peer Address:Port${flags.has('p') ? ' Process' : ''}`;
  yield* tool.print(`${head}\n`);
  for (const s of rows) {
    const state = s.protocol === 'udp' ? 'UNCONN' : s.state;
    const backlog = s.state === 'LISTEN' && s.protocol === 'tcp' ? '4096' : '0';
    const owner =
      flags.has('p') && s.pid !== undefined
        ? `users:(("${s.program ?? ''}",pid=${s.pid},fd=3))`
        : '';
    yield* tool.print(
      `${netid ? s.protocol.padEnd(6) : ''}${state.padEnd(6)} ${'0'.padEnd(6)} ${backlog.padEnd(6)} ${endpoint(s.local).padStart(18)} ${endpoint(s.peer).padStart(17)} ${owner}\n`,
    );
  }
  return 0;
}

interface PingState {
  sent: number;
  received: number;
  times: number[];
}

/** Square root by Newton's method: the same on every machine. */
function root(value: number): number {
  if (value <= 0) return 0;
  let x = value;
  for (let i = 0; i < 60; i++) x = (x + value / x) / 2;
  return x;
}

function pingSummary(tool: Context, host: string, state: PingState, totalUs: number): string {
  const { sent, received, times } = state;
  const loss = sent === 0 ? 0 : Math.round(((sent - received) / sent) * 100);
  const ms = (us: number) => (us / 1000).toFixed(3);
  const min = Math.min(...times);
  const max = Math.max(...times);
  const mean = times.reduce((a, b) => a + b, 0) / Math.max(1, times.length);
  if (tool.busybox) {
    const line =
      received > 0 ? `round-trip min/avg/max = ${ms(min)}/${ms(mean)}/${ms(max)} ms\n` : '';
    return `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n${line}`;
  }
  const deviation = root(
    times.reduce((a, t) => a + (t - mean) * (t - mean), 0) / Math.max(1, times.length),
  );
  const line =
    received > 0
      ? `rtt min/avg/max/mdev = ${ms(min)}/${ms(mean)}/${ms(max)}/${ms(deviation)} ms\n`
      : '';
  const pipe = received > 0 ? '' : '\n';
  return `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} received, ${loss}% packet loss, time ${Math.floor(totalUs / 1000)}ms\n${line}${pipe}`;
}

function* runPing(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? '46c:s:t:w:W:i:I:qnA' : '46c:s:t:w:W:i:I:qnaAbDf',
  });
  const host = operands[0];
  if (host === undefined) {
    if (tool.busybox) yield* tool.usage();
    yield* sys.write(2, 'ping: usage error: Destination address required\n');
    return 1;
  }
  // A clone goes on behind its checkpoint.
  const before = tool.start.resume as PingResume | undefined;
  let address = before?.address ?? host;
  if (!before && !/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    try {
      address = (yield* sys.resolve(host)).addresses[0]!;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.write(
        2,
        tool.busybox
          ? `ping: bad address '${host}'\n`
          : `ping: ${host}: Name or service not known\n`,
      );
      return tool.busybox ? 1 : 2;
    }
  }
  const resumed = before;
  if (!resumed) yield* sys.sigaction('INT', 'catch');
  const count = values.has('c') ? Number(values.get('c')) : Infinity;
  const bytes = Number(values.get('s') ?? 56);
  const intervalUs = Number(values.get('i') ?? 1) * 1e6;
  const limit = values.has('w') ? Number(values.get('w')) * 1e6 : Infinity;
  const waitUs = Number(values.get('W') ?? 10) * 1e6;
  const size = tool.busybox ? `${bytes} data bytes` : `${bytes}(${bytes + 28}) bytes of data.`;
  if (!resumed)
    yield* sys.write(
      1,
      tool.busybox ? `PING ${host} (${address}): ${size}\n` : `PING ${host} (${address}) ${size}\n`,
    );
  const begin = resumed?.begin ?? (yield* sys.clock()).monotonicUs;
  const state: PingState = resumed
    ? { ...resumed.state, times: [...resumed.state.times] }
    : { sent: 0, received: 0, times: [] };
  yield* pingLoop(
    tool,
    {
      host,
      address,
      bytes,
      count,
      intervalUs,
      limit: begin + limit,
      waitUs,
      quiet: flags.has('q'),
      begin,
    },
    state,
  );
  const total = (yield* sys.clock()).monotonicUs - begin;
  yield* sys.write(1, pingSummary(tool, host, state, total));
  return state.received > 0 ? 0 : 1;
}

/** What a checkpoint keeps. */
interface PingResume {
  readonly address: string;
  readonly begin: number;
  readonly state: PingState;
}

interface PingPlan {
  readonly begin: number;
  readonly host: string;
  readonly address: string;
  readonly bytes: number;
  readonly count: number;
  readonly intervalUs: number;
  readonly limit: number;
  readonly waitUs: number;
  readonly quiet: boolean;
}

function* keepPing(plan: PingPlan, state: PingState): Sys<void> {
  const { address, begin } = plan;
  yield* sys.checkpoint({
    address,
    begin,
    state: { ...state, times: [...state.times] },
  } satisfies PingResume);
}

function* pingLoop(tool: Context, plan: PingPlan, state: PingState): Sys<void> {
  try {
    while (state.sent < plan.count && (yield* sys.clock()).monotonicUs < plan.limit) {
      const at = (yield* sys.clock()).monotonicUs;
      state.sent++;
      try {
        const waitUs =
          state.sent < plan.count ? Math.min(plan.waitUs, plan.intervalUs) : plan.waitUs;
        const reply = yield* sys.ping(plan.address, plan.bytes, 64, waitUs);
        state.received++;
        state.times.push(reply.roundTripUs);
        const ms = (reply.roundTripUs / 1000).toFixed(3);
        const seq = tool.busybox ? `seq=${state.sent - 1}` : `icmp_seq=${state.sent}`;
        const name =
          tool.busybox || plan.host === reply.from ? reply.from : `${plan.host} (${reply.from})`;
        const shown = tool.busybox
          ? ms
          : state.times.at(-1)! < 10_000
            ? ms
            : (reply.roundTripUs / 1000).toFixed(1);
        if (!plan.quiet)
          yield* sys.write(
            1,
            `${plan.bytes + 8} bytes from ${name}: ${seq} ttl=${reply.ttl} time=${shown} ms\n`,
          );
      } catch (error) {
        if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
        if (error.errno === 'EHOSTUNREACH' && !tool.busybox) {
          yield* sys.write(
            1,
            `From ${plan.address} icmp_seq=${state.sent} Destination Host Unreachable\n`,
          );
        } else if (error.errno === 'ENETUNREACH') {
          yield* sys.write(
            2,
            tool.busybox
              ? `ping: sendto: Network unreachable\n`
              : 'ping: connect: Network is unreachable\n',
          );
          return;
        }
      }
      const left = at + plan.intervalUs - (yield* sys.clock()).monotonicUs;
      if (state.sent < plan.count && left > 0) yield* sys.sleep(left);
      if (state.sent % 16 === 0) yield* keepPing(plan, state);
    }
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    yield* sys.sigpending();
  }
}

function* lookup(name: string): Sys<{ addresses: readonly string[]; server: string } | undefined> {
  try {
    return yield* sys.resolve(name);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

function* nameServer(): Sys<string> {
  try {
    const text = yield* sys.readText('/etc/resolv.conf');
    return /^nameserver\s+(\S+)/m.exec(text)?.[1] ?? '127.0.0.1';
  } catch (error) {
    if (error instanceof SysError) return '127.0.0.1';
    throw error;
  }
}

function* runNslookup(tool: Context): Sys<number> {
  const name = tool.args.find((a) => !a.startsWith('-'));
  if (name === undefined) return yield* tool.usage();
  const found = yield* lookup(name);
  const server = found?.server || (yield* nameServer());
  yield* tool.print(`Server:\t\t${server}\nAddress:\t${server}${tool.busybox ? ':' : '#'}53\n\n`);
  if (!found) {
    yield* tool.print(
      tool.busybox
        ? `** server can't find ${name}: NXDOMAIN\n\n`
        : `** server can't find ${name}: NXDOMAIN\n\n`,
    );
    return 1;
  }
  yield* tool.print('Non-authoritative answer:\n');
  for (const address of found.addresses) yield* tool.print(`Name:\t${name}\nAddress: ${address}\n`);
  // busybox asks for IPv6 addresses too, of which there are none.
  yield* tool.print(tool.busybox ? '\nNon-authoritative answer:\n\n' : '\n');
  return 0;
}

/** The answer as dig 9.18 lays it out; the number of the query is the simulator's. */
function* digText(name: string, addresses: readonly string[] | undefined): Sys<string> {
  const servers = /^nameserver\s+(\S+)/m.exec(yield* sys.readText('/etc/resolv.conf'));
  const server = servers?.[1] ?? '127.0.0.1';
  const id = (yield* sys.random(2)).reduce((n, b) => n * 256 + b, 0);
  const status = addresses ? 'NOERROR' : 'NXDOMAIN';
  const full = name.endsWith('.') ? name : `${name}.`;
  const tabs = '\t'.repeat(Math.max(1, 3 - Math.floor(full.length / 8)));
  const answers = (addresses ?? []).map((a) => `${full}${tabs}600\tIN\tA\t${a}\n`).join('');
  const now = formatTime('%a %b %d %H:%M:%S UTC %Y', (yield* sys.clock()).unixUs);
  return (
    `\n; <<>> DiG 9.18.33-1~deb12u2-Debian <<>> ${name}\n;; global options: +cmd\n` +
    `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${id}\n` +
    `;; flags: qr rd ra; QUERY: 1, ANSWER: ${addresses?.length ?? 0}, AUTHORITY: 0, ADDITIONAL: 0\n\n` +
    `;; QUESTION SECTION:\n;${full}${tabs}\tIN\tA\n\n` +
    (answers === '' ? '' : `;; ANSWER SECTION:\n${answers}\n`) +
    `;; Query time: 0 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n;; WHEN: ${now}\n` +
    `;; MSG SIZE  rcvd: ${full.length + 17 + 16 * (addresses?.length ?? 0)}\n\n`
  );
}

function* runDig(tool: Context): Sys<number> {
  const name = tool.args.find((a) => !/^[-+@]/.test(a) && !/^(A|AAAA|ANY)$/.test(a));
  if (name === undefined) return yield* tool.notSimulated('without a name');
  const found = yield* lookup(name);
  if (!tool.args.includes('+short')) {
    yield* tool.print(yield* digText(name, found?.addresses));
    return 0;
  }
  for (const address of found?.addresses ?? []) yield* tool.print(`${address}\n`);
  return 0;
}

function* runHostname(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: 'fsidIAF:y',
    long: { fqdn: 'f', short: 's', 'ip-address': 'i', 'all-ip-addresses': 'I' },
  });
  const { nodename } = yield* sys.uname();
  if (operands[0] !== undefined) {
    try {
      yield* sys.sethostname(operands[0]);
      return 0;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return yield* tool.fail(
        tool.busybox
          ? `sethostname: ${errnoText(error.errno)}`
          : 'you must be root to change the host name',
      );
    }
  }
  if (flags.has('I')) {
    const info = yield* sys.netinfo();
    const list = info.interfaces
      .filter((i) => i.kind !== 'loopback')
      .flatMap((i) => i.addresses.map((a) => a.split('/')[0]!));
    yield* tool.print(`${list.join(' ')} \n`);
  } else if (flags.has('i')) {
    const found = yield* lookup(nodename);
    if (!found) return yield* tool.fail('Name or service not known');
    yield* tool.print(`${found.addresses.join(' ')}\n`);
  } else if (flags.has('s')) yield* tool.print(`${nodename.split('.')[0]!}\n`);
  else if (flags.has('d')) yield* tool.print(`${nodename.split('.').slice(1).join('.')}\n`);
  else yield* tool.print(`${nodename}\n`);
  return 0;
}

function* runIptables(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 't:LSnvxw',
    long: {
      table: '=t',
      list: 'L',
      'list-rules': 'S',
      numeric: 'n',
      verbose: 'v',
      'line-numbers': 'line-numbers',
    },
  });
  if (!flags.has('L') && !flags.has('S')) return yield* tool.notSimulated(tool.args.join(' '));
  const table = values.get('t') ?? 'filter';
  const { natRules } = yield* sys.netinfo();
  const all =
    table === 'nat' ? natRules : ['-P INPUT ACCEPT', '-P FORWARD ACCEPT', '-P OUTPUT ACCEPT'];
  const chain = operands[0];
  const rules =
    chain === undefined ? all : all.filter((r) => /^-[PNA] (\S+)/.exec(r)?.[1] === chain);
  if (rules.length === 0) {
    yield* tool.say('iptables: No chain/target/match by that name.\n');
    return 1;
  }
  if (flags.has('S')) {
    for (const rule of rules) yield* tool.print(`${rule}\n`);
    return 0;
  }
  const chains = rules.filter((r) => /^-[PN] /.test(r)).map((r) => r.split(' '));
  let first = true;
  for (const [, name, policy] of chains) {
    const members = rules.filter((r) => r.startsWith(`-A ${name!} `));
    const uses = all.filter((r) => r.includes(`-j ${name!}`)).length;
    yield* tool.print(
      `${first ? '' : '\n'}Chain ${name!} (${policy === undefined ? `${uses} references` : `policy ${policy}`})\ntarget     prot opt source               destination         \n`,
    );
    first = false;
    for (const rule of members) yield* tool.print(`${ruleLine(rule)}\n`);
  }
  return 0;
}

function ruleLine(rule: string): string {
  const value = (flag: string) => new RegExp(`(?:^| )${flag} (\\S+)`).exec(rule)?.[1];
  const target = value('-j') ?? '';
  const anywhere = (text: string | undefined) =>
    text === undefined ? '0.0.0.0/0' : text.replace(/\/32$/, '');
  const protocol = value('-p') ?? 'all';
  const extra: string[] = [];
  if (value('--dport')) extra.push(`${protocol} dpt:${value('--dport')!}`);
  if (value('--sport')) extra.push(`${protocol} spt:${value('--sport')!}`);
  if (value('--dst-type')) extra.push(`ADDRTYPE match dst-type ${value('--dst-type')!}`);
  if (value('--to-destination')) extra.push(`to:${value('--to-destination')!}`);
  return `${target.padEnd(10)} ${protocol.padEnd(4)} --  ${anywhere(value('-s')).padEnd(20)} ${anywhere(value('-d')).padEnd(20)} ${extra.join(' ')}`;
}

function* runIpvsadm(tool: Context): Sys<number> {
  const { flags } = yield* tool.options({ short: 'lLnS', long: { list: 'l', numeric: 'n' } });
  if (tool.args.length > 0 && !flags.has('l') && !flags.has('L') && !flags.has('n'))
    return yield* tool.notSimulated(tool.args.join(' '));
  const { ipvs } = yield* sys.netinfo();
  yield* tool.print(
    'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n',
  );
  for (const service of ipvs) {
    yield* tool.print(`FWM  ${service.mark} ${service.scheduler}\n`);
    for (const d of service.destinations)
      yield* tool.print(
        `  -> ${`${d.address}:0`.padEnd(28)} Masq    ${String(d.weight).padEnd(6)} ${'0'.padEnd(10)} 0         \n`,
      );
  }
  return 0;
}

export const NETWORK_TOOLS: readonly Tool[] = [
  { name: 'ip', run: runIp },
  { name: 'netstat', run: runNetstat },
  { name: 'ss', run: runSs, only: 'gnu' },
  { name: 'ping', run: runPing },
  { name: 'nslookup', run: runNslookup },
  { name: 'dig', run: runDig, only: 'gnu' },
  { name: 'hostname', run: runHostname },
  { name: 'iptables', run: runIptables, only: 'gnu' },
  { name: 'ipvsadm', run: runIpvsadm, only: 'gnu' },
];
