/**
 * The programs that a machine knows by name, and where a node's own root filesystem has them. The table
 * is shared by all machines and their clones.
 */
import { dockerProgram } from '../cli';
import { enginePrograms } from '../engine';
import type { Program, ProgramTable } from '../kernel';
import { debianTools, hostOnlyTools, shellPrograms } from '../shell';
import type { ToolFile } from './host-files';

const table = new Map<string, Program>([
  ...enginePrograms,
  ...shellPrograms,
  ['docker', dockerProgram],
]);

export const programs: ProgramTable = Object.freeze(table);

export const hostTools: readonly ToolFile[] = Object.freeze([
  ...debianTools,
  ...hostOnlyTools,
  { path: '/usr/bin/docker', program: 'docker' },
]);
