/** Recordings after their calls: filed by a template, compressed, and named by the record; on every SIP engine. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBeside } from '../support/describe-beside.ts';
import { ffmpegMissing, readCompressed } from '../support/ffmpeg.ts';
import { toneMs } from '../support/hearing.ts';
import { openToOthers } from '../support/open-to-others.ts';
import { phones, placeCall, waitForCall } from '../support/party.ts';
import type { Pbx } from '../support/pbx.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';

const CALLER_HZ = 620;
const AGENT_HZ = 1300;

for (const engine of enginesFor(ffmpegMissing ?? sippMissing)) {
  describeBeside(engine.missing, titleOn('recordings after the call', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    let agentPort: number;

    beforeAll(async () => {
      const { ports, contacts } = await phones('8001');
      agentPort = ports['8001'];
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        config.extensions[8001].contact = contacts['8001'];
        const sales = { agents: [8001], wrapUp: '0s', announceAgent: false, survey: undefined };
        Object.assign(config.queues.sales, sales);
        config.recording = {
          path: '{date}/{tenant} {callId}.wav',
          compress: 'opus',
          keepDays: 30,
          maxSize: '1GB',
        };
      });
    }, START_MS);
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.close();
    });

    it('are compressed where the template files them, and the record names the file that is there', async () => {
      const agent = await waitForCall({
        number: '8001',
        port: agentPort,
        scenario: 'agent-answers-and-hangs-up-expect-ok',
        pauseMs: 4000,
      });
      const caller = await placeCall(pbx, { caller: '13800138000' });
      await caller.voice.hears('main-menu');
      caller.voice.press('1');
      await agent.rung();
      caller.voice.tone(CALLER_HZ);
      agent.voice.tone(AGENT_HZ);
      await agent.sipp.passed();
      await caller.voice.hears('survey-three-keys');
      caller.voice.press('1');
      await caller.sipp.passed();

      // The record changes once more while it is waited for: API and CLI are only compared afterwards.
      await until(
        'the compressed file in the record',
        async () => JSON.stringify(await pbx.records('limit=10')).includes('.opus'),
        { limitMs: 30_000, everyMs: 200, show: () => pbx.output },
      );
      const cdr = await pbx.cdrOf('13800138000');
      const { file, bytes, sha256, error } = cdr.recordings[0]!;
      const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(cdr.startedAt);
      expect(file).toBe(join(pbx.dataDir, 'recordings', day, `demo ${cdr.callId}.opus`));
      expect(existsSync(file.replace('.opus', '.wav'))).toBe(false);
      expect(statSync(file)).toMatchObject({ size: bytes });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(sha256);
      expect(error).toBeNull();
      const [left, right] = readCompressed(file) as [Int16Array, Int16Array];
      expect(toneMs(left, CALLER_HZ)).toBeGreaterThan(1500);
      expect(toneMs(right, AGENT_HZ)).toBeGreaterThan(1500);
      expect(toneMs(left, AGENT_HZ)).toBe(0);
      expect(toneMs(right, CALLER_HZ)).toBe(0);

      await pbx.cli('backup', join(pbx.dataDir, 'backups/night.backup'), '--with-recordings');
      expect(openToOthers(pbx.dataDir)).toEqual([]);
    });
  });
}
