/** The sample call with rtpengine as media engine, and what the PBX says when it cannot be had. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeUdpPort } from '../support/free-port.ts';
import { toneMs } from '../support/hearing.ts';
import { phones, placeCall, waitForCall } from '../support/party.ts';
import { type ConfigDocument, Pbx } from '../support/pbx.ts';
import { digitsOf } from '../support/prompt-samples.ts';
import { RtpengineDaemon, rtpengineMissing } from '../support/rtpengine.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';
import { readWav } from '../support/wav.ts';

const CALLER_HZ = 620;
const AGENT_HZ = 1300;
const missing = rtpengineMissing ?? (sippMissing ? 'sipp is not installed' : undefined);

describe.skipIf(missing)(`the sample call over rtpengine${missing ? ` (${missing})` : ''}`, () => {
  let daemon: RtpengineDaemon;
  let pbx: Pbx;
  let agentPort: number;

  beforeAll(async () => {
    const dtmfPort = await freeUdpPort();
    daemon = await RtpengineDaemon.start(dtmfPort);
    const { ports, contacts } = await phones('8001');
    agentPort = ports['8001'];
    pbx = await Pbx.start({
      configure: (config) => {
        config.extensions[8001].contact = contacts['8001'];
        Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s', survey: undefined });
        config.media = useRtpengine(daemon, dtmfPort);
      },
    });
  });
  afterAll(async () => {
    await pbx?.cleanUp();
    await daemon?.stop();
  });

  it('plays, takes keys, bridges, records both sides and asks for a score', async () => {
    const agent = await waitForCall({
      number: '8001',
      port: agentPort,
      scenario: 'agent-answers-and-hangs-up-expect-ok',
      pauseMs: 7000,
    });
    const caller = await placeCall(pbx, { caller: '+8675523456789', called: '864001234567' });
    await caller.voice.hears('main-menu');
    caller.voice.press('1');
    await agent.rung();
    caller.voice.tone(CALLER_HZ);
    agent.voice.tone(AGENT_HZ);
    await agent.sipp.passed();
    caller.voice.tone(undefined);
    await caller.voice.hears('survey-three-keys');
    caller.voice.press('1');
    await caller.sipp.passed();

    expect(caller.voice.heard(['agent-prefix', ...digitsOf('8001'), 'agent-suffix'])).toBeDefined();
    expect(toneMs(caller.voice.audio, AGENT_HZ)).toBeGreaterThan(1500);
    expect(toneMs(agent.voice.audio, CALLER_HZ)).toBeGreaterThan(1500);
    const cdr = await pbx.cdrOf('075523456789');
    expect(cdr).toMatchObject({ agent: '8001', surveyDigit: '1', cause: 'normal' });
    expect(cdr.quality.map(({ leg, codec }) => [leg, codec])).toEqual([
      ['8001', 'PCMA'],
      ['caller', 'PCMA'],
    ]);
    expect(cdr.recordings).toMatchObject([{ error: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    const [left, right] = readWav(cdr.recordings[0]!.file).channels as [Int16Array, Int16Array];
    expect(toneMs(left, CALLER_HZ)).toBeGreaterThan(1500);
    expect(toneMs(right, AGENT_HZ)).toBeGreaterThan(1500);
    expect(toneMs(left, AGENT_HZ)).toBe(0);
    expect(toneMs(right, CALLER_HZ)).toBe(0);
  });

  it('ends its calls with a clear cause when the daemon dies', async () => {
    const caller = await placeCall(pbx, { caller: '13800138000' });
    await caller.voice.hears('welcome');
    await daemon.kill();
    await caller.sipp.passed();
    expect(await pbx.cdrOf('13800138000')).toMatchObject({ cause: 'media-lost', endedBy: 'engine' });
    const lost = pbx.log.find(({ msg }) => String(msg).includes('media server was lost'));
    expect(lost).toMatchObject({ server: `127.0.0.1:${daemon.port}` });
  });
});

describe('the PBX with no rtpengine behind it', () => {
  it('does not start, and says which servers do not answer', async () => {
    const nobody = { host: '127.0.0.1', port: await freeUdpPort(), recordingFolder: '/tmp' };
    const dtmfPort = await freeUdpPort();
    const pbx = await Pbx.spawn({
      configure: (config) => {
        config.media = useRtpengine(nobody, dtmfPort);
      },
    });
    try {
      expect((await pbx.exited).code).not.toBe(0);
      await until('the reason', () =>
        pbx.output.includes(`no rtpengine answers at 127.0.0.1:${nobody.port}`),
      );
    } finally {
      await pbx.cleanUp();
    }
  });
});

function useRtpengine(
  { host, port, recordingFolder }: { host: string; port: number; recordingFolder: string },
  dtmfPort: number,
): ConfigDocument {
  return {
    engine: 'rtpengine',
    rtpengine: {
      servers: [{ host, port, recordings: recordingFolder }],
      dtmfLog: { host: '127.0.0.1', port: dtmfPort },
    },
  };
}
