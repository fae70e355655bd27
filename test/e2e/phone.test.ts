/** Issue 2, case 3 with a registered phone: baresip registers with digest and is the agent. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Baresip, baresipMissing } from '../support/baresip.ts';
import { toneMs } from '../support/hearing.ts';
import { placeCall } from '../support/party.ts';
import { Pbx } from '../support/pbx.ts';
import { sippMissing } from '../support/sipp.ts';
import { readWav } from '../support/wav.ts';

const DOMAIN = 'pbx400.local';
const PASSWORD = 'horse-staple';
const CALLER_HZ = 620;
const AGENT_HZ = 1300;

describe.skipIf(sippMissing ?? baresipMissing)('a registered phone', () => {
  let pbx: Pbx;
  let phone: Baresip | undefined;

  beforeEach(async () => {
    const md5 = createHash('md5').update(`8001:${DOMAIN}:${PASSWORD}`).digest('hex');
    pbx = await Pbx.start({
      configure: (config) => {
        config.extensions['8001'].ha1 = { md5 };
        config.queues.sales.agents = ['8001'];
      },
    });
  });
  afterEach(async () => {
    await phone?.close();
    await pbx?.cleanUp();
  });

  const phoneWith = (password: string, transport: 'udp' | 'tcp') =>
    new Baresip({ pbx: pbx.sip, domain: DOMAIN, number: '8001', password, toneHz: AGENT_HZ, transport });

  it.each(['udp', 'tcp'] as const)('takes the calls of its agent over %s', async (transport) => {
    phone = phoneWith(PASSWORD, transport);
    await phone.says(/200 OK/);
    const caller = await placeCall(pbx, {
      caller: '13800138020',
      scenario: 'caller-hangs-up-expect-ok',
      pauseMs: 14_000,
    });
    await caller.voice.hears('main-menu');
    caller.voice.press('1');
    await phone.says(/Call established/);
    caller.voice.tone(CALLER_HZ);
    await caller.sipp.passed();
    await phone.says(/terminated/);

    expect(toneMs(caller.voice.audio, AGENT_HZ)).toBeGreaterThan(1000);
    expect(toneMs(phone.audio, CALLER_HZ)).toBeGreaterThan(1000);
    const cdr = await pbx.cdrOf('13800138020');
    expect(cdr).toMatchObject({ agent: '8001', cause: 'normal', endedBy: 'caller', surveyDigit: null });
    const { channels } = readWav(cdr.recordings[0]!.file);
    expect(toneMs(channels[0]!, CALLER_HZ)).toBeGreaterThan(1000);
    expect(toneMs(channels[1]!, AGENT_HZ)).toBeGreaterThan(1000);
  });

  it('is not let in with a wrong password', async () => {
    phone = phoneWith('wrong', 'udp');
    await phone.says(/40[13]|authentication/i);
    await expect(phone.says(/200 OK/, 1500)).rejects.toThrow();
  });
});
