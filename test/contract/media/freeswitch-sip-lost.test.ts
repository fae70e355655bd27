/** A drachtio-server that carries the SIP side of FreeSWITCH's channels dies. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import type { SipEdge } from '../../../src/edge/edge.ts';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { drachtioEdge } from '../../support/calling-edges.ts';
import { PATIENT } from '../../support/edges.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { drachtioMissing, RealDrachtio } from '../../support/real-drachtio.ts';
import { until } from '../../support/until.ts';
import { MediaFixture, realTimeWorld } from './media-fixture.ts';

interface SipServer {
  readonly adminPort: number;
  stop(): Promise<unknown>;
}

const SECRET = 'a-secret-of-the-test';

async function ownServer(): Promise<SipServer> {
  const server: DrachtioServer = createDrachtioServer(
    {
      admin: { host: '127.0.0.1', port: 0 },
      secret: SECRET,
      listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }],
      admission: PATIENT,
    },
    { clock: systemClock, ids: systemIds, logger: silentLogger },
  );
  await server.start();
  return { adminPort: server.adminPort, stop: () => server.close() };
}

const kinds = [
  { name: 'our own drachtio protocol servers', missing: undefined, start: ownServer },
  {
    name: 'real drachtio-servers',
    missing: drachtioMissing,
    start: () => RealDrachtio.start({ secret: SECRET }),
  },
];

for (const { name, missing, start } of kinds) {
  const skip = freeswitchMissing ?? missing;
  describe.skipIf(skip)(`FreeSWITCH over ${name}${skip ? `: skipped, ${skip}` : ''}`, () => {
    let freeswitch: FreeswitchProcess;
    let servers: SipServer[];
    let sip: SipEdge;
    let fixture: MediaFixture;

    beforeAll(async () => {
      freeswitch = await FreeswitchProcess.start();
      servers = [await start(), await start()];
      sip = drachtioEdge(SECRET, ...servers.map(({ adminPort }) => adminPort));
      await sip.start({ onCall: () => {}, onRequest: () => ({ status: 501 }) });
      await until('both servers', () => sip.addresses.length >= 2);
      const { host, port, secret } = freeswitch;
      const engine = new FreeswitchMediaEngine({
        clock: systemClock,
        ids: systemIds,
        sip,
        servers: [{ host, port, secret }],
      });
      await engine.start();
      fixture = await MediaFixture.open(Promise.resolve(realTimeWorld(engine)));
    }, FREESWITCH_START_MS);
    afterAll(async () => {
      await fixture?.close();
      await sip?.close();
      for (const server of servers ?? []) await server.stop();
      await freeswitch?.stop();
    });

    test('its endpoints are lost with that cause and their channels ended; the others go on, and new ones work', async () => {
      const lost: string[] = [];
      const parties = [await fixture.caller(), await fixture.caller()];
      for (const { endpoint } of parties) {
        endpoint.events.on('lost', ({ error }) =>
          lost.push(`${endpoint.id} ${(error as { code?: string }).code}`),
        );
      }
      await servers[0]!.stop();
      await until('lost', () => lost.length > 0);
      const [gone, left] = lost[0]!.startsWith(parties[0]!.endpoint.id) ? parties : parties.toReversed();
      expect(lost).toEqual([`${gone!.endpoint.id} freeswitch-sip-lost`]);
      await until('the channel is ended', async () => {
        return (await freeswitch.api(`uuid_exists ${gone!.endpoint.id}`)).trim() === 'false';
      });
      expect((await freeswitch.api(`uuid_exists ${left!.endpoint.id}`)).trim()).toBe('true');
      const next = await fixture.caller();
      next.peer.say(500);
      left!.peer.say(700);
      await fixture.engine.bridge(next.endpoint, left!.endpoint);
      await Promise.all([next.peer.hears(700), left!.peer.hears(500)]);
    });
  });
}
