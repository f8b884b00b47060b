/**
 * Signals: who gets them and what they do. Models `kernel/signal.c`. Instead of running a handler
 * in the middle of a program, a caught signal ends the call that waits (EINTR) and is kept until
 * the program takes it with `sigpending`.
 */
import type { Kernel } from './kernel';
import type { Process, ProcessGroup, Session } from './process';
import { defaultAction } from './signals';
import { SysError, type Signal } from './syscalls';

export class Signalling {
  constructor(private readonly kernel: Kernel) {}

  /** To a whole process group, as the terminal does. */
  toGroup(group: ProcessGroup, signal: Signal): void {
    for (const member of [...group.members]) this.send(member, signal);
  }

  /**
   * `sender` undefined: from the kernel or from outside the machine's processes. Process 1 of a pid
   * namespace ignores what it has no handler for; only KILL and STOP from above reach it.
   */
  send(process: Process, signal: Signal, sender?: Process): void {
    if (!process.isAlive) return;
    if (signal === 'CONT') this.resume(process);
    else if (defaultAction(signal) === 'stop') drop(process.heldSignals, 'CONT');
    const action = process.actions.get(signal) ?? 'default';
    const forced = signal === 'KILL' || signal === 'STOP';
    if (!forced && action === 'ignore') return;
    if (!forced && action === 'catch') {
      this.catch(process, signal);
      return;
    }
    if (process.isInit && !(forced && comesFromAbove(process, sender))) return;
    this.byDefault(process, signal);
  }

  private catch(process: Process, signal: Signal): void {
    if (!process.caught.includes(signal)) process.caught.push(signal);
    process.interrupt ??= signal;
    if (!process.isHeld) this.kernel.scheduler.interrupt(process);
  }

  private byDefault(process: Process, signal: Signal): void {
    switch (defaultAction(signal)) {
      case 'ignore':
      case 'continue':
        return;
      case 'stop':
        if (signal !== 'STOP' && this.isOrphaned(process.group)) return;
        this.stop(process, signal);
        return;
      default:
        // A stopped process dies of KILL at once, of anything else when it is continued.
        if (process.stopped && signal !== 'KILL') {
          if (!process.heldSignals.includes(signal)) process.heldSignals.push(signal);
          return;
        }
        // One in a frozen cgroup dies when it is thawed; KILL of cgroup v2 kills even there.
        this.kernel.lifecycle.exit(process, { termSignal: signal });
    }
  }

  private stop(process: Process, signal: Signal): void {
    if (process.stopped) return;
    process.stopped = true;
    process.stopSignal = signal;
    process.report = { pid: 0, stopSignal: signal };
    this.tellParent(process);
  }

  private resume(process: Process): void {
    if (!process.stopped) return;
    process.stopped = false;
    process.stopSignal = undefined;
    process.report = { pid: 0, continued: true };
    this.tellParent(process);
    const held = process.heldSignals;
    process.heldSignals = [];
    for (const signal of held) this.send(process, signal);
    this.kernel.scheduler.release(process);
  }

  /** A child changed: SIGCHLD, and waitpid looks again. */
  tellParent(process: Process): void {
    const { parent } = process;
    if (!parent || !parent.isAlive) return;
    this.send(parent, 'CHLD', process);
    if (parent.request?.call === 'waitpid') this.kernel.scheduler.wakeProcess(parent);
  }

  /** No member has a parent in another group of the same session: nobody could continue it. */
  isOrphaned(group: ProcessGroup): boolean {
    for (const member of group.members) {
      const { parent } = member;
      if (!member.isAlive || !parent) continue;
      if (parent.group !== group && parent.session === group.session) return false;
    }
    return true;
  }

  leaderOf(session: Session): Process | undefined {
    const leader = this.kernel.findProcess(session.id);
    return leader?.isAlive && leader.session === session ? leader : undefined;
  }

  /** kill(2): positive a process, 0 the own group, -1 all but oneself and 1, else a group. */
  kill(sender: Process, target: number, signal: Signal | 0): void {
    const targets = this.targets(sender, target);
    if (targets.length === 0) throw new SysError('ESRCH');
    const allowed = targets.filter((process) => mayKill(sender, process));
    if (allowed.length === 0) throw new SysError('EPERM');
    if (signal === 0) return;
    for (const process of allowed) this.send(process, signal, sender);
  }

  private targets(sender: Process, target: number): Process[] {
    const namespace = sender.pid.namespace;
    if (target > 0) {
      const found = namespace.processes.get(target);
      return found ? [found] : [];
    }
    const visible = [...namespace.processes.values()];
    if (target === -1) return visible.filter((other) => other !== sender && !isOne(other, sender));
    const group = target === 0 ? sender.group : undefined;
    return visible.filter((other) =>
      group ? other.group === group : other.group.id.in(namespace) === -target,
    );
  }
}

function isOne(process: Process, viewer: Process): boolean {
  return process.pid.in(viewer.pid.namespace) === 1;
}

function mayKill(sender: Process, target: Process): boolean {
  return sender.credentials.uid === 0 || sender.credentials.uid === target.credentials.uid;
}

/** True if the sender is outside the namespace whose process 1 the target is. */
function comesFromAbove(target: Process, sender: Process | undefined): boolean {
  if (!target.pid.namespace.parent) return false;
  return !sender || sender.pid.in(target.pid.namespace) === 0;
}

function drop(list: Signal[], signal: Signal): void {
  const at = list.indexOf(signal);
  if (at >= 0) list.splice(at, 1);
}
