/**
 * Programs that a person tries on a machine and that containers do not have: `sudo` and `nc` work; the
 * others say what is not simulated and, where there is one, the way to go instead.
 */
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { becomeProgram } from './running';
import { type Context, type Tool } from './tool';

/** What to do instead of a program that is not simulated. */
const ABSENT: Readonly<Record<string, string>> = {
  man: "manual pages; try 'docker COMMAND --help'",
  htop: "its windows; try 'top' or 'docker stats'",
  ssh: 'logins over the network; each machine has a terminal of its own',
  scp: 'logins over the network; each machine has a terminal of its own',
  apt: "the machine's packages; build an image with what you need",
  'apt-get': "the machine's packages; build an image with what you need",
  dpkg: "the machine's packages",
  systemctl: "systemd's units; the Docker engine runs as long as the machine: 'docker info'",
  service: "systemd's units; the Docker engine runs as long as the machine: 'docker info'",
  journalctl: "the journal; try 'docker events' and 'docker service logs'",
  hostnamectl: "systemd's own commands; try 'hostname' and 'uname -a'",
  tcpdump: 'capturing packets; the page shows them on the links of the topology',
  ab: "load tests; a loop of 'curl' shows how requests are spread",
  brctl: "bridges by this name; try 'ip link' and 'docker network inspect'",
  gcc: 'compilers',
  git: 'repositories',
  crontab: 'jobs by the clock',
};

function* runAbsent(tool: Context): Sys<number> {
  yield* tool.say(`not simulated: ${tool.tool.name}: ${ABSENT[tool.tool.name]!}\n`);
  return 125;
}

/** Everybody here is root already. */
function* runSudo(tool: Context): Sys<number> {
  let words = [...tool.args];
  let user = 'root';
  while (words[0]?.startsWith('-')) {
    const option = words.shift()!;
    if (option === '--') break;
    if (option === '-u') user = words.shift() ?? 'root';
    if (option === '-i' || option === '-s') words = words.length > 0 ? words : ['bash'];
  }
  if (user !== 'root') return yield* tool.notSimulated(`-u ${user}`);
  const env = { ...tool.env, SUDO_USER: 'root', SUDO_UID: '0', SUDO_GID: '0' };
  while (/^\w+=/.test(words[0] ?? '')) {
    const [name, ...value] = words.shift()!.split('=');
    Object.assign(env, { [name!]: value.join('=') });
  }
  if (words.length === 0) {
    yield* tool.say('usage: sudo -h | -K | -k | -V\nusage: sudo [-u user] [VAR=value] [command]\n');
    return 1;
  }
  return yield* becomeProgram(tool, words, { ...env, SUDO_COMMAND: words.join(' ') });
}

/** Copies the input to the socket and the socket to the output until both have ended. */
function* relay(fd: number, holdsInput: boolean): Sys<void> {
  let input = holdsInput;
  for (;;) {
    yield* sys.turn('relay', undefined);
    const wanted = [
      { fd, read: true as const },
      ...(input ? [{ fd: 0, read: true as const }] : []),
    ];
    const ready = yield* sys.poll(wanted);
    if (ready.some((r) => r.fd === fd)) {
      const bytes = yield* sys.read(fd);
      if (bytes.length === 0) return;
      yield* sys.write(1, bytes);
    }
    if (ready.some((r) => r.fd === 0)) {
      const bytes = yield* sys.read(0);
      if (bytes.length === 0) {
        input = false;
        yield* sys.shutdown(fd);
      } else yield* sys.write(fd, bytes);
    }
  }
}

/** nc. Models OpenBSD's netcat: connect, scan with -z, listen with -l. */
function* runNetcat(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({ short: 'lzvnukp:w:N', posix: true });
  if (flags.has('u')) return yield* tool.notSimulated('-u');
  if (flags.has('l')) {
    const port = Number(values.get('p') ?? operands.at(-1));
    const listener = yield* sys.listen('0.0.0.0', port);
    const { fd } = yield* sys.accept(listener);
    yield* sys.close(listener);
    yield* relay(fd, true);
    return 0;
  }
  const [host, port] = operands;
  if (host === undefined || port === undefined) {
    yield* tool.say('usage: nc [-klNnuvz] [-p source_port] [-w timeout] [destination] [port]\n');
    return 1;
  }
  let fd: number;
  try {
    const { addresses } = yield* sys.resolve(host);
    const us = values.has('w') ? Number(values.get('w')) * 1e6 : undefined;
    fd = yield* sys.connect(addresses[0]!, Number(port), us);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ENOTFOUND')
      yield* tool.say(
        `nc: getaddrinfo for host "${host}" port ${port}: Name or service not known\n`,
      );
    else if (flags.has('v'))
      yield* tool.say(
        `nc: connect to ${host} port ${port} (tcp) failed: ${errnoText(error.errno)}\n`,
      );
    return 1;
  }
  if (flags.has('v')) yield* tool.say(`Connection to ${host} ${port} port [tcp/*] succeeded!\n`);
  if (!flags.has('z')) yield* relay(fd, true);
  return 0;
}

export const HOST_TOOLS: readonly Tool[] = [
  { name: 'sudo', run: runSudo },
  { name: 'nc', run: runNetcat },
  ...Object.keys(ABSENT).map((name): Tool => ({ name, run: runAbsent })),
];
