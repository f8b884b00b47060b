/**
 * `POST /networks/create` (moby `daemon/network.go` createNetwork, libnetwork `controller.go`
 * NewNetwork), for networks of this machine.
 */
import {
  type ApiCall,
  type ApiError,
  type Labels,
  type Shape,
  decodeBody,
  isApiError,
} from '../../api';
import { SECOND_US, type Runtime, type Wakeable } from '../../base';
import type { NetworkWish } from './bridges';
import type { NetworkController } from './controller';
import { isPredefined } from './endpoint-rules';
import type { NetworkRecord } from './records';

const CREATE: Shape = {
  struct: 'types.NetworkCreateRequest',
  fields: {
    CheckDuplicate: 'bool',
    Driver: 'string',
    Scope: 'string',
    EnableIPv6: 'bool',
    IPAM: {
      struct: 'network.IPAM',
      fields: {
        Driver: 'string',
        Options: { map: 'string' },
        Config: {
          list: {
            struct: 'network.IPAMConfig',
            fields: {
              Subnet: 'string',
              IPRange: 'string',
              Gateway: 'string',
              AuxiliaryAddresses: { map: 'string' },
            },
          },
        },
      },
    },
    Internal: 'bool',
    Attachable: 'bool',
    Ingress: 'bool',
    ConfigOnly: 'bool',
    ConfigFrom: { struct: 'network.ConfigReference', fields: { Network: 'string' } },
    Options: { map: 'string' },
    Labels: { map: 'string' },
    Name: 'string',
  },
};

interface CreateBody {
  readonly CheckDuplicate?: boolean;
  readonly Driver?: string;
  readonly Scope?: string;
  readonly EnableIPv6?: boolean;
  readonly IPAM?: {
    readonly Driver?: string;
    readonly Options?: Labels | null;
    readonly Config?: readonly { Subnet?: string; IPRange?: string; Gateway?: string }[];
  } | null;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly Ingress?: boolean;
  readonly ConfigOnly?: boolean;
  readonly ConfigFrom?: { readonly Network?: string } | null;
  readonly Options?: Labels | null;
  readonly Labels?: Labels | null;
  readonly Name?: string;
}

/** How long the engine looks for a plugin of that name. */
const PLUGIN_SEARCH_US = 15 * SECOND_US;

export function createNetwork(on: NetworkController, call: ApiCall): void {
  const decoded = decodeBody(call, CREATE, 'read-json');
  if (isApiError(decoded)) return call.fail(decoded);
  const body = (decoded.value ?? {}) as CreateBody;
  const { Name: name = '', Driver: given = '' } = body;
  const driver = given === '' ? 'bridge' : given;
  if (isPredefined(name)) {
    const message = `operation is not permitted on predefined ${name} network `;
    return call.fail({ status: 403, message });
  }
  const role = on.swarm?.role() ?? 'inactive';
  const known = on.networkNamed(name);
  const inSwarm = role === 'manager' && on.swarm!.networks().some(({ Spec }) => Spec.Name === name);
  if (inSwarm || (known && body.CheckDuplicate === true))
    return call.fail({ status: 409, message: `network with name ${name} already exists` });
  if (name.trim() === '') return call.fail({ status: 500, message: 'invalid name: ' });
  if (driver === 'overlay' || body.Scope === 'swarm') return createInSwarm(on, call, driver, role);
  if (driver === 'host' || driver === 'null') {
    const message = `only one instance of "${driver}" network is allowed`;
    return call.fail({ status: 403, message });
  }
  if (driver === 'macvlan' || driver === 'ipvlan')
    return call.fail({ status: 501, message: `not simulated: network driver ${driver}` });
  if (driver !== 'bridge') return new PluginSearch(call, driver).begin(on.runtime);
  const wish = wishOf(on, body, name);
  if (isApiError(wish)) return call.fail(wish);
  const made = on.addNetwork(wish);
  if (isApiError(made)) return call.fail(made);
  on.event('create', made);
  const warning = known ? `Network with name ${name} (id : ${known.id}) already exists` : '';
  call.json(201, { Id: made.id, Warning: warning });
}

function createInSwarm(
  on: NetworkController,
  call: ApiCall,
  driver: string,
  role: 'inactive' | 'worker' | 'manager',
): void {
  if (role === 'manager') return on.swarm!.handle(call);
  if (role === 'worker') {
    const message =
      'Cannot create a multi-host network from a worker node. Please create the network from a ' +
      'manager node.';
    return call.fail({ status: 403, message });
  }
  if (driver !== 'overlay') {
    const message = 'cannot create a swarm scoped network when swarm is not active';
    return call.fail({ status: 403, message });
  }
  const message =
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect ' +
    'this node to swarm and try again.';
  call.fail({ status: 500, message });
}

function wishOf(on: NetworkController, body: CreateBody, name: string): NetworkWish | ApiError {
  const configFrom = body.ConfigFrom?.Network ?? '';
  const wish: NetworkWish = {
    name,
    driver: 'bridge',
    internal: body.Internal ?? false,
    attachable: body.Attachable ?? false,
    enableIPv6: body.EnableIPv6 ?? false,
    configOnly: body.ConfigOnly ?? false,
    configFrom,
    options: body.Options ?? {},
    labels: body.Labels ?? {},
    ipamDriver: (body.IPAM?.Driver ?? '') === '' ? 'default' : body.IPAM!.Driver!,
    ipamOptions: body.IPAM?.Options ?? null,
    ipamConfig: (body.IPAM?.Config ?? []).map(shownConfig),
    createdUs: on.clock.now(),
  };
  return configFrom === '' ? wish : fromConfig(on, wish, on.findNetwork(configFrom));
}

/** Without the fields that were not given. */
function shownConfig(config: { Subnet?: string; IPRange?: string; Gateway?: string }) {
  const { Subnet = '', IPRange = '', Gateway = '' } = config;
  return {
    ...(Subnet === '' ? {} : { Subnet }),
    ...(IPRange === '' ? {} : { IPRange }),
    ...(Gateway === '' ? {} : { Gateway }),
  };
}

/** `--config-from`: addresses, options and labels of a network that is only a configuration. */
function fromConfig(
  on: NetworkController,
  wish: NetworkWish,
  config: NetworkRecord | undefined,
): NetworkWish | ApiError {
  if (!config) return on.notFound(wish.configFrom);
  if (!config.configOnly) {
    const message = `network ${config.name} is not a configuration network`;
    return { status: 403, message };
  }
  return {
    ...wish,
    configFrom: config.name,
    internal: config.internal,
    options: config.options,
    labels: config.labels ?? {},
    ipamDriver: config.ipamDriver,
    ipamOptions: config.ipamOptions,
    ipamConfig: config.ipamConfig,
  };
}

/** No plugin will ever be found, but the engine looks for a while. */
class PluginSearch implements Wakeable {
  constructor(
    private readonly call: ApiCall,
    private readonly driver: string,
  ) {}

  begin(runtime: Runtime): void {
    runtime.setTimer(PLUGIN_SEARCH_US, this, 'give-up');
  }

  wake(): void {
    this.call.fail({ status: 404, message: `plugin "${this.driver}" not found` });
  }
}
