/** Members of a spec in the order of the Go structs, so that what is sent and stored reads as the original. */
import { isMap, type ServiceSpec } from '../../../api';
import { SWARM_SHAPES } from '../../swarm-shapes';

function ordered(kind: string, value: unknown): unknown {
  const name = kind.replace(/^(\*|\[\])+/, '');
  const shape = SWARM_SHAPES[name];
  if (Array.isArray(value)) return value.map((item) => ordered(name, item));
  if (!shape || !isMap(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(shape))
    if (value[key] !== undefined) result[key] = ordered(shape[key]!, value[key]);
  for (const key of Object.keys(value))
    if (!(key in result) && value[key] !== undefined) result[key] = value[key];
  return result;
}

export function orderSpec(spec: ServiceSpec): ServiceSpec {
  return ordered('ServiceSpec', spec) as ServiceSpec;
}
