import { describe, expect, it } from 'vitest';
import { sendDigits } from '../../../src/call/digits.ts';
import { hangUp } from '../../../src/call/hang-up.ts';
import { hold } from '../../../src/call/hold.ts';
import { mute } from '../../../src/call/mute.ts';
import { playToTalk } from '../../../src/call/play.ts';
import { ears, playing, talking, together } from '../../support/talk.ts';

const HELLO = 'media/prompts/zh-CN/please-wait.wav';

describe('mute', () => {
  it('in each direction alone, for each party', async () => {
    const s = await talking();
    const { caller, partner } = ears(s.talk);
    const { leg } = s.talk.places.partner!;
    mute(s.talk, leg, { in: true });
    expect([caller.hears(partner!), partner!.hears(caller)]).toEqual([false, true]);
    mute(s.talk, leg, { in: false, out: true });
    expect([caller.hears(partner!), partner!.hears(caller)]).toEqual([true, false]);
    mute(s.talk, leg, { out: false });
    expect(together(caller, partner!)).toBe(true);
    s.alice.remoteEnd('normal');
    await s.clock.settle();
    expect(() => mute(s.talk, leg, { in: true })).toThrow(expect.objectContaining({ code: 'wrong-state' }));
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('play', () => {
  it('to one or to all; afterwards they hear each other again', async () => {
    const s = await talking();
    const { caller, partner } = ears(s.talk);
    const { places } = s.talk;
    const toOne = playToTalk(s.talk, [{ file: HELLO }], [places.caller.leg]);
    expect([playing(caller), playing(partner!), partner!.hears(caller)]).toEqual([
      'please-wait',
      undefined,
      true,
    ]);
    await s.clock.runUntil(() => playing(caller) === undefined, 60_000);
    expect([await toOne, together(caller, partner!)]).toEqual([[{ reason: 'completed' }], true]);
    const toAll = playToTalk(s.talk, [{ file: HELLO }], [places.caller.leg, places.partner!.leg]);
    expect([playing(caller), playing(partner!)]).toEqual(['please-wait', 'please-wait']);
    await s.clock.advance(60_000);
    expect(await toAll).toHaveLength(2);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('to somebody who waits: the music comes back after it', async () => {
    const s = await talking();
    const { caller } = ears(s.talk);
    await hold(s.talk, s.talk.places.partner!.leg);
    const played = playToTalk(s.talk, [{ file: HELLO }], [s.talk.places.caller.leg]);
    expect(playing(caller)).toBe('please-wait');
    await s.clock.runUntil(() => playing(caller) !== 'please-wait', 60_000);
    await played;
    await s.clock.settle();
    expect(playing(caller)).toBe('queue-music');
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('is refused by an engine that cannot play', async () => {
    const s = await talking({ can: { play: false } });
    await expect(playToTalk(s.talk, [{ file: HELLO }], [])).rejects.toMatchObject({ code: 'not-supported' });
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('digits', () => {
  it('are sent to a party; what is none is refused', async () => {
    const s = await talking();
    const { partner } = ears(s.talk);
    const { leg } = s.talk.places.partner!;
    const sent = sendDigits(s.talk, leg, '12#');
    await s.clock.advance(1_000);
    await sent;
    expect(partner!.sentDigits).toBe('12#');
    await expect(sendDigits(s.talk, leg, '12x')).rejects.toMatchObject({ code: 'bad-digits', status: 400 });
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('are refused by an engine that cannot send them', async () => {
    const s = await talking({ can: { sendDigits: false } });
    const { leg } = s.talk.places.partner!;
    await expect(sendDigits(s.talk, leg, '1')).rejects.toMatchObject({ code: 'not-supported' });
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('record', () => {
  it('pauses and resumes; stopped and started again there is a second file', async () => {
    const s = await talking();
    const { caller } = ears(s.talk);
    const { recording } = s.talk;
    expect(() => recording.start()).toThrow(expect.objectContaining({ code: 'wrong-state' }));
    await s.clock.advance(3_000);
    recording.pause();
    expect([...caller.recordings][0]!.paused).toBe(true);
    expect(() => recording.pause()).toThrow(expect.objectContaining({ code: 'wrong-state' }));
    await s.clock.advance(10_000);
    recording.resume();
    await s.clock.advance(2_000);
    recording.stop();
    await s.clock.settle();
    expect(s.facts('recordingEnded')).toMatchObject([{ durationMs: 5_000 }]);
    recording.start();
    await s.clock.advance(4_000);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(s.facts('recordingEnded')).toMatchObject([{ durationMs: 5_000 }, { durationMs: 4_000 }]);
    const files = s.facts('recordingStarted').map(({ file }) => file);
    expect(new Set(files).size).toBe(2);
    await s.close();
  });

  it('is refused by an engine that cannot record, when it is asked for', async () => {
    const s = await talking({ can: { record: false } });
    s.talk.recording.stop();
    expect(() => s.talk.recording.start()).toThrow(expect.objectContaining({ code: 'not-supported' }));
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('hang-up', () => {
  it("of the partner: the caller's call goes on; of the caller: it ends", async () => {
    const s = await talking({}, ['goodbye']);
    hangUp(s.talk, s.talk.places.partner!.leg);
    await s.clock.settle();
    expect([s.bob.state, s.alice.state]).toEqual(['ended', 'confirmed']);
    expect(s.facts('disconnected')).toMatchObject([{ target: '8001', by: 'engine' }]);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(20_000);
    await s.close();
    const t = await talking();
    hangUp(t.talk, t.talk.places.caller.leg);
    await t.clock.settle();
    expect([t.alice.ending, t.bob.state]).toMatchObject([{ by: 'local', cause: 'normal' }, 'ended']);
    await t.clock.advance(20_000);
    await t.close();
  });
});
