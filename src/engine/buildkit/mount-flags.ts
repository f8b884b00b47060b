/** `RUN --mount` (buildkit `instructions/commands_runmount.go: parseMount`). */
import { BuildFailure } from '../build/failure';

export interface MountSpec {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  /** Stage or image; '' for none. */
  readonly from: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly id: string;
  readonly sharing: 'shared' | 'private' | 'locked';
  readonly required: boolean;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly mode: number | undefined;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };
const SWITCHES = ['readonly', 'ro', 'readwrite', 'rw', 'required'];

/** The value has been checked for keys and types when the Dockerfile was parsed. */
export function parseMountFlag(value: string): MountSpec {
  const spec: Open<MountSpec> = {
    ...{ type: 'bind', from: '', source: '', target: '', readOnly: true, id: '' },
    ...{ sharing: 'shared', required: false, uid: undefined, gid: undefined, mode: undefined },
  };
  let roAuto = true;
  for (const field of value.split(',')) {
    const mark = field.indexOf('=');
    const key = field.slice(0, mark < 0 ? undefined : mark).toLowerCase();
    const text = mark < 0 ? '' : field.slice(mark + 1);
    if (mark < 0 && SWITCHES.includes(key)) {
      if (key === 'required') spec.required = true;
      else {
        spec.readOnly = key === 'readonly' || key === 'ro';
        roAuto = false;
      }
      continue;
    }
    if (['readonly', 'ro', 'readwrite', 'rw'].includes(key)) {
      const on = parseBool(text, key);
      spec.readOnly = key === 'readonly' || key === 'ro' ? on : !on;
      roAuto = false;
    } else setField(spec, key, text);
  }
  if (spec.type === 'cache' && roAuto) spec.readOnly = false;
  return spec;
}

function setField(spec: Open<MountSpec>, key: string, text: string): void {
  switch (key) {
    case 'type':
      spec.type = text.toLowerCase() as MountSpec['type'];
      return;
    case 'from':
      spec.from = text;
      return;
    case 'source':
    case 'src':
      spec.source = text;
      return;
    case 'target':
    case 'dst':
    case 'destination':
      spec.target = text;
      return;
    case 'id':
      spec.id = text;
      return;
    case 'required':
      spec.required = parseBool(text, key);
      return;
    case 'sharing':
      if (!['shared', 'private', 'locked'].includes(text.toLowerCase()))
        throw new BuildFailure(`unsupported sharing value ${JSON.stringify(text)}`);
      spec.sharing = text.toLowerCase() as MountSpec['sharing'];
      return;
    case 'mode':
      spec.mode = parseNumber(text, key, 8);
      return;
    case 'uid':
    case 'gid':
      spec[key] = parseNumber(text, key, 10);
  }
}

function parseNumber(text: string, key: string, base: number): number {
  const value = (base === 8 ? /^[0-7]+$/ : /^\d+$/).test(text) ? parseInt(text, base) : NaN;
  if (Number.isNaN(value)) throw new BuildFailure(`invalid value ${text} for ${key}`);
  return value;
}

function parseBool(text: string, key: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new BuildFailure(`invalid value for ${key}: ${text}`);
}
