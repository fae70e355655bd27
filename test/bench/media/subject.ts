/** What is measured, in a process of its own: the embedded engine, or a bare UDP relay as the bound. */
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedMediaEngine } from '../../../src/media/embedded/embedded-media-engine.ts';
import type { MediaEndpoint } from '../../../src/media/media.ts';
import { renderTone, TONES } from '../../../src/rtp/tone.ts';
import { writeWav } from '../../../src/rtp/wav.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { SubjectFigures, SubjectOptions, SubjectReady } from './messages.ts';

/** RTP packets so far. */
let countPackets = async (): Promise<{ packetsIn: number; packetsOut: number }> => ({
  packetsIn: 0,
  packetsOut: 0,
});

const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));

/** The least that can be done: each packet goes on to the other leg's far end. */
async function startRelay({ count, ports }: SubjectOptions): Promise<SubjectReady> {
  const sockets: Socket[] = [];
  let relayed = 0;
  for (let index = 0; index < count * 2; index++) {
    const socket = createSocket({
      type: 'udp4',
      lookup: ((host: string, _: unknown, done: (error: null, address: string, family: number) => void) =>
        done(null, host, 4)) as never,
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    sockets.push(socket);
  }
  sockets.forEach((socket, index) => {
    const other = index ^ 1;
    const port = ports[other % ports.length]!;
    socket.on('message', (packet) => {
      relayed++;
      sockets[other]!.send(packet, port, '127.0.0.1');
    });
  });
  countPackets = async () => ({ packetsIn: relayed, packetsOut: relayed });
  return { legs: sockets.map((socket) => socket.address().port), bytesALeg: 0 };
}

const offer = (port: number) =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8 101\r\n` +
  'a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n';

const LEGS_A_CALL = { relay: 2, bridge: 2, record: 2, play: 1, mix: 3 };

async function startEngine({ load, count, ports }: SubjectOptions): Promise<SubjectReady> {
  const engine = new EmbeddedMediaEngine({
    ids: systemIds,
    logger: silentLogger,
    host: '127.0.0.1',
    workers: 1,
    // below those that the system gives the generator: a far end may name no port of ours
    portMin: 8_000,
    portMax: 29_999,
  });
  await engine.start();
  const legs: number[] = [];
  const endpoints: MediaEndpoint[] = [];
  countPackets = async () => {
    const all = await Promise.all(endpoints.map((endpoint) => endpoint.stats()));
    const sum = (pick: (stats: (typeof all)[number]) => number) =>
      all.reduce((total, stats) => total + pick(stats), 0);
    return {
      packetsIn: sum((stats) => stats.packetsReceived),
      packetsOut: sum((stats) => stats.packetsSent),
    };
  };
  let firstBytes = 0;
  for (let call = 0; call < count; call++) {
    const members: MediaEndpoint[] = [];
    for (let leg = 0; leg < LEGS_A_CALL[load]; leg++) {
      const endpoint = await engine.createEndpoint({ callId: `${call}` });
      const answer = await endpoint.answer(offer(ports[legs.length % ports.length]!));
      legs.push(Number(/m=audio (\d+)/.exec(answer)?.[1]));
      members.push(endpoint);
      endpoints.push(endpoint);
    }
    await connect(engine, load, members, call);
    // threads and code are loaded by the first
    if (call === 0) firstBytes = process.memoryUsage.rss();
  }
  const bytesALeg = (process.memoryUsage.rss() - firstBytes) / Math.max(1, legs.length);
  return { legs, bytesALeg };
}

async function connect(
  engine: EmbeddedMediaEngine,
  load: SubjectOptions['load'],
  members: readonly MediaEndpoint[],
  call: number,
): Promise<void> {
  const [first, second] = members;
  if (load === 'bridge' || load === 'record') await engine.bridge(first!, second!);
  if (load === 'record') first!.record({ file: join(folder, `${call}.wav`), layout: 'stereo' });
  if (load === 'play')
    first!.play([{ file: join(folder, 'prompt.wav') }], { repeat: Number.POSITIVE_INFINITY });
  if (load === 'mix') {
    const conference = await engine.createConference(`${call}`);
    for (const member of members) await conference.join(member);
  }
}

let cpu = process.cpuUsage();
let startMs = 0;
let packets = { packetsIn: 0, packetsOut: 0 };

process.on('message', async (message: SubjectOptions | 'begin' | 'end') => {
  if (message === 'begin') {
    packets = await countPackets();
    cpu = process.cpuUsage();
    startMs = performance.now();
  } else if (message === 'end') {
    const { user, system } = process.cpuUsage(cpu);
    const after = await countPackets();
    const figures: SubjectFigures = {
      cpuUs: user + system,
      systemUs: system,
      wallMs: performance.now() - startMs,
      packetsIn: after.packetsIn - packets.packetsIn,
      packetsOut: after.packetsOut - packets.packetsOut,
    };
    process.send?.(figures);
  } else {
    writeFileSync(join(folder, 'prompt.wav'), writeWav([renderTone(TONES.ringback)]));
    process.send?.(message.load === 'relay' ? await startRelay(message) : await startEngine(message));
  }
});
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});
