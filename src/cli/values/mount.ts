/**
 * `--mount type=bind,source=/a,target=/b,ro` (docker/cli: opts/mount.go), for containers and
 * services alike: the API's own Mount record.
 */
import { parseRamSize, type Mount } from '../../api';
import { ValueError } from '../value-error';
import { splitCsv } from './words';

export type MountFlag = Mount;

function asBool(text: string, key: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new ValueError(`invalid value for ${key}: ${text}`);
}

export function parseMount(text: string): Mount {
  const mount: Mount = { Type: 'volume' };
  const volume = () => (mount.VolumeOptions ??= { Labels: {} });
  for (const field of splitCsv(text)) {
    const mark = field.indexOf('=');
    const key = (mark < 0 ? field : field.slice(0, mark)).toLowerCase();
    const value = field.slice(mark + 1);
    if (mark < 0) {
      if (key === 'readonly' || key === 'ro') mount.ReadOnly = true;
      else if (key === 'volume-nocopy') volume().NoCopy = true;
      else if (key === 'bind-nonrecursive') (mount.BindOptions ??= {}).NonRecursive = true;
      else throw new ValueError(`invalid field '${field}' must be a key=value pair`);
      continue;
    }
    switch (key) {
      case 'type':
        mount.Type = value.toLowerCase() as Mount['Type'];
        break;
      case 'source':
      case 'src':
        mount.Source = value;
        break;
      case 'target':
      case 'dst':
      case 'destination':
        mount.Target = value;
        break;
      case 'readonly':
      case 'ro':
        mount.ReadOnly = asBool(value, key);
        break;
      case 'consistency':
        mount.Consistency = value.toLowerCase();
        break;
      case 'bind-propagation':
        (mount.BindOptions ??= {}).Propagation = value.toLowerCase();
        break;
      case 'bind-nonrecursive':
        (mount.BindOptions ??= {}).NonRecursive = asBool(value, key);
        break;
      case 'volume-nocopy':
        volume().NoCopy = asBool(value, 'volume-nocopy');
        break;
      case 'volume-label': {
        const at = value.indexOf('=');
        (volume().Labels ??= {})[at < 0 ? value : value.slice(0, at)] =
          at < 0 ? '' : value.slice(at + 1);
        break;
      }
      case 'volume-driver':
      case 'volume-opt':
        setDriver(mount, key, value);
        break;
      case 'tmpfs-size': {
        const size = parseRamSize(value);
        if (size === undefined) throw new ValueError(`invalid value for ${key}: ${value}`);
        (mount.TmpfsOptions ??= {}).SizeBytes = size;
        break;
      }
      case 'tmpfs-mode':
        if (!/^[0-7]+$/.test(value)) throw new ValueError(`invalid value for ${key}: ${value}`);
        (mount.TmpfsOptions ??= {}).Mode = parseInt(value, 8);
        break;
      default:
        throw new ValueError(`unexpected key '${key}' in '${field}'`);
    }
  }
  checkMount(mount);
  return ordered(mount);
}

function setDriver(mount: Mount, key: string, value: string): void {
  const driver = ((mount.VolumeOptions ??= { Labels: {} }).DriverConfig ??= { Options: {} });
  if (key === 'volume-driver') {
    driver.Name = value;
    return;
  }
  const at = value.indexOf('=');
  const option = at < 0 ? value : value.slice(0, at);
  (driver.Options ??= {})[option] = at < 0 ? '' : value.slice(at + 1);
}

function checkMount(mount: Mount): void {
  if ((mount.Type as string) === '') throw new ValueError('type is required');
  if (mount.Target === undefined || mount.Target === '') throw new ValueError('target is required');
  const mixed = (option: string) =>
    new ValueError(`cannot mix '${option}' options with mount type '${mount.Type}'`);
  if (mount.VolumeOptions && mount.Type !== 'volume') throw mixed('volume-*');
  if (mount.BindOptions && mount.Type !== 'bind') throw mixed('bind-*');
  if (mount.TmpfsOptions && mount.Type !== 'tmpfs') throw mixed('tmpfs-*');
}

/** Fields in the order of the Go struct, so that the spec reads as the real client's. */
function ordered(mount: Mount): Mount {
  const { Type, Source, Target, ReadOnly, ...rest } = mount;
  if (rest.VolumeOptions) {
    const { NoCopy, Labels, DriverConfig: driver } = rest.VolumeOptions;
    const { Name, Options = {} } = driver ?? {};
    rest.VolumeOptions = {
      ...(NoCopy ? { NoCopy } : {}),
      ...(Labels && Object.keys(Labels).length > 0 ? { Labels } : {}),
      ...(driver
        ? {
            DriverConfig: {
              ...(Name ? { Name } : {}),
              ...(Object.keys(Options).length > 0 ? { Options } : {}),
            },
          }
        : {}),
    };
  }
  return {
    Type,
    ...(Source === undefined ? {} : { Source }),
    ...(Target === undefined ? {} : { Target }),
    ...(ReadOnly ? { ReadOnly } : {}),
    ...rest,
  };
}
