/** Calls whose route the server has recorded for an application (RFC 3261 16.6.4, 16.11, 16.12; RFC 5658). */
import { afterEach, describe, expect, test } from 'vitest';
import { createDrachtioServer } from '../../../../src/edge/drachtio-server/create-drachtio-server.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { systemIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import type { ListenOptions } from '../../../../src/sip/transport/listen-options.ts';
import type { TransportAddress } from '../../../../src/sip/transport/transport.ts';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { DrachtioClient } from '../../../support/drachtio-client.ts';
import { PATIENT } from '../../../support/edges.ts';
import { type PeerDialog, SipPeer } from '../../../support/sip-peer.ts';
import { UdpParty } from '../../../support/udp-party.ts';
import { MemoryServer } from './memory-server.ts';

const UDP: TransportAddress = { transport: 'udp', address: '0.0.0.0', port: 5060 };
const TLS: TransportAddress = { transport: 'tls', address: '10.0.0.1', port: 5061 };
const US = '192.0.2.1';

describe('a call on a recorded route', () => {
  let world: MemoryServer;
  let caller: SipPeer;
  let callee: SipPeer;

  /** The callee speaks UDP, or TLS; every name leads to it. */
  async function up(by: TransportAddress = UDP): Promise<void> {
    world = await MemoryServer.open({
      listeners: [UDP, TLS],
      advertised: US,
      named: () => [callee.address],
    });
    caller = new SipPeer(world.network, '10.0.0.9', UDP);
    callee = new SipPeer(world.network, '10.0.1.1', by);
  }

  // Timer C.
  afterEach(() => world.close(300_000));

  const pass = (ms: number) => world.pass(ms);

  interface Talk {
    readonly fromCaller: PeerDialog;
    readonly fromCallee: PeerDialog;
    /** Header lines of requests in the dialog, from either side. */
    readonly callerRoute: readonly string[];
    readonly calleeRoute: readonly string[];
  }

  /** A call to a name is proxied and answered. */
  async function talk(contact = `Contact: <${callee.contact}>`, callId = 'call'): Promise<Talk> {
    caller.request('INVITE', callId, { body: ALICE });
    await world.clock.advance(5);
    const { tokens } = await world.app.notified('INVITE');
    world.app.send(
      `proxy|${tokens[8]}|remainInDialog|fullResponse||serial|||sip:bob@carrier.example\r\nINVITE sip:bob@carrier.example SIP/2.0\r\n\r\n`,
    );
    await pass(5);
    const invite = callee.last('INVITE');
    const routes = invite.recordRoutes.map(({ text }) => text);
    callee.respond(invite, 200, 'bob', {
      body: BOB,
      headers: [contact, ...routes.map((route) => `Record-Route: ${route}`)],
    });
    await pass(5);
    const ok = caller.answer('INVITE')!;
    return {
      fromCaller: caller.dialogOf(ok),
      fromCallee: callee.dialogFrom(invite, 'bob'),
      callerRoute: ok.recordRoutes.map(({ text }) => `Route: ${text}`).reverse(),
      calleeRoute: routes.map((route) => `Route: ${route}`),
    };
  }

  const routesOf = (peer: SipPeer, method: string) => peer.last(method).routes;

  test('between two transports: two routes, and both are taken off again', async () => {
    await up(TLS);
    const { fromCaller, fromCallee, callerRoute, calleeRoute } = await talk();
    expect(calleeRoute).toEqual([
      expect.stringMatching(/^Route: <sip:[\w-]{16}@192\.0\.2\.1:5061;transport=tls;lr>$/),
      expect.stringMatching(/^Route: <sip:[\w-]{16}@192\.0\.2\.1:5060;lr>$/),
    ]);
    expect(callerRoute).toEqual([...calleeRoute].reverse());
    const target = `${callee.contact};transport=tls`;
    caller.inDialog({ ...fromCaller, target }, 'ACK', { headers: callerRoute });
    caller.inDialog({ ...fromCaller, target }, 'INFO', { headers: callerRoute });
    await pass(5);
    expect([routesOf(callee, 'ACK'), routesOf(callee, 'INFO')]).toEqual([[], []]);
    callee.respond(callee.last('INFO'), 200);
    callee.inDialog(fromCallee, 'BYE', { headers: calleeRoute });
    await pass(5);
    expect([caller.answer('INFO')?.status, routesOf(caller, 'BYE')]).toEqual([200, []]);
    caller.respond(caller.last('BYE'), 200);
    await pass(5);
    expect(callee.answer('BYE')?.status).toBe(200);
  });

  test('the same on both sides: one route; those of other proxies stay', async () => {
    await up();
    const { fromCaller, callerRoute } = await talk();
    expect(callerRoute).toEqual([expect.stringMatching(/^Route: <sip:[\w-]{16}@192\.0\.2\.1:5060;lr>$/)]);
    const others = ['Route: <sip:edge.carrier.example;lr>', 'Route: <sip:10.0.7.7;lr>'];
    caller.inDialog(fromCaller, 'INFO', { headers: [...callerRoute, ...others] });
    await pass(5);
    expect(routesOf(callee, 'INFO').map(({ text }) => `Route: ${text}`)).toEqual(others);
    callee.respond(callee.last('INFO'), 200);
  });

  test('a Contact that is a name is looked up for the ACK as well', async () => {
    await up();
    const { fromCaller, callerRoute } = await talk('Contact: <sip:bob@gw.carrier.example>');
    caller.inDialog(fromCaller, 'ACK', { headers: callerRoute });
    await pass(5);
    const ack = callee.last('ACK');
    expect([ack.requestUriText, ack.maxForwards, ack.all('Via').length]).toEqual([
      'sip:bob@gw.carrier.example',
      69,
      2,
    ]);
  });

  test('a re-INVITE gets 100 at once: the caller does not repeat it while the callee thinks', async () => {
    await up();
    const { fromCaller, callerRoute } = await talk();
    const before = caller.responses.length;
    const heard = () => caller.responses.slice(before).map(({ status }) => status);
    caller.inDialog(fromCaller, 'INVITE', { headers: callerRoute, body: ALICE });
    await world.clock.advance(3);
    expect(heard()).toEqual([100]);
    callee.respond(callee.last('INVITE'), 100);
    await pass(10_000);
    callee.respond(callee.last('INVITE'), 200, '', { body: BOB });
    await pass(5);
    expect(heard()).toEqual([100, 200]);
  });

  test('what we did not record in that call is not passed on', async () => {
    await up();
    const { fromCaller, callerRoute } = await talk();
    const otherCall = { ...fromCaller, callId: 'other' };
    const foreign = ['Route: <sip:10.0.9.9:5060;lr>', `Route: <sip:${US}:5060;lr>`];
    const before = callee.requests.length;
    const status = async (dialog: PeerDialog, headers: readonly string[]) => {
      caller.inDialog(dialog, 'INFO', { headers });
      await pass(5);
      return caller.answer('INFO')?.status;
    };
    for (const route of foreign) expect(await status(fromCaller, [route])).toBe(481);
    expect(await status(otherCall, callerRoute)).toBe(481);
    expect(await status(fromCaller, [])).toBe(481);
    caller.inDialog(fromCaller, 'ACK', { headers: foreign });
    await pass(5);
    expect(callee.requests.length).toBe(before);
  });

  test('a request in the dialog that has gone far enough ends here', async () => {
    await up();
    const { fromCaller, callerRoute } = await talk();
    const text = caller.inDialog(fromCaller, 'INFO', { headers: ['Route: <sip:10.0.9.9;lr>'] });
    const tired = text.replace('Max-Forwards: 70', 'Max-Forwards: 0').replace('=z9hG4bK', '=z9hG4bKtired');
    caller.raw(tired.replace('Route: <sip:10.0.9.9;lr>', callerRoute[0]!));
    await pass(5);
    expect([caller.answer('INFO')?.status, callee.all('INFO')]).toEqual([483, []]);
  });

  test.each([
    [`<sip:${US};lr>`, []],
    [`<sip:${US}:5060;lr>`, []],
    ['<sip:pbx.example.com;lr>', []],
    ['<sip:10.0.9.9:5060;lr>', ['<sip:10.0.9.9:5060;lr>']],
  ])('a new call of a phone whose outbound proxy is %s', async (route, left) => {
    await up();
    caller.request('INVITE', 'call', { body: ALICE, headers: [`Route: ${route}`] });
    await world.clock.advance(5);
    const { tokens } = await world.app.notified('INVITE');
    world.app.send(
      `proxy|${tokens[8]}||fullResponse||serial|||${callee.contact}\r\nINVITE ${callee.contact} SIP/2.0\r\n\r\n`,
    );
    await pass(5);
    expect(routesOf(callee, 'INVITE').map(({ text }) => text)).toEqual(left);
    callee.respond(callee.last('INVITE'), 486, 'bob');
  });
});

test.each<[what: string, listen: Pick<ListenOptions, 'host' | 'advertise'>, us: (port: number) => string]>([
  ['its own', { host: '127.0.0.1' }, (port) => `127.0.0.1:${port}`],
  ['advertised', { host: '127.0.0.1', advertise: { host: US } }, (port) => `${US}:${port}`],
  ['advertised for all', { host: '0.0.0.0', advertise: { host: US, port: 6060 } }, () => `${US}:6060`],
  ['that of an interface', { host: '0.0.0.0' }, (port) => `127.0.0.1:${port}`],
])('on sockets, the address being %s: ACK and BYE go through', async (_what, listen, us) => {
  const server = createDrachtioServer(
    {
      listen: [{ transport: 'udp', port: 0, ...listen }],
      admin: { host: '127.0.0.1', port: 0 },
      secret: 's',
      admission: PATIENT,
    },
    { clock: systemClock, ids: systemIds, logger: silentLogger },
  );
  await server.start();
  const { port } = server.addresses[0]!;
  const app = await DrachtioClient.ready(server.adminPort, 's', ['invite']);
  const [caller, callee] = [await UdpParty.open(), await UdpParty.open()];
  try {
    caller.ask('INVITE', port, {}, ALICE);
    const { tokens } = await app.notified('INVITE');
    app.send(
      `proxy|${tokens[8]}|remainInDialog|fullResponse||serial|||${callee.uri}\r\nINVITE ${callee.uri} SIP/2.0\r\n\r\n`,
    );
    callee.answer(await callee.request('INVITE'), 200, port, [], BOB);
    const ok = await caller.response('INVITE', 200);
    const [route] = ok.recordRoutes;
    expect(`${route!.uri.host}:${route!.uri.port}`).toBe(us(port));
    const lines = { To: ok.to.text, Route: route!.text };
    caller.ask('ACK', port, { ...lines, CSeq: '1 ACK' }, '', callee.uri);
    await callee.request('ACK');
    caller.ask('BYE', port, { ...lines, CSeq: '2 BYE' }, '', callee.uri);
    callee.answer(await callee.request('BYE'), 200, port);
    await caller.response('BYE', 200);
  } finally {
    app.close();
    await server.close();
    for (const party of [caller, callee]) party.close();
  }
});
