import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EdgeReply } from '../../../src/edge/edge.ts';
import { digestAnswer } from '../../support/digest-answer.ts';
import { edgeRequest } from '../../support/edge-request.ts';
import { type Attempt, RegistrarFixture } from './registrar-fixture.ts';

const ELSEWHERE = { address: '198.51.100.66' };

let fixture: RegistrarFixture;
beforeEach(async () => {
  fixture = new RegistrarFixture();
  await fixture.open();
});
afterEach(() => fixture.close());

describe('who may register', () => {
  it('refuses another user, another domain, a wrong password', async () => {
    expect((await fixture.register({ to: '<sip:8002@pbx400.local>' })).status).toBe(403);
    expect((await fixture.register({ to: '<sip:8001@elsewhere.example>' })).status).toBe(404);
    expect((await fixture.register({ to: '<sip:8001@192.0.2.1>' })).status).toBe(200);
    const wrong = fixture.register({ user: '8002', password: 'x' });
    await fixture.clock.advance(250);
    expect((await wrong).status).toBe(403);
    expect(fixture.registrar.count).toBe(1);
  });

  it('answers an unknown extension exactly like a wrong password, in words and in time', async () => {
    for (const user of ['8001', '9999']) {
      let reply: EdgeReply | undefined;
      void fixture.register({ user, password: 'x' }).then((value) => {
        reply = value;
      });
      await fixture.clock.advance(249);
      expect(reply).toBeUndefined();
      await fixture.clock.advance(1);
      expect(reply).toEqual({ status: 403, reason: 'Forbidden' });
    }
  });

  it('answers guesses ever later and, after ten, not even the right password', async () => {
    const began = fixture.clock.now();
    for (let guess = 0; guess < 20; guess++) {
      const reply = fixture.register({ password: `guess-${guess}` });
      await fixture.clock.runUntil(() => false, 5000);
      expect((await reply).status).toBe(403);
    }
    expect(fixture.clock.now() - began).toBeGreaterThan(60_000);
    const right = fixture.register();
    await fixture.clock.advance(4000);
    expect((await right).status).toBe(403);
    await fixture.clock.advance(60_000);
    expect((await fixture.register()).status).toBe(200);
  });

  it('counts no guesses of who never saw a challenge: anybody can write the address of an office on a datagram', async () => {
    const seen = new Map<string, EdgeReply>();
    const foreign = (await fixture.registrar.handle(
      edgeRequest({ from: '<sip:8001@pbx400.local>', source: ELSEWHERE }),
    )) as EdgeReply;
    const [challenge = ''] = [foreign.headers?.['WWW-Authenticate'] ?? []].flat();
    const made = challenge.replace(/nonce="[^"]*"/, 'nonce="made-up"');
    for (let guess = 0; guess < 300; guess++) {
      const answer = {
        username: '8001',
        password: `guess-${guess}`,
        method: 'REGISTER',
        uri: 'sip:pbx400.local',
      };
      const Authorization = digestAnswer(guess % 2 ? challenge : made, answer);
      const reply = await fixture.registrar.handle(
        edgeRequest({ from: '<sip:8001@pbx400.local>', headers: { Authorization } }),
      );
      seen.set(String(reply.status), reply);
    }
    expect([...seen.keys()]).toEqual(['401']);
    expect((await fixture.register()).status).toBe(200);
  });

  it('leaves nothing waiting when it closes', async () => {
    const wrong = fixture.register({ password: 'x' });
    await fixture.clock.settle();
    await fixture.registrar.close();
    expect((await wrong).status).toBe(403);
    expect(fixture.clock.pending).toBe(0);
    await fixture.open();
  });
});

describe('identify', () => {
  const invite = (attempt: Attempt = {}) =>
    fixture.authorised({ method: 'INVITE', target: 'sip:4001234567@pbx400.local', ...attempt }, (fields) =>
      fixture.registrar.identify(edgeRequest(fields)),
    );

  it('knows a phone by its digest', async () => {
    expect(await invite()).toEqual({ extension: '8001', tenant: 'demo' });
    expect(await invite({ user: '8002', from: '<sip:8001@pbx400.local>' })).toMatchObject({ status: 403 });
  });

  it('answers guesses by INVITE late as well, and with those by REGISTER there are ten in all', async () => {
    for (const [guess, delayMs] of [250, 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000].entries()) {
      let reply: EdgeReply | undefined;
      const wrong = { password: `guess-${guess}` };
      void (guess % 2 === 0 ? invite(wrong) : fixture.register(wrong)).then((value) => {
        reply = value;
      });
      await fixture.clock.advance(delayMs - 1);
      expect(reply).toBeUndefined();
      await fixture.clock.advance(1);
      expect(reply).toEqual({ status: 403, reason: 'Forbidden' });
    }
    const right = invite();
    await fixture.clock.advance(4000);
    expect(await right).toEqual({ status: 403, reason: 'Forbidden' });
  });

  it('knows a registered phone by its name and where it registered, before it proves itself', async () => {
    const from = (user: string, port?: number, host = 'pbx400.local') =>
      fixture.registrar.isRegistered(
        edgeRequest({
          method: 'INVITE',
          from: `<sip:${user}@${host}>`,
          ...(port !== undefined && { source: { port } }),
        }),
      );
    expect(from('8001')).toBe(false);
    expect((await fixture.register()).status).toBe(200);
    expect([
      from('8001'),
      from('8002'),
      from('8001', 5999),
      from('8001', undefined, 'carrier.example'),
    ]).toEqual([true, false, false, false]);
  });

  it('does not say a word to strangers, and treats every user of our domain alike', async () => {
    const stranger = edgeRequest({
      method: 'INVITE',
      from: '<sip:8001@192.0.2.1>',
      source: { address: '198.51.100.1' },
    });
    expect(fixture.registrar.identify(stranger)).toBeUndefined();
    const unknown = edgeRequest({ method: 'INVITE', from: '<sip:9999@pbx400.local>' });
    expect(fixture.registrar.identify(unknown)).toMatchObject({ status: 401 });
  });

  it('asks phones that are registered or have a fixed address, whatever domain they name', async () => {
    await fixture.register();
    expect(await invite({ from: '<sip:8001@192.0.2.1>' })).toEqual({ extension: '8001', tenant: 'demo' });
    const fixed = { user: '8003', from: '<sip:8003@192.0.2.1>', source: { address: '10.9.9.9' } };
    expect(await invite(fixed)).toEqual({ extension: '8003', tenant: 'demo' });
  });
});
