/** Issue 2, case 3 with a registered phone: baresip registers with digest and is the agent; on every SIP engine. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Baresip, baresipMissing } from '../support/baresip.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { toneMs } from '../support/hearing.ts';
import { placeCall } from '../support/party.ts';
import type { Pbx } from '../support/pbx.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { sippMissing } from '../support/sipp.ts';
import { readWav } from '../support/wav.ts';

const DOMAIN = 'pbx400.local';
const PASSWORD = 'horse-staple';
const CALLER_HZ = 620;
const AGENT_HZ = 1300;

/** Each has a queue of its own, behind a key of the menu. */
const AGENTS = [
  { number: '8001', key: '1', queue: 'sales', transport: 'udp', caller: '13800138020' },
  { number: '8002', key: '2', queue: 'service', transport: 'tcp', caller: '13800138021' },
] as const;

for (const engine of enginesFor(sippMissing ?? baresipMissing)) {
  describeBeside(engine.missing, titleOn('a registered phone', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    const open: Baresip[] = [];

    beforeAll(async () => {
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        for (const { number, queue } of AGENTS) {
          const md5 = createHash('md5').update(`${number}:${DOMAIN}:${PASSWORD}`).digest('hex');
          config.extensions[number].ha1 = { md5 };
          config.queues[queue] = { ...config.queues.sales, agents: [number] };
        }
      });
    }, START_MS);
    afterAll(async () => {
      for (const phone of open.splice(0)) await phone.close();
      await pbx?.cleanUp();
      await server?.close();
    });

    function phoneOf(number: string, password: string, transport: 'udp' | 'tcp'): Baresip {
      const phone = new Baresip({
        pbx: pbx.sip,
        domain: DOMAIN,
        number,
        password,
        toneHz: AGENT_HZ,
        transport,
      });
      open.push(phone);
      return phone;
    }

    it.concurrent.each(AGENTS)('takes the calls of its agent over $transport', async (agent) => {
      const phone = phoneOf(agent.number, PASSWORD, agent.transport);
      await phone.says(/200 OK/);
      const caller = await placeCall(pbx, {
        caller: agent.caller,
        scenario: 'caller-hangs-up-expect-ok',
        pauseMs: 14_000,
      });
      await caller.voice.hears('main-menu');
      caller.voice.press(agent.key);
      await phone.says(/Call established/);
      caller.voice.tone(CALLER_HZ);
      await caller.sipp.passed();
      await phone.says(/terminated/);

      expect(toneMs(caller.voice.audio, AGENT_HZ)).toBeGreaterThan(1000);
      expect(toneMs(await phone.heard(), CALLER_HZ)).toBeGreaterThan(1000);
      const cdr = await pbx.cdrOf(agent.caller);
      expect(cdr).toMatchObject({
        agent: agent.number,
        cause: 'normal',
        endedBy: 'caller',
        surveyDigit: null,
      });
      const { channels } = readWav(cdr.recordings[0]!.file);
      expect(toneMs(channels[0]!, CALLER_HZ)).toBeGreaterThan(1000);
      expect(toneMs(channels[1]!, AGENT_HZ)).toBeGreaterThan(1000);
    });

    it.concurrent('is not let in with a wrong password', async () => {
      const phone = phoneOf('8001', 'wrong', 'udp');
      await phone.says(/40[13]|authentication/i);
      await expect(phone.says(/200 OK/, 1500)).rejects.toThrow();
    });
  });
}
