import { afterAll, beforeAll } from 'vitest';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { type CallingEdge, embedded } from '../../support/calling-edges.ts';
import {
  FREESWITCH_START_MS,
  FreeswitchProcess,
  freeswitchMissing,
  freeswitchRefusesStrangers,
} from '../../support/freeswitch.ts';
import { describeTalkOperations } from './talk-operations.ts';

let server: FreeswitchProcess | undefined;
let sip: CallingEdge | undefined;

beforeAll(async () => {
  if (freeswitchMissing) return;
  sip = await embedded.open();
  server = await FreeswitchProcess.start();
}, FREESWITCH_START_MS);
afterAll(async () => {
  await sip?.close();
  await server?.stop();
});

describeTalkOperations({
  name: 'FreeSWITCH',
  missing: freeswitchMissing,
  capabilities: FreeswitchMediaEngine.capabilities(freeswitchRefusesStrangers()),
  create: () => {
    const { host, port, secret, sip: target } = server!;
    return new FreeswitchMediaEngine({
      clock: systemClock,
      ids: systemIds,
      sip: sip!.edge,
      servers: [{ host, port, secret, sip: target }],
    });
  },
});
