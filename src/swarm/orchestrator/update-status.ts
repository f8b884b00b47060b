/**
 * What the updater writes into the service: the state of the update and its texts (swarmkit
 * `manager/orchestrator/update/updater.go`, startUpdate to completeUpdate).
 */
import type { RpcError, WriteView } from '../store';

export type StatusChange =
  | { readonly kind: 'start'; readonly serviceId: string; readonly at: string }
  | { readonly kind: 'pause'; readonly serviceId: string; readonly message: string }
  | { readonly kind: 'rollback'; readonly serviceId: string; readonly message: string }
  | { readonly kind: 'complete'; readonly serviceId: string; readonly at: string };

export function writeStatus(tx: WriteView, change: StatusChange): RpcError | undefined {
  const service = tx.get('service', change.serviceId);
  if (!service) return undefined;
  const status = service.UpdateStatus;
  if (change.kind === 'start') {
    if (status) return undefined;
    return tx.update('service', {
      ...service,
      UpdateStatus: { State: 'updating', StartedAt: change.at, Message: 'update in progress' },
    });
  }
  // Without a status the service was updated anew since.
  if (!status) return undefined;
  const rollingBack = status.State === 'rollback_started';
  if (change.kind === 'pause') {
    const State = rollingBack ? 'rollback_paused' : 'paused';
    return tx.update('service', {
      ...service,
      UpdateStatus: { ...status, State, Message: change.message },
    });
  }
  if (change.kind === 'complete') {
    return tx.update('service', {
      ...service,
      UpdateStatus: {
        ...status,
        State: rollingBack ? 'rollback_completed' : 'completed',
        Message: rollingBack ? 'rollback completed' : 'update completed',
        CompletedAt: change.at,
      },
    });
  }
  const { PreviousSpec, PreviousSpecVersion, ...rest } = service;
  if (!PreviousSpec) return undefined;
  return tx.update('service', {
    ...rest,
    Spec: PreviousSpec,
    SpecVersion: PreviousSpecVersion ?? service.SpecVersion,
    UpdateStatus: { ...status, State: 'rollback_started', Message: change.message },
  });
}
