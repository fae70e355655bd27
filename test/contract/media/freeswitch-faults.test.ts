import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FreeswitchEndpoint } from '../../../src/media/freeswitch/freeswitch-endpoint.ts';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import type { MediaEndpoint } from '../../../src/media/media.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { type CallingEdge, dashed, embedded } from '../../support/calling-edges.ts';
import { EventDroppingProxy } from '../../support/event-dropping-proxy.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { toneLevel } from '../../support/tones.ts';
import { until } from '../../support/until.ts';
import { readRecording } from '../../support/wav-file.ts';
import { MediaFixture, realTimeWorld } from './media-fixture.ts';

const name = `faults of FreeSWITCH${freeswitchMissing ? `: skipped, ${freeswitchMissing}` : ''}`;

describe.skipIf(freeswitchMissing !== undefined)(name, () => {
  let server: FreeswitchProcess;
  let sip: CallingEdge;
  let proxy: EventDroppingProxy;
  let fixture: MediaFixture;
  const facts: string[] = [];

  beforeAll(async () => {
    sip = await embedded.open();
    server = await FreeswitchProcess.start();
  }, FREESWITCH_START_MS);
  afterAll(async () => {
    await sip?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    proxy = await EventDroppingProxy.open(server.port);
    const engine = new FreeswitchMediaEngine({
      clock: systemClock,
      ids: systemIds,
      sip: proxy.leading(sip.edge),
      servers: [{ host: '127.0.0.1', port: proxy.port, secret: server.secret, sip: server.sip }],
      healthMs: 200,
      commandMs: 1000,
    });
    facts.length = 0;
    engine.events.on('serverLost', () => facts.push('lost'));
    engine.events.on('serverRestored', () => facts.push('restored'));
    await engine.start();
    fixture = await MediaFixture.open(Promise.resolve(realTimeWorld(engine)));
  });
  afterEach(async () => {
    await fixture.close();
    await proxy.close();
  });

  test('with every event lost, nothing hangs: it plays, records, bridges, mixes and ends', async () => {
    const [alice, bob] = [await fixture.caller(), await fixture.caller()];
    proxy.dropping = true;
    alice.peer.say(500);
    bob.peer.say(700);
    const { low, high } = fixture.prompts;
    expect(await alice.endpoint.play([{ file: low }, { file: high }]).finished).toEqual({
      reason: 'completed',
    });
    const stopped = alice.endpoint.play([{ tone: 'dial' }]);
    await alice.peer.hears(450);
    stopped.stop();
    const next = alice.endpoint.play([{ file: high }], { repeat: Number.POSITIVE_INFINITY });
    await alice.peer.hears(800);
    next.stop();
    const file = join(fixture.folder, 'talk.wav');
    const recording = alice.endpoint.record({ file, layout: 'received' });
    const bridge = await fixture.engine.bridge(alice.endpoint, bob.endpoint);
    await Promise.all([alice.peer.hears(700), bob.peer.hears(500)]);
    await bridge.close();
    await alice.peer.losesTone(700);
    expect((await recording.stop()).durationMs).toBeGreaterThan(500);
    const room = await fixture.engine.createConference('call-1');
    for (const { endpoint } of [alice, bob]) await room.join(endpoint);
    await Promise.all([alice.peer.hears(700), bob.peer.hears(500)]);
    await room.close();
    expect(proxy.dropped).toBeGreaterThan(0);
    expect(facts).toEqual([]);
  });

  test('a broken connection is opened again and no endpoint is lost', async () => {
    const [alice, bob] = [await fixture.caller(), await fixture.caller()];
    alice.endpoint.events.on('lost', () => facts.push('endpoint lost'));
    alice.peer.say(500);
    await fixture.engine.bridge(alice.endpoint, bob.endpoint);
    await bob.peer.hears(500);
    proxy.cut();
    await until('the engine works again', () =>
      alice.endpoint.stats().then(
        () => true,
        () => false,
      ),
    );
    await bob.peer.hears(500);
    await bob.peer.press('4');
    await bob.peer.until('digit', () => bob.digits.includes('4'));
    expect(facts).toEqual([]);
  });

  describe('an order that is given as its connection breaks is obeyed', () => {
    /** Whether FreeSWITCH itself says that it records the channel: files are written every few seconds. */
    const records = async ({ id }: MediaEndpoint) =>
      (await server.api(`uuid_buglist ${id}`)).includes('session_record');

    test('mute', async () => {
      const [alice, bob] = [await fixture.caller(), await fixture.caller()];
      alice.peer.say(500);
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await bob.peer.hears(500);
      proxy.cut();
      alice.endpoint.mute({ in: true });
      await bob.peer.losesTone(500);
      proxy.cut();
      alice.endpoint.mute({ in: false });
      await bob.peer.hears(500);
      expect(facts).toEqual([]);
    });

    test('the start, the pause and the end of a recording', async () => {
      const { endpoint, peer } = await fixture.caller();
      peer.say(600);
      const file = join(fixture.folder, 'talk.wav');
      proxy.cut();
      const recording = endpoint.record({ file, layout: 'received' });
      await fixture.world.pass(1000);
      expect(await records(endpoint)).toBe(true);
      proxy.cut();
      recording.pause();
      await until('it pauses', async () => !(await records(endpoint)));
      peer.say(1000);
      await fixture.world.pass(1000);
      peer.say(600);
      await fixture.world.pass(400);
      proxy.cut();
      recording.resume();
      await fixture.world.pass(1000);
      proxy.cut();
      const result = await recording.stop();
      expect(result).toMatchObject({ reason: 'stopped', bytes: statSync(file).size });
      expect(await records(endpoint)).toBe(false);
      const [said] = readRecording(file);
      expect(toneLevel(said!, 600)).toBeGreaterThan(1000);
      expect(toneLevel(said!, 1000)).toBeLessThan(250);
    });

    test("the end of a recording over the channel's connection while the server's is opened again", async () => {
      const { endpoint, peer } = await fixture.caller();
      peer.say(600);
      const file = join(fixture.folder, 'talk.wav');
      const recording = endpoint.record({ file, layout: 'received' });
      await fixture.world.pass(1000);
      const { server: own } = (endpoint as FreeswitchEndpoint).leg;
      own.control.close();
      expect(own.alive).toBe(false);
      const { reason, durationMs } = await recording.stop();
      expect(reason).toBe('stopped');
      expect(durationMs).toBeGreaterThan(800);
      expect(await records(endpoint)).toBe(false);
      expect(readRecording(file)).toHaveLength(1);
    });

    test('the end of a bridge and of what plays', async () => {
      const [alice, bob] = [await fixture.caller(), await fixture.caller()];
      bob.peer.say(700);
      const bridge = await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await alice.peer.hears(700);
      proxy.cut();
      await bridge.close();
      await alice.peer.losesTone(700);
      const playback = alice.endpoint.play([{ tone: 'dial' }]);
      await alice.peer.hears(450);
      proxy.cut();
      playback.stop();
      await alice.peer.losesTone(450);
    });

    test('roles, gains and prompts of a conference', async () => {
      const [caller, agent] = [await fixture.caller(), await fixture.caller()];
      caller.peer.say(500);
      agent.peer.say(900);
      const room = await fixture.engine.createConference('call-1');
      const seat = await room.join(caller.endpoint);
      const other = await room.join(agent.endpoint);
      await Promise.all([caller.peer.hears(900), agent.peer.hears(500)]);
      proxy.cut();
      other.setRole({ kind: 'monitor' });
      seat.setGain(0);
      await Promise.all([caller.peer.losesTone(900), agent.peer.losesTone(500)]);
      proxy.cut();
      other.setRole({ kind: 'speaker' });
      seat.setGain(1);
      await Promise.all([caller.peer.hears(900), agent.peer.hears(500)]);
      const playback = agent.endpoint.play([{ tone: 'dial' }]);
      await agent.peer.hears(450);
      proxy.cut();
      playback.stop();
      await agent.peer.losesTone(450);
      await room.close();
      expect(facts).toEqual([]);
    });
  });

  test("a channel whose id begins with a sign is heard, over its own connection and over the server's", async () => {
    const edge = await dashed.open();
    const { host, secret, sip: target } = server;
    const engine = new FreeswitchMediaEngine({
      clock: systemClock,
      ids: systemIds,
      sip: proxy.leading(edge.edge),
      servers: [{ host, port: proxy.port, secret, sip: target }],
      commandMs: 1000,
    });
    await engine.start();
    const other = await MediaFixture.open(Promise.resolve(realTimeWorld(engine)));
    try {
      const { endpoint, peer, digits } = await other.caller();
      expect(endpoint.id).toMatch(/^-/);
      await peer.press('1');
      await peer.until('digit', () => digits.includes('1'));
      proxy.cut();
      await until('the engine works again', () =>
        endpoint.stats().then(
          () => true,
          () => false,
        ),
      );
      await peer.press('2');
      await peer.until('digit', () => digits.includes('2'));
    } finally {
      await other.close();
      await edge.close();
    }
  });

  test('a channel that FreeSWITCH ends is told as lost, and its recording is complete', async () => {
    const { endpoint, peer } = await fixture.caller();
    peer.say(500);
    const lost = new Promise<Error>((resolve) => endpoint.events.on('lost', ({ error }) => resolve(error)));
    const playback = endpoint.play([{ tone: 'dial' }]);
    const file = join(fixture.folder, 'talk.wav');
    const recording = endpoint.record({ file, layout: 'received' });
    await peer.hears(450);
    await server.api(`uuid_kill ${endpoint.id}`);
    expect(await lost).toMatchObject({ code: 'freeswitch-hangup' });
    expect((await playback.finished).reason).toBe('failed');
    expect(await recording.finished).toMatchObject({ reason: 'failed', file });
    expect(readRecording(file)[0]!.length).toBeGreaterThan(0);
    expect(fixture.engine.load().endpoints).toBe(0);
  });

  test('a server that answers no more is dead; its endpoints are lost; it comes back', async () => {
    const { endpoint, peer } = await fixture.caller();
    peer.say(500);
    const lost = new Promise<void>((resolve) => endpoint.events.on('lost', () => resolve()));
    const file = join(fixture.folder, 'talk.wav');
    const recording = endpoint.record({ file, layout: 'stereo' });
    await fixture.world.pass(600);
    server.freeze();
    await lost;
    expect((await recording.finished).reason).toBe('failed');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(facts).toEqual(['lost']);
    await expect(fixture.engine.createEndpoint({ callId: 'x' })).rejects.toMatchObject({
      code: 'media-exhausted',
    });
    server.resume();
    await until('restored', () => facts.length === 2);
    expect(facts).toEqual(['lost', 'restored']);
    await fixture.caller();
  });

  test(
    'after a crash and a new start the old endpoints are lost and new ones work',
    async () => {
      const { endpoint, peer } = await fixture.caller();
      peer.say(500);
      const lost = new Promise<void>((resolve) => endpoint.events.on('lost', () => resolve()));
      const file = join(fixture.folder, 'talk.wav');
      const recording = endpoint.record({ file, layout: 'received' });
      await fixture.world.pass(1500);
      await server.kill();
      await lost;
      const { reason, durationMs } = await recording.finished;
      expect(reason).toBe('failed');
      // what it had written is playable
      expect(readRecording(file)[0]!.length / 8).toBeCloseTo(durationMs, 0);
      server = await FreeswitchProcess.start(server);
      await until('restored', () => facts.includes('restored'));
      await fixture.caller();
    },
    FREESWITCH_START_MS,
  );
});
