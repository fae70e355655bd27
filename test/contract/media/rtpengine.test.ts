import { afterAll, beforeAll } from 'vitest';
import { RtpengineMediaEngine } from '../../../src/media/rtpengine/rtpengine-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { freeUdpPort } from '../../support/free-port.ts';
import { RtpengineDaemon, rtpengineMissing } from '../../support/rtpengine.ts';
import { describeMediaEngine } from './media-contract.ts';
import { type MediaWorld, realTimeWorld } from './media-fixture.ts';

let dtmfPort: number;
let daemon: RtpengineDaemon;

beforeAll(async () => {
  if (rtpengineMissing) return;
  dtmfPort = await freeUdpPort();
  daemon = await RtpengineDaemon.start(dtmfPort);
});
afterAll(() => daemon?.stop());

function build(maxEndpoints?: number): RtpengineMediaEngine {
  const { host, port, recordingFolder } = daemon ?? { host: '127.0.0.1', port: 0, recordingFolder: '' };
  return new RtpengineMediaEngine({
    clock: systemClock,
    ids: systemIds,
    servers: [{ host, port, recordingFolder, ...(maxEndpoints && { maxEndpoints }) }],
    dtmfLog: { host: '127.0.0.1', port: dtmfPort },
  });
}

async function open(maxEndpoints?: number): Promise<MediaWorld> {
  const engine = build(maxEndpoints);
  await engine.start();
  return realTimeWorld(engine);
}

describeMediaEngine({
  name: 'rtpengine',
  capabilities: build().capabilities,
  ...(rtpengineMissing && { skip: rtpengineMissing }),
  open: () => open(),
  openForTwo: () => open(2),
});
