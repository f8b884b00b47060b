/**
 * Options that contradict each other because namespaces are shared (moby `runconfig/hostconfig.go`
 * and `runconfig/errors.go`). These are looked at while the request is decoded.
 */
import type { ApiError } from '../../api';
import type { CreateRequest, HostConfig } from './host-config';

function conflict(what: string): ApiError {
  return { status: 400, message: `conflicting options: ${what}` };
}

export function validateModes(request: CreateRequest): ApiError | undefined {
  const host: Partial<HostConfig> = request.HostConfig ?? {};
  const mode = host.NetworkMode ?? '';
  const ofContainer = mode.startsWith('container:');
  if (mode === 'container:' || mode === 'container')
    return {
      status: 400,
      message: 'Invalid network mode: invalid container format container:<name|id>',
    };
  const hostname = request.Hostname ?? '';
  if (ofContainer && hostname !== '') return conflict('hostname and the network mode');
  if (host.UTSMode === 'host' && hostname !== '') return conflict('hostname and the UTS mode');
  const undefinedBehavior = "can't be used with links. This would result in undefined behavior";
  const hasLinks = (host.Links ?? []).length > 0;
  if (mode === 'host' && hasLinks) return conflict(`host type networking ${undefinedBehavior}`);
  if (!ofContainer) return macConflict(request, mode);
  if (hasLinks) return conflict(`container type network ${undefinedBehavior}`);
  if ((host.Dns ?? []).length > 0) return conflict('dns and the network mode');
  if ((host.ExtraHosts ?? []).length > 0)
    return conflict('custom host-to-IP mapping and the network mode');
  const mac = macConflict(request, mode);
  if (mac) return mac;
  if (Object.keys(host.PortBindings ?? {}).length > 0 || host.PublishAllPorts)
    return conflict('port publishing and the container type network mode');
  if (Object.keys(request.ExposedPorts ?? {}).length > 0)
    return conflict('port exposing and the container type network mode');
  return undefined;
}

function macConflict(request: CreateRequest, mode: string): ApiError | undefined {
  const shared = mode === 'host' || mode.startsWith('container:');
  return shared && (request.MacAddress ?? '') !== ''
    ? conflict('mac-address and the network mode')
    : undefined;
}
