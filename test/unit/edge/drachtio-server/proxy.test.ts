/** RFC 3261 16 for applications: targets, limits, redirections and races, on a network in memory with a manual clock. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SipRequest } from '../../../../src/sip/message/index.ts';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { DrachtioClient } from '../../../support/drachtio-client.ts';
import { type PeerDialog, SipPeer } from '../../../support/sip-peer.ts';
import { MemoryServer, SECRET, SIP } from './memory-server.ts';

describe('a request that an application has proxied', () => {
  let world: MemoryServer;
  let caller: SipPeer;
  let targets: SipPeer[];

  beforeEach(async () => {
    world = await MemoryServer.open({ routes: ['invite', 'message'] });
    caller = new SipPeer(world.network, '10.0.0.9', SIP);
    targets = [1, 2, 3].map((host) => new SipPeer(world.network, `10.0.1.${host}`, SIP));
  });
  // Timer C.
  afterEach(() => world.close(300_000));

  const pass = (ms: number) => world.pass(ms);

  const uriOf = (peer: SipPeer | string) =>
    typeof peer === 'string' ? peer : `sip:peer@${peer.address.address}:${peer.address.port}`;

  interface Order {
    readonly parallel?: boolean;
    readonly redirects?: boolean;
    readonly route?: boolean;
    readonly first?: string;
    readonly final?: string;
    readonly to?: readonly (SipPeer | string)[];
    readonly method?: string;
  }

  /** A request comes in and the application has it proxied; returns the id of the command. */
  async function proxied(order: Order = {}): Promise<string> {
    const { parallel, redirects, route, first = '', final = '', to = targets, method = 'INVITE' } = order;
    caller.request(method, 'a-call', {
      branch: 'z9hG4bKcall',
      ...(method === 'INVITE' ? { body: ALICE } : {}),
    });
    await world.clock.advance(5);
    const { tokens } = await world.app.notified(method);
    const words = [
      route ? 'remainInDialog' : '',
      'fullResponse',
      redirects ? 'followRedirects' : '',
      parallel ? 'simultaneous' : 'serial',
      first,
      final,
      ...to.map(uriOf),
    ];
    const id = world.app.send(
      `proxy|${tokens[8]}|${words.join('|')}\r\n${method} ${uriOf(to[0]!)} SIP/2.0\r\nX-App: yes\r\n\r\n`,
    );
    await world.app.command('ping');
    await world.clock.advance(5);
    return id;
  }

  /** Statuses that the application was told, and `done`. */
  const told = (id: string) =>
    world.app.frames
      .filter(({ tokens }) => tokens[2] === id)
      .map(({ tokens, message }) => (tokens[4] === 'done' ? 'done' : message.split(' ')[1]));
  const got = () =>
    caller.responses.filter(({ cseq }) => cseq.method !== 'CANCEL').map(({ status }) => status);
  const invite = (at: number): SipRequest => targets[at]!.last('INVITE');
  const methods = (at: number) => targets[at]!.requests.map(({ method }) => method);

  test('in series: the next one when one refuses; the first 2xx ends it', async () => {
    const id = await proxied();
    expect([methods(0), methods(1)]).toEqual([['INVITE'], []]);
    expect([invite(0).get('X-App'), invite(0).maxForwards, invite(0).all('Via').length]).toEqual([
      'yes',
      69,
      2,
    ]);
    targets[0]!.respond(invite(0), 486, 'one');
    await pass(5);
    expect(methods(0)).toEqual(['INVITE', 'ACK']);
    targets[1]!.respond(invite(1), 180, 'two');
    targets[1]!.respond(invite(1), 200, 'two', { body: BOB });
    await pass(5);
    expect([got(), told(id), methods(2)]).toEqual([[100, 180, 200], ['486', '200', 'done'], []]);
    // The far end repeats its 2xx until it has the ACK: each goes up.
    targets[1]!.respond(invite(1), 200, 'two', { body: BOB });
    await pass(5);
    expect(got()).toEqual([100, 180, 200, 200]);
  });

  test('all refuse: the best refusal goes up', async () => {
    const id = await proxied({ parallel: true });
    targets[0]!.respond(invite(0), 503, 'one');
    targets[1]!.respond(invite(1), 407, 'two', {
      headers: ['Proxy-Authenticate: Digest realm="x", nonce="y"'],
    });
    targets[2]!.respond(invite(2), 486, 'three');
    await pass(5);
    expect([got(), told(id)]).toEqual([
      [100, 407],
      ['503', '407', '486', 'done'],
    ]);
  });

  test('in parallel: the first 2xx cancels the others; a second 2xx goes up as well', async () => {
    const id = await proxied({ parallel: true });
    for (const at of [0, 1, 2]) targets[at]!.respond(invite(at), 180, `t${at}`);
    await pass(5);
    targets[0]!.respond(invite(0), 200, 't0', { body: BOB });
    await pass(5);
    expect([methods(1), methods(2)]).toEqual([
      ['INVITE', 'CANCEL'],
      ['INVITE', 'CANCEL'],
    ]);
    targets[1]!.respond(targets[1]!.last('CANCEL'), 200);
    targets[1]!.respond(invite(1), 487, 't1');
    // It was answered while the CANCEL was on its way.
    targets[2]!.respond(invite(2), 200, 't2', { body: BOB });
    await pass(5);
    expect(got()).toEqual([100, 180, 180, 180, 200, 200]);
    expect(caller.responses.map(({ to }) => to.tag).slice(-2)).toEqual(['t0', 't2']);
    expect(told(id)).toEqual(['200', 'done']);
  });

  test('6xx is for all: the others are cancelled, no more are tried', async () => {
    await proxied({ parallel: true, to: targets.slice(0, 2) });
    targets[1]!.respond(invite(1), 180, 'two');
    await pass(5);
    targets[0]!.respond(invite(0), 603, 'one');
    await pass(5);
    expect(got()).toEqual([100, 180]);
    expect(methods(1)).toEqual(['INVITE', 'CANCEL']);
    targets[1]!.respond(targets[1]!.last('CANCEL'), 200);
    targets[1]!.respond(invite(1), 487, 'two');
    await pass(5);
    expect(got()).toEqual([100, 180, 603]);
  });

  test('6xx in series: the next one is not tried', async () => {
    await proxied();
    targets[0]!.respond(invite(0), 600, 'one');
    await pass(5);
    expect([got(), methods(1)]).toEqual([[100, 600], []]);
  });

  test('a redirection is followed, the best contact first, and is no answer then', async () => {
    const id = await proxied({ redirects: true, to: [targets[0]!] });
    const contacts = `Contact: <${uriOf(targets[1]!)}>;q=0.2, <${uriOf(targets[2]!)}>;q=0.7, <${uriOf(targets[0]!)}>`;
    targets[0]!.respond(invite(0), 302, 'one', { headers: [contacts] });
    await pass(5);
    expect([methods(0), methods(1), methods(2)]).toEqual([['INVITE', 'ACK'], [], ['INVITE']]);
    targets[2]!.respond(invite(2), 486, 'three');
    await pass(5);
    targets[1]!.respond(invite(1), 480, 'two');
    await pass(5);
    expect([got(), told(id)]).toEqual([
      [100, 486],
      ['302', '486', '480', 'done'],
    ]);
  });

  test('a redirection in parallel: all its contacts at once', async () => {
    await proxied({ parallel: true, redirects: true, to: [targets[0]!] });
    const contacts = `Contact: <${uriOf(targets[1]!)}>, <${uriOf(targets[2]!)}>`;
    targets[0]!.respond(invite(0), 300, 'one', { headers: [contacts] });
    await pass(5);
    expect([methods(1), methods(2)]).toEqual([['INVITE'], ['INVITE']]);
    targets[2]!.respond(invite(2), 200, 'three', { body: BOB });
    await pass(5);
    targets[1]!.respond(invite(1), 487, 'two');
    await pass(5);
    expect(got()).toEqual([100, 200]);
  });

  test('a redirection that is not to be followed goes up', async () => {
    await proxied({ to: [targets[0]!] });
    targets[0]!.respond(invite(0), 302, 'one', { headers: [`Contact: <${uriOf(targets[1]!)}>`] });
    await pass(5);
    expect([got(), methods(1)]).toEqual([[100, 302], []]);
    expect(caller.responses.at(-1)!.contact?.uri.text).toBe(uriOf(targets[1]!));
  });

  test('a redirection to where it came from ends', async () => {
    await proxied({ redirects: true, to: [targets[0]!] });
    targets[0]!.respond(invite(0), 302, 'one', { headers: [`Contact: <${uriOf(targets[0]!)}>`] });
    await pass(5);
    expect([got(), methods(0)]).toEqual([
      [100, 302],
      ['INVITE', 'ACK'],
    ]);
  });

  test('Timer C: 185 s after the last provisional response the target is given up', async () => {
    await proxied({ to: [targets[0]!] });
    for (let minutes = 0; minutes < 4; minutes++) {
      targets[0]!.respond(invite(0), 180, 'one');
      await pass(120_000);
    }
    expect(methods(0).filter((method) => method === 'CANCEL')).toEqual([]);
    await pass(65_100);
    expect(methods(0).at(-1)).toBe('CANCEL');
    await pass(5);
    expect(got().at(-1)).toBe(408);
  });

  test('a target that is silent, and one that only rings, have the limits of the application', async () => {
    await proxied({ first: '1s', final: '20s' });
    await pass(1100);
    expect(methods(1)).toEqual(['INVITE']);
    targets[1]!.respond(invite(1), 180, 'two');
    await pass(18_000);
    expect(methods(2)).toEqual([]);
    await pass(2100);
    expect([methods(1), methods(2)]).toEqual([['INVITE', 'CANCEL'], ['INVITE']]);
    // It answered before it had the CANCEL: its call is there, and the caller gets it.
    targets[1]!.respond(invite(1), 200, 'two', { body: BOB });
    await pass(5);
    expect(got()).toEqual([100, 180, 200]);
    // RFC 3261 9.1: the other one is cancelled as soon as it says something.
    targets[2]!.respond(invite(2), 180, 'three');
    await pass(5);
    expect([methods(2).at(-1), got()]).toEqual(['CANCEL', [100, 180, 200]]);
  });

  test('nobody answers at all: 408', async () => {
    const id = await proxied({ to: [targets[0]!] });
    await pass(40_000);
    expect([got().at(-1), told(id)]).toEqual([408, ['done']]);
  });

  const UNREACHABLE = 'sip:peer@10.0.2.1;transport=tls';

  test('a target that no transport of ours leads to: 500 at once', async () => {
    const id = await proxied({ to: [UNREACHABLE] });
    expect([got(), told(id)]).toEqual([[100, 500], ['done']]);
  });

  test('a target that no transport of ours leads to is passed over; its 500 is worth less than a refusal', async () => {
    await proxied({ to: [UNREACHABLE, targets[0]!] });
    targets[0]!.respond(invite(0), 486, 'one');
    await pass(5);
    expect(got()).toEqual([100, 486]);
  });

  test('the caller gives up: the targets are cancelled, and it gets 487 when they have answered', async () => {
    const id = await proxied({ parallel: true, to: targets.slice(0, 2) });
    targets[0]!.respond(invite(0), 180, 'one');
    targets[1]!.respond(invite(1), 180, 'two');
    await pass(5);
    caller.request('CANCEL', 'a-call', { branch: 'z9hG4bKcall' });
    await pass(5);
    expect(caller.answer('CANCEL')?.status).toBe(200);
    for (const at of [0, 1]) {
      expect(methods(at).at(-1)).toBe('CANCEL');
      targets[at]!.respond(targets[at]!.last('CANCEL'), 200);
      targets[at]!.respond(invite(at), 487, `t${at}`);
    }
    await pass(5);
    expect([got(), told(id)]).toEqual([
      [100, 180, 180, 487],
      ['487', '487', 'done'],
    ]);
  });

  test('the caller gives up before anybody has answered: no more are tried, CANCEL waits for a sign of life', async () => {
    await proxied();
    caller.request('CANCEL', 'a-call', { branch: 'z9hG4bKcall' });
    await pass(5);
    expect(methods(0)).not.toContain('CANCEL');
    targets[0]!.respond(invite(0), 100);
    await pass(5);
    expect(methods(0)).toContain('CANCEL');
    targets[0]!.respond(invite(0), 487, 'one');
    await pass(5);
    expect([got(), methods(1)]).toEqual([[100, 487], []]);
  });

  test('the caller gives up while the answer is on its way: the answer wins', async () => {
    await proxied({ to: [targets[0]!] });
    targets[0]!.respond(invite(0), 180, 'one');
    await pass(5);
    caller.request('CANCEL', 'a-call', { branch: 'z9hG4bKcall' });
    targets[0]!.respond(invite(0), 200, 'one', { body: BOB });
    await pass(5);
    expect(got()).toEqual([100, 180, 200]);
  });

  test('a target that does not answer the CANCEL keeps nobody waiting for ever', async () => {
    await proxied({ to: [targets[0]!] });
    targets[0]!.respond(invite(0), 180, 'one');
    await pass(5);
    caller.request('CANCEL', 'a-call', { branch: 'z9hG4bKcall' });
    await pass(70_000);
    expect(got().at(-1)).toBe(487);
  });

  test('record-route: ACK, requests in the dialog and BYE go through, both ways', async () => {
    await proxied({ route: true, to: [targets[0]!] });
    targets[0]!.respond(invite(0), 200, 'one', {
      body: BOB,
      headers: [`Record-Route: ${invite(0).get('Record-Route')}`],
    });
    await pass(5);
    const ok = caller.answer('INVITE')!;
    const route = `Route: ${ok.get('Record-Route')}`;
    const fromCaller: PeerDialog = caller.dialogOf(ok);
    caller.inDialog(fromCaller, 'ACK', { headers: [route] });
    await pass(5);
    caller.inDialog(fromCaller, 'INFO', { headers: [route] });
    await pass(5);
    expect(methods(0)).toEqual(['INVITE', 'ACK', 'INFO']);
    expect(targets[0]!.last('INFO').get('Route')).toBeUndefined();
    targets[0]!.respond(targets[0]!.last('INFO'), 200);
    await pass(5);
    expect(caller.answer('INFO')?.status).toBe(200);
    targets[0]!.inDialog(targets[0]!.dialogFrom(invite(0), 'one'), 'BYE', { headers: [route] });
    await pass(5);
    caller.respond(caller.last('BYE'), 200);
    await pass(5);
    expect(targets[0]!.answer('BYE')?.status).toBe(200);
  });

  test('a request that has gone far enough ends here', async () => {
    const { address, port } = caller.address;
    caller.raw(
      `INVITE sip:400@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP ${address}:${port};branch=z9hG4bKtired\r\nMax-Forwards: 0\r\nFrom: <sip:a@b>;tag=a\r\nTo: <sip:400@b>\r\nCall-ID: tired\r\nCSeq: 1 INVITE\r\nContact: <${caller.contact}>\r\nContent-Length: 0\r\n\r\n`,
    );
    await world.clock.advance(5);
    const { tokens } = await world.app.notified('INVITE');
    const proxy = `proxy|${tokens[8]}|||||||${uriOf(targets[0]!)}\r\nINVITE ${uriOf(targets[0]!)} SIP/2.0\r\n\r\n`;
    expect((await world.app.command(proxy)).tokens.slice(3)).toEqual(['NOK', 'Max-Forwards is 0']);
    await pass(5);
    expect([caller.statuses.at(-1), targets[0]!.requests]).toEqual([483, []]);
  });

  test('other requests go through too', async () => {
    await proxied({ method: 'MESSAGE', to: [targets[0]!] });
    targets[0]!.respond(targets[0]!.last('MESSAGE'), 202, 'one');
    await pass(5);
    expect(got()).toEqual([202]);
  });

  test('the application that asked goes away: the call goes on without it', async () => {
    await proxied({ to: [targets[0]!] });
    targets[0]!.respond(invite(0), 180, 'one');
    await world.clock.advance(5);
    const other = await DrachtioClient.ready(world.server.adminPort, SECRET, []);
    world.app.close();
    world.app = other;
    targets[0]!.respond(invite(0), 200, 'one', { body: BOB });
    await pass(5);
    expect(got()).toEqual([100, 180, 200]);
  });
});
