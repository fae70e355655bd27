import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readRtcp, writeRtcp } from '../../../src/rtp/rtcp-packet.ts';
import { renderTone, TONES } from '../../../src/rtp/tone.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { sleep } from '../../../src/shared/deadline.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { EmbeddedAudio } from './embedded-audio.ts';
import { waitUntil } from './wait-until.ts';

let audio: EmbeddedAudio;
beforeAll(async () => {
  audio = await EmbeddedAudio.open();
});
afterEach(() => audio.hangUp());
afterAll(() => audio.close());

describe('RTCP', () => {
  it('reports, measures the round trip, and says BYE', async () => {
    const { endpoint, peer } = await audio.call();
    peer.speak(500);
    const reports = () => peer.rtcpPackets.flatMap((bytes) => readRtcp(bytes));
    await waitUntil(() => reports().length > 0, 'a report', 8000);
    const [report] = reports();
    if (report?.kind !== 'report') throw new Error('no report');
    expect(report.blocks[0]).toMatchObject({ ssrc: peer.ssrc | 0, cumulativeLost: 0 });
    // the phone answers at once, as if 30 ms had passed on its side
    const block = {
      ssrc: report.ssrc,
      fractionLost: 0,
      cumulativeLost: 0,
      highestSequence: 0,
      jitter: 0,
      lastSenderReport: report.ntpMiddle! - Math.round(0.05 * 65536),
      delaySinceLastReport: 0,
    };
    peer.sendRaw(writeRtcp({ ssrc: peer.ssrc, cname: 'phone', block }), { rtcp: true });
    await sleep(systemClock, 100);
    const { roundTripMs } = await endpoint.stats();
    expect(roundTripMs).toBeGreaterThanOrEqual(49);
    expect(roundTripMs).toBeLessThan(500);
    await endpoint.close();
    await waitUntil(() => reports().some(({ kind }) => kind === 'bye'), 'BYE');
  });
});

describe('watching', () => {
  it('tells the first packet, dead air and its statistics', async () => {
    const { endpoint, peer } = await audio.call({ rtpTimeoutMs: 400 });
    const events: string[] = [];
    endpoint.events.on('started', ({ port }) => events.push(`started ${port === peer.port}`));
    endpoint.events.on('deadAir', ({ silentMs }) => events.push(`deadAir ${silentMs >= 400}`));
    expect((await endpoint.stats()).mos).toBeUndefined();
    peer.speak(500);
    await sleep(systemClock, 500);
    peer.speak(undefined);
    await waitUntil(() => events.length === 2, 'dead air');
    await sleep(systemClock, 500);
    expect(events).toEqual(['started true', 'deadAir true']);
    peer.speak(500);
    await sleep(systemClock, 200);
    peer.speak(undefined);
    await waitUntil(() => events.length === 3, 'dead air again');
    const stats = await endpoint.stats();
    expect(stats.packetsReceived).toBeGreaterThan(20);
    expect(stats).toMatchObject({ packetsLost: 0, codec: 'PCMA' });
    expect(stats.mos).toBeGreaterThan(4);
  });

  it('hears busy tone of a gateway', async () => {
    const { endpoint, peer } = await audio.call({ busyTone: true });
    let busy = 0;
    endpoint.events.on('busyTone', () => busy++);
    peer.speakSamples(renderTone(TONES.busy));
    await waitUntil(() => busy > 0, 'busy tone');
  });

  it('is not harmed by nonsense on its ports', async () => {
    const { endpoint, peer } = await audio.call();
    peer.speak(500);
    await waitUntil(() => peer.packets.length > 5, 'audio');
    const { random } = seededIds(17);
    for (let round = 0; round < 3000; round++) {
      const packet = Buffer.from(Array.from({ length: Math.floor(random() * 60) }, () => random() * 256));
      // half of them look like RTP or RTCP at first sight
      if (packet.length > 1 && random() < 0.5) packet[0] = 0x80 | (packet[0]! & 0x3f);
      if (packet.length > 1 && random() < 0.3) packet[1] = [0, 8, 13, 101, 200, 201, 203][round % 7]!;
      peer.sendRaw(packet, { rtcp: random() < 0.3 });
      if (round % 100 === 0) await sleep(systemClock, 2);
    }
    const playback = endpoint.play([{ tone: 'dial' }]);
    await waitUntil(() => peer.hears(450), 'audio after the nonsense');
    expect(await playback.finished).toEqual({ reason: 'completed' });
  });

  it('hears nobody but the address that SDP named', async () => {
    const { endpoint, peer } = await audio.call();
    const stranger = await audio.phone({ host: '127.0.0.2' });
    stranger.aim(await endpoint.offer());
    stranger.speak(900);
    await sleep(systemClock, 200);
    expect((await endpoint.stats()).packetsReceived).toBe(0);
    peer.speak(500);
    await sleep(systemClock, 200);
    expect((await endpoint.stats()).packetsLost).toBe(0);
    expect(stranger.packets).toEqual([]);
  });

  it('follows a phone behind NAT to where its signalling comes from', async () => {
    const endpoint = await audio.endpoint({ signallingAddress: '127.0.0.2' });
    const peer = await audio.phone({ host: '127.0.0.2' });
    peer.aim(await endpoint.answer(peer.sdp({ address: '192.0.2.1', port: 4000 })));
    peer.speak(500);
    endpoint.play([{ tone: 'dial' }], { repeat: 5 });
    await waitUntil(() => peer.hears(450), 'audio at the real address');
  });
});
