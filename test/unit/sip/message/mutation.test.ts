import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Header,
  parseMessage,
  ResponseHead,
  SipRequest,
  validateRequest,
  validateResponse,
} from '../../../../src/sip/message/index.ts';
import { INVITE_LINES, SDP, wire } from './messages.ts';

/** Everything that the stack may ask of a message. */
function touch(bytes: Buffer): void {
  const message = parseMessage(bytes);
  if (!message) return;
  if (message instanceof SipRequest) {
    message.setSource('10.0.0.9', 5060);
    validateRequest(message);
    new ResponseHead(message).write(200, 'tag', {});
    message.requestUri.params;
    message.requestUri.address;
  } else validateResponse(message);
  for (const via of message.vias) via.param('received');
  for (const address of [message.from, message.to, ...message.contacts, ...message.routes]) {
    address.displayName;
    address.uri.user;
    address.params;
  }
  message.cseq.number;
  message.callId;
  message.listHas(Header.Supported, '100rel');
  message.list(Header.Allow);
  message.bodyText;
  message.body;
}

const SEEDS = [
  wire(INVITE_LINES, SDP),
  wire(['SIP/2.0 200 OK', ...INVITE_LINES.slice(1)], SDP),
  wire([
    'REGISTER sip:h SIP/2.0',
    'v:SIP/2.0/UDP h;branch=z9hG4bK1',
    'm: *',
    'f: "客\\"服" <sip:a@b;x=y?z=1>;tag=1',
    't:\r\n <sip:a@[::1]>',
    'i:1',
    'Cseq: 1 REGISTER',
  ]),
];

type Mutation = (bytes: Buffer, from: number, to: number, byte: number) => Buffer;

const MUTATIONS: Record<string, Mutation> = {
  flip: (bytes, from, _to, byte) => {
    const copy = Buffer.from(bytes);
    copy[from] = byte;
    return copy;
  },
  cut: (bytes, from, to) => Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]),
  repeat: (bytes, from, to, byte) =>
    Buffer.concat([
      bytes.subarray(0, to),
      ...Array.from({ length: (byte & 15) + 1 }, () => bytes.subarray(from, to)),
      bytes.subarray(to),
    ]),
  splice: (bytes, from, to, byte) => {
    const other = SEEDS[byte % SEEDS.length]!;
    return Buffer.concat([bytes.subarray(0, from), other.subarray(from % other.length), bytes.subarray(to)]);
  },
};

const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.constantFrom(...Object.keys(MUTATIONS)), fc.nat(), fc.nat(), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([seed, steps]) =>
    steps.reduce((bytes, [name, a, b, byte]) => {
      if (bytes.length === 0 || bytes.length > 65_535) return bytes;
      const from = Math.min(a % bytes.length, b % bytes.length);
      const to = Math.max(a % bytes.length, b % bytes.length);
      return MUTATIONS[name]!(bytes, from, to, byte);
    }, seed),
  );

/** Least time of a few runs in ms: what else the machine does only adds. */
function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 9; round++) {
    const before = performance.now();
    run();
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

describe('mutated messages', () => {
  it('never make the parser throw', () => {
    // A failure prints fast-check's seed and the smallest message.
    fc.assert(
      fc.property(mutated, (bytes) => {
        touch(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  /** A good INVITE, where `lines` take the place of the headers of the same name. */
  const invite = (...lines: string[]) => {
    const names = lines.map((line) => line.slice(0, line.indexOf(':') + 1));
    return wire(
      [...INVITE_LINES.filter((line) => !names.some((name) => line.startsWith(name))), ...lines],
      SDP,
    );
  };
  const attacks: Record<string, (length: number) => Buffer> = {
    'many headers': (n) => invite(...Array.from({ length: n / 5 }, () => 'yy:z')),
    'many Via values': (n) => invite(`Via: ${'SIP/2.0/UDP h,'.repeat(n / 14)}SIP/2.0/UDP h`),
    'many Via fields': (n) =>
      invite(...Array.from({ length: 480 }, () => `Via: SIP/2.0/UDP ${'h'.repeat(n / 500)}`)),
    'many parameters': (n) => invite(`From: <sip:a>${';a=b'.repeat(n / 4)}`),
    'many URI parameters': (n) => invite(`From: <sip:a${';a=b'.repeat(n / 4)}>`),
    'open quotes': (n) => invite(`From: ${'"'.repeat(n)}`, `Route: ${'"a,'.repeat(100)}`),
    'open brackets': (n) => invite(`Contact: ${'<'.repeat(n)}`),
    'open brackets in many headers': (n) =>
      invite(...Array.from({ length: 400 }, () => `Contact: ${'<'.repeat(n / 500)}`)),
    spaces: (n) => invite(`From: a${' '.repeat(n)}<sip:a>`),
    folds: (n) => invite(`From: a${' \r\n '.repeat(n / 4)}<sip:a>`),
    'folds and long white space': (n) =>
      invite(...Array.from({ length: 8 }, () => `xx: a${' '.repeat(n / 8)}\r\n x`)),
    'a long user': (n) => invite(`From: <sip:${'a'.repeat(n)}@h>`),
    'a long token': (n) => invite(`Call-ID: ${'a'.repeat(n)}`),
    'spaces in the request line': (n) => wire([`INVITE${' '.repeat(n)}`, 'l:0']),
    escapes: (n) => invite(`From: <sip:${'%41'.repeat(n / 3)}@h>`),
    'URIs without @': (n) => invite(`Contact: ${'<sip:a>,'.repeat(n / 8)}<sip:b>`),
    'Route and Record-Route': (n) =>
      invite(
        `Route: ${'<sip:a>,'.repeat(n / 16)}<sip:b>`,
        `Record-Route: ${'<sip:a>,'.repeat(n / 16)}<sip:b>`,
      ),
    backslashes: (n) => invite(`From: "${'\\\\'.repeat(n / 2)}" <sip:a>`),
    'GB18030 head': (n) => {
      const bytes = invite(`From: ${'@'.repeat(n)} <sip:a@b>`);
      const start = bytes.indexOf('@@@');
      return bytes.fill(0xbf, start, start + n);
    },
    'empty lists': (n) => invite(`Require: ${','.repeat(n)}`, `Allow: ${','.repeat(100)}`),
    'a long body': (n) => wire(INVITE_LINES, 'a'.repeat(n)),
    'a long body of bytes': (n) => wire(INVITE_LINES, 'é'.repeat(n / 2)),
  };

  it.each(Object.keys(attacks))('take time in line with their length: %s', (name) => {
    const small = attacks[name]!(8_000);
    const big = attacks[name]!(64_000);
    for (let round = 0; round < 30; round++) touch(small);
    const smallMs = fastest(() => {
      for (let round = 0; round < 8; round++) touch(small);
    });
    const bigMs = fastest(() => touch(big));
    // 8 small ones are as much work as a big one; squared work would be 8 times that.
    expect(bigMs).toBeLessThan(4 * smallMs + 2);
  });
});
