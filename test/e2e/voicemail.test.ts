/** Issue 2, cases 6-8: nobody free, outside hours; the message holds what the caller said; on every SIP engine. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBeside } from '../support/describe-beside.ts';
import { toneMs } from '../support/hearing.ts';
import { openToOthers } from '../support/open-to-others.ts';
import { phones, placeCall } from '../support/party.ts';
import type { Pbx } from '../support/pbx.ts';
import { SIP_ENGINES, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { readWav } from '../support/wav.ts';

const CALLER_HZ = 480;

for (const engine of SIP_ENGINES) {
  describeBeside(engine.missing, titleOn('voicemail', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;

    beforeAll(async () => {
      // Contacts at which nobody listens: the agents' phones are off.
      const { contacts } = await phones('8001', '8002');
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        for (const number of ['8001', '8002'] as const) config.extensions[number].contact = contacts[number];
        Object.assign(config.queues.sales, { ring: '2s', maxWait: '4s' });
      });
    }, START_MS);
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.close();
    });

    it('takes a message when no agent is free within the limit of the queue', async () => {
      const caller = await placeCall(pbx, { caller: '13800138001' });
      await caller.voice.hears('main-menu');
      caller.voice.press('1');
      await caller.voice.hears('queue-music');
      const greeting = await caller.voice.hears('voicemail-greeting', 15_000);
      // The greeting and the beep; then he talks for three seconds.
      await caller.voice.listen(greeting.atMs + 6600 + 800);
      expect(toneMs(caller.voice.audio.subarray((greeting.atMs + 6400) * 8), 1000), 'beep').toBeGreaterThan(
        100,
      );
      caller.voice.tone(CALLER_HZ);
      await caller.voice.listen(greeting.atMs + 6600 + 800 + 3000);
      caller.voice.tone(undefined);
      caller.voice.press('#');
      await caller.sipp.passed();

      const cdr = await pbx.cdrOf('13800138001');
      expect(cdr).toMatchObject({ cause: 'normal', agent: null, surveyDigit: null, recordings: [] });
      expect(cdr.voicemail).toMatchObject({ box: 'sales' });
      expect(cdr.segments.map(({ kind }) => kind)).toContain('voicemail');
      expect(cdr.path.map(({ step, why }) => `${step}: ${why}`).join('\n')).toMatch(/queue/);
      const wav = readWav(cdr.voicemail!.file);
      expect(wav.channels).toHaveLength(1);
      expect(toneMs(wav.channels[0]!, CALLER_HZ)).toBeGreaterThan(2500);
      expect(Math.abs(wav.durationMs - cdr.voicemail!.durationMs)).toBeLessThan(100);
      expect(openToOthers(pbx.dataDir)).toEqual([]);
    });

    it('says that it is closed outside the hours and takes a message until the caller hangs up', async () => {
      const caller = await placeCall(pbx, {
        caller: '13800138002',
        called: '4001234568',
        scenario: 'caller-hangs-up-expect-ok',
        pauseMs: 22_000,
      });
      const closed = await caller.voice.hears('closed');
      await caller.voice.listen(closed.atMs + 8200);
      const greeting = await caller.voice.hears('voicemail-after-hours');
      await caller.voice.listen(greeting.atMs + 7300 + 800);
      caller.voice.tone(CALLER_HZ);
      await caller.sipp.passed();

      expect(caller.voice.heard('closed')).toBeDefined();
      expect(caller.voice.heard('welcome')).toBeUndefined();
      const cdr = await pbx.cdrOf('13800138002');
      expect(cdr).toMatchObject({ called: '4001234568', cause: 'normal', endedBy: 'caller' });
      expect(cdr.path.map(({ why }) => why).join('\n')).toMatch(/closed/);
      const wav = readWav(cdr.voicemail!.file);
      expect(wav.complete).toBe(true);
      expect(toneMs(wav.channels[0]!, CALLER_HZ)).toBeGreaterThan(2000);
    });
  });
}
