import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaExhaustedError } from '../../../src/media/errors.ts';
import type { MediaEndpoint } from '../../../src/media/media.ts';
import { RtpengineMediaEngine } from '../../../src/media/rtpengine/rtpengine-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { freeUdpPort } from '../../support/free-port.ts';
import { RtpPeer } from '../../support/rtp-peer.ts';
import { RtpengineDaemon, rtpengineMissing } from '../../support/rtpengine.ts';
import { until } from '../../support/until.ts';

const name = `several rtpengines${rtpengineMissing ? `: skipped, ${rtpengineMissing}` : ''}`;

describe.skipIf(rtpengineMissing !== undefined)(name, () => {
  let daemons: RtpengineDaemon[];
  let dtmfPort: number;
  let engine: RtpengineMediaEngine;
  const facts: string[] = [];

  beforeEach(async () => {
    dtmfPort = await freeUdpPort();
    daemons = [await RtpengineDaemon.start(dtmfPort), await RtpengineDaemon.start(dtmfPort)];
    engine = new RtpengineMediaEngine({
      clock: systemClock,
      ids: systemIds,
      servers: daemons.map(({ host, port }, index) => ({ host, port, weight: index === 0 ? 3 : 1 })),
      dtmfLog: { host: '127.0.0.1', port: dtmfPort },
      healthMs: 100,
      commandMs: 100,
    });
    facts.length = 0;
    engine.events.on('serverLost', ({ server }) => facts.push(`lost ${server}`));
    engine.events.on('serverRestored', ({ server }) => facts.push(`restored ${server}`));
    await engine.start();
  });
  afterEach(async () => {
    await engine.close();
    for (const daemon of daemons) await daemon.stop();
  });

  const serverOf = (endpoint: MediaEndpoint) =>
    (endpoint as unknown as { server: { name: string } }).server.name;
  const nameOf = (daemon: RtpengineDaemon) => `${daemon.host}:${daemon.port}`;

  test('weights share out the endpoints; near ones stand together', async () => {
    const endpoints: MediaEndpoint[] = [];
    for (let index = 0; index < 8; index++) endpoints.push(await engine.createEndpoint({ callId: 'c' }));
    const onFirst = endpoints.filter((endpoint) => serverOf(endpoint) === nameOf(daemons[0]!));
    expect(onFirst).toHaveLength(6);
    const far = endpoints.find((endpoint) => serverOf(endpoint) === nameOf(daemons[1]!))!;
    const near = await engine.createEndpoint({ callId: 'c', near: far });
    expect(serverOf(near)).toBe(serverOf(far));
  });

  test('a bridge joins endpoints of two servers', async () => {
    const peers = [await RtpPeer.open(), await RtpPeer.open()] as const;
    const endpoints: MediaEndpoint[] = [];
    // the first server takes three of four
    while (new Set(endpoints.map(serverOf)).size < 2)
      endpoints.push(await engine.createEndpoint({ callId: 'c' }));
    const [a, b] = [endpoints[0]!, endpoints.at(-1)!];
    const other = serverOf(a) === serverOf(b) ? endpoints.find((each) => serverOf(each) !== serverOf(b))! : a;
    for (const [index, endpoint] of [other, b].entries()) {
      const peer = peers[index]!;
      peer.connect(await endpoint.answer(peer.sdp()));
      peer.say(500 + 200 * index);
    }
    await engine.bridge(other, b);
    await Promise.all([peers[0].hears(700), peers[1].hears(500)]);
    for (const peer of peers) peer.close();
  });

  test('a dead server loses its endpoints, takes no new ones, and comes back', async () => {
    const endpoints: MediaEndpoint[] = [];
    for (let index = 0; index < 4; index++) endpoints.push(await engine.createEndpoint({ callId: 'c' }));
    const [dead, living] = [daemons[1]!, daemons[0]!];
    const lost: string[] = [];
    for (const endpoint of endpoints) endpoint.events.on('lost', () => lost.push(serverOf(endpoint)));
    const playback = endpoints
      .find((endpoint) => serverOf(endpoint) === nameOf(dead))!
      .play([{ tone: 'dial' }]);
    await dead.kill();
    await until('server lost', () => facts.length > 0);
    expect(facts).toEqual([`lost ${nameOf(dead)}`]);
    await until('endpoint lost', () => lost.length > 0);
    expect(lost).toEqual([nameOf(dead)]);
    expect((await playback.finished).reason).toBe('failed');
    expect(engine.load().endpoints).toBe(3);
    for (let index = 0; index < 6; index++) {
      expect(serverOf(await engine.createEndpoint({ callId: 'c' }))).toBe(nameOf(living));
    }
    daemons.push(await RtpengineDaemon.start(dtmfPort, dead.port));
    await until('server restored', () => facts.length > 1);
    expect(facts[1]).toBe(`restored ${nameOf(dead)}`);
    expect(serverOf(await engine.createEndpoint({ callId: 'c' }))).toBe(nameOf(dead));
  });

  test('a server that was restarted between two pings has lost its calls', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const peer = await RtpPeer.open();
    await endpoint.answer(peer.sdp());
    const index = daemons.findIndex((daemon) => nameOf(daemon) === serverOf(endpoint));
    const errors: Error[] = [];
    endpoint.events.on('lost', ({ error }) => errors.push(error));
    await daemons[index]!.kill();
    daemons.push(await RtpengineDaemon.start(dtmfPort, daemons[index]!.port));
    await until('endpoint lost', () => errors.length > 0);
    peer.close();
  });

  test('with none left, endpoints are refused', async () => {
    for (const daemon of daemons) await daemon.kill();
    await until('both lost', () => facts.length === 2);
    await expect(engine.createEndpoint({ callId: 'c' })).rejects.toThrow(MediaExhaustedError);
  });

  test('an engine without any server does not start', async () => {
    const port = await freeUdpPort();
    const lonely = new RtpengineMediaEngine({
      clock: systemClock,
      ids: systemIds,
      servers: [{ host: '127.0.0.1', port }],
      dtmfLog: { host: '127.0.0.1', port: await freeUdpPort() },
      commandMs: 100,
    });
    await expect(lonely.start()).rejects.toMatchObject({ code: 'rtpengine-none' });
  });
});
