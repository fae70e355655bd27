/** Issue 14: a message that was left is found, heard, and deleted over HTTP, and the lamp of a real phone (RFC 3842) follows. */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Baresip, baresipMissing } from '../support/baresip.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { toneMs } from '../support/hearing.ts';
import { placeCall } from '../support/party.ts';
import { type Pbx, TOKEN } from '../support/pbx.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { readWav } from '../support/wav.ts';

const CALLER_HZ = 480;
const DOMAIN = 'pbx400.local';
const PASSWORD = 'inbox-of-8001';
const CALLER = '13800138031';

for (const engine of enginesFor(baresipMissing)) {
  describeBeside(engine.missing, titleOn('the inbox of a mailbox', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    let phone: Baresip;

    beforeAll(async () => {
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        const md5 = createHash('md5').update(`8001:${DOMAIN}:${PASSWORD}`).digest('hex');
        Object.assign(config.extensions['8001'], { ha1: { md5 }, voicemail: 'after-hours' });
      });
      const { sip } = pbx;
      phone = new Baresip({
        ...{ pbx: sip, domain: DOMAIN, number: '8001', password: PASSWORD, toneHz: 700 },
        modules: ['mwi'],
      });
    }, START_MS);
    afterAll(async () => {
      await phone?.close();
      await pbx?.cleanUp();
      await server?.close();
    });

    const ask = (method: string, path: string, body?: object) =>
      fetch(`${pbx.http}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    const listed = async () => {
      const answer = await ask('GET', '/voicemails?mailbox=after-hours');
      return ((await answer.json()) as { items: unknown[] }).items;
    };

    it('has what a caller left, and the phone shows it until it is heard', async () => {
      await phone.says(/Messages-Waiting: no/);
      const caller = await placeCall(pbx, {
        caller: CALLER,
        called: '4001234568',
        scenario: 'caller-hangs-up-expect-ok',
        pauseMs: 22_000,
      });
      const greeting = await caller.voice.hears('voicemail-after-hours', 15_000);
      await caller.voice.listen(greeting.atMs + 7_300 + 800);
      caller.voice.tone(CALLER_HZ);
      await caller.sipp.passed();
      await phone.says(/Messages-Waiting: yes[\s\S]*Voice-Message: 1\/0/);
      const { voicemail, callId } = await pbx.cdrOf(CALLER);
      expect(await listed()).toMatchObject([{ id: callId, state: 'new', caller: CALLER }]);

      const audio = await ask('GET', `/voicemails/${callId}/audio`);
      const heard = join(phone.folder, 'heard.wav');
      writeFileSync(heard, Buffer.from(await audio.arrayBuffer()));
      expect(toneMs(readWav(heard).channels[0]!, CALLER_HZ)).toBeGreaterThan(2_000);
      await phone.says(/Voice-Message: 1\/0[\s\S]*Messages-Waiting: no[\s\S]*Voice-Message: 0\/1/);
      expect(await listed()).toMatchObject([{ id: callId, state: 'heard' }]);

      const { file } = voicemail!;
      expect(existsSync(file)).toBe(true);
      const deleted = await ask('DELETE', `/voicemails/${callId}`, { reason: 'seen to' });
      expect(deleted.status).toBe(204);
      expect(existsSync(file)).toBe(false);
      await phone.says(/Voice-Message: 0\/1[\s\S]*Voice-Message: 0\/0/);
      expect(await listed()).toEqual([]);
      expect((await pbx.cdrOf(CALLER)).voicemail).toMatchObject({ deletedAt: expect.anything() });
    });
  });
}
