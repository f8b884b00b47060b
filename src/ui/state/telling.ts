/**
 * Which typed lines the page explains: those that change something or send a request. A look at the
 * cluster (`docker ps`, `watch`, `clear`) leaves the explanation of what went before it in its place.
 */

/** Verbs of `docker` itself and of its groups that change something. */
const DOCKER_VERBS = new Set(
  (
    'create update scale rm remove rollback promote demote init join leave ca unlock start stop kill ' +
    'restart run exec deploy connect disconnect prune pull push build tag load import commit pause ' +
    'unpause rename cp set up down rmi login logout'
  ).split(' '),
);
const DOCKER_GROUPS = new Set(
  (
    'service node swarm stack network volume config secret container image system builder plugin ' +
    'context trust'
  ).split(' '),
);
const REQUESTS = new Set(['curl', 'wget', 'ping', 'nslookup', 'dig', 'nc', 'telnet', 'ab']);
const MACHINE = new Set(['reboot', 'poweroff', 'halt', 'shutdown', 'kill', 'killall', 'pkill']);
/** `chaos` with one of these only tells how things are. */
const CHAOS_LOOKS = new Set(['', 'help', '--help', '-h', 'ls', 'list', 'status', 'show', 'links']);
/** Words that stand before a command. */
const BEFORE = new Set(['do', 'then', 'else', 'if', 'while', 'until', '!', 'sudo', 'time', 'exec']);

export function changesSomething(line: string): boolean {
  if (/^(add|remove) node/.test(line)) return true;
  return line.split(/&&|\|\||[;|&(){}]|\$\(/).some((part) => partChanges(part));
}

function partChanges(part: string): boolean {
  const words = part.trim().split(/\s+/);
  while (words.length > 0 && (BEFORE.has(words[0]!) || /^\w+=/.test(words[0]!))) words.shift();
  const [program = '', ...rest] = words;
  if (program === 'watch') return REQUESTS.has(rest.find((word) => !/^[-\d]/.test(word)) ?? '');
  if (program === 'chaos') return !CHAOS_LOOKS.has(rest[0] ?? '');
  if (program !== 'docker') return REQUESTS.has(program) || MACHINE.has(program);
  if (rest.includes('--help')) return false;
  const [first = '', second = ''] = rest.filter((word) => !word.startsWith('-'));
  return DOCKER_VERBS.has(DOCKER_GROUPS.has(first) ? second : first);
}
