import { afterAll, beforeAll } from 'vitest';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { type LoopbackEdge, loopbackEdge } from '../../support/loopback-edge.ts';
import { describeMediaEngine } from './media-contract.ts';
import { type MediaWorld, realTimeWorld } from './media-fixture.ts';

let server: FreeswitchProcess;
let sip: LoopbackEdge;

beforeAll(async () => {
  if (freeswitchMissing) return;
  sip = await loopbackEdge();
  server = await FreeswitchProcess.start();
}, FREESWITCH_START_MS);
afterAll(async () => {
  await sip?.edge.close();
  await server?.stop();
});

async function open(maxEndpoints?: number): Promise<MediaWorld> {
  const { host, port, secret, sip: target } = server;
  const engine = new FreeswitchMediaEngine({
    clock: systemClock,
    ids: systemIds,
    sip: sip.edge,
    servers: [{ host, port, secret, sip: target, ...(maxEndpoints && { maxEndpoints }) }],
  });
  await engine.start();
  return realTimeWorld(engine);
}

describeMediaEngine({
  name: 'freeswitch',
  capabilities: FreeswitchMediaEngine.capabilities,
  ...(freeswitchMissing && { skip: freeswitchMissing }),
  open: () => open(),
  openForTwo: () => open(2),
});
