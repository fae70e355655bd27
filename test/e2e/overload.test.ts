/** Issue 3: far more calls than one machine can serve, on every SIP engine that refuses what it cannot serve. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SippCounts, SippRun } from '../bench/signalling/sipp-run.ts';
import { freeUdpPort } from '../support/free-port.ts';
import { type Pbx, TOKEN } from '../support/pbx.ts';
import { SIP_ENGINES, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { until } from '../support/until.ts';

const HOST = '127.0.0.1';
const FLOOD_SECONDS = 4;
/** Calls a second; a machine that can serve all of the first flood gets the next one. */
const FLOODS = [3_000, 6_000, 12_000, 24_000];
/** Calls that go on during the flood, and how long each of them talks. */
const TALKS = { calls: 60, perSecond: 30, lengthMs: 7_000 };

const engines = SIP_ENGINES.map((engine) => ({
  ...engine,
  missing:
    engine.missing ?? (engine.admission ? undefined : 'it refuses nobody, and loses calls when it is full'),
}));

for (const engine of engines) {
  describe.skipIf(engine.missing)(titleOn('overload', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    let line: SippRun;

    beforeAll(async () => {
      const linePort = await freeUdpPort();
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        config.dialplans = resolve('test/bench/signalling/dialplans');
        config.logLevel = 'warn';
        config.media = { engine: 'null' };
        config.trunks = {
          carrier: {
            tenant: 'demo',
            addresses: [HOST],
            uri: `sip:${HOST}:${linePort}`,
            channels: 100_000,
            callsPerSecond: { in: 100_000, out: 100_000 },
            probe: '0s',
          },
        };
      });
      line = new SippRun('line', ['-i', HOST, '-p', `${linePort}`, '-key', 'contact_port', `${linePort}`]);
    }, START_MS);
    afterAll(async () => {
      await line?.finish();
      await pbx?.cleanUp();
      await server?.close();
    });

    const place = (calls: number, perSecond: number, lengthMs: number) =>
      new SippRun('flood', [
        pbx.sip,
        ...['-i', HOST, '-m', `${calls}`, '-r', `${perSecond}`, '-d', `${lengthMs}`],
        ...['-l', `${calls}`, '-timeout', '60'],
      ]);
    const counts = async (run: SippRun): Promise<SippCounts> => {
      await run.exited;
      return run.finish();
    };
    const calls = async () => Number(/^pbx400_calls (\d+)$/m.exec(await metrics())?.[1] ?? Number.NaN);
    const metrics = async () => {
      const response = await fetch(`${pbx.http}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
      return response.text();
    };

    it('refuses what is too much, lets calls in progress end as usual, and recovers by itself', async () => {
      // A server that has just started may be full of its own compiling: those who are refused do not count.
      const talks = place(TALKS.calls, TALKS.perSecond, TALKS.lengthMs);
      const enough = async () => (await calls()) >= TALKS.calls / 2;
      await until('calls in progress', enough, { limitMs: TALKS.lengthMs, everyMs: 200 });

      let flood: SippCounts | undefined;
      for (const rate of FLOODS) {
        flood = await counts(place(rate * FLOOD_SECONDS, rate, 200));
        if (flood.counted('refused') > 0) break;
      }
      const [refused, admitted] = [flood!.counted('refused'), flood!.counted('admitted')];
      // The scenario takes 503 with Retry-After only, and a call that was let in must go through.
      expect([refused > 0, admitted > 0, refused + admitted]).toEqual([true, true, flood!.created]);
      expect([flood!.failed, flood!.successful]).toEqual([0, flood!.created]);

      const talked = await counts(talks);
      expect([talked.failed, talked.successful]).toEqual([0, TALKS.calls]);
      expect(talked.counted('admitted')).toBeGreaterThanOrEqual(TALKS.calls / 2);

      // A caller whose ACK and BYE the kernel dropped is given up after 64*T1.
      await until('no call is left', async () => (await calls()) === 0, { limitMs: 60_000, everyMs: 200 });
      // The server in front of the PBX refuses, or the PBX itself, or both.
      const lastChange = (output: string) =>
        output.split('\n').findLast((line) => line.includes('admission of new calls changed'));
      const isOverloaded = (output: string) => lastChange(output)?.includes('"overloaded":true') ?? false;
      const outputs = () => [pbx.output, server?.output ?? ''];
      expect(outputs().some((output) => lastChange(output) !== undefined)).toBe(true);
      await until('recovery', () => !outputs().some(isOverloaded), { limitMs: 10_000 });
      const after = await counts(place(1, 1, 100));
      expect([after.counted('admitted'), after.failed]).toEqual([1, 0]);
    }, 180_000);
  });
}
