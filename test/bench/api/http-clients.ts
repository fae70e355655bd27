/** Clients in a process of their own that ask at a rate, whether or not they were answered: times count from when a request was due. */
import { Agent, request } from 'node:http';
import { TOKEN } from '../signalling/bench-config.ts';
import { percentile } from '../signalling/sipp-run.ts';
import { COMPANY } from './subject.ts';

export interface HttpLoad {
  readonly http: string;
  /** Requests a second in all, these in turn. */
  readonly rate: number;
  readonly seconds: number;
  readonly asks: readonly {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly body?: object;
  }[];
}

export interface HttpOutcome {
  readonly asked: number;
  /** Answered with another status than a success, or not at all. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const TICK_MS = 5;
const CONNECTIONS = 64;

async function ask(
  agent: Agent,
  http: string,
  { method, path, body }: HttpLoad['asks'][number],
): Promise<boolean> {
  const text = body && JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'pbx-tenant': COMPANY,
    ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return await new Promise((resolve) => {
    const asking = request(`${http}/api/v1${path}`, { agent, method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode! < 300));
    });
    asking.on('error', () => resolve(false)).end(text);
  });
}

async function run({ http, rate, seconds, asks }: HttpLoad): Promise<HttpOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const total = rate * seconds;
  const timesMs: number[] = [];
  const pending: Promise<void>[] = [];
  let failed = 0;
  const began = performance.now();
  while (pending.length < total) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    const due = Math.min(total, Math.floor(((performance.now() - began) * rate) / 1000));
    while (pending.length < due) {
      const index = pending.length;
      const dueAt = began + (index * 1000) / rate;
      const done = ask(agent, http, asks[index % asks.length]!).then((isFine) => {
        timesMs.push(performance.now() - dueAt);
        if (!isFine) failed += 1;
      });
      pending.push(done);
    }
  }
  await Promise.all(pending);
  agent.destroy();
  timesMs.sort((one, other) => one - other);
  const at = (part: number) => Number(percentile(timesMs, part).toFixed(1));
  return { asked: total, failed, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

process.on('message', async (load: HttpLoad) => {
  process.send!(await run(load));
});
process.on('disconnect', () => process.exit());
