/**
 * What hostile messages of 64 kB cost the stack, from the parser to the transactions and the legs above:
 * `node test/support/message-times.ts [seed] [messages]`. In a process of its own, as the server runs: a test runner
 * rewrites every import, which makes the same code three times slower.
 *
 * Prints JSON: `worstMs`, the time of the message that took longest, and `loopMs`, that of a bare loop over 64 kB: how fast
 * the machine is.
 */
import { EmbeddedEdge } from '../../src/edge/embedded/embedded-edge.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { parseMessage } from '../../src/sip/message/index.ts';
import type { TransportAddress, Transports, TransportUser } from '../../src/sip/transport/transport.ts';
import type { SipReceived } from '../../src/sip/transport/transport-host.ts';
import { MemoryNetwork } from './memory-network.ts';

const SIZE = 64_000;
/** As many of the dearest messages are measured again, so often. */
const AGAIN = 20;
const ROUNDS = 100;
const LOOP_PASSES = 25;
const loopBytes = Buffer.alloc(SIZE, 97);
const [seed, messages] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 200)];
const { random, token } = seededIds(seed);
const below = (limit: number) => Math.floor(random() * limit);
const SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n';

const clock = new ManualClock(0);
const network = new MemoryNetwork(clock);
const at = (address: string): TransportAddress => ({ transport: 'udp', address, port: 5060 });
/** The user of the edge under test, to hand messages to without the network in between. */
let user: TransportUser<SipReceived> | undefined;
const inner = network.host(at('10.0.0.1'));
const tapped: Transports<SipReceived> = {
  addresses: inner.addresses,
  open: (opened) => {
    user = opened;
    return inner.open(opened);
  },
  flowTo: (target, from) => inner.flowTo(target, from),
  flowById: (id) => inner.flowById(id),
  close: () => inner.close(),
};
const newEdge = (transports: Transports<SipReceived>) =>
  new EmbeddedEdge({
    clock,
    ids: { random, token },
    logger: silentLogger,
    transports,
    resolver: { resolve: () => [] },
    answerChallenge: () => undefined,
    busyShare: () => 0,
  });
const [edge, far] = [newEdge(tapped), newEdge(network.host(at('10.0.0.2')))];
for (const one of [edge, far]) {
  await one.start({
    onCall: (leg) => {
      leg.delegate = { onReoffer: () => SDP, onRequest: () => ({ status: 200 }) };
      leg.progress(183, SDP);
      void leg.answer(SDP).catch(() => {});
    },
    onRequest: () => ({ status: 200 }),
  });
}

/** Messages of a real conversation. */
async function converse(): Promise<string[]> {
  const from = { uri: 'sip:alice@example.com', displayName: '爱丽丝' };
  const leg = far.call({ uri: 'sip:400@10.0.0.1', from, sdp: SDP, reliable: 'required' });
  await clock.advance(100);
  leg.reoffer(`${SDP}a=sendonly\r\n`).catch(() => {});
  leg.request('INFO', { contentType: 'application/dtmf-relay', body: 'Signal=1\r\n' }).catch(() => {});
  far.request({ method: 'REGISTER', uri: 'sip:10.0.0.1', from }).catch(() => {});
  await clock.advance(100);
  return network.passages.filter(({ to }) => to.address === '10.0.0.1').map(({ text }) => text);
}

/** A piece of a good message repeated until it has 64 kB, and some bytes flipped. */
function mutate(text: string): string {
  const place = below(text.length);
  const piece = text.slice(place, place + 1 + below(200));
  const long =
    text.slice(0, place) + piece.repeat(Math.ceil((SIZE - text.length) / piece.length)) + text.slice(place);
  let out = long;
  for (let flips = below(4); flips > 0; flips--) {
    const where = below(out.length);
    out = out.slice(0, where) + String.fromCharCode(below(256)) + out.slice(where + 1);
  }
  return out;
}

/** Hands one message to the stack, as its transport would; a new branch makes it a new transaction. */
function take(text: string, name: string): number {
  const bytes = Buffer.from(text.replace('z9hG4bK', `z9hG4bK${name}`)).subarray(0, 65_507);
  const flow = inner.flowTo(at('10.0.0.2'))!;
  const began = performance.now();
  const message = parseMessage(bytes);
  if (message) user?.onMessage(message, flow);
  return performance.now() - began;
}

/** A pass of a bare loop over 64 kB, in ms; measured over as long a time as a dear message takes, so that it is as likely disturbed. */
function loopTime(): number {
  const began = performance.now();
  let sum = 0;
  for (let pass = 0; pass < LOOP_PASSES; pass++) {
    for (let index = 0; index < loopBytes.length; index++) sum += loopBytes[index]!;
  }
  return (performance.now() - began) / LOOP_PASSES + (sum < 0 ? 1 : 0);
}

/** The shortest of a few runs: what else the machine does only adds. */
async function cost(text: string, name: string, runs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) best = Math.min(best, take(text, `${name}x${run}`));
  await clock.advance(200);
  return best;
}

const corpus = await converse();
// The first ones are for the compiler.
for (let round = 0; round < 50; round++) await cost(mutate(corpus[below(corpus.length)]!), `w${round}`, 5);
const costs: { ms: number; text: string }[] = [];
for (let round = 0; round < messages; round++) {
  const text = mutate(corpus[below(corpus.length)]!);
  costs.push({ ms: await cost(text, `r${round}`, 5), text });
}
costs.sort((one, other) => other.ms - one.ms);
// The dearest again, in turns over some seconds: what the machine does besides may cover a burst of runs, not all of them.
// The loop takes its turns among them: it tells how fast the machine was when they were measured, not afterwards.
let loopMs = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round++) {
  loopMs = Math.min(loopMs, loopTime());
  for (const [index, entry] of costs.slice(0, AGAIN).entries()) {
    entry.ms = Math.min(entry.ms, await cost(entry.text, `a${index}y${round}`, 1));
  }
}
costs.sort((one, other) => other.ms - one.ms);
const [worst] = costs;
const medianMs = costs[Math.floor(costs.length / 2)]!.ms;
await clock.advance(300_000);
const { server, client } = edge.counts;
const result = { seed, messages, worstMs: worst!.ms, medianMs, loopMs, left: { server, client } };
process.stdout.write(`${JSON.stringify({ ...result, worst: `${worst!.text.slice(0, 300)}...` })}\n`);
