/**
 * Breaking things by a line of text: `chaos crash node2` in a terminal, a click on the picture, a step
 * of a lab. Keeps what is broken (for `list`) and how to take each step back (for `undo`).
 */
import { assert } from '../base';
import type { Input } from '../api';
import type { NodeEntry } from './conductor';
import type { Control } from './entry';
import { ChaosError, Words, formatDelay, formatRate, formatShare, splitWords } from './chaos-words';
import { CHAOS_VERBS, HEALTHY, type Change, type Condition } from './chaos-verbs';
import { DEFAULT_LINK, type LinkSettings } from './link';
import type { Network } from './network';

/** What a line does: words for the user, and what happens to nodes at once. */
export interface ChaosEffect {
  readonly text: string;
  readonly exitCode: number;
  readonly entries: readonly {
    readonly node: string;
    readonly input?: Input;
    readonly control?: Control;
  }[];
}

interface UndoRecord {
  readonly text: string;
  readonly changes: readonly Change[];
}

/** `undo` goes back so many steps at most. */
const MAX_UNDO = 100;

export class Chaos {
  private readonly conditions = new Map<string, Condition>();
  private readonly undoStack: UndoRecord[] = [];

  constructor(
    private readonly network: Network,
    private readonly nodes: readonly NodeEntry[],
  ) {}

  /** Carries out one line; never throws for what the user wrote. */
  apply(line: string): ChaosEffect {
    const [verb = 'help', ...rest] = splitWords(line);
    try {
      if (verb === 'help' || verb === '--help' || verb === '-h') return say(helpText(rest[0]));
      if (verb === 'list' || verb === 'undo') {
        new Words(rest, this.names(), `usage: chaos ${verb}`).end();
        return verb === 'list' ? say(this.list()) : this.undo();
      }
      return this.run(verb, rest);
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      return { text: `chaos: ${error.message}\n`, exitCode: error.exitCode, entries: [] };
    }
  }

  /** What a machine that joins the room finds: a registry that is down is down for all. */
  welcome(name: string): ChaosEffect['entries'] {
    const others = this.names().filter((other) => other !== name);
    const down = others.length > 0 && others.every((other) => this.condition(other).registryDown);
    return down ? this.setCondition(name, { registryDown: true }) : [];
  }

  /** A machine that was taken away. */
  forget(name: string): void {
    this.conditions.delete(name);
  }

  private run(name: string, rest: readonly string[]): ChaosEffect {
    const verb = CHAOS_VERBS.get(name);
    if (!verb) throw new ChaosError(`"${name}" is not a chaos command; see "chaos help"`);
    const words = new Words(rest, this.names(), `usage: chaos ${verb.usage}`);
    const { changes, text } = verb.run(words, {
      names: this.names(),
      power: (node) => this.node(node).power,
      frozen: (node) => this.node(node).frozen,
    });
    // A step of which one part cannot be taken back cannot be taken back at all.
    const undo: Change[] = [];
    for (const change of changes) {
      const opposite = this.opposite(change);
      if (opposite) undo.unshift(opposite);
    }
    this.undoStack.push({ text, changes: undo.length < changes.length ? [] : undo });
    if (this.undoStack.length > MAX_UNDO) this.undoStack.shift();
    return { ...say(`${text}\n`), entries: this.make(changes) };
  }

  private undo(): ChaosEffect {
    const record = this.undoStack.pop();
    if (!record) throw new ChaosError('nothing to undo', 1);
    if (record.changes.length === 0) {
      throw new ChaosError(`"${record.text}" cannot be undone`, 1);
    }
    const names = this.names();
    const possible = record.changes.filter((change) =>
      'node' in change
        ? names.includes(change.node)
        : names.includes(change.from) && names.includes(change.to),
    );
    return { ...say(`undone: ${record.text}\n`), entries: this.make(possible) };
  }

  private make(changes: readonly Change[]): ChaosEffect['entries'] {
    return changes.flatMap((change) => this.makeOne(change));
  }

  private makeOne(change: Change): ChaosEffect['entries'] {
    switch (change.kind) {
      case 'link':
        this.network.change(change.from, change.to, change.settings);
        return [];
      case 'drop':
        this.network.dropNext(change.from, change.to, change.count);
        return [];
      case 'input':
        return [{ node: change.node, input: change.input }];
      case 'condition':
        return this.setCondition(change.node, change.condition);
      case 'power': {
        const { node, action } = change;
        if (action === 'freeze' || action === 'thaw') return [{ node, control: { kind: action } }];
        if (action === 'crash') return [{ node, input: { kind: 'power-off' } }];
        return [{ node, input: { kind: action } }];
      }
    }
  }

  private setCondition(node: string, change: Partial<Condition>): ChaosEffect['entries'] {
    this.conditions.set(node, Object.freeze({ ...this.condition(node), ...change }));
    const { diskDelayUs, diskFull, skewUs, registryDown } = change;
    const entries: { node: string; input?: Input; control?: Control }[] = [];
    if (diskDelayUs !== undefined) {
      entries.push({ node, control: { kind: 'disk', delayUs: diskDelayUs } });
    }
    const fault = (input: Input) => entries.push({ node, input });
    if (diskFull !== undefined) {
      fault({ kind: 'fault', fault: { kind: 'disk-full', on: diskFull } });
    }
    if (skewUs !== undefined) fault({ kind: 'fault', fault: { kind: 'clock-skew', skewUs } });
    if (registryDown !== undefined) {
      fault({ kind: 'fault', fault: { kind: 'registry-down', on: registryDown } });
    }
    return entries;
  }

  /** The change that takes this one back, seen from the present state; undefined if none can. */
  private opposite(change: Change): Change | undefined {
    switch (change.kind) {
      case 'link': {
        const { from, to } = change;
        return { kind: 'link', from, to, settings: this.network.settings(from, to) };
      }
      case 'drop':
        return { ...change, count: -change.count };
      case 'input':
        return undefined;
      case 'condition':
        return { ...change, condition: pick(this.condition(change.node), change.condition) };
      case 'power': {
        const { node, action } = change;
        const running = this.node(node).power === 'on';
        if (action === 'crash' || action === 'shutdown')
          return { kind: 'power', node, action: 'boot' };
        if (action === 'boot')
          return running ? undefined : { kind: 'power', node, action: 'crash' };
        return { kind: 'power', node, action: action === 'freeze' ? 'thaw' : 'freeze' };
      }
    }
  }

  private list(): string {
    const lines: string[] = [];
    for (const { config, power, frozen } of this.nodes) {
      if (power === 'off') lines.push(`${config.name} is down`);
      else if (frozen) lines.push(`${config.name} is frozen`);
      lines.push(...describeCondition(config.name, this.condition(config.name)));
    }
    for (const { from, to, settings } of this.network.changed()) {
      lines.push(`${from} -> ${to}: ${describeLink(settings)}`);
    }
    for (const [from, to] of this.network.pairs()) {
      const count = this.network.dropping(from, to);
      if (count > 0) lines.push(`${from} -> ${to}: drops the next ${count}`);
    }
    return lines.length === 0 ? 'nothing is broken\n' : `${lines.join('\n')}\n`;
  }

  private condition(node: string): Condition {
    return this.conditions.get(node) ?? HEALTHY;
  }

  private names(): string[] {
    return this.nodes.map((node) => node.config.name);
  }

  private node(name: string): NodeEntry {
    const found = this.nodes.find((node) => node.config.name === name);
    assert(found, `chaos knows ${name}`);
    return found;
  }
}

function say(text: string): ChaosEffect {
  return { text, exitCode: 0, entries: [] };
}

function pick(all: Condition, fields: Partial<Condition>): Partial<Condition> {
  return Object.fromEntries(Object.keys(fields).map((key) => [key, all[key as keyof Condition]]));
}

function describeCondition(node: string, condition: Condition): string[] {
  const lines: string[] = [];
  if (condition.diskDelayUs !== HEALTHY.diskDelayUs) {
    lines.push(`${node}: writes take ${formatDelay(condition.diskDelayUs)}`);
  }
  if (condition.diskFull) lines.push(`${node}: the disk is full`);
  if (condition.skewUs !== 0)
    lines.push(`${node}: the clock is off by ${formatDelay(condition.skewUs)}`);
  if (condition.registryDown) lines.push(`${node}: the registry is unreachable`);
  return lines;
}

function describeLink(settings: LinkSettings): string {
  const words: string[] = [];
  if (settings.cut) words.push('cut');
  if (settings.delayUs !== DEFAULT_LINK.delayUs)
    words.push(`delay ${formatDelay(settings.delayUs)}`);
  if (settings.jitterUs !== DEFAULT_LINK.jitterUs) {
    words.push(`jitter ${formatDelay(settings.jitterUs)}`);
  }
  if (settings.lossPermille > 0) words.push(`loss ${formatShare(settings.lossPermille)}`);
  if (settings.duplicatePermille > 0) {
    words.push(`duplicates ${formatShare(settings.duplicatePermille)}`);
  }
  if (settings.reorderPermille > 0) words.push(`reorders ${formatShare(settings.reorderPermille)}`);
  if (settings.bytesPerSecond !== DEFAULT_LINK.bytesPerSecond) {
    words.push(formatRate(settings.bytesPerSecond));
  }
  return words.join(', ');
}

function helpText(verb: string | undefined): string {
  const found = verb === undefined ? undefined : CHAOS_VERBS.get(verb);
  if (verb !== undefined && !found) {
    throw new ChaosError(`"${verb}" is not a chaos command; see "chaos help"`);
  }
  if (found) return `usage: chaos ${found.usage}\n\n${found.summary}\n`;
  const rows = [...CHAOS_VERBS.values()].map(({ usage, summary }) => [usage, summary] as const);
  rows.push(['list', 'show what is broken']);
  rows.push(['undo', 'take the last step back']);
  rows.push(['help [COMMAND]', 'show this']);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  const lines = rows.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`);
  return `usage: chaos COMMAND\n\nBreaks things, and mends them.\n\n${lines.join('\n')}\n`;
}
