import { afterAll, beforeAll } from 'vitest';
import { RtpengineMediaEngine } from '../../../src/media/rtpengine/rtpengine-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { freeUdpPort } from '../../support/free-port.ts';
import { RtpengineDaemon, rtpengineMissing } from '../../support/rtpengine.ts';
import { describeTalkOperations } from './talk-operations.ts';

let dtmfPort = 0;
let daemon: RtpengineDaemon | undefined;

beforeAll(async () => {
  if (rtpengineMissing) return;
  dtmfPort = await freeUdpPort();
  daemon = await RtpengineDaemon.start(dtmfPort);
});
afterAll(() => daemon?.stop());

function create(): RtpengineMediaEngine {
  const { host, port, recordingFolder } = daemon ?? { host: '127.0.0.1', port: 0, recordingFolder: '' };
  return new RtpengineMediaEngine({
    clock: systemClock,
    ids: systemIds,
    servers: [{ host, port, recordingFolder }],
    dtmfLog: { host: '127.0.0.1', port: dtmfPort },
  });
}

describeTalkOperations({
  name: 'rtpengine',
  missing: rtpengineMissing,
  capabilities: create().capabilities,
  create,
});
