/**
 * Random command lines: docker commands out of their own declarations, shell words and constructs, and
 * all of them mutated.
 */
import type { RandomStream } from '../../base';
import { dockerCommands, type Command, type Flag, type Group } from '../../cli';

interface Known {
  readonly path: string;
  readonly command: Command;
}

function collect(group: Group, path: string): Known[] {
  return group.commands.flatMap((entry) => {
    const here = `${path} ${entry.name}`;
    return entry.kind === 'group' ? collect(entry, here) : [{ path: here, command: entry }];
  });
}

const COMMANDS = collect(dockerCommands, 'docker');

/** Characters that mean something to a shell. */
const SPECIAL = '"\'`$(){}[]<>|&;\\#!*?~=%^@ \t'.split('');

const NAMES = [
  ...['web', 'nginx1', 'node1', 'node2', 'node3', 'self', 'nosuch', 'web.1', 'ingress', 'bridge'],
  ...['host', 'none', 'net1', 'vol1', 'alpine', 'nginx:1.12', 'nginx:9.99', 'busybox', 'redis:7'],
  ...[
    'hello-world',
    'web=3',
    'web=',
    '=',
    '-',
    '--',
    '.',
    '/',
    '/etc',
    '/etc/hostname',
    '~',
    '$HOME',
  ],
  ...['0', '1', '-1', '80:80', '3s', '1h', '10m', '1e9', '99999999999999999999', 'true', 'false'],
  ...[
    'a=b',
    'key',
    'name=web',
    'id=x',
    'label=a',
    'foo=bar',
    'status=running',
    '192.168.0.11:2377',
  ],
  ...[
    'SWMTKN-1-abc',
    'localhost',
    '127.0.0.1',
    '10.0.0.0/24',
    'eth0',
    'source=/x,target=/y,type=bind',
  ],
  ...[
    '{{.ID}}',
    '{{json .}}',
    '{{.Foo.Bar}}',
    '{{range .}}{{end}}',
    '{{',
    '{{.}}x}}',
    '{{len .Name}}',
  ],
  ...[
    "''",
    '""',
    '" "',
    "'a b'",
    'é',
    '日本',
    '🐳',
    'a\\ b',
    '*',
    '?',
    '[a-z]*',
    '{a,b}',
    '!x',
    '%s\\n',
  ],
];

const WORDS = [
  ...[
    'echo',
    'printf',
    'cat',
    'ls -la',
    'ps',
    'ps aux',
    'curl localhost:80',
    'ping -c 1 node2',
    'pwd',
  ],
  ...[
    'ip a',
    'ip route',
    'hostname',
    'cd /tmp',
    'cd',
    'export A=1',
    'A=1',
    'unset A',
    'env',
    'set',
  ],
  ...[
    'grep',
    'grep -r x',
    'sed s/a/b/',
    'awk "{print $1}"',
    'head -n 1',
    'tail -n 2',
    'wc -l',
    'sort',
  ],
  ...[
    'uniq -c',
    'cut -d: -f1 /etc/passwd',
    'tr a-z A-Z',
    'sleep 0.1',
    'sleep 100',
    'true',
    'false',
  ],
  ...[
    'watch -n 1 date',
    'top',
    'vi x',
    'nano y',
    'less /etc/passwd',
    'kill %1',
    'kill -9 99999',
    'jobs',
  ],
  ...[
    'fg',
    'bg',
    'wait',
    'history',
    'alias x=ls',
    'type ls',
    'which docker',
    'test -f x',
    '[ 1 = 1 ]',
  ],
  ...[
    '[[ a == b ]]',
    'read x',
    'seq 1 5',
    'date',
    'uname -a',
    'whoami',
    'id',
    'mkdir d',
    'touch f',
  ],
  ...[
    'rm -rf d f',
    'cp f g',
    'mv g h',
    'chmod 600 f',
    'df',
    'free',
    'mount',
    'tee f',
    'xargs echo',
  ],
  ...[
    'yes',
    'source f',
    'eval echo',
    'sh',
    'bash -c "echo x"',
    'local x',
    'return',
    'break',
    'shift',
  ],
  ...[
    'nslookup web',
    'wget -qO- localhost',
    'chaos list',
    'chaos help',
    'dmesg',
    'stty',
    'clear',
    'tty',
  ],
  ...[
    'find /etc',
    'basename /a/b',
    'dirname /a/b',
    'base64',
    'sha256sum f',
    'nosuchcommand',
    ':',
    '!',
  ],
];

const JOINTS = [
  '|',
  '&&',
  '||',
  ';',
  '&',
  '>',
  '>>',
  '<',
  '2>',
  '2>&1 |',
  '>&2',
  '\n',
  '|&',
  '&>',
  '<<<',
];

const WRAPPERS: readonly ((line: string) => string)[] = [
  (line) => `for i in 1 2 3; do ${line}; done`,
  (line) => `if ${line}; then echo yes; else echo no; fi`,
  (line) => `while ${line}; do break; done`,
  (line) => `echo "$(${line})"`,
  (line) => `( ${line} )`,
  (line) => `{ ${line}; }`,
  (line) => `${line} &`,
  (line) => `f() { ${line}; }; f a b`,
  (line) => `case a in a) ${line};; *) echo x;; esac`,
  (line) => `cat <<EOF\n${line}\nEOF`,
  (line) => `x=$(( 1 + ${line.length} )); ${line}`,
  (line) => `! ${line}`,
  (line) => `until ${line}; do sleep 0.1; done`,
  (line) => `echo \${x:-${line}}`,
  (line) => `sh -c '${line}'`,
  (line) => `docker run --rm alpine ${line}`,
  (line) => `docker exec $(docker ps -q | head -n 1) ${line}`,
];

function flagWords(random: RandomStream, flag: Flag): string {
  const name = flag.short && random.chance(1, 3) ? `-${flag.short}` : `--${flag.name}`;
  if (flag.type === 'bool') return random.chance(1, 5) ? `${name}=${random.pick(NAMES)}` : name;
  return `${name}${random.pick([' ', '=', ''])}${random.pick(NAMES)}`;
}

function dockerLine(random: RandomStream): string {
  const { path, command } = random.pick(COMMANDS);
  const words = [path];
  for (let i = random.below(4); i > 0 && command.flags.length > 0; i--) {
    words.push(flagWords(random, random.pick(command.flags)));
  }
  const { min, max } = command.args;
  const wanted = random.chance(1, 6)
    ? random.below(4)
    : random.between(min, Math.min(max, min + 1));
  for (let i = 0; i < wanted; i++) words.push(random.pick(NAMES));
  if (random.chance(1, 20)) words.push('--help');
  return words.join(' ');
}

function shellLine(random: RandomStream): string {
  const words = [random.pick(WORDS)];
  for (let i = random.below(3); i > 0; i--) words.push(random.pick(NAMES));
  return words.join(' ');
}

function mutate(random: RandomStream, line: string): string {
  const at = random.below(line.length + 1);
  const to = Math.min(line.length, at + 1 + random.below(4));
  switch (random.below(6)) {
    case 0:
      return line.slice(0, at) + line.slice(to);
    case 1:
      return line.slice(0, to) + line.slice(at);
    case 2:
      return `${line.slice(0, at)}${random.pick(NAMES)}${line.slice(at)}`;
    case 3:
      return line.slice(0, at) + random.pick(SPECIAL) + line.slice(at);
    case 4:
      return line.slice(0, at) + String.fromCodePoint(random.between(33, 0x2fff)) + line.slice(to);
    default:
      return line.slice(0, at);
  }
}

/** One line, or several that a paste would hold. */
export function randomLine(random: RandomStream): string {
  const one = () => (random.chance(3, 5) ? dockerLine(random) : shellLine(random));
  let line = one();
  if (random.chance(1, 5)) line = `${line} ${random.pick(JOINTS)} ${one()}`;
  if (random.chance(1, 8)) line = random.pick(WRAPPERS)(line);
  for (let i = random.chance(1, 3) ? random.between(1, 3) : 0; i > 0; i--)
    line = mutate(random, line);
  return line;
}
