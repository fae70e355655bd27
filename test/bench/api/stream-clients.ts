/**
 * Clients of the event stream in a process of their own: each hears of one agent, and counts what it hears. One in twenty reads as it comes, and tells
 * how late; the others twice a second, as machines of their own would take no processor time from the PBX.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { TOKEN } from '../signalling/bench-config.ts';
import { percentile } from '../signalling/sipp-run.ts';
import { AGENTS, COMPANY } from './subject.ts';

export type StreamWord = { readonly connect: number; readonly http: string } | 'count' | 'leave';

export interface StreamCount {
  readonly clients: number;
  /** Events that they have heard since the last count, and all in all how late: from its time to ours, ms. */
  readonly heard: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Connections that ended, or were told to begin anew. */
  readonly lost: number;
}

const READ_EVERY_MS = 500;
const GROUPS = 20;

const clients: WebSocket[] = [];
/** Those that read now and then, by when. */
const groups: WebSocket[][] = Array.from({ length: GROUPS }, () => []);
let reading = 0;
let heard = 0;
let lost = 0;
let lateMs: number[] = [];

async function connect(http: string, index: number): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'pbx-tenant': COMPANY };
  const client = new WebSocket(`${http.replace('http', 'ws')}/api/v1/stream`, {
    headers,
    perMessageDeflate: false,
  });
  clients.push(client);
  await once(client, 'open');
  const topics = [`agents/${AGENTS[index % AGENTS.length]}`];
  client.send(JSON.stringify({ type: 'hello', topics }));
  await once(client, 'message');
  const round = Math.floor(index / AGENTS.length);
  const isLive = round % GROUPS === 0;
  client.on('message', (text: Buffer) => {
    const start = text.toString('latin1', 0, 18);
    if (start.startsWith('{"type":"resync"')) lost += 1;
    if (!start.startsWith('{"type":"event"')) return;
    heard += 1;
    if (isLive) lateMs.push(Date.now() - Date.parse(JSON.parse(text.toString()).event.at));
  });
  client.on('close', () => {
    lost += 1;
  });
  if (isLive) return;
  groups[round % GROUPS]!.push(client);
  client.pause();
}

setInterval(() => {
  for (const client of groups[reading]!) client.pause();
  reading = (reading + 1) % GROUPS;
  for (const client of groups[reading]!) client.resume();
}, READ_EVERY_MS / GROUPS);

function count(): StreamCount {
  lateMs.sort((one, other) => one - other);
  const at = (part: number) => percentile(lateMs, part);
  const counted = { clients: clients.length, heard, p50Ms: at(0.5), p99Ms: at(0.99), lost };
  heard = 0;
  lateMs = [];
  return counted;
}

process.on('message', async (word: StreamWord) => {
  if (word === 'count') {
    // What was sent until now was read then.
    await sleep(READ_EVERY_MS + 100);
    return process.send!(count());
  }
  if (word === 'leave') {
    for (const group of groups) group.length = 0;
    for (const client of clients.splice(0)) client.removeAllListeners('close').terminate();
    return process.send!('left');
  }
  // Twenty at a time.
  for (let first = 0; first < word.connect; first += 20)
    await Promise.all(
      Array.from({ length: Math.min(20, word.connect - first) }, (_, index) =>
        connect(word.http, first + index),
      ),
    );
  process.send!('connected');
});
process.on('disconnect', () => process.exit());
