/**
 * A compose file's text as plain values (docker/cli: cli/compose/loader ParseYAML over go-yaml),
 * with the parser's complaints in libyaml's words where they are known.
 */
import { parseDocument, type ScalarTag, type YAMLParseError } from 'yaml';
import { CliError } from '../errors';

export type Dict = Record<string, unknown>;

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const WORDS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'did not find expected key',
  MISSING_CHAR: "did not find expected ',' or ']'",
  TAB_AS_INDENT: 'found character that cannot start any token',
  BAD_ALIAS: 'did not find expected alphabetic or numeric character',
  UNEXPECTED_TOKEN: 'did not find expected node content',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
};

function complaint(error: YAMLParseError, text: string): CliError {
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (error.code === 'DUPLICATE_KEY') {
    const at = error.linePos?.[0].line ?? 1;
    const key = text.split('\n')[at - 1]?.trim().split(':')[0] ?? '';
    const reason = `unmarshal errors:\n  line ${at}: key "${key}" already set in map`;
    return new CliError(`yaml: ${reason}`);
  }
  const atEnd = error.pos[0] >= text.trimEnd().length - 1;
  // Who opens a list at the end of the file is told so at the end.
  if (atEnd && /[[{]\s*$/.test(text))
    return new CliError(`yaml: line ${lines}: did not find expected node content`);
  const at = Math.max(1, (error.linePos?.[0].line ?? 1) - 1);
  return new CliError(`yaml: line ${at}: ${WORDS[error.code] ?? 'did not find expected key'}`);
}

/** go-yaml has the truth words of YAML 1.1, but not its numbers. */
const TRUTH: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
};

export function parseCompose(text: string): Dict {
  const document = parseDocument(text, {
    merge: true,
    logLevel: 'silent',
    customTags: (tags) => [TRUTH, ...tags],
  });
  const [error] = document.errors;
  if (error) throw complaint(error, text);
  const value: unknown = document.toJS({ maxAliasCount: 1000 });
  if (!isDict(value)) throw new CliError('Top-level object must be a mapping');
  return value;
}
