/**
 * Checks of labs: short English sentences about the cluster, read once and evaluated against what the
 * machines show. Adding a kind of sentence is adding one entry to `SENTENCES`.
 */
import type { ImageSummary, Node, NodeScreen, Service, Task } from '../api';

/** What a check looks at. */
export interface LabView {
  readonly screens: Readonly<Record<string, NodeScreen>>;
  /** What each node's terminals have printed since the step began. */
  readonly printed: Readonly<Record<string, string>>;
}

export interface CheckResult {
  readonly done: boolean;
  /** How far it is: "2 of 5 so far"; '' where there is nothing between no and yes. */
  readonly progress: string;
}

export interface Check {
  readonly sentence: string;
  evaluate(view: LabView): CheckResult;
}

type Cluster = NonNullable<NodeScreen['cluster']>;
type Evaluate = (words: readonly string[], view: LabView) => CheckResult;

const yes = (done: boolean): CheckResult => ({ done, progress: '' });
const count = (have: number, want: number): CheckResult => ({
  done: have === want,
  progress: have === want ? '' : `${have} of ${want} so far`,
});

/** The cluster as its leader holds it; without one, as any manager does. */
export function clusterOf(view: LabView): Cluster | undefined {
  const screens = Object.values(view.screens).filter((s) => s.power === 'on' && s.cluster);
  return (screens.find((s) => s.raft?.role === 'leader') ?? screens[0])?.cluster;
}

function nodeNamed(view: LabView, name: string): Node | undefined {
  const nodes = (clusterOf(view)?.nodes ?? []).filter((n) => n.Description.Hostname === name);
  // A machine that left and joined again has two records: the live one speaks.
  return nodes.find((n) => n.Status.State === 'ready') ?? nodes[nodes.length - 1];
}

function serviceNamed(view: LabView, name: string): Service | undefined {
  return clusterOf(view)?.services.find((s) => s.Spec.Name === name);
}

function tasksOf(view: LabView, name: string): readonly Task[] {
  const id = serviceNamed(view, name)?.ID;
  return (clusterOf(view)?.tasks ?? []).filter((t) => id !== undefined && t.ServiceID === id);
}

/** Tasks that run and are meant to. */
function running(view: LabView, name: string): readonly Task[] {
  return tasksOf(view, name).filter(
    (t) => t.DesiredState === 'running' && t.Status.State === 'running',
  );
}

/** An image as a person writes it, without the digest that pins it. */
function imageOf(task: Task): string {
  return (task.Spec.ContainerSpec?.Image ?? '').replace(/@sha256:.*$/, '');
}

function namesPrinted(view: LabView, node: string): number {
  const lines = new Set((view.printed[node] ?? '').split(/\r?\n/).map((line) => line.trim()));
  return Object.keys(view.screens).filter((name) => lines.has(name)).length;
}

function nodeIdsOf(view: LabView, names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => nodeNamed(view, name)?.ID ?? []));
}

function imageNamed(view: LabView, node: string, name: string): ImageSummary | undefined {
  const tag = /:[^/]*$/.test(name) ? name : `${name}:latest`;
  return view.screens[node]?.images.find((image) => image.RepoTags?.includes(tag));
}

/** Patterns and what they mean; the groups are handed to the evaluator. */
const SENTENCES: readonly (readonly [RegExp, Evaluate])[] = [
  [
    /^the swarm has (\d+) nodes?$/,
    ([n], view) => count(clusterOf(view)?.nodes.length ?? 0, Number(n)),
  ],
  [
    /^the swarm has (\d+) ready nodes?$/,
    ([n], view) => {
      const ready = clusterOf(view)?.nodes.filter((x) => x.Status.State === 'ready') ?? [];
      return count(ready.length, Number(n));
    },
  ],
  [
    /^the swarm has (\d+) managers?$/,
    ([n], view) => {
      const managers = clusterOf(view)?.nodes.filter((x) => x.Spec.Role === 'manager') ?? [];
      return count(managers.length, Number(n));
    },
  ],
  [/^(\w+) is the leader$/, ([name], view) => yes(view.screens[name!]?.raft?.role === 'leader')],
  [
    /^(\w+) is a (manager|worker)$/,
    ([name, role], view) => yes(nodeNamed(view, name!)?.Spec.Role === role),
  ],
  [
    /^(\w+) is (down|ready|unknown)$/,
    ([name, state], view) => yes(nodeNamed(view, name!)?.Status.State === state),
  ],
  [
    /^service (\S+) has (\d+) running tasks?$/,
    ([name, n], view) => count(running(view, name!).length, Number(n)),
  ],
  [
    /^service (\S+) has (\d+) running tasks? on ((?:\w+, )*\w+(?: and \w+)?)$/,
    ([name, n, list], view) => {
      const ids = nodeIdsOf(view, list!.split(/, | and /));
      return count(running(view, name!).filter((t) => ids.has(t.NodeID ?? '')).length, Number(n));
    },
  ],
  [
    /^service (\S+) has (\d+) tasks? that (?:was|were) shut down$/,
    ([name, n], view) => {
      const old = tasksOf(view, name!).filter((t) => t.Status.State === 'shutdown').length;
      return old >= Number(n) ? yes(true) : count(old, Number(n));
    },
  ],
  [
    /^service (\S+) publishes port (\d+)$/,
    ([name, port], view) => {
      const ports = serviceNamed(view, name!)?.Endpoint.Ports ?? [];
      return yes(ports.some((p) => p.PublishedPort === Number(port)));
    },
  ],
  [
    /^service (\S+) (exists|is gone)$/,
    ([name, how], view) => {
      const there = serviceNamed(view, name!) !== undefined;
      return yes(clusterOf(view) !== undefined && there === (how === 'exists'));
    },
  ],
  [
    /^every running task of (\S+) uses (\S+)$/,
    ([name, image], view) => {
      const tasks = running(view, name!);
      const right = tasks.filter((t) => imageOf(t) === image).length;
      const want = serviceNamed(view, name!)?.Spec.Mode.Replicated?.Replicas ?? tasks.length;
      return count(right, Math.max(want, 1));
    },
  ],
  [
    /^no running task of (\S+) is wanted on (\w+)$/,
    ([name, node], view) => {
      const id = nodeNamed(view, node!)?.ID;
      const tasks = tasksOf(view, name!);
      const wanted = tasks.filter((t) => t.NodeID === id && t.DesiredState === 'running');
      return yes(id !== undefined && tasks.length > 0 && wanted.length === 0);
    },
  ],
  [
    /^image (\S+) exists on (\w+)$/,
    ([name, node], view) => yes(imageNamed(view, node!, name!) !== undefined),
  ],
  [
    /^image (\S+) has been pushed from (\w+)$/,
    ([name, node], view) => {
      const repository = name!.replace(/:[^/]*$/, '');
      const digests = imageNamed(view, node!, name!)?.RepoDigests ?? [];
      return yes(digests.some((digest) => digest.startsWith(`${repository}@`)));
    },
  ],
  [
    /^(\w+) (?:runs|has) (no|\d+) (running |stopped )?containers?(?: of (\S+))?$/,
    ([node, n, state, image], view) => {
      const all = view.screens[node!]?.containers ?? [];
      const wanted = all.filter(
        (c) =>
          (image === undefined || c.Image === image) &&
          (state === undefined || (c.State === 'running') === (state === 'running ')),
      );
      return count(wanted.length, n === 'no' ? 0 : Number(n));
    },
  ],
  [/^(\w+) printed "(.+)"$/, ([node, text], view) => yes(!!view.printed[node!]?.includes(text!))],
  [
    /^(\w+) printed the names? of (\d+) nodes?$/,
    ([node, n], view) => {
      const have = namesPrinted(view, node!);
      return have >= Number(n) ? yes(true) : count(have, Number(n));
    },
  ],
];

/** Reads a sentence; undefined where it is none that labs know. */
export function parseCheck(sentence: string): Check | undefined {
  for (const [pattern, evaluate] of SENTENCES) {
    const match = pattern.exec(sentence);
    if (!match) continue;
    const words = match.slice(1);
    return { sentence, evaluate: (view) => evaluate(words, view) };
  }
  return undefined;
}
