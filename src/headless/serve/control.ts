/**
 * What `serve` answers beside the Engine API, under `/_drydock/`: breaking things and the clock.
 *
 *   POST /_drydock/chaos   "crash node2"    or {"line": "crash node2"}
 *   POST /_drydock/clock   {"speed": 10}    0 pauses, "max" is as fast as it goes
 *   GET  /_drydock/clock
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatedHost } from '../../host';
import { readBody } from './bridge';

export async function serveControl(
  host: SimulatedHost,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*/, '');
  const text = ((await readBody(request)) ?? Buffer.alloc(0)).toString('utf8').trim();
  const answer = (status: number, value: unknown) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(`${JSON.stringify(value)}\n`);
  };
  if (path === '/_drydock/chaos' && request.method === 'POST') {
    const result = await host.chaos(chaosLine(text));
    answer(result.exitCode === 0 ? 200 : 400, result);
  } else if (path === '/_drydock/clock' && request.method === 'POST') {
    const speed = speedOf(text);
    if (speed === undefined) {
      answer(400, { message: 'the body is {"speed": NUMBER}, or {"speed": "max"}' });
      return;
    }
    if (speed === 0) host.pause();
    else {
      host.setSpeed(speed);
      host.resume();
    }
    answer(200, await clockOf(host));
  } else if (path === '/_drydock/clock' && request.method === 'GET') {
    answer(200, await clockOf(host));
  } else {
    answer(404, { message: 'there are POST /_drydock/chaos and GET and POST /_drydock/clock' });
  }
}

/** JSON has no infinity. */
async function clockOf(host: SimulatedHost): Promise<unknown> {
  const { now, speed, paused } = await host.clock();
  return { now, paused, speed: speed === Infinity ? 'max' : speed };
}

function chaosLine(text: string): string {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && 'line' in value) return String(value.line);
  return text;
}

function speedOf(text: string): number | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('speed' in value)) return undefined;
  if (value.speed === 'max') return Infinity;
  return typeof value.speed === 'number' && value.speed >= 0 ? value.speed : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
