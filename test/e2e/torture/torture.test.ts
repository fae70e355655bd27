/**
 * Every message of RFC 4475 and RFC 5118, byte for byte, against an edge on real sockets. What is a right answer
 * stands in the `index.json` beside the messages, which come with the customer's files and not with this
 * repository: without them the tests are skipped by name.
 */
import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmbeddedEdge } from '../../../src/edge/embedded/create-embedded-edge.ts';
import type { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ALICE, BOB, Desk, LegLog } from '../../contract/edge/edge-world.ts';
import { PATIENT } from '../../support/edges.ts';
import { until } from '../../support/until.ts';

const FOLDER = ['../shared/sip-torture', '../../shared/sip-torture']
  .map((folder) => resolve(import.meta.dirname, '../../..', folder))
  .find(existsSync);
/** What comes later than this is not waited for, unless silence would be wrong: a busy machine is slow. */
const WINDOW_MS = 700;
const LIMIT_MS = 10_000;

interface Case {
  readonly name: string;
  readonly file: string;
  readonly accept: readonly string[];
  readonly must_not: readonly string[];
}

/** A server that would say yes to everything that is well-formed: nothing hides behind a refusal by the PBX. */
class Open extends Desk {
  override take = (leg: Parameters<Desk['take']>[0]) => {
    leg.progress(180);
    leg.end({ cause: 'busy' });
  };
  override onRequest: Desk['onRequest'] = ({ method }) => ({ status: method === 'REGISTER' ? 403 : 200 });
}

const matches = (status: number, pattern: string): boolean =>
  pattern === 'any' ||
  pattern === `${status}` ||
  pattern === `${Math.floor(status / 100)}xx` ||
  (pattern === '1xx-ring' && status >= 180 && status <= 183);

/** What is wrong with the statuses that came, or undefined. */
function verdict(one: Case, statuses: readonly number[]): string | undefined {
  const seen = statuses.join(' ') || 'silence';
  const forbidden = statuses.find((status) => one.must_not.some((pattern) => matches(status, pattern)));
  if (forbidden !== undefined) return `${one.name}: ${seen}, but never ${one.must_not.join(' ')}`;
  const finals = statuses.filter((status) => status >= 200);
  const fine =
    finals.length === 0
      ? one.accept.includes('silent')
      : finals.every((status) => one.accept.some((pattern) => matches(status, pattern)));
  return fine ? undefined : `${one.name}: ${seen}, wanted ${one.accept.join(' ')}`;
}

const statusOf = (text: string): number[] =>
  [...text.matchAll(/^SIP\/2\.0 (\d{3}) /gm)].map((match) => Number(match[1]));

/** RFC 3261 18.2.2: without rport the answer goes to the port of the Via. */
function answerPort(bytes: Buffer): number {
  const via =
    /^(?:via|v)\s*:\s*SIP\s*\/\s*2\.0\s*\/\s*\w+\s+(\[[^\]]*\]|[^\s;:,]+)\s*(?::\s*(\d+))?([^\r]*)/im.exec(
      bytes.toString('latin1'),
    );
  return Number(via?.[2] ?? 5060);
}

/** Listens for the window, and on until a final answer comes when one is due. */
async function listen(heard: () => readonly number[], due: boolean): Promise<void> {
  await new Promise((done) => setTimeout(done, WINDOW_MS));
  const isFinal = () => heard().some((status) => status >= 200);
  // A server that keeps silent all the same is for the verdict.
  if (due) await until('a final answer', isFinal, { limitMs: LIMIT_MS }).catch(() => {});
}

/** Sends the bytes from an address of its own and collects what comes back; `due`: a final answer must. */
async function overUdp(bytes: Buffer, address: string, port: number, due: boolean): Promise<number[]> {
  const socket = createSocket('udp4');
  const statuses: number[] = [];
  socket.on('message', (answer) => {
    const [status] = statusOf(answer.toString('latin1'));
    // A repeated answer is one answer.
    if (status !== undefined && !statuses.includes(status)) statuses.push(status);
  });
  await new Promise<void>((done) => socket.bind(answerPort(bytes), address, done));
  socket.send(bytes, port, '127.0.0.1');
  await listen(() => statuses, due);
  await new Promise<void>((done) => socket.close(done));
  return statuses;
}

async function overTcp(bytes: Buffer, address: string, port: number, due: boolean): Promise<number[]> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: address });
  let text = '';
  socket.on('data', (answer) => {
    text += answer.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await listen(() => statusOf(text), due);
  socket.destroy();
  return [...new Set(statusOf(text))];
}

describe.skipIf(FOLDER === undefined)('SIP torture', () => {
  let edge: EmbeddedEdge;
  let port: number;
  let tcpPort: number;
  const desk = new Open();

  beforeAll(async () => {
    edge = newEdge();
    await edge.start(desk);
    [port, tcpPort] = edge.addresses.map((address) => address.port) as [number, number];
  });
  afterAll(async () => {
    await edge.close();
    expect(edge.counts).toEqual({ server: 0, client: 0, timers: 0, legs: 0, dialogs: 0, replies: 0 });
  });

  let network = 1;
  for (const [book, total] of [
    ['rfc4475', 51],
    ['rfc5118', 12],
  ] as const) {
    for (const [name, send] of [
      ['UDP', overUdp],
      ['TCP', overTcp],
    ] as const) {
      test(`${book} over ${name}: ${total} of ${total}`, async () => {
        const { cases } = JSON.parse(readFileSync(join(FOLDER!, book, 'index.json'), 'utf8')) as {
          cases: Case[];
        };
        const net = network++;
        const wrong = await Promise.all(
          cases.map(async (one, index) => {
            const bytes = readFileSync(join(FOLDER!, book, one.file));
            // Two cases of one address would be one caller who says the same twice.
            const to = name === 'UDP' ? port : tcpPort;
            const due = !one.accept.includes('silent');
            return verdict(one, await send(bytes, `127.9.${net}.${index + 1}`, to, due));
          }),
        );
        expect(cases.length).toBe(total);
        expect(wrong.filter(Boolean)).toEqual([]);
      });
    }
  }

  test('afterwards the server still takes a call', async () => {
    const caller = newEdge();
    await caller.start(new Desk());
    desk.take = (leg) => void leg.answer(BOB);
    const leg = caller.call({
      uri: `sip:400@127.0.0.1:${port}`,
      from: { uri: 'sip:a@127.0.0.1' },
      sdp: ALICE,
    });
    const log = new LegLog(leg);
    await until('the call is answered', () => log.events.includes(`answered ${BOB}`));
    leg.end({ cause: 'normal' });
    await until('the call has ended', () => desk.logs.at(-1)?.ending !== undefined);
    await caller.close();
  });
});

function newEdge(): EmbeddedEdge {
  const listen = [
    { transport: 'udp', host: '127.0.0.1', port: 0 },
    { transport: 'tcp', host: '127.0.0.1', port: 0 },
  ] as const;
  const parts = { clock: systemClock, ids: systemIds, logger: silentLogger };
  return createEmbeddedEdge({ listen, admission: PATIENT }, parts).edge;
}
