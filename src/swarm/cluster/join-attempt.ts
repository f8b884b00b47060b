/**
 * How a node gets its first certificate (swarmkit `node/node.go` loadSecurityConfig, `ca/config.go`):
 * it fetches the root certificate of the cluster, compares it with the token, and asks for a
 * certificate. Each of the two is tried five times, two seconds apart.
 */
import type { NodeAvailability } from '../../api';
import type { Runtime, Wakeable } from '../../base';
import { parseJoinToken, type IssuedCertificate } from '../ca';
import type { Remote } from '../leader';
import type { Failure, RpcHub, RpcReply } from '../rpc';
import { rpcError } from '../store';
import type { NodeIdentity } from './identity';

const ATTEMPTS = 5;
const RETRY_US = 2_000_000;
const CALL_TIMEOUT_US = 5_000_000;

export interface JoinOwner {
  joinSucceeded(
    issued: IssuedCertificate,
    root: NodeIdentity['root'],
    managers: readonly Remote[],
  ): void;
  joinFailed(error: Failure): void;
}

interface RootAnswer {
  readonly root: NodeIdentity['root'];
  readonly managers: readonly Remote[];
}

export class JoinAttempt implements RpcReply, Wakeable {
  private attempts = 0;
  private root: RootAnswer | undefined;
  private callId: number | undefined;
  private cancelled = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly hub: RpcHub,
    private readonly owner: JoinOwner,
    private readonly remotes: readonly string[],
    private readonly token: string,
    private readonly availability: NodeAvailability,
  ) {}

  begin(): void {
    this.attempts++;
    const remote = this.remotes[(this.attempts - 1) % this.remotes.length]!;
    const { token, availability } = this;
    this.callId = this.root
      ? this.hub.call(remote, 'ca.issue', { token, availability }, CALL_TIMEOUT_US, this)
      : this.hub.call(remote, 'ca.root', {}, CALL_TIMEOUT_US, this);
  }

  cancel(): void {
    this.cancelled = true;
    if (this.callId !== undefined) this.hub.cancel(this.callId);
  }

  answered(value: unknown): void {
    if (this.cancelled) return;
    if (this.root) {
      const issued = value as IssuedCertificate;
      this.owner.joinSucceeded(issued, this.root.root, this.root.managers);
      return;
    }
    const answer = value as RootAnswer;
    const hash = parseJoinToken(this.token);
    if (this.token !== '' && hash !== answer.root.CACertHash) {
      const desc = `remote CA does not match fingerprint. Expected: ${hash}`;
      return this.failed(rpcError('Unknown', desc));
    }
    this.root = answer;
    this.attempts = 0;
    this.begin();
  }

  failed(error: Failure): void {
    if (this.cancelled) return;
    this.callId = undefined;
    this.runtime.setTimer(RETRY_US, this, this.attempts < ATTEMPTS ? 'again' : 'give-up', error);
  }

  wake(tag: string, error: unknown): void {
    if (this.cancelled) return;
    if (tag === 'again') this.begin();
    else this.owner.joinFailed(error as Failure);
  }
}
