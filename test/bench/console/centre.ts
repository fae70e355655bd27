/** A call centre that is looked at: the real engine without audio, with so many agents, and callers by SIPp. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AS_OPERATOR, ask } from '../../support/browser.ts';
import { Pbx, withoutCompany } from '../../support/pbx.ts';
import { until } from '../../support/until.ts';
import { SippRun } from '../signalling/sipp-run.ts';

export const COMPANY = 'demo';
/** That `signalling/caller.xml` calls. */
const HOTLINE = '4001234567';
const HEADERS = { ...AS_OPERATOR, 'pbx-tenant': COMPANY };

export class Centre {
  readonly pbx: Pbx;
  readonly agents: readonly string[];
  readonly #folder: string;
  readonly #callers: SippRun[] = [];

  private constructor(pbx: Pbx, agents: readonly string[], folder: string) {
    this.pbx = pbx;
    this.agents = agents;
    this.#folder = folder;
  }

  static async open(agentCount: number): Promise<Centre> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-centre-'));
    mkdirSync(join(folder, 'dialplans'));
    const agents = Array.from({ length: agentCount }, (_, index) => `${8001 + index}`);
    const tenant = COMPANY;
    const of = (fields: (agent: string) => object) =>
      Object.fromEntries(agents.map((agent) => [agent, { tenant, ...fields(agent) }]));
    const pbx = await Pbx.start({
      configure: (config) => {
        withoutCompany(config);
        Object.assign(config, {
          dialplans: join(folder, 'dialplans'),
          logLevel: 'warn',
          media: { engine: 'null' },
          tenants: { [tenant]: { name: '示例公司' } },
          trunks: {
            carrier: {
              tenant,
              addresses: ['127.0.0.1'],
              channels: 10_000,
              callsPerSecond: { in: 1000, out: 1000 },
            },
          },
          extensions: of(() => ({})),
          agents: of((agent) => ({ name: `坐席${agent}`, extension: agent })),
          queues: {
            sales: { tenant, title: '售前咨询', agents, maxCallers: 2000, maxWait: '1h', noAgents: 'join' },
          },
          hotlines: { [HOTLINE]: { tenant, name: '服务热线', flow: { type: 'queue', queue: 'sales' } } },
        });
      },
    });
    return new Centre(pbx, agents, folder);
  }

  /** Calls at a rate a second, each of which waits so long and hangs up. */
  call(calls: number, rate: number, waitMs: number): SippRun {
    const run = new SippRun('caller', [
      this.pbx.sip,
      ...['-i', '127.0.0.1', '-r', String(rate), '-m', String(calls), '-d', String(waitMs)],
      ...['-l', String(Math.max(calls, 1))],
    ]);
    this.#callers.push(run);
    return run;
  }

  /** Has so many wait in the queue; a busy engine may refuse some, who call again. */
  async fill(count: number): Promise<void> {
    this.call(count, 20, 3_000_000);
    let before = -1;
    await until(
      `${count} callers wait`,
      async () => {
        const now = await this.#waiting();
        if (now < count && now === before) this.call(count - now, 20, 3_000_000);
        before = now;
        return now >= count;
      },
      { limitMs: 120_000, everyMs: 3000 },
    );
  }

  async #waiting(): Promise<number> {
    const { body } = await ask(this.pbx.http, 'GET /api/v1/live/queues', { headers: HEADERS });
    return body.items[0].waiting;
  }

  async setState(agent: string, state: string): Promise<void> {
    const { status, body } = await ask(this.pbx.http, `POST /api/v1/agents/${agent}/state`, {
      body: { state },
      headers: HEADERS,
    });
    if (status !== 200) throw new Error(`${agent}: ${JSON.stringify(body)}`);
  }

  /** So many updates a second, in each of which so many agents change. Resolves with how many there were. */
  async update(seconds: number, perSecond: number, agentsEach: number): Promise<number> {
    const updates = seconds * perSecond;
    const begin = performance.now();
    for (let update = 0; update < updates; update += 1) {
      const from = (update * agentsEach) % this.agents.length;
      const some = this.agents.slice(from, from + agentsEach);
      const state = Math.floor((update * agentsEach) / this.agents.length) % 2 === 0 ? 'busy' : 'meeting';
      await Promise.all(some.map((agent) => this.setState(agent, state)));
      await sleep(Math.max(0, begin + ((update + 1) * 1000) / perSecond - performance.now()));
    }
    return updates;
  }

  async close(): Promise<void> {
    for (const run of this.#callers) run.kill();
    await this.pbx.cleanUp();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
