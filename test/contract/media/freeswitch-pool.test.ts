import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FreeswitchEndpoint } from '../../../src/media/freeswitch/freeswitch-endpoint.ts';
import { FreeswitchMediaEngine } from '../../../src/media/freeswitch/freeswitch-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { type CallingEdge, embedded } from '../../support/calling-edges.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { until } from '../../support/until.ts';
import { MediaFixture, type Party, realTimeWorld } from './media-fixture.ts';

const name = `several FreeSWITCHes${freeswitchMissing ? `: skipped, ${freeswitchMissing}` : ''}`;

describe.skipIf(freeswitchMissing !== undefined)(name, () => {
  let servers: FreeswitchProcess[];
  let sip: CallingEdge;
  let fixture: MediaFixture;
  const facts: string[] = [];

  beforeAll(async () => {
    sip = await embedded.open();
    servers = [await FreeswitchProcess.start(), await FreeswitchProcess.start()];
  }, 2 * FREESWITCH_START_MS);
  afterAll(async () => {
    await sip?.close();
    for (const server of servers ?? []) await server.stop();
  });
  beforeEach(async () => {
    const engine = new FreeswitchMediaEngine({
      clock: systemClock,
      ids: systemIds,
      sip: sip.edge,
      servers: servers.map(({ host, port, secret, sip: target }, index) => {
        return { host, port, secret, sip: target, weight: index === 0 ? 3 : 1 };
      }),
      healthMs: 200,
      commandMs: 1000,
    });
    facts.length = 0;
    engine.events.on('serverLost', ({ server }) => facts.push(`lost ${server}`));
    engine.events.on('serverRestored', ({ server }) => facts.push(`restored ${server}`));
    await engine.start();
    fixture = await MediaFixture.open(Promise.resolve(realTimeWorld(engine)));
  });
  afterEach(() => fixture.close());

  const serverOf = ({ endpoint }: Party) => (endpoint as FreeswitchEndpoint).leg.server.name;
  const nameOf = ({ host, port }: FreeswitchProcess) => `${host}:${port}`;
  /** A party on each of the two servers. */
  const oneOnEach = async (): Promise<[Party, Party]> => {
    const parties = [
      await fixture.caller(),
      await fixture.caller(),
      await fixture.caller(),
      await fixture.caller(),
    ];
    const on = (server: FreeswitchProcess) => parties.find((party) => serverOf(party) === nameOf(server))!;
    return [on(servers[0]!), on(servers[1]!)];
  };

  test('weights share out the endpoints; near ones stand together', async () => {
    const parties: Party[] = [];
    for (let index = 0; index < 8; index++) parties.push(await fixture.bare());
    expect(parties.filter((party) => serverOf(party) === nameOf(servers[0]!))).toHaveLength(6);
    const far = parties.find((party) => serverOf(party) === nameOf(servers[1]!))!;
    expect(serverOf(await fixture.bare({ near: far.endpoint }))).toBe(serverOf(far));
  });

  test('a bridge joins endpoints of two servers, passes keys, and leaves nothing behind', async () => {
    const [alice, bob] = await oneOnEach();
    alice.peer.say(500);
    bob.peer.say(700);
    const bridge = await fixture.engine.bridge(alice.endpoint, bob.endpoint);
    await Promise.all([alice.peer.hears(700), bob.peer.hears(500)]);
    await alice.peer.press('5');
    await bob.peer.until('digit', () => bob.peer.digits === '5');
    expect(fixture.engine.load().endpoints).toBe(6);
    await bridge.close();
    await Promise.all([alice.peer.losesTone(700), bob.peer.losesTone(500)]);
    expect(fixture.engine.load().endpoints).toBe(4);
    await fixture.engine.bridge(alice.endpoint, bob.endpoint);
    await bob.peer.hears(500);
    await alice.endpoint.close();
    await bob.peer.losesTone(500);
    await until('the two in the middle are gone', () => fixture.engine.load().endpoints === 3);
  });

  test('a conference takes members of two servers, each in its role', async () => {
    const [caller, agent] = await oneOnEach();
    const chief = await fixture.caller();
    caller.peer.say(500);
    agent.peer.say(700);
    chief.peer.say(900);
    const before = fixture.engine.load().endpoints;
    const room = await fixture.engine.createConference('call-1');
    await room.join(caller.endpoint);
    await room.join(agent.endpoint);
    await room.join(chief.endpoint, { kind: 'whisper', to: agent.endpoint });
    await Promise.all([caller.peer.hears(700), agent.peer.hears(500, 900), chief.peer.hears(500, 700)]);
    expect(caller.peer.has(900)).toBe(false);
    await room.close();
    await Promise.all([caller.peer.losesTone(700), agent.peer.losesTone(500)]);
    expect(fixture.engine.load().endpoints).toBe(before);
  });

  test('a prompt in a conference reaches one member, and goes on when that leaves', async () => {
    const [caller, agent] = await oneOnEach();
    const room = await fixture.engine.createConference('call-1');
    const seat = await room.join(caller.endpoint);
    await room.join(agent.endpoint);
    for (const { endpoint, peer } of [caller, agent]) {
      const once = endpoint.play([{ file: fixture.prompts.low }]);
      await peer.hears(400);
      expect([caller, agent].filter((party) => party.peer.has(400))).toHaveLength(1);
      expect(await once.finished).toEqual({ reason: 'completed' });
      await peer.losesTone(400);
    }
    const loop = caller.endpoint.play([{ file: fixture.prompts.high }], { repeat: Number.POSITIVE_INFINITY });
    await caller.peer.hears(800);
    await seat.leave();
    await caller.peer.hears(800);
    loop.stop();
    await caller.peer.losesTone(800);
    await room.close();
  });

  test(
    'a dead server loses its endpoints, the other takes the calls',
    async () => {
      const [alice, bob] = await oneOnEach();
      const lost: string[] = [];
      for (const party of [alice, bob]) party.endpoint.events.on('lost', () => lost.push(serverOf(party)));
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await servers[1]!.kill();
      await until('server lost', () => facts.length > 0 && lost.length > 0);
      expect(facts).toEqual([`lost ${nameOf(servers[1]!)}`]);
      expect(lost).toEqual([nameOf(servers[1]!)]);
      for (let index = 0; index < 3; index++) {
        expect(serverOf(await fixture.caller())).toBe(nameOf(servers[0]!));
      }
      servers[1] = await FreeswitchProcess.start(servers[1]);
      await until('restored', () => facts.length === 2);
      expect(serverOf(await fixture.caller())).toBe(nameOf(servers[1]!));
    },
    FREESWITCH_START_MS,
  );

  test(
    'a conference whose server died goes on at another',
    async () => {
      const [first, other] = await oneOnEach();
      const room = await fixture.engine.createConference('call-1');
      await room.join(first.endpoint);
      await room.join(other.endpoint);
      await servers[0]!.kill();
      await until('server lost', () => facts.length > 0);
      const third = await fixture.caller();
      other.peer.say(700);
      for (const { endpoint } of [third, other]) await room.join(endpoint);
      await third.peer.hears(700);
      await room.close();
      servers[0] = await FreeswitchProcess.start(servers[0]);
    },
    FREESWITCH_START_MS,
  );
});
