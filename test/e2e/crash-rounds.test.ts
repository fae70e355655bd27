/**
 * `kill -9` at random moments in the middle of 50 calls, again and again on the same data: who got a 200 has one record, and all
 * else that was stored is there. 5 rounds, as many as CRASH_ROUNDS says: `npm run test:crash` takes 100.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededIds } from '../../src/shared/ids.ts';
import { toneMs } from '../support/hearing.ts';
import { type Party, phones, placeCall, waitForCall } from '../support/party.ts';
import { type ConfigDocument, Pbx, TOKEN, TRUNK_HOST } from '../support/pbx.ts';
import { EMBEDDED, titleOn } from '../support/sip-engines.ts';
import { Sipp } from '../support/sipp.ts';
import { slownessOf } from '../support/slowness.ts';
import { DATABASES, type StorePlace } from '../support/store-engines.ts';
import { UdpPhone } from '../support/udp-phone.ts';
import { until } from '../support/until.ts';
import { readWav } from '../support/wav.ts';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 5);
const CALLS = 50;
const RATE = 25;
/** Of each call; some have ended when the kill comes, some have not been answered. */
const TALK_MS = 700;
const KILL_WITHIN_MS = { least: 200, most: 2300 };
const CALLER_HZ = 620;
const PHONE = { user: '8002', password: 'pw-8002' };
/** The service is back within that, on a machine that has a processor for it; elsewhere within so much more as it has to wait for one. */
const START_MS = 3000;
/** A company in the database, with a queue whose settings nothing else says. */
const COMPANY = `tenant: late
tenants: { late: { domain: late.example } }
queues: { help: { agents: [], strategy: least-recent, wrapUp: 7s } }
`;

const ha1 = ({ user, password }: typeof PHONE) =>
  createHash('md5').update(`${user}:pbx400.local:${password}`).digest('hex');

/** What a start took, and how much longer the machine made it: a thread runs, or waits for a processor that others have. */
interface Start {
  readonly wallMs: number;
  readonly slowness: number;
}

for (const engine of DATABASES) {
  const missing = EMBEDDED.missing ?? engine.missing;
  describe.skipIf(missing)(titleOn('kill -9 in the middle of 50 calls', { ...engine, missing }), () => {
    let dataDir: string;
    let place: StorePlace;
    let desk: Awaited<ReturnType<typeof phones<'8001'>>>;
    let pbx: Pbx | undefined;
    const parties: Party[] = [];
    /** What each start took, until it answered. */
    const starts: Start[] = [];
    /** SIP call ids that got a 200, in all rounds. */
    const answered = new Set<string>();

    beforeEach(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'pbx400-rounds-'));
      place = await engine.makeEmpty();
      desk = await phones('8001');
    }, 60_000);
    afterEach(async () => {
      for (const { sipp } of parties.splice(0)) sipp.kill();
      await pbx?.cleanUp();
      await place.remove();
      rmSync(dataDir, { recursive: true, force: true });
    }, 60_000);

    async function start(): Promise<Pbx> {
      const configure = (config: ConfigDocument) => {
        config.dialplans = resolve('test/e2e/crash-dialplans');
        config.extensions['8001'].contact = desk.contacts['8001'];
        config.extensions[PHONE.user].ha1 = { md5: ha1(PHONE) };
        if (place.location.engine === 'postgres') config.store = place.location.url;
        Object.assign(config.queues.sales, { agents: ['8001'], wrapUp: '0s', announceAgent: false });
      };
      const began = performance.now();
      pbx = await Pbx.start({ configure, dataDir });
      starts.push({ wallMs: Math.round(performance.now() - began), slowness: slownessOf(pbx.pid) });
      return pbx;
    }

    function sql(statement: string): Promise<readonly Record<string, unknown>[]> {
      if (place.location.engine === 'postgres') return place.sql(statement);
      const db = new Database(join(dataDir, 'pbx400.db'), { readonly: true });
      const rows = db.prepare(statement).all() as Record<string, unknown>[];
      db.close();
      return Promise.resolve(rows);
    }

    const api = (path: string, method = 'GET', body?: object) =>
      fetch(`${pbx!.http}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'pbx-tenant': 'demo',
          'content-type': 'application/json',
        },
        ...(body && { body: JSON.stringify(body) }),
      });

    /** A caller whose tone an agent hears, and which is recorded. */
    async function talk(caller: string): Promise<Party> {
      const bob = await waitForCall({ number: '8001', port: desk.ports['8001'] });
      const alice = await placeCall(pbx!, { caller });
      parties.push(alice, bob);
      await alice.voice.hears('main-menu');
      alice.voice.press('1');
      await bob.rung();
      alice.voice.tone(CALLER_HZ);
      const isHeard = () => toneMs(bob.voice.audio, CALLER_HZ) >= 500;
      await until('the agent hears the caller', isHeard, { limitMs: 20_000, everyMs: 100 });
      return bob;
    }

    /** Calls, and kills the PBX in the middle of them; how much of the caller's tone the agent had heard by then. */
    async function round(caller: string, killAfterMs: number): Promise<number> {
      const agent = await talk(caller);
      const load = await Sipp.run({
        scenario: 'caller-hangs-up-expect-ok',
        host: TRUNK_HOST,
        to: pbx!.sip,
        keys: { rtp_port: 40_000, caller: '13900139000' },
        calls: CALLS,
        rate: RATE,
        pauseMs: TALK_MS,
      });
      await setTimeout(killAfterMs);
      const heardMs = toneMs(agent.voice.audio, CALLER_HZ);
      await pbx!.kill();
      // What has come over the wire is in its log a moment later.
      await setTimeout(300);
      for (const line of load.log) if (line.startsWith('answered ')) answered.add(line.slice(9));
      load.kill();
      for (const { sipp } of parties.splice(0)) sipp.kill();
      await pbx!.cleanUp();
      return heardMs;
    }

    async function recordsAreWhole(): Promise<void> {
      const rows = await sql("select record ->> 'sipCallId' as id from cdr");
      const ids = rows.map(({ id }) => id as string);
      expect(new Set(ids).size, 'one record a call at most').toBe(ids.length);
      const missing = [...answered].filter((id) => !ids.includes(id));
      expect(missing, 'calls that got their 200 and have no record').toEqual([]);
    }

    async function recordingPlays(caller: string, heardMs: number): Promise<void> {
      const cdrs = await pbx!.records(`caller=${caller}`);
      expect(cdrs).toHaveLength(1);
      const { recordings, cause } = cdrs[0]!;
      expect(cause).toBe('restart');
      const wav = readWav(recordings[0]!.file);
      expect(wav.complete).toBe(true);
      expect(toneMs(wav.channels[0]!, CALLER_HZ), 'tone in the recording, ms').toBeGreaterThan(
        heardMs - 1000,
      );
    }

    /** Since the last start, by his timeline. */
    async function agentIsBusy(): Promise<boolean> {
      const lasting = `agent = '${PHONE.user}' and state = 'busy' and until_at is null`;
      return (await sql(`select agent from agent_time where ${lasting}`)).length === 1;
    }

    async function restIsThere(): Promise<void> {
      const metrics = await (await api('/metrics')).text();
      expect(metrics).toMatch(/^pbx400_registered_contacts [1-9]/m);
      const { items } = (await (await api('/api/v1/switches')).json()) as { items: object[] };
      expect(items).toContainEqual({ tenant: 'demo', name: 'night', on: true, until: null, peakOf: [] });
      await until('the agent is as busy as he said', agentIsBusy, { limitMs: 10_000, everyMs: 50 });
      if (place.location.engine !== 'sqlite') return;
      expect(await sql('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    }

    it(
      `loses nothing, in ${ROUNDS} rounds`,
      async () => {
        await start();
        const phone = await UdpPhone.open(pbx!.sip, '127.0.0.30');
        expect((await phone.register(PHONE)).status).toBe(200);
        const [host, port] = phone.address.split(':');
        const lines = ['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0'];
        const sdp = [...lines, `m=audio ${port} RTP/AVP 8`, ''].join('\r\n');
        const busy = await phone.call({ ...PHONE, from: PHONE.user, called: '*53', sdp });
        expect(busy.status).toBe(200);
        await until('the agent is busy', agentIsBusy, { limitMs: 10_000, everyMs: 50 });
        phone.close();
        expect((await api('/api/v1/switches/night', 'PUT', { on: true })).status).toBe(200);
        const company = join(dataDir, 'late.yaml');
        writeFileSync(company, COMPANY);
        await pbx!.cli('apply', company);
        for (let seed = 1; seed <= ROUNDS; seed++) {
          const { least, most } = KILL_WITHIN_MS;
          const killAfterMs = least + Math.floor(seededIds(seed).random() * (most - least));
          const caller = `138${String(seed).padStart(8, '0')}`;
          const heardMs = await round(caller, killAfterMs);
          await start();
          await recordsAreWhole();
          await recordingPlays(caller, heardMs);
          await restIsThere();
        }
        expect(answered.size).toBeGreaterThan(ROUNDS);
        expect(await pbx!.cli('export', '--tenant', 'late')).toContain('wrapUp: 7s');
        const afterCrash = starts.slice(1).map(({ wallMs, slowness }) => wallMs / slowness);
        // The best of them: a busy machine's caches are others'.
        expect(Math.min(...afterCrash), JSON.stringify(starts)).toBeLessThan(START_MS);
        // What `npm run test:crash` is run for.
        process.stdout.write(
          `${JSON.stringify({ database: engine.name, answered: answered.size, starts })}\n`,
        );
        await pbx!.stop();
      },
      ROUNDS * 90_000,
    );
  });
}
