/**
 * `--secret NAME` or `source=,target=,uid=,gid=,mode=` (docker/cli: opts/secret.go,
 * opts/config.go).
 */
import { ValueError } from '../value-error';
import { splitCsv } from './words';

export interface FileFlag {
  readonly source: string;
  readonly target: string;
  readonly uid: string;
  readonly gid: string;
  readonly mode: number;
}

export function parseFileReference(text: string, what: 'secret' | 'config'): FileFlag {
  const flag = { source: '', target: '', uid: '0', gid: '0', mode: 0o444 };
  const fields = splitCsv(text);
  if (fields.length === 1 && !text.includes('=')) return { ...flag, source: text, target: text };
  for (const field of fields) {
    const mark = field.indexOf('=');
    if (mark < 0) throw new ValueError(`invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, mark).toLowerCase();
    const value = field.slice(mark + 1);
    if (key === 'source' || key === 'src') flag.source = value;
    else if (key === 'target') flag.target = value;
    else if (key === 'uid') flag.uid = value;
    else if (key === 'gid') flag.gid = value;
    else if (key === 'mode') {
      const octal = /^0[0-7]*$/.test(value);
      if (!octal && !/^[1-9]\d*$/.test(value))
        throw new ValueError(
          'invalid mode specified: strconv.ParseUint: parsing ' +
            `${JSON.stringify(value)}: invalid syntax`,
        );
      flag.mode = parseInt(value, octal ? 8 : 10);
    } else if (what === 'config') throw new ValueError(`invalid field in config request: ${key}`);
    else throw new ValueError(`invalid field in secret request: ${key}`);
  }
  if (flag.source === '') throw new ValueError('source is required');
  return { ...flag, target: flag.target === '' ? flag.source : flag.target };
}
