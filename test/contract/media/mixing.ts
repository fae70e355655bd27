import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, MediaFixture, type Party } from './media-fixture.ts';

/** What each party says: a tone of its own, none a multiple of another. */
const TONES = [500, 700, 900] as const;

export function describeMixing(engine: EngineUnderTest): void {
  const { audio, conference } = engine.capabilities;
  let fixture: MediaFixture;

  const parties = async (count: number): Promise<Party[]> => {
    const made: Party[] = [];
    for (let index = 0; index < count; index++) {
      const party = index % 2 === 0 ? await fixture.caller() : await fixture.callee();
      party.peer.say(TONES[index]!);
      made.push(party);
    }
    return made;
  };

  describe('bridge', () => {
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('each hears the other until it is closed', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      const bridge = await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      if (audio) {
        await Promise.all([alice.peer.hears(TONES[1]), bob.peer.hears(TONES[0])]);
        expect([alice.peer.has(TONES[0]), bob.peer.has(TONES[1])]).toEqual([false, false]);
      }
      await bridge.close();
      await bridge.close();
      if (audio) await Promise.all([alice.peer.losesTone(TONES[1]), bob.peer.losesTone(TONES[0])]);
    });

    test('endpoints can be bridged with others afterwards', async () => {
      const [alice, bob, carol] = (await parties(3)) as [Party, Party, Party];
      const first = await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      if (audio) await alice.peer.hears(TONES[1]);
      await first.close();
      await fixture.engine.bridge(alice.endpoint, carol.endpoint);
      if (!audio) return;
      await Promise.all([alice.peer.hears(TONES[2]), carol.peer.hears(TONES[0])]);
      await alice.peer.losesTone(TONES[1]);
    });

    test('closing an endpoint closes its bridge', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      const bridge = await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      if (audio) await bob.peer.hears(TONES[0]);
      await alice.endpoint.close();
      if (audio) await bob.peer.losesTone(TONES[0]);
      await bridge.close();
      await expect(fixture.engine.bridge(alice.endpoint, bob.endpoint)).rejects.toMatchObject({
        code: 'closed',
      });
    });

    test.runIf(audio)('mute works in each direction alone', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await Promise.all([alice.peer.hears(TONES[1]), bob.peer.hears(TONES[0])]);
      alice.endpoint.mute({ in: true });
      await bob.peer.losesTone(TONES[0]);
      await alice.peer.hears(TONES[1]);
      alice.endpoint.mute({ in: false, out: true });
      await Promise.all([alice.peer.losesTone(TONES[1]), bob.peer.hears(TONES[0])]);
      alice.endpoint.mute({ out: false });
      await alice.peer.hears(TONES[1]);
    });

    test.runIf(audio)('a prompt to one pauses the bridge for it', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await alice.peer.hears(TONES[1]);
      const playback = alice.endpoint.play([{ file: fixture.prompts.low }], { repeat: 2 });
      await alice.peer.hears(400);
      expect(bob.peer.has(400)).toBe(false);
      await alice.peer.losesTone(TONES[1]);
      expect(await playback.finished).toEqual({ reason: 'completed' });
      await alice.peer.hears(TONES[1]);
    });

    test.runIf(audio)(
      'what plays goes on when its party is bridged, and the mate is heard after it',
      async () => {
        const [alice, bob] = (await parties(2)) as [Party, Party];
        const playback = alice.endpoint.play([{ file: fixture.prompts.low }], { repeat: 5 });
        await alice.peer.hears(400);
        await fixture.engine.bridge(alice.endpoint, bob.endpoint);
        await bob.peer.hears(TONES[0]);
        await alice.peer.losesTone(TONES[1]);
        await alice.peer.hears(400);
        expect(await playback.finished).toEqual({ reason: 'completed' });
        await alice.peer.hears(TONES[1]);
      },
    );

    test.runIf(audio)('a party that holds hears nothing until it takes up again', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await alice.peer.hears(TONES[1]);
      await fixture.reoffer(alice, { direction: 'sendonly' });
      await alice.peer.losesTone(TONES[1]);
      await fixture.reoffer(alice);
      await alice.peer.hears(TONES[1]);
    });

    test.runIf(audio)(
      'phones of different codecs and event payload types understand each other',
      async () => {
        const alice = await fixture.bare({}, { codec: 'PCMU', eventPayload: 96 });
        const bob = await fixture.callee();
        await fixture.reoffer(alice);
        alice.peer.say(TONES[0]);
        bob.peer.say(TONES[1]);
        await fixture.engine.bridge(alice.endpoint, bob.endpoint);
        await Promise.all([alice.peer.hears(TONES[1]), bob.peer.hears(TONES[0])]);
        await alice.peer.press('7');
        await bob.peer.press('8');
        await bob.peer.until('digit', () => bob.peer.digits === '7');
        await alice.peer.until('digit', () => alice.peer.digits === '8');
      },
    );

    test.runIf(audio)('keys pass through as events', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await bob.peer.hears(TONES[0]);
      await alice.peer.press('58');
      await bob.peer.until('two digits', () => bob.peer.digits.length >= 2);
      expect(bob.peer.digits).toBe('58');
      expect(alice.digits.join('')).toBe('58');
      expect(bob.digits).toEqual([]);
    });
  });

  describe.runIf(engine.capabilities.echo)('echo', () => {
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('a party hears what it says until it is closed', async () => {
      const [alice] = (await parties(1)) as [Party];
      const echo = await fixture.engine.echo(alice.endpoint);
      if (audio) await alice.peer.hears(TONES[0]);
      await echo.close();
      await echo.close();
      if (audio) await alice.peer.losesTone(TONES[0]);
    });

    test.runIf(audio)('its keys come back, and are told once', async () => {
      const [alice] = (await parties(1)) as [Party];
      await fixture.engine.echo(alice.endpoint);
      await alice.peer.hears(TONES[0]);
      await alice.peer.press('4');
      await alice.peer.until('the key', () => alice.peer.digits === '4');
      expect(alice.digits).toEqual(['4']);
    });

    test('a bridge takes it out of its echo', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      const echo = await fixture.engine.echo(alice.endpoint);
      if (audio) await alice.peer.hears(TONES[0]);
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      if (audio) await Promise.all([alice.peer.hears(TONES[1]), bob.peer.hears(TONES[0])]);
      await echo.close();
      if (audio) await alice.peer.losesTone(TONES[0]);
      if (audio) await alice.peer.hears(TONES[1]);
    });

    test('closing the endpoint closes it', async () => {
      const [alice] = (await parties(1)) as [Party];
      const echo = await fixture.engine.echo(alice.endpoint);
      await alice.endpoint.close();
      await echo.close();
      await expect(fixture.engine.echo(alice.endpoint)).rejects.toMatchObject({ code: 'closed' });
    });
  });

  describe.runIf(conference)('conference', () => {
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('speakers hear all others but not themselves', async () => {
      const three = await parties(3);
      const room = await fixture.engine.createConference('call-1');
      for (const { endpoint } of three) await room.join(endpoint);
      if (audio) {
        for (const [index, { peer }] of three.entries()) {
          await peer.hears(...TONES.filter((_, other) => other !== index));
          expect(peer.has(TONES[index]!)).toBe(false);
        }
      }
      await room.close();
      await room.close();
      if (audio) await three[0]!.peer.losesTone(TONES[1], TONES[2]);
    });

    test('a monitor hears all and is not heard; a whisper reaches one; a barge all', async () => {
      const [caller, agent, chief] = (await parties(3)) as [Party, Party, Party];
      const room = await fixture.engine.createConference('call-1');
      await room.join(caller.endpoint);
      await room.join(agent.endpoint);
      const seat = await room.join(chief.endpoint, { kind: 'monitor' });
      if (audio) {
        await chief.peer.hears(TONES[0], TONES[1]);
        await caller.peer.hears(TONES[1]);
        expect([caller.peer.has(TONES[2]), agent.peer.has(TONES[2])]).toEqual([false, false]);
      }
      seat.setRole({ kind: 'whisper', to: agent.endpoint });
      if (audio) await agent.peer.hears(TONES[0], TONES[2]);
      if (audio) expect(caller.peer.has(TONES[2])).toBe(false);
      seat.setRole({ kind: 'speaker' });
      if (audio) await caller.peer.hears(TONES[1], TONES[2]);
      await room.close();
    });

    test.runIf(audio)('gain and leaving', async () => {
      const [alice, bob] = (await parties(2)) as [Party, Party];
      const room = await fixture.engine.createConference('call-1');
      await room.join(alice.endpoint);
      const seat = await room.join(bob.endpoint);
      await alice.peer.hears(TONES[1]);
      seat.setGain(0);
      await alice.peer.losesTone(TONES[1]);
      seat.setGain(0.5);
      await alice.peer.hears(TONES[1]);
      await seat.leave();
      await Promise.all([alice.peer.losesTone(TONES[1]), bob.peer.losesTone(TONES[0])]);
      await room.close();
    });
  });
}
