import { afterAll, beforeAll } from 'vitest';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import type { CallingEdge, CallingEdgeKind } from '../../support/calling-edges.ts';
import {
  FREESWITCH_START_MS,
  FreeswitchProcess,
  freeswitchMissing,
  freeswitchRefusesStrangers,
} from '../../support/freeswitch.ts';
import { describeMediaEngine } from './media-contract.ts';
import { type MediaWorld, realTimeWorld } from './media-fixture.ts';

/** The media suite on a FreeSWITCH of its own that is called over `kind`. One a file: it starts the processes. */
export function describeFreeswitch(kind: CallingEdgeKind): void {
  const skip = freeswitchMissing ?? kind.missing;
  let server: FreeswitchProcess | undefined;
  let sip: CallingEdge | undefined;

  beforeAll(async () => {
    if (skip) return;
    sip = await kind.open();
    server = await FreeswitchProcess.start();
  }, FREESWITCH_START_MS);
  afterAll(async () => {
    await sip?.close();
    await server?.stop();
  });

  async function open(maxEndpoints?: number): Promise<MediaWorld> {
    const { host, port, secret, sip: target } = server!;
    const engine = new FreeswitchMediaEngine({
      clock: systemClock,
      ids: systemIds,
      sip: sip!.edge,
      servers: [{ host, port, secret, sip: target, ...(maxEndpoints && { maxEndpoints }) }],
    });
    await engine.start();
    return realTimeWorld(engine);
  }

  describeMediaEngine({
    name: `freeswitch over ${kind.name}`,
    capabilities: FreeswitchMediaEngine.capabilities(freeswitchRefusesStrangers()),
    ...(skip && { skip }),
    open: () => open(),
    openForTwo: () => open(2),
  });
}
