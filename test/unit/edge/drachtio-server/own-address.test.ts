/** What the server says of itself, which it knows with the flow only (RFC 3261 8.1.1.8, 10.2.1). */
import { afterEach, describe, expect, test } from 'vitest';
import type { TransportAddress } from '../../../../src/sip/transport/transport.ts';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';
import { MemoryServer } from './memory-server.ts';

const UDP: TransportAddress = { transport: 'udp', address: '0.0.0.0', port: 5060 };
const TLS: TransportAddress = { transport: 'tls', address: '10.0.0.1', port: 5061 };
/** The carrier, and another server of its own. */
const BY_UDP: TransportAddress = { transport: 'udp', address: '10.0.1.1', port: 5090 };
const BY_TLS: TransportAddress = { transport: 'tls', address: '10.0.1.2', port: 5090 };

describe('a server on every interface, behind an advertised address', () => {
  let world: MemoryServer;
  let udpPeer: SipPeer;
  let tlsPeer: SipPeer;

  /** `named`: what carrier.example resolves to. */
  async function up(named: readonly TransportAddress[]): Promise<void> {
    world = await MemoryServer.open({ listeners: [UDP, TLS], advertised: '192.0.2.1', named: () => named });
    udpPeer = new SipPeer(world.network, BY_UDP.address, UDP);
    tlsPeer = new SipPeer(world.network, BY_TLS.address, TLS);
  }

  // What the messages say is looked at, not how calls end.
  afterEach(async () => {
    world.app.close();
    await world.server.close();
  });

  const pass = (ms: number) => world.pass(ms);

  const register = (uri: string) =>
    `sip||\r\nREGISTER ${uri} SIP/2.0\r\nFrom: <sip:me@carrier.example>\r\nTo: <sip:me@carrier.example>\r\nContact: <sip:me@localhost>;expires=60\r\n\r\n`;

  test.each([
    ['a name', 'sip:carrier.example', [BY_UDP], '<sip:me@192.0.2.1:5060>'],
    ['a name, by TLS', 'sip:carrier.example', [BY_TLS], '<sip:me@192.0.2.1:5061;transport=tls>'],
    ['an address', `sip:${BY_UDP.address}:5090`, [], '<sip:me@192.0.2.1:5060>'],
    [
      'an address, by TLS',
      `sip:${BY_TLS.address}:5090;transport=tls`,
      [],
      '<sip:me@192.0.2.1:5061;transport=tls>',
    ],
  ])('REGISTER to %s', async (_what, uri, named, contact) => {
    await up(named);
    world.app.send(register(uri));
    await pass(5);
    const [request] = [...udpPeer.all('REGISTER'), ...tlsPeer.all('REGISTER')];
    expect(request!.all('Contact')).toEqual([`${contact};expires=60`]);
    // The application is told what was sent.
    expect((await world.app.typed('response')).message).toBe(request!.wholeText);
  });

  test('a call to a name: From, Contact, and what the dialog says later', async () => {
    await up([BY_TLS]);
    world.app.send(
      `sip||\r\nINVITE sip:bob@carrier.example SIP/2.0\r\nTo: <sip:bob@carrier.example>\r\nContact: <sip:me@localhost>\r\n\r\n${ALICE}`,
    );
    await pass(5);
    const invite = tlsPeer.last('INVITE');
    expect(invite.from.uri.text).toBe('sip:192.0.2.1:5061');
    expect(invite.all('Contact')).toEqual(['<sip:me@192.0.2.1:5061;transport=tls>']);
    tlsPeer.respond(invite, 200, 'bob', { body: BOB });
    await pass(5);
    const dialogId = (await world.app.notified('SIP/2.0 200')).tokens[9];
    await world.app.command(`sip||${dialogId}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await world.app.command(
      `sip||${dialogId}\r\nINVITE sip:placeholder SIP/2.0\r\nContact: <sip:me@localhost>\r\n\r\n${ALICE}`,
    );
    await pass(5);
    const again = tlsPeer.last('INVITE');
    expect(again.cseq.number).toBe(2);
    expect(again.from.text).toBe(invite.from.text);
    expect(again.all('Contact')).toEqual(invite.all('Contact'));
  });

  test('the second target of a name is told where that flow comes from', async () => {
    await up([{ ...BY_TLS, address: '10.0.1.9' }, BY_UDP]);
    world.app.send(
      `sip||\r\nINVITE sip:bob@carrier.example SIP/2.0\r\nFrom: <sip:me@localhost>\r\nContact: <sip:me@localhost>\r\n\r\n${ALICE}`,
    );
    await pass(5);
    await pass(5);
    const invite = udpPeer.last('INVITE');
    expect([invite.from.uri.text, ...invite.all('Contact')]).toEqual([
      'sip:me@192.0.2.1:5060',
      '<sip:me@192.0.2.1:5060>',
    ]);
    udpPeer.respond(invite, 200, 'bob', { body: BOB });
    await pass(5);
    const dialogId = (await world.app.notified('SIP/2.0 200')).tokens[9];
    await world.app.command(`sip||${dialogId}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await pass(5);
    expect(udpPeer.last('ACK').from.text).toBe(invite.from.text);
  });

  test('an answer over TLS', async () => {
    await up([]);
    tlsPeer.request('INVITE', 'call', { body: ALICE });
    await world.clock.advance(5);
    const { tokens } = await world.app.notified('INVITE');
    await world.app.command(
      `sip|${tokens[8]}|\r\nSIP/2.0 200 OK\r\nContact: <sip:me@localhost>\r\n\r\n${BOB}`,
    );
    await pass(5);
    expect(tlsPeer.answer('INVITE')!.all('Contact')).toEqual(['<sip:me@192.0.2.1:5061;transport=tls>']);
  });
});
