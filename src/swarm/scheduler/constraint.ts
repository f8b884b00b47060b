/**
 * Placement constraints: parsing and matching, as in swarmkit `manager/constraint/constraint.go`. The
 * control API parses them to refuse bad ones; scheduler, global orchestrator, updater and constraint
 * enforcer match them.
 */
import type { Node } from '../../api';

export const NODE_LABEL_PREFIX = 'node.labels.';
export const ENGINE_LABEL_PREFIX = 'engine.labels.';

export interface Constraint {
  readonly key: string;
  readonly operator: '==' | '!=';
  readonly value: string;
}

/** What a constraint looks at; the stored node carries the observed role beside the desired one. */
export type ConstraintNode = Pick<Node, 'ID' | 'Spec' | 'Description' | 'Status'> & {
  readonly Role?: string;
};

const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;

/** Parses all of them; `error` is the text the control API answers with. */
export function parseConstraints(
  expressions: readonly string[],
): { readonly constraints: Constraint[] } | { readonly error: string } {
  const constraints: Constraint[] = [];
  for (const expression of expressions) {
    const operator = expression.includes('==') ? '==' : expression.includes('!=') ? '!=' : '';
    if (operator === '') return { error: 'constraint expected one operator from ==, !=' };
    const at = expression.indexOf(operator);
    const key = expression.slice(0, at).trim();
    if (!KEY.test(key)) return { error: `key '${key}' is invalid` };
    const value = expression.slice(at + 2).trim();
    if (!VALUE.test(value)) return { error: `value '${value}' is invalid` };
    constraints.push({ key, operator, value });
  }
  return { constraints };
}

/** Constraints of a stored spec, which were checked before; broken ones count as none. */
export function storedConstraints(expressions: readonly string[] | undefined): Constraint[] {
  if (!expressions || expressions.length === 0) return [];
  const parsed = parseConstraints(expressions);
  return 'error' in parsed ? [] : parsed.constraints;
}

/** True if the node satisfies all of them. */
export function nodeMatches(constraints: readonly Constraint[], node: ConstraintNode): boolean {
  return constraints.every((constraint) => satisfies(constraint, node));
}

function satisfies(constraint: Constraint, node: ConstraintNode): boolean {
  const key = constraint.key.toLowerCase();
  if (key === 'node.ip') return matchesAddress(constraint, node.Status.Addr);
  const actual = property(key, constraint.key, node);
  if (actual === undefined) return false;
  const equal = actual.toLowerCase() === constraint.value.toLowerCase();
  return constraint.operator === '==' ? equal : !equal;
}

/** The value that a key names, '' if the node lacks it, undefined for a key that is none. */
function property(lowerKey: string, key: string, node: ConstraintNode): string | undefined {
  switch (lowerKey) {
    case 'node.id':
      return node.ID;
    case 'node.hostname':
      return node.Description.Hostname ?? '';
    case 'node.role':
      return node.Role ?? node.Spec.Role;
    case 'node.platform.os':
      return node.Description.Platform.OS ?? '';
    case 'node.platform.arch':
      return node.Description.Platform.Architecture ?? '';
  }
  if (key.length > NODE_LABEL_PREFIX.length && lowerKey.startsWith(NODE_LABEL_PREFIX))
    return label(node.Spec.Labels, key.slice(NODE_LABEL_PREFIX.length));
  if (key.length > ENGINE_LABEL_PREFIX.length && lowerKey.startsWith(ENGINE_LABEL_PREFIX))
    return label(node.Description.Engine.Labels, key.slice(ENGINE_LABEL_PREFIX.length));
  return undefined;
}

/** Label names are case-sensitive, unlike everything else here. */
export function label(labels: Readonly<Record<string, string>> | undefined, name: string): string {
  return labels !== undefined && Object.hasOwn(labels, name) ? labels[name]! : '';
}

function matchesAddress(constraint: Constraint, address: string): boolean {
  const own = parseIPv4(address);
  const [base, bits] = constraint.value.split('/');
  const wanted = parseIPv4(base ?? '');
  if (wanted === undefined) return false;
  const size = bits === undefined ? 32 : /^\d{1,2}$/.test(bits) ? Number(bits) : 33;
  if (size > 32) return false;
  const shift = 32 - size;
  const within = own !== undefined && own >>> 0 === own && cut(own, shift) === cut(wanted, shift);
  return constraint.operator === '==' ? within : !within;
}

function cut(address: number, shift: number): number {
  return Math.floor(address / 2 ** shift);
}

function parseIPv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}
