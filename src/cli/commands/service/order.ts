/**
 * Members of a spec in the order of the Go structs, so that what is sent and stored reads as
 * the original.
 */
import { isMap, type ServiceSpec } from '../../../api';
import { SWARM_SHAPES } from '../../swarm-shapes';

/** Fields that Go leaves out of the JSON when they are empty. */
function isEmpty(shape: string, key: string, value: unknown): boolean {
  if (value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value === false) return key !== 'Init';
  const map = (key === 'Labels' && shape !== 'ServiceSpec') || key === 'Sysctls';
  return map && isMap(value) && Object.keys(value).length === 0;
}

function ordered(kind: string, value: unknown): unknown {
  const name = kind.replace(/^(\*|\[\])+/, '');
  const shape = SWARM_SHAPES[name];
  if (Array.isArray(value)) return value.map((item) => ordered(name, item));
  if (!shape || !isMap(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(shape))
    if (!isEmpty(name, key, value[key])) result[key] = ordered(shape[key]!, value[key]);
  for (const key of Object.keys(value))
    if (!(key in shape) && value[key] !== undefined) result[key] = value[key];
  return result;
}

export function orderSpec(spec: ServiceSpec): ServiceSpec {
  return ordered('ServiceSpec', spec) as ServiceSpec;
}
