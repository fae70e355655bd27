/** The sample call with rtpengine as media engine on every SIP engine, and what the PBX says when it cannot be had. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeBeside } from '../support/describe-beside.ts';
import { freeUdpPort } from '../support/free-port.ts';
import { phones, placeCall } from '../support/party.ts';
import { type ConfigDocument, Pbx } from '../support/pbx.ts';
import { RtpengineDaemon, rtpengineMissing } from '../support/rtpengine.ts';
import { sampleTalk } from '../support/sample-talk.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';

for (const engine of enginesFor(rtpengineMissing ?? sippMissing)) {
  describeBeside(engine.missing, titleOn('the sample call over rtpengine', engine), () => {
    let daemon: RtpengineDaemon;
    let server: SipServer | undefined;
    let pbx: Pbx;
    let agentPort: number;

    beforeAll(async () => {
      const dtmfPort = await freeUdpPort();
      daemon = await RtpengineDaemon.start(dtmfPort);
      const { ports, contacts } = await phones('8001');
      agentPort = ports['8001'];
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        config.extensions[8001].contact = contacts['8001'];
        Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s', survey: undefined });
        config.media = useRtpengine(daemon, dtmfPort);
      });
    }, START_MS);
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.close();
      await daemon?.stop();
    });

    it('plays, takes keys, bridges, records both sides and asks for a score', async () => {
      await sampleTalk(pbx, agentPort);
    });

    // What follows happens between the PBX and rtpengine: once is enough.
    if (engine.start) return;

    it('said at the start what rtpengine cannot do, and that only', () => {
      const limits = pbx.log.filter(
        ({ level, msg }) => level === 'warn' && /mailboxes|queues|trunks/.test(String(msg)),
      );
      expect(limits.map(({ msg }) => msg)).toEqual([
        "messages in the mailboxes sales, after-hours end with #, the hang-up or 'max': silence is not noticed",
      ]);
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
}

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
