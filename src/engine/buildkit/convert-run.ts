/** RUN with its mounts as an operation (buildkit `dispatchRun`, `dispatchRunMounts`). */
import { BuildFailure } from '../build/failure';
import { cleanPath, joinPath } from '../build/go-text';
import type { Instruction } from '../build/instructions';
import { commandWords, commit, stepOf, type ConvertOptions } from './convert-state';
import { llbNode, type ExecMount, type LlbNode } from './llb';
import { parseMountFlag, type MountSpec } from './mount-flags';
import { shownName } from './shown-name';
import type { StagePlan } from './stages';

type Run = Extract<Instruction, { kind: 'run' }>;

/** Their capitals do not matter; `all_proxy` is none of them. */
const PROXIES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy'];

export function dispatchRun(state: StagePlan, instruction: Run, options: ConvertOptions): void {
  const args = commandWords(state, instruction.command);
  const inputs: (LlbNode | undefined)[] = [state.node];
  const mounts = instruction.mounts.flatMap((text, i) => {
    const source = state.sources.get(instruction)?.[i];
    return makeMount(state, parseMountFlag(text), source, inputs, options);
  });
  const { env, dir, user } = state;
  const node = llbNode(
    {
      kind: 'exec',
      args,
      env: [...env],
      cwd: dir === '' ? '/' : dir,
      user,
      network: options.network,
      extraHosts: options.extraHosts,
      mounts,
      proxy: proxyVariables(options.buildArgs),
    },
    inputs,
    {
      name: shownName(state, instruction.original, { env, escape: options.escape, raw: true }),
      ignoreCache: state.ignoreCache,
      step: stepOf(state, instruction),
    },
  );
  state.node = node;
  commit(state, `RUN ${historyWords(state, args).join(' ')} # buildkit`, true);
}

/** `runCommandString`: arguments in the order of their declaration. */
function historyWords({ buildArgs, env }: StagePlan, args: readonly string[]): string[] {
  if (buildArgs.length === 0) return [...args];
  const shown = buildArgs.map(([name, value]) => {
    const set = env.find((entry) => entry.split('=')[0] === name);
    return set ?? `${name}=${value ?? ''}`;
  });
  return [`|${shown.length}`, ...shown, ...args];
}

function proxyVariables(buildArgs: ReadonlyMap<string, string>): string[] {
  const out: string[] = [];
  for (const name of PROXIES) {
    const given = [...buildArgs].findLast(([key]) => key.toLowerCase() === name)?.[1];
    if (given !== undefined && given !== '')
      out.push(`${name.toUpperCase()}=${given}`, `${name}=${given}`);
  }
  return out;
}

function makeMount(
  state: StagePlan,
  spec: MountSpec,
  source: StagePlan | undefined,
  inputs: (LlbNode | undefined)[],
  options: ConvertOptions,
): ExecMount[] {
  if (spec.type === 'secret' || spec.type === 'ssh') return [secretMount(state, spec)];
  const clean = cleanPath(spec.target);
  const target = clean.startsWith('/') ? spec.target : joinPath('/', state.dir, spec.target);
  if (target === '/') throw new BuildFailure(`invalid mount target ${JSON.stringify(target)}`);
  let from = -1;
  if (spec.type === 'bind' || (spec.type === 'cache' && source)) {
    const node = spec.from === '' && spec.type === 'bind' ? options.context : source?.node;
    if (node) from = inputs.push(node) - 1;
  }
  const path = joinPath('/', spec.source);
  if (spec.from === '' && spec.type === 'bind') state.contextPaths.add(path);
  const mode = spec.mode ?? 0o755;
  return [
    {
      kind: spec.type,
      target,
      from,
      source: path,
      readOnly: spec.readOnly,
      id: spec.type === 'cache' ? spec.id || cleanPath(spec.target) : '',
      sharing: spec.sharing,
      required: false,
      uid: spec.uid ?? 0,
      gid: spec.gid ?? 0,
      mode,
    },
  ];
}

function secretMount(_state: StagePlan, spec: MountSpec): ExecMount {
  const secret = spec.type === 'secret';
  let { id, target } = spec;
  if (secret) {
    if (id === '' && spec.source !== '') id = baseName(spec.source);
    if (id === '' && target === '') throw new BuildFailure('one of source, target required');
    if (target === '') target = `/run/secrets/${baseName(id)}`;
    if (id === '') id = baseName(target);
  }
  return {
    kind: secret ? 'secret' : 'ssh',
    target,
    from: -1,
    source: '/',
    readOnly: true,
    id,
    sharing: 'shared',
    required: spec.required,
    uid: spec.uid ?? 0,
    gid: spec.gid ?? 0,
    mode: spec.mode ?? (secret ? 0o400 : 0o600),
  };
}

function baseName(path: string): string {
  const clean = cleanPath(path);
  return clean.slice(clean.lastIndexOf('/') + 1);
}
