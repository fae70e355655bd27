/**
 * The database cannot be written for a while under 50 calls a second: calls go on and nothing of them is lost. 20 s, as long
 * as OUTAGE_SECONDS says: `npm run test:outage` takes 5 minutes.
 */
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SippCounts, SippRun } from '../bench/signalling/sipp-run.ts';
import { freeUdpPort } from '../support/free-port.ts';
import { LOCKED, OUTAGES, type Outage, type OutageGround } from '../support/outages.ts';
import { type ConfigDocument, Pbx, TOKEN } from '../support/pbx.ts';
import { EMBEDDED, titleOn } from '../support/sip-engines.ts';
import { until } from '../support/until.ts';

const HOST = '127.0.0.1';
const SECONDS = Number(process.env['OUTAGE_SECONDS'] ?? 20);
const RATE = 50;
/** Calls before it and after it. */
const EDGE_SECONDS = 3;
const TALK_MS = 300;
const LIMIT_MS = (SECONDS + 150) * 1000;

/** For the body of a `describe`: a PBX on a database that can go away, callers and the line that they reach. */
class Scene {
  ground!: OutageGround;
  pbx!: Pbx;
  #line: SippRun | undefined;
  #linePort = 0;

  constructor(outage: Outage) {
    beforeEach(async () => {
      this.ground = await outage.make();
      this.#linePort = await freeUdpPort();
    }, 60_000);
    afterEach(async () => {
      await this.#line?.finish();
      await this.pbx?.cleanUp();
      await this.ground.remove();
    }, 60_000);
  }

  async start(change: (config: ConfigDocument) => void = () => {}): Promise<void> {
    const { dataDir } = this.ground;
    const configure = (config: ConfigDocument) => {
      config.dialplans = resolve('test/bench/signalling/dialplans');
      config.media = { engine: 'null' };
      const limits = { channels: 100_000, callsPerSecond: { in: 100_000, out: 100_000 } };
      const uri = `sip:${HOST}:${this.#linePort}`;
      config.trunks = { carrier: { tenant: 'demo', addresses: [HOST], uri, ...limits, probe: '0s' } };
      this.ground.configure(config);
      change(config);
    };
    this.pbx = await Pbx.start({ configure, dataDir });
    const contact = ['-key', 'contact_port', `${this.#linePort}`];
    this.#line ??= new SippRun('line', ['-i', HOST, '-p', `${this.#linePort}`, ...contact]);
  }

  place(calls: number): SippRun {
    const rate = ['-r', `${RATE}`, '-d', `${TALK_MS}`, '-l', `${calls}`];
    const limit = ['-timeout', `${SECONDS + 60}`];
    return new SippRun('flood', [this.pbx.sip, '-i', HOST, '-m', `${calls}`, ...rate, ...limit]);
  }

  async status(): Promise<string> {
    return (await this.pbx.get('/api/v1/health')).body.status;
  }

  /** Metrics of one moment, by their names without `pbx400_`. */
  async metrics(): Promise<(name: string) => number> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const text = await (await fetch(`${this.pbx.http}/metrics`, { headers })).text();
    return (name) => Number(new RegExp(`^pbx400_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  }

  async becomes(status: string): Promise<void> {
    const show = () => this.pbx.output.slice(-2000);
    const isSo = async () => (await this.status()) === status;
    await until(status, isSo, { limitMs: 60_000, everyMs: 100, show });
  }

  /** The database cannot be written and events wait in the file; a database that was only slow would take them out again. */
  async goesAway(): Promise<void> {
    const isAway = async () => {
      const read = await this.metrics();
      const [away, bytes] = [read('journal_away'), read('journal_waiting_bytes')];
      expect(away, `${bytes} bytes wait`).toBe(bytes > 0 ? 1 : 0);
      return away === 1 && (await this.status()) === 'store-away';
    };
    await until('events wait in the file', isAway, { limitMs: 60_000, everyMs: 100 });
  }

  /** All calls are over and everything is in the database, at one moment. */
  async settles(): Promise<void> {
    let left = '';
    const isStored = async () => {
      const read = await this.metrics();
      const names = ['calls', 'journal_pending_events', 'journal_away', 'journal_waiting_bytes'];
      left = names.map((name) => `${name} ${read(name)}`).join(', ');
      return names.every((name) => read(name) === 0);
    };
    const show = () => `${left}\n${this.pbx.output.slice(-2000)}`;
    await until('no call is left and all is stored', isStored, { limitMs: 60_000, everyMs: 100, show });
    expect(await this.status()).toBe('ok');
  }

  /** Sip call ids of the records, each once. */
  async records(): Promise<number> {
    const rows = await this.ground.sql("select record ->> 'sipCallId' as id from cdr");
    expect(new Set(rows.map(({ id }) => id)).size, 'one record a call').toBe(rows.length);
    return rows.length;
  }

  /** A machine whose neighbours take its time refuses some for that; the journal must have refused none. */
  expectRefusedForLoadOnly(refused: number): void {
    const said = this.pbx.log.map(({ msg }) => String(msg));
    const refusing = this.pbx.log.filter(({ msg }) => String(msg).includes('new calls are refused'));
    expect(refusing).toEqual([]);
    if (refused > 0) expect(said).toContain('admission of new calls changed');
  }

  /** The stream has no gap, and its rows the order in which they were written. */
  async expectOrder(): Promise<void> {
    const rows = await this.ground.sql(
      `select first_seq, events, batch from event_batch where tenant_id = 'demo' order by first_seq`,
    );
    const numbers = rows.map((row) => Object.values(row).map(Number) as [number, number, number]);
    const next = numbers.map(([first, events]) => first + events);
    expect(numbers.slice(1).map(([first]) => first)).toEqual(next.slice(0, -1));
    const batches = numbers.map(([, , batch]) => batch).filter((batch) => batch > 0);
    expect(batches).toEqual(batches.toSorted((one, other) => one - other));
  }
}

async function countsOf(run: SippRun): Promise<SippCounts> {
  await run.exited;
  return await run.finish();
}

const seconds = (count: number) => new Promise((done) => setTimeout(done, count * 1000));

for (const outage of OUTAGES) {
  const { name } = outage;
  const missing = EMBEDDED.missing ?? outage.missing;
  const title = titleOn(`${RATE} calls/s`, { name, missing });
  const underLoad = () => {
    const scene = new Scene(outage);

    it(`go on for ${SECONDS} s, and all of it is there afterwards, in order`, async () => {
      await scene.start();
      const calls = RATE * (SECONDS + 2 * EDGE_SECONDS);
      const load = scene.place(calls);
      await seconds(EDGE_SECONDS);
      await scene.ground.begin();
      const began = performance.now();
      await scene.goesAway();
      await seconds(SECONDS - (performance.now() - began) / 1000);
      expect(await scene.status()).toBe('store-away');
      await scene.ground.end();
      const counts = await countsOf(load);
      expect([counts.failed, counts.successful]).toEqual([0, calls]);
      scene.expectRefusedForLoadOnly(counts.counted('refused'));
      await scene.settles();
      expect(await scene.records()).toBe(counts.counted('admitted'));
      await scene.expectOrder();
      expect(await scene.pbx.stop()).toMatchObject({ code: 0 });
    });

    it('have each their record when kill -9 comes meanwhile', async () => {
      await scene.start();
      const load = scene.place(RATE * 60);
      await seconds(EDGE_SECONDS);
      await scene.ground.begin();
      await scene.goesAway();
      await seconds(2);
      await scene.pbx.kill();
      const counts = await load.finish();
      await scene.ground.end();
      await scene.pbx.cleanUp();
      await scene.start();
      // What waited in files is stored while calls are served.
      await scene.settles();
      const records = await scene.records();
      expect(records).toBeGreaterThanOrEqual(counts.counted('admitted'));
      expect(records).toBeLessThanOrEqual(counts.created);
      const rows = await scene.ground.sql("select count(*) as cut from cdr where cause = 'restart'");
      expect(Number(rows[0]!['cut'])).toBeGreaterThan(0);
      await scene.expectOrder();
    });
  };
  describe.skipIf(missing)(title, { timeout: LIMIT_MS }, underLoad);
}

const small = 'a small journal file';
describe.skipIf(EMBEDDED.missing)(titleOn(small, { ...EMBEDDED, name: LOCKED.name }), () => {
  const scene = new Scene(LOCKED);

  it(
    'refuses new calls with 503 when it is full, drops nothing, and takes calls again',
    async () => {
      await scene.start((config) => {
        config.journal = { maxSize: '0.1MB' };
      });
      await scene.ground.begin();
      const load = scene.place(RATE * 20);
      await scene.becomes('journal-full');
      await seconds(2);
      await scene.ground.end();
      const counts = await countsOf(load);
      const [admitted, refused] = [counts.counted('admitted'), counts.counted('refused')];
      expect([counts.failed, admitted + refused]).toEqual([0, RATE * 20]);
      expect([admitted > 0, refused > 0]).toEqual([true, true]);
      await scene.settles();
      expect(await scene.records()).toBe(admitted);
      await scene.expectOrder();
      const said = scene.pbx.log.map(({ msg }) => msg);
      expect(said).toContain('the file of the call journal is half full');
      expect(said).toContain('the file of the call journal is full: new calls are refused');
    },
    LIMIT_MS,
  );
});
