import { describe, expect, test } from 'vitest';
import { seededIds } from '../../../../src/shared/ids.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import type { SipRequest, SipResponse } from '../../../../src/sip/message/index.ts';
import type { ClientTransaction } from '../../../../src/sip/transaction/client-transaction.ts';
import type { RequestDraft } from '../../../../src/sip/transaction/request-draft.ts';
import type { ServerTransaction } from '../../../../src/sip/transaction/server-transaction.ts';
import { TransactionLayer } from '../../../../src/sip/transaction/transaction-layer.ts';
import type { Flow, TransportAddress, TransportName } from '../../../../src/sip/transport/transport.ts';
import { MemoryNetwork, type MemoryTransports } from '../../../support/memory-network.ts';

/** One end: a layer whose core writes down what reaches it. */
class Peer {
  readonly layer: TransactionLayer;
  readonly transports: MemoryTransports;
  readonly requests: ServerTransaction[] = [];
  readonly acks: SipRequest[] = [];
  readonly statuses: number[] = [];
  readonly failures: string[] = [];
  readonly incidents: string[] = [];
  /** What the core answers; by default nothing. */
  answer: (transaction: ServerTransaction) => void = () => {};

  constructor(network: MemoryNetwork, clock: ManualClock, address: TransportAddress, seed: number) {
    this.transports = network.host(address);
    const ids = seededIds(seed);
    this.layer = new TransactionLayer(clock, { ...ids, token: () => `${seed}${ids.token()}` });
    this.layer.user = {
      onRequest: (_request, transaction) => {
        this.requests.push(transaction);
        transaction.user = {
          onCancel: () => {
            this.incidents.push('cancel');
            transaction.reply(487);
          },
          onAckTimeout: () => this.incidents.push('no ack'),
          onTransportError: () => this.incidents.push('transport'),
        };
        this.answer(transaction);
      },
      onAck: (request) => this.acks.push(request),
    };
    void this.transports.open({
      onMessage: (message, flow) => {
        if (!message.isRequest) return this.layer.onResponse(message);
        message.setSource(flow.remote.address, flow.remote.port);
        this.layer.onRequest(message, flow, flow);
      },
      onFlowClosed: () => {},
    });
  }

  send(draft: RequestDraft, to: Peer): ClientTransaction {
    return this.layer.send(draft, this.flowTo(to), {
      onResponse: (response: SipResponse) => this.statuses.push(response.status),
      onFailure: (failure) => this.failures.push(failure),
    });
  }

  flowTo(to: Peer): Flow {
    return this.transports.flowTo(to.transports.addresses[0]!)!;
  }
}

function setUp(transport: TransportName = 'udp') {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const alice = new Peer(network, clock, { transport, address: '10.0.0.1', port: 1 }, 1);
  const bob = new Peer(network, clock, { transport, address: '10.0.0.2', port: 2 }, 2);
  const nothingLeft = () =>
    expect([alice.layer.counts, bob.layer.counts, clock.pending]).toEqual([
      { server: 0, client: 0, timers: 0 },
      { server: 0, client: 0, timers: 0 },
      0,
    ]);
  const count = (what: string) => network.trace.filter((line) => line === what).length;
  return { clock, network, alice, bob, nothingLeft, count };
}

function draft(method: string, changes: Partial<RequestDraft> = {}): RequestDraft {
  return {
    method,
    uri: 'sip:bob@10.0.0.2:2',
    nextHop: 'sip:bob@10.0.0.2:2',
    from: '<sip:alice@10.0.0.1>;tag=a1',
    to: '<sip:bob@10.0.0.2>',
    callId: 'c1@10.0.0.1',
    cseq: 1,
    routes: [],
    headerLines: '',
    ...changes,
  };
}

describe('non-INVITE over UDP', () => {
  test('is answered once, and a repeated request gets the same response', async () => {
    const { clock, network, alice, bob, nothingLeft, count } = setUp();
    bob.answer = (transaction) => transaction.reply(200);
    let lost = 0;
    network.lose = ({ line }) => line === 'SIP/2.0 200 OK' && lost++ === 0;
    alice.send(draft('OPTIONS'), bob);
    await clock.advance(1000);
    expect([alice.statuses, bob.requests.length]).toEqual([[200], 1]);
    expect([count('1>2 OPTIONS'), count('2>1 200')]).toEqual([2, 2]);
    // Timer J: 64*T1
    await clock.advance(40_000);
    nothingLeft();
  });

  test('is repeated after T1, doubling up to T2, and fails after 64*T1 (Timers E and F)', async () => {
    const { clock, network, alice, bob, nothingLeft } = setUp();
    network.lose = () => true;
    alice.send(draft('OPTIONS'), bob);
    await clock.advance(31_900);
    // 0, 0.5, 1.5, 3.5, 7.5, 11.5 ... 31.5 s
    expect([network.passages.length, alice.failures]).toEqual([11, []]);
    await clock.advance(200);
    expect(alice.failures).toEqual(['timeout']);
    nothingLeft();
  });
});

test('a request other than INVITE is repeated every T2 once it is being worked on (17.1.2.2)', async () => {
  const { clock, alice, bob, nothingLeft, count } = setUp();
  bob.answer = (transaction) => transaction.reply(100);
  alice.send(draft('OPTIONS'), bob);
  // 0 and 0.5 s, as Timer E was set before the 100 came; then every 4 s.
  await clock.advance(4400);
  expect([count('1>2 OPTIONS'), count('2>1 100')]).toEqual([2, 2]);
  await clock.advance(4000);
  expect(count('1>2 OPTIONS')).toBe(3);
  bob.requests[0]!.reply(200);
  await clock.advance(40_000);
  expect(alice.statuses.at(-1)).toBe(200);
  nothingLeft();
});

describe('INVITE over UDP', () => {
  test('a repeated INVITE gets the last provisional response again (17.2.1)', async () => {
    const { clock, network, alice, bob, nothingLeft, count } = setUp();
    bob.answer = (transaction) => transaction.reply(180);
    let lost = 0;
    network.lose = ({ line }) => line.startsWith('SIP/2.0 180') && lost++ === 0;
    alice.send(draft('INVITE'), bob);
    await clock.advance(1000);
    expect([count('1>2 INVITE'), count('2>1 180'), alice.statuses]).toEqual([2, 2, [180]]);
    bob.requests[0]!.reply(486);
    await clock.advance(40_000);
    nothingLeft();
  });

  test('a rejection is acknowledged by the transaction, and repeated until then (Timers G, H, I, D)', async () => {
    const { clock, network, alice, bob, nothingLeft, count } = setUp();
    bob.answer = (transaction) => transaction.reply(486);
    let lost = 0;
    network.lose = ({ line }) => line.startsWith('ACK') && lost++ < 2;
    alice.send(draft('INVITE'), bob);
    await clock.advance(4000);
    expect([alice.statuses, bob.acks.length, bob.incidents]).toEqual([[486], 0, []]);
    expect([count('2>1 486'), count('1>2 ACK')]).toEqual([3, 3]);
    await clock.advance(40_000);
    nothingLeft();
  });

  test('the ACK carries the branch of its INVITE and the To of the response', async () => {
    const { clock, network, alice, bob } = setUp();
    bob.answer = (transaction) => transaction.reply(404);
    alice.send(draft('INVITE', { routes: ['<sip:proxy;lr>'] }), bob);
    await clock.advance(10);
    const [invite, , ack] = network.passages.map(({ text }) => text.split('\r\n'));
    expect(ack![1]).toBe(invite![1]);
    expect(ack!.find((line) => line.startsWith('To'))).toContain(`;tag=${bob.requests[0]!.localTag}`);
    expect(ack).toContain('Route: <sip:proxy;lr>');
    expect(ack).toContain('CSeq: 1 ACK');
  });

  test('what a rejected INVITE was for is forgotten with its ACK, not when the transaction is (Timer I)', async () => {
    const { clock, alice, bob } = setUp();
    bob.answer = (transaction) => transaction.reply(486);
    alice.send(draft('INVITE'), bob);
    await clock.advance(5);
    const [rejected] = bob.requests;
    expect([rejected!.state, rejected!.request, rejected!.user]).toEqual(['confirmed', undefined, undefined]);
  });

  test('without an ACK the rejection is given up after 64*T1 (Timer H)', async () => {
    const { clock, network, alice, bob, nothingLeft } = setUp();
    bob.answer = (transaction) => transaction.reply(486);
    network.lose = ({ line }) => line.startsWith('ACK');
    alice.send(draft('INVITE'), bob);
    await clock.advance(33_000);
    expect(bob.incidents).toEqual(['no ack']);
    await clock.advance(33_000);
    nothingLeft();
  });

  test('a datagram that cannot be sent is as good as lost: no repetition becomes a new request (RFC 6026 8.7)', async () => {
    const { clock, alice, bob, nothingLeft } = setUp();
    const flow = bob.flowTo(alice);
    const send = flow.send.bind(flow);
    let failed = 0;
    flow.send = (text, owner) =>
      failed++ < 2 ? owner?.onSendError(new Error('ENOBUFS')) : send(text, owner);
    bob.answer = (transaction) => {
      transaction.reply(180);
      transaction.reply(486);
    };
    alice.send(draft('INVITE'), bob);
    await clock.advance(4000);
    expect([bob.requests.length, alice.statuses, bob.incidents]).toEqual([1, [486], []]);
    await clock.advance(40_000);
    nothingLeft();
  });

  test('every 2xx goes up to the core; the server repeats it until it is told of the ACK (RFC 6026)', async () => {
    const { clock, alice, bob, nothingLeft, count } = setUp();
    bob.answer = (transaction) => transaction.reply(200);
    alice.send(draft('INVITE'), bob);
    await clock.advance(1600);
    expect([alice.statuses, count('1>2 ACK')]).toEqual([[200, 200, 200], 0]);
    bob.requests[0]!.acked();
    await clock.advance(10_000);
    expect(alice.statuses.length).toBe(3);
    await clock.advance(40_000);
    expect(bob.incidents).toEqual([]);
    nothingLeft();
  });

  test('a repeated INVITE is absorbed after the 2xx (Accepted)', async () => {
    const { clock, network, alice, bob } = setUp();
    bob.answer = (transaction) => transaction.reply(200);
    alice.send(draft('INVITE'), bob);
    await clock.advance(10);
    bob.requests[0]!.acked();
    const { from, to, text } = network.passages[0]!;
    network.carry(from, to, text);
    await clock.advance(1000);
    expect([bob.requests.length, alice.statuses]).toEqual([1, [200]]);
  });

  test('a 2xx that is never acknowledged is told to the core after 64*T1', async () => {
    const { clock, alice, bob, nothingLeft } = setUp();
    bob.answer = (transaction) => transaction.reply(200);
    alice.send(draft('INVITE'), bob);
    await clock.advance(33_000);
    expect(bob.incidents).toEqual(['no ack']);
    nothingLeft();
  });

  test('is repeated without limit on the interval until 64*T1 (Timers A and B)', async () => {
    const { clock, network, alice, bob, nothingLeft } = setUp();
    network.lose = () => true;
    alice.send(draft('INVITE'), bob);
    await clock.advance(33_000);
    // 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s
    expect([network.passages.length, alice.failures]).toEqual([7, ['timeout']]);
    nothingLeft();
  });

  test('a provisional response stops repetition and time-out', async () => {
    const { clock, network, alice, bob } = setUp();
    bob.answer = (transaction) => transaction.reply(100);
    alice.send(draft('INVITE'), bob);
    await clock.advance(120_000);
    expect([network.trace, alice.failures]).toEqual([['1>2 INVITE', '2>1 100'], []]);
    expect(clock.pending).toBe(0);
  });
});

describe('CANCEL', () => {
  test('waits for a provisional response, then ends the INVITE with 487', async () => {
    const { clock, network, alice, bob, nothingLeft } = setUp();
    const invite = alice.send(draft('INVITE'), bob);
    invite.cancel('Reason: SIP;cause=200\r\n');
    await clock.advance(100);
    expect(network.trace).toEqual(['1>2 INVITE']);
    bob.requests[0]!.reply(180);
    await clock.advance(100);
    expect(network.trace.slice(1)).toEqual(['2>1 180', '1>2 CANCEL', '2>1 200', '2>1 487', '1>2 ACK']);
    expect([alice.statuses, bob.incidents]).toEqual([[180, 487], ['cancel']]);
    const cancel = network.passages[2]!.text;
    expect(cancel).toContain(network.passages[0]!.text.split('\r\n')[1]);
    expect(cancel).toContain('CSeq: 1 CANCEL\r\n');
    // RFC 3261 9.2: the same To tag in both answers.
    const toTag = `;tag=${bob.requests[0]!.localTag}`;
    expect(network.passages.filter(({ text }) => text.includes(toTag)).length).toBe(4);
    await clock.advance(40_000);
    nothingLeft();
  });

  test('that crosses the 200 is answered 200 and changes nothing', async () => {
    const { clock, alice, bob } = setUp();
    bob.answer = (transaction) => {
      transaction.reply(180);
      clock.after(2, () => transaction.reply(200));
    };
    const invite = alice.send(draft('INVITE'), bob);
    await clock.advance(2);
    invite.cancel();
    await clock.advance(10);
    expect([alice.statuses, bob.incidents]).toEqual([[180, 200], []]);
  });

  test('without any final response the INVITE ends after 64*T1 (9.1)', async () => {
    const { clock, network, alice, bob } = setUp();
    bob.answer = (transaction) => transaction.reply(180);
    network.lose = ({ line }) => line.startsWith('CANCEL');
    const invite = alice.send(draft('INVITE'), bob);
    await clock.advance(10);
    invite.cancel();
    await clock.advance(33_000);
    expect(alice.failures).toEqual(['timeout']);
  });

  test('for nothing is answered 481', async () => {
    const { clock, network, alice, bob } = setUp();
    alice.layer.sendCancel(draft('CANCEL'), { branch: 'z9hG4bKnone', flow: alice.flowTo(bob) });
    await clock.advance(10);
    expect(network.trace).toEqual(['1>2 CANCEL', '2>1 481']);
  });
});

describe('merged requests', () => {
  test('the same request on another branch is answered 482 (8.2.2.2)', async () => {
    const { clock, alice, bob } = setUp();
    alice.send(draft('INVITE'), bob);
    alice.send(draft('INVITE'), bob);
    await clock.advance(10);
    expect([bob.requests.length, alice.statuses]).toEqual([1, [482]]);
  });

  test('requests in a dialog are never merged', async () => {
    const { clock, alice, bob } = setUp();
    alice.send(draft('INFO', { to: '<sip:bob@10.0.0.2>;tag=b' }), bob);
    alice.send(draft('INFO', { to: '<sip:bob@10.0.0.2>;tag=b' }), bob);
    await clock.advance(10);
    expect(bob.requests.length).toBe(2);
  });
});

describe('reliable transport', () => {
  test('nothing is repeated but the 2xx, and no timer waits longer than it must', async () => {
    const { clock, network, alice, bob, nothingLeft } = setUp('tcp');
    bob.answer = (transaction) => transaction.reply(transaction.isInvite ? 486 : 200);
    alice.send(draft('OPTIONS'), bob);
    alice.send(draft('INVITE', { cseq: 2 }), bob);
    await clock.advance(100);
    expect(network.trace).toEqual(['1>2 OPTIONS', '1>2 INVITE', '2>1 200', '2>1 486', '1>2 ACK']);
    nothingLeft();
  });

  test('a rejection is not repeated though its ACK does not come (Timer G)', async () => {
    const { clock, network, alice, bob, nothingLeft, count } = setUp('tcp');
    bob.answer = (transaction) => transaction.reply(486);
    network.lose = ({ line }) => line.startsWith('ACK');
    alice.send(draft('INVITE'), bob);
    await clock.advance(33_000);
    expect([count('2>1 486'), bob.incidents]).toEqual([1, ['no ack']]);
    nothingLeft();
  });

  test('a lost connection is told as a transport failure at once', async () => {
    const { clock, alice, bob, nothingLeft } = setUp('tcp');
    const flow = alice.flowTo(bob);
    await bob.transports.close();
    alice.layer.send(draft('OPTIONS'), flow, {
      onResponse: () => {},
      onFailure: (failure) => alice.failures.push(failure),
    });
    await clock.advance(100);
    expect(alice.failures).toEqual(['transport']);
    nothingLeft();
  });
});

describe('RFC 2543 peers', () => {
  test('are matched without a branch', async () => {
    const { clock, network, alice, bob } = setUp();
    bob.answer = (transaction) => transaction.reply(486);
    alice.send(draft('INVITE'), bob);
    const { from, to, text } = network.passages[0]!;
    network.passages.length = 0;
    await clock.advance(10);
    const old = text.replace(/;rport;branch=[^\r]*/, '').replace('Call-ID: c1', 'Call-ID: old');
    network.carry(from, to, old);
    network.carry(from, to, old);
    await clock.advance(10);
    expect(bob.requests.length).toBe(2);
    const ack = old
      .replaceAll('INVITE', 'ACK')
      .replace('To: <sip:bob@10.0.0.2>', 'To: <sip:bob@10.0.0.2>;tag=x');
    network.carry(from, to, ack);
    await clock.advance(1);
    expect(bob.requests[1]!.state).toBe('confirmed');
  });
});

test('close leaves nothing', async () => {
  const { clock, alice, bob } = setUp();
  alice.send(draft('INVITE'), bob);
  alice.send(draft('OPTIONS', { cseq: 2 }), bob);
  await clock.advance(10);
  alice.layer.close();
  bob.layer.close();
  expect([alice.layer.counts, bob.layer.counts, clock.pending]).toEqual([
    { server: 0, client: 0, timers: 0 },
    { server: 0, client: 0, timers: 0 },
    0,
  ]);
});
