/**
 * Connecting containers to networks and taking them off again (moby
 * `daemon/container_operations.go` ConnectToNetwork, DisconnectFromNetwork).
 */
import { type ApiError, type EndpointSettings } from '../../api';
import type { ContainerDirectory, ContainerFace } from './contract';
import {
  CONFLICT_HOST,
  checkEndpoint,
  checkMix,
  isPredefined,
  newAttachment,
} from './endpoint-rules';
import type { ContainerState, NetworkRecord } from './records';
import { type SandboxHost, joinNetwork, leaveNetwork } from './sandboxes';

export interface ConnectHost extends SandboxHost {
  readonly directory: ContainerDirectory;
  readonly states: Map<string, ContainerState>;
  findNetwork(reference: string): NetworkRecord | undefined;
  networkNamed(name: string): NetworkRecord | undefined;
  notFound(reference: string): ApiError;
  event(action: string, network: NetworkRecord, container?: string): void;
  hostsText(state: ContainerState): string;
  attachRefusal(reference: string, state: ContainerState): ApiError | undefined;
}

function findState(
  on: ConnectHost,
  reference: string,
): { readonly face: ContainerFace; readonly state: ContainerState } | ApiError {
  if (reference === '') return { status: 400, message: 'invalid name or ID supplied: ""' };
  const face = on.directory.findContainer(reference);
  const state = face && on.states.get(face.id);
  if (!face || !state) return { status: 404, message: `No such container: ${reference}` };
  return { face, state };
}

export function connectContainer(
  on: ConnectHost,
  networkRef: string,
  containerRef: string,
  settings: Partial<EndpointSettings> | null,
): ApiError | undefined {
  const found = findState(on, containerRef);
  if ('status' in found) return found;
  const { face, state } = found;
  const overlay = on.attachRefusal(networkRef, state);
  if (overlay) return overlay;
  const network = on.findNetwork(networkRef);
  if (!network) return on.notFound(networkRef);
  const mixed = checkMix(state, network, (name) => on.networkNamed(name));
  if (mixed) return mixed;
  if (face.running && state.attachments.get(network.name)?.endpoint)
    return {
      status: 403,
      message: `endpoint with name ${state.name} already exists in network ${network.name}`,
    };
  const attachment = newAttachment(settings, face.id, !isPredefined(network.name));
  const refused = checkEndpoint(network, attachment, false);
  if (refused) return refused;
  const before = state.attachments.get(network.name);
  state.attachments.set(network.name, attachment);
  if (!face.running) return undefined;
  const failed = joinNetwork(on, state, network, attachment);
  if (failed) {
    leaveNetwork(on, state, attachment);
    if (before) state.attachments.set(network.name, before);
    else state.attachments.delete(network.name);
    return failed;
  }
  on.event('connect', network, face.id);
  on.directory.hostsChanged(face.id, on.hostsText(state));
  return undefined;
}

export function disconnectContainer(
  on: ConnectHost,
  networkRef: string,
  containerRef: string,
  force: boolean,
): ApiError | undefined {
  const found = findState(on, containerRef);
  const network = on.findNetwork(networkRef);
  if ('status' in found) {
    if (!force || !network) return network ? found : on.notFound(networkRef);
    return { status: 404, message: `endpoint ${containerRef} not found` };
  }
  if (!network) return on.notFound(networkRef);
  const { face, state } = found;
  if (state.config.networkMode === 'host' && network.driver === 'host') return CONFLICT_HOST;
  const attachment = state.attachments.get(network.name);
  if (!attachment || (face.running && !attachment.endpoint)) {
    const the = face.running ? '' : 'the ';
    const message = `container ${face.id} is not connected to ${the}network ${network.name}`;
    return { status: 500, message };
  }
  if (face.running) {
    leaveNetwork(on, state, attachment);
    on.event('disconnect', network, face.id);
  }
  state.attachments.delete(network.name);
  if (face.running) on.directory.hostsChanged(face.id, on.hostsText(state));
  return undefined;
}
