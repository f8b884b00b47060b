/** The waits of recordings: conditions asked with docker commands, as the recorder asked them. */
import type { Driver } from './driver';

/** How often a condition is asked, in seconds of virtual time, and for how long. */
const ASK_EVERY = 0.25;
const GIVE_UP = 90;

type Condition = (driver: Driver, node: string, words: readonly string[]) => boolean;

function lines(driver: Driver, node: string, command: string): string[] {
  const text = driver.exec(node, command).stdout.trim();
  return text === '' ? [] : text.split('\n');
}

/** Tasks that run as wished on nodes that are not Down; NaN while anything is on its way. */
function settledTasks(driver: Driver, node: string, service: string): number {
  const format = "'{{.DesiredState}}|{{.CurrentState}}|{{.Node}}'";
  const rows = lines(driver, node, `docker service ps ${service} --no-trunc --format ${format}`);
  const nodes = lines(driver, node, "docker node ls --format '{{.Hostname}} {{.Status}}'");
  const down = nodes.filter((l) => l.endsWith(' Down')).map((l) => l.split(' ')[0]!);
  let running = 0;
  for (const row of rows) {
    const [desired, current, where] = row.split('|') as [string, string, string];
    if (down.includes(where)) continue;
    const state = current.split(' ')[0]!;
    if (desired === 'Running' && state === 'Running') running++;
    else if (desired === 'Running' || desired === 'Ready') {
      if (!['Complete', 'Failed', 'Rejected', 'Shutdown'].includes(state)) return NaN;
    } else if (['Running', 'Starting', 'Preparing', 'Ready', 'Assigned'].includes(state))
      return NaN;
  }
  return running;
}

function updateState(driver: Driver, node: string, service: string): string {
  const format = "'{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}'";
  const command = `docker service inspect ${service} -f ${format}`;
  return driver.exec(node, command).stdout.trim();
}

const CONDITIONS: Readonly<Record<string, Condition>> = {
  service: (driver, node, [name, want]) => {
    if (settledTasks(driver, node, name!) !== Number(want!.split('/')[0])) return false;
    return !/updating|rollback_started/.test(updateState(driver, node, name!));
  },
  tasks: (driver, node, [name, state, count]) => {
    const rows = lines(driver, node, `docker service ps ${name} --format '{{.CurrentState}}'`);
    return rows.filter((row) => row.split(' ')[0] === state).length >= Number(count);
  },
  update: (driver, node, [name, state]) => updateState(driver, node, name!) === state,
  node: (driver, node, [name, state]) =>
    lines(driver, node, "docker node ls --format '{{.Hostname}} {{.Status}}'").includes(
      `${name} ${state}`,
    ),
  manager: (driver, node, [name, state]) =>
    lines(driver, node, "docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'").includes(
      `${name} ${state}`,
    ),
  leader: (driver, node) =>
    driver.exec(node, "docker node ls --format '{{.ManagerStatus}}'").stdout.includes('Leader'),
  lost: (driver, node) =>
    /does not have a leader/i.test(driver.exec(node, 'docker node ls').stderr),
  container: (driver, node, [name, state]) => {
    if (state === 'gone') return driver.exec(node, `docker inspect ${name}`).exit !== 0;
    const format = "'{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}'";
    const words = driver.exec(node, `docker inspect -f ${format} ${name}`).stdout.trim();
    return words.split(' ').includes(state!);
  },
  containers: (driver, node, [count]) =>
    lines(driver, node, 'docker ps -q').length === Number(count),
  ok: (driver, node, words) => driver.exec(node, words.join(' ')).exit === 0,
  sleep: (driver, _node, [seconds]) => {
    driver.runSeconds(Number(seconds));
    return true;
  },
};

/** Lets time pass until the condition holds; false when it does not within `seconds`. */
export function waitFor(driver: Driver, node: string, text: string, seconds = GIVE_UP): boolean {
  const [name, ...words] = text.split(/\s+/);
  const condition = CONDITIONS[name!];
  if (!condition) throw new Error(`unknown wait: ${text}`);
  const end = driver.nowSeconds + seconds;
  while (driver.nowSeconds < end) {
    if (condition(driver, node, words)) return true;
    driver.runSeconds(ASK_EVERY);
  }
  return false;
}
