/**
 * Checks the import rule. dependency-cruiser checks directions and doors over all imports; circles are
 * looked for here, over the imports that exist at run time: `import type` is gone by then, and it
 * cannot be told from other imports by dependency-cruiser's swc front end (TypeScript 7 has no
 * JavaScript interface that it could use instead). Both fail silently when they read nothing, so
 * both must prove how much they read.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from '@swc/core';
import { root } from './install.mjs';

const MODULES_MIN = 500;
const IMPORTS_MIN = 1000;

/** Directions and doors; answers how many were broken. */
function checkRules() {
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['src', 'workers', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  let summary;
  try {
    ({ summary } = JSON.parse(result.stdout));
  } catch {
    console.error(result.stderr || result.stdout || String(result.error));
    return 1;
  }
  for (const { rule, from, to } of summary.violations)
    console.error(`${rule.name}: ${from} -> ${to}`);
  const read = summary.totalCruised;
  console.log(`directions and doors: ${read} modules, ${summary.violations.length} violations`);
  if (read < MODULES_MIN) console.error(`fewer than ${MODULES_MIN} modules were read`);
  return summary.violations.length + (read < MODULES_MIN ? 1 : 0);
}

function* sources(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(tsx?|mjs)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

/** The specifiers that one module still imports when it runs. */
function specifiersOf(path) {
  const found = [];
  const visit = (node) => {
    if (typeof node !== 'object' || node === null) return;
    const isStatic = /^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type ?? '');
    if (isStatic && node.source && !node.typeOnly) found.push(node.source.value);
    if (node.type === 'CallExpression' && node.callee.type === 'Import') {
      const [argument] = node.arguments;
      if (argument?.expression.type === 'StringLiteral') found.push(argument.expression.value);
    }
    for (const value of Object.values(node)) visit(value);
  };
  const text = readFileSync(path, 'utf8');
  const syntax = path.endsWith('.mjs') ? { syntax: 'ecmascript' } : { syntax: 'typescript' };
  visit(parseSync(text, { ...syntax, tsx: path.endsWith('x'), target: 'es2022' }).body);
  return found;
}

function resolve(from, specifier) {
  const path = join(dirname(from), specifier.replace(/[?#].*$/, ''));
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}.mjs`, join(path, 'index.ts')];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile());
}

/** Tarjan's strongly connected components, those of more than one module (or a self-import). */
function circles(graph) {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const walk = (module) => {
    order.set(module, order.size);
    low.set(module, order.get(module));
    stack.push(module);
    for (const next of graph.get(module)) {
      if (!order.has(next)) walk(next);
      if (stack.includes(next)) low.set(module, Math.min(low.get(module), low.get(next)));
    }
    if (low.get(module) !== order.get(module)) return;
    const members = stack.splice(stack.indexOf(module));
    if (members.length > 1 || graph.get(module).has(module)) found.push(members);
  };
  for (const module of graph.keys()) if (!order.has(module)) walk(module);
  return found;
}

/** Circles of run-time imports; answers how many there are. */
function checkCircles() {
  const graph = new Map();
  for (const folder of ['src', 'workers'])
    for (const path of sources(join(root, folder))) graph.set(path, new Set());
  let imports = 0;
  let unresolved = 0;
  for (const [path, targets] of graph) {
    for (const specifier of specifiersOf(path)) {
      if (!specifier.startsWith('.')) continue;
      const target = resolve(path, specifier);
      imports++;
      if (target === undefined) {
        unresolved++;
        console.error(`${relative(root, path)}: nothing at ${specifier}`);
      } else if (graph.has(target)) targets.add(target);
    }
  }
  const found = circles(graph);
  for (const members of found)
    console.error(`circle: ${members.map((path) => relative(root, path)).join(', ')}`);
  console.log(
    `circles: ${graph.size} modules, ${imports} imports at run time, ${found.length} circles`,
  );
  const blind = graph.size < MODULES_MIN || imports < IMPORTS_MIN;
  if (blind) console.error(`fewer than ${MODULES_MIN} modules, ${IMPORTS_MIN} imports were read`);
  return found.length + unresolved + (blind ? 1 : 0);
}

process.exitCode = checkRules() + checkCircles() === 0 ? 0 : 1;
