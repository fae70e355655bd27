/** Channels that nobody commands any more do not stay in FreeSWITCH. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { type CallingEdge, embedded } from '../../support/calling-edges.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { until } from '../../support/until.ts';

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

  async function start(owner: string): Promise<FreeswitchMediaEngine> {
    const { host, port, secret, sip: target } = server;
    const servers = [{ host, port, secret, sip: target }];
    const engine = new FreeswitchMediaEngine({
      clock: systemClock,
      ids: systemIds,
      sip: sip.edge,
      owner,
      servers,
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
});
