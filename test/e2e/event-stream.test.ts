/** The stream over a connection that is cut a hundred times while calls come in: nothing is missed, nothing comes twice. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PublicEvent, pbxClient } from '../../src/client/index.ts';
import { CutRelay } from '../support/cut-relay.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { Pbx, TOKEN, TRUNK_HOST } from '../support/pbx.ts';
import { START_MS } from '../support/sip-engines.ts';
import { Sipp, sippMissing } from '../support/sipp.ts';

const CALLS_A_SECOND = 50;
const CUTS = 100;
/** Of which it has heard the whole, at least. */
const CALLS = 500;
const LIMIT_MS = 180_000;

/** How many events a connection lives, from 1 to 60: in the middle of what it catches up with, and of what happens. */
const lifeOf = (connection: number) => 1 + ((connection * 37) % 60);

describeBeside(sippMissing, 'the stream of events', () => {
  let pbx: Pbx;
  let relay: CutRelay;

  beforeAll(async () => {
    pbx = await Pbx.start({
      configure: (config) => {
        Object.assign(config.trunks.carrier, { channels: 1000, callsPerSecond: { in: 1000 } });
      },
    });
    relay = await CutRelay.to(Number(new URL(pbx.http).port));
  }, START_MS);
  afterAll(async () => {
    await relay?.close();
    await pbx?.cleanUp();
  });

  // However fast the machine is: calls come until there were so many cuts, and what is compared is all up to the last event.
  it(
    `is cut ${CUTS} times at ${CALLS_A_SECOND} calls a second: each event comes once, in order, as the store has it`,
    async () => {
      const load = await Sipp.run({
        scenario: 'caller-hangs-up-expect-ok',
        host: TRUNK_HOST,
        to: pbx.sip,
        keys: { rtp_port: 40_000, caller: '13900139000' },
        calls: CALLS_A_SECOND * (LIMIT_MS / 1000),
        rate: CALLS_A_SECOND,
        pauseMs: 300,
        limitMs: LIMIT_MS,
      });
      const taken: PublicEvent[] = [];
      const connected = { times: 0, taken: 0 };
      let cuts = 0;
      let ended = 0;
      const stream = pbxClient({ url: relay.url, key: TOKEN, tenant: 'demo' }).stream({
        after: 0,
        backoff: { firstMs: 20, longestMs: 200 },
        onReady: () => {
          connected.times += 1;
          connected.taken = 0;
        },
      });
      for await (const event of stream) {
        taken.push(event);
        connected.taken += 1;
        // Only one that lives is cut: what it had sent before may still be on the way to us.
        if (cuts < CUTS && connected.times > cuts && connected.taken >= lifeOf(cuts)) {
          cuts += 1;
          expect(relay.cut(), 'connections that are cut').toBeGreaterThan(0);
        }
        if (event.type === 'call.ended') ended += 1;
        if (ended >= CALLS && connected.times > CUTS) break;
      }
      load.kill();
      expect(cuts).toBe(CUTS);

      const last = taken.at(-1)!.seq;
      expect(taken.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
      const db = new Database(join(pbx.dataDir, 'pbx400.db'), { readonly: true });
      const batches = db.prepare('select sum(events) from event_batch where tenant_id = ?').pluck();
      const kept = batches.get('demo');
      db.close();
      expect(kept, 'facts in the store').toBeGreaterThanOrEqual(last);
      expect(taken).toEqual(await inOneGo(last));
    },
    LIMIT_MS,
  );

  /** The events up to a number, by poll, on a connection that nobody cuts. */
  async function inOneGo(last: number): Promise<readonly PublicEvent[]> {
    const pbxOf = pbxClient({ url: pbx.http, key: TOKEN, tenant: 'demo' });
    const events: PublicEvent[] = [];
    for await (const event of pbxOf.stream({ after: 0, transport: 'poll' })) {
      events.push(event);
      if (event.seq === last) break;
    }
    return events;
  }
});
