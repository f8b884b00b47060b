/** Reads one container again and again while somebody looks: the engine's record and the kernel's facts. */
import { useEffect, useState } from 'react';
import {
  jsonRequest,
  type ContainerSummary,
  type ContainerXray,
  type MountPoint,
  type PortSummary,
} from '../../api';
import { decodeUtf8 } from '../../base';
import { host } from '../state/cluster';

/** What the lens takes of `GET /containers/X/json`. */
export interface ContainerRecord {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Image: string; readonly Hostname: string };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string };
  };
  readonly RestartCount: number;
  readonly Mounts: readonly MountPoint[];
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<string, { readonly IPAddress: string; readonly Gateway: string }>
    >;
  };
}

/** A reading for the meters' lines. */
export interface Sample {
  /** Virtual time. */
  readonly at: number;
  /** Processors in use since the reading before. */
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface Reading {
  /** "Up 5 minutes", as the list has it. */
  readonly status: string;
  readonly record: ContainerRecord;
  readonly xray: ContainerXray;
  /** Oldest first. */
  readonly samples: readonly Sample[];
}

const POLL_MS = 500;
const SAMPLES = 80;

export function useContainer(node: string, id: string): Reading | undefined {
  const [reading, setReading] = useState<Reading & { id: string }>();
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const [[summary], record, xray] = await Promise.all([
        list(node, id),
        get<ContainerRecord>(node, `/v1.41/containers/${id}/json`),
        get<ContainerXray>(node, `/xray/containers/${id}`),
      ]);
      if (!wanted) return;
      if (record && xray) {
        const status = summary?.Status ?? '';
        setReading((had) => ({ ...next(had?.id === id ? had : undefined, record, xray), status }));
      }
      timer = setTimeout(() => void read(), POLL_MS);
    };
    void read();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [node, id]);
  return reading?.id === id ? reading : undefined;
}

/** The engine's own words for how long it has been up; a screen holds those of its last change. */
async function list(node: string, id: string): Promise<readonly ContainerSummary[]> {
  const filters = encodeURIComponent(JSON.stringify({ id: [id] }));
  return (await get(node, `/v1.41/containers/json?all=1&filters=${filters}`)) ?? [];
}

async function get<T>(node: string, path: string): Promise<T | undefined> {
  const { status, body } = await host().look(node, jsonRequest('GET', path));
  return status === 200 ? (JSON.parse(decodeUtf8(body)) as T) : undefined;
}

function next(had: Reading | undefined, record: ContainerRecord, xray: ContainerXray) {
  const samples = had?.samples ?? [];
  const last = samples.at(-1);
  const { cgroup, at } = xray;
  const id = record.Id;
  if (!cgroup || last?.at === at) return { id, record, xray, samples };
  const usedUs = cgroup.cpuUs - (had?.xray.cgroup?.cpuUs ?? cgroup.cpuUs);
  const cpus = last && at > last.at ? Math.max(0, usedUs / (at - last.at)) : 0;
  const sample = { at, cpus, memoryBytes: cgroup.memoryBytes };
  return { id, record, xray, samples: [...samples, sample].slice(-SAMPLES) };
}

/** "0.0.0.0:8080 → 80/tcp" of each published port, one address each. */
export function portTexts(ports: readonly PortSummary[]): string[] {
  const published = ports.filter((port) => port.PublicPort !== undefined && port.IP !== '::');
  return published.map((p) => `${p.IP}:${p.PublicPort} → ${p.PrivatePort}/${p.Type}`);
}
