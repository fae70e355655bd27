/** Issue 3: the registrar, asked over UDP by phones, by guessers and after kill -9. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pbx } from '../support/pbx.ts';
import { type SipAnswer, UdpPhone } from '../support/udp-phone.ts';
import { until } from '../support/until.ts';

const ha1 = (user: string) => createHash('md5').update(`${user}:pbx400.local:pw-${user}`).digest('hex');
const HOST = '127.0.0.30';

describe('the registrar', () => {
  let pbx: Pbx;
  let phone: UdpPhone;
  const configure = (config: { extensions: Record<string, { ha1: { md5: string } }> }) => {
    for (const [user, extension] of Object.entries(config.extensions)) extension.ha1 = { md5: ha1(user) };
  };

  beforeEach(async () => {
    pbx = await Pbx.start({ configure });
    phone = await UdpPhone.open(pbx.sip, HOST);
  });
  afterEach(async () => {
    phone.close();
    await pbx.cleanUp();
  });

  /** The answer without what differs from message to message. */
  const shape = ({ text }: SipAnswer) =>
    text
      .replace(/nonce="[^"]*"/, 'nonce')
      .replace(/tag=[\w.-]+/g, 'tag')
      .replace(/branch=[^;\r]+/, 'branch')
      .replace(/^(Call-ID|Date): .*$/gm, '$1')
      .replaceAll('9999', '8001');

  it('keeps a phone over kill -9', async () => {
    const reply = await phone.register({ user: '8001', password: 'pw-8001' });
    expect(reply.status).toBe(200);
    expect(reply.header('Contact')).toMatch(new RegExp(`^<sip:8001@${phone.address}>;expires=\\d+$`));
    // Within a second it is in the store.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.kill(pbx.pid, 'SIGKILL');
    await pbx.exited;
    const { dataDir, sip } = pbx;
    const again = await Pbx.start({ configure, dataDir, sip });
    try {
      const query = await phone.register({ user: '8001', password: 'pw-8001', contact: '' });
      expect(query.status).toBe(200);
      expect(query.header('Contact')).toContain(`<sip:8001@${phone.address}>;expires=`);
    } finally {
      await again.cleanUp();
    }
  });

  it('tells nobody which extensions exist: same challenge, same refusal, same time', async () => {
    const seen = [];
    for (const user of ['8001', '9999']) {
      const asker = await UdpPhone.open(pbx.sip, user === '8001' ? '127.0.0.31' : '127.0.0.32');
      const challenge = await asker.register({ user });
      const began = performance.now();
      const refusal = await asker.register({ user, password: 'guess' });
      seen.push({ user, challenge, refusal, ms: performance.now() - began });
      asker.close();
    }
    const [known, unknown] = seen;
    expect([known?.challenge.status, known?.refusal.status]).toEqual([401, 403]);
    const mask = (answer: SipAnswer | undefined) =>
      shape(answer!)
        .replace(/127\.0\.0\.3\d(:\d+)?/g, 'host')
        .replace(/r?port=\d+/g, 'port');
    expect(mask(unknown?.challenge)).toBe(mask(known?.challenge));
    expect(mask(unknown?.refusal)).toBe(mask(known?.refusal));
    for (const { ms } of seen) expect(ms).toBeGreaterThan(240);
  });

  it('does not answer 20 guesses quickly, and then not even the right one', async () => {
    const began = performance.now();
    const guesses = [];
    for (let guess = 0; guess < 20; guess++) {
      guesses.push(phone.register({ user: '8001', password: `guess-${guess}` }).catch(() => undefined));
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    const statuses = new Set((await Promise.all(guesses)).map((answer) => answer?.status));
    statuses.delete(undefined);
    expect([...statuses]).toEqual([403]);
    expect(performance.now() - began).toBeGreaterThan(4000);
    const right = await phone.register({ user: '8001', password: 'pw-8001' });
    expect(right.status).toBe(403);
    const elsewhere = await UdpPhone.open(pbx.sip, '127.0.0.33');
    expect((await elsewhere.register({ user: '8001', password: 'pw-8001' })).status).toBe(200);
    elsewhere.close();
  });

  it('lets an agent register its own address of record only', async () => {
    const stolen = await phone.register({ user: '8001', password: 'pw-8001', to: '8002' });
    expect(stolen.status).toBe(403);
    const query = await phone.register({ user: '8002', password: 'pw-8002', contact: '' });
    expect(query.headers('Contact')).toEqual([]);
  });

  it('lets an agent call with its own identity only, and does not answer guesses by INVITE quickly', async () => {
    const call = { user: '8001', password: 'pw-8001', called: '999' };
    expect((await phone.call({ ...call, from: '8002' })).status).toBe(403);
    // Nobody has the number: it is the call that fails, not the caller.
    expect([401, 403]).not.toContain((await phone.call({ ...call, from: '8001' })).status);
    const refusals = [];
    for (const user of ['8001', '9999']) {
      const guesser = await UdpPhone.open(pbx.sip, user === '8001' ? '127.0.0.34' : '127.0.0.35');
      // A machine that is busy with other tests makes the engine shed calls before it looks at their password.
      const refusal = await until('the guess is looked at', async () => {
        const began = performance.now();
        const { status } = await guesser.call({ user, password: 'guess', from: user, called: '999' });
        return status !== 503 && { status, isLate: performance.now() - began > 240 };
      });
      refusals.push(refusal);
      guesser.close();
    }
    expect(refusals).toEqual([
      { status: 403, isLate: true },
      { status: 403, isLate: true },
    ]);
  });
});
