/** Channels that nobody commands any more do not stay in FreeSWITCH. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import type { SipSide } from '../../../src/media/freeswitch/srf-on-edge.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { type CallingEdge, embedded } from '../../support/calling-edges.ts';
import { EventDroppingProxy } from '../../support/event-dropping-proxy.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { until } from '../../support/until.ts';

interface Way {
  readonly sip: SipSide;
  readonly port: number;
}

const name = `leftovers in FreeSWITCH${freeswitchMissing ? `: skipped, ${freeswitchMissing}` : ''}`;

describe.skipIf(freeswitchMissing)(name, () => {
  let server: FreeswitchProcess;
  let sip: CallingEdge;
  const engines: FreeswitchMediaEngine[] = [];

  beforeAll(async () => {
    sip = await embedded.open();
    server = await FreeswitchProcess.start();
  }, FREESWITCH_START_MS);
  afterAll(async () => {
    await sip?.close();
    await server?.stop();
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
  });

  /** `by`: over which SIP side and which port of the event socket. */
  async function start(owner: string, by: Partial<Way> = {}): Promise<FreeswitchMediaEngine> {
    const way = { sip: sip.edge, port: server.port, ...by };
    const { host, secret, sip: target } = server;
    const engine = new FreeswitchMediaEngine({
      clock: systemClock,
      ids: systemIds,
      sip: way.sip,
      owner,
      servers: [{ host, port: way.port, secret, sip: target }],
      commandMs: 15_000,
    });
    engines.push(engine);
    await engine.start();
    return engine;
  }
  const exists = async (id: string) => (await server.api(`uuid_exists ${id}`)).trim() === 'true';

  test('those of an earlier process are ended at the start, those of another PBX stay', async () => {
    const [crashed, other] = [await start('one'), await start('two')];
    const [left, also] = [
      await crashed.createEndpoint({ callId: 'a' }),
      await crashed.createEndpoint({ callId: 'b' }),
    ];
    const theirs = await other.createEndpoint({ callId: 'c' });
    await crashed.bridge(left, also);
    const again = await start('one');
    await until('the old ones are gone', async () => !(await exists(left.id)) && !(await exists(also.id)));
    expect(await exists(theirs.id)).toBe(true);
    const ours = await again.createEndpoint({ callId: 'd' });
    expect(await exists(ours.id)).toBe(true);
  });

  describe('a channel that is being set up', () => {
    /** Takes the channel's connection and says nothing. */
    let silent: Server;
    let proxy: EventDroppingProxy;
    let engine: FreeswitchMediaEngine;
    let refused: Promise<unknown>;
    let id: string;

    beforeEach(async () => {
      silent = createServer((socket) => socket.on('error', () => {}));
      await once(silent.listen(0, '127.0.0.1'), 'listening');
      proxy = await EventDroppingProxy.open(server.port);
      const at = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const calls: string[] = [];
      engine = await start('three', {
        port: proxy.port,
        sip: {
          call: (call) => {
            const leg = sip.edge.call({ ...call, headers: { ...call.headers, 'X-esl-outbound': at } });
            calls.push(leg.sipCallId);
            return leg;
          },
        },
      });
      refused = expect(engine.createEndpoint({ callId: 'a' })).rejects.toThrow();
      await once(silent, 'connection');
      id = calls[0]!;
      expect(await exists(id)).toBe(true);
    });
    afterEach(async () => {
      await refused;
      await proxy.close();
      silent.close();
    });

    test("is ended when the server's connection breaks", async () => {
      proxy.cut();
      await until('it is gone', async () => !(await exists(id)));
    });

    test('is ended when the engine is closed', async () => {
      await engine.close();
      await until('it is gone', async () => !(await exists(id)));
    });
  });
});
