import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerLink } from '../../../../src/edge/drachtio/server-link.ts';
import { FrameReader, frame } from '../../../../src/edge/drachtio-wire/frame.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { until } from '../../../support/until.ts';

let listener: Server;
let clock: ManualClock;
let link: ServerLink;
const visits: Socket[] = [];
let losses: number;
let isReady: boolean;

beforeEach(async () => {
  visits.length = losses = 0;
  isReady = false;
  clock = new ManualClock(0);
  listener = createServer((visit) => visits.push(visit.on('error', () => {})));
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const { port } = listener.address() as { port: number };
  const attach = (socket: { write(text: string): void }) => socket.write(frame('auth|authenticate||'));
  link = new ServerLink(
    { clock, ids: seededIds(), logger: silentLogger, attach },
    { host: '127.0.0.1', port, secret: 's' },
    {
      onReady: () => {
        isReady = true;
      },
      onLost: () => losses++,
      onCancel: () => {},
    },
  );
  link.open();
});

afterEach(async () => {
  link.close();
  for (const visit of visits) visit.destroy();
  await new Promise((done) => listener.close(done));
  expect(clock.pending).toBe(0);
});

const visited = (count: number) => until(`visit ${count}`, () => visits.length === count, { everyMs: 2 });

/** The server hangs up; then nothing comes before four fifths of `pauseMs`, and somebody at the latest after it. */
async function refused(pauseMs: number): Promise<void> {
  const { length } = visits;
  visits.at(-1)!.destroy();
  await until('the loss', () => losses === length, { everyMs: 2 });
  await clock.advance(pauseMs * 0.79);
  expect(clock.pending).toBe(1);
  await clock.advance(pauseMs * 0.22);
  await visited(length + 1);
}

/** Answers what a client says until it is ready. */
function serve(visit: Socket): void {
  const reader = new FrameReader(1 << 20);
  visit.on('data', (chunk: Buffer) =>
    reader.push(chunk, (payload) => {
      const [id, type] = payload.toString().split('|');
      visit.write(frame(`x|response|${id}|OK${type === 'authenticate' ? '|udp/127.0.0.1:5060|v0.8.4' : ''}`));
    }),
  );
}

test('comes back with growing pauses, up to ten seconds, and begins anew when it was let in', async () => {
  await visited(1);
  for (const pauseMs of [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]) await refused(pauseMs);
  serve(visits.at(-1)!);
  await until('ready', () => isReady, { everyMs: 2 });
  await refused(200);
  await refused(400);
});
