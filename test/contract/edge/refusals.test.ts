/** What a refusal tells the caller, on every engine. */
import { describe, expect, test } from 'vitest';
import { EDGES } from '../../support/edges.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { ALICE, Desk } from './edge-world.ts';

describe.each(EDGES)('refusals of the edge $name', ({ missing, open }) => {
  test.skipIf(missing)('say when to come back while it drains (RFC 3261 21.5.4)', async () => {
    const edge = await open();
    await edge.edge.start(new Desk());
    const party = await UdpParty.open();
    const port = Number(edge.sip.split(':')[1]);
    edge.edge.drain();
    party.ask('INVITE', port, {}, ALICE);
    const refusal = await party.response('INVITE', 503);
    expect(refusal.get('Retry-After')).toMatch(/^[2-9]$/);
    party.ask('ACK', port, { To: refusal.to.text, CSeq: '1 ACK' });
    await edge.edge.close();
    await edge.close();
    party.close();
  });

  test.skipIf(missing)('name in Allow what is served, and only that', async () => {
    const edge = await open();
    const desk = new Desk();
    desk.take = (leg) => leg.progress(180);
    await edge.edge.start(desk);
    const party = await UdpParty.open();
    const port = Number(edge.sip.split(':')[1]);
    party.ask('INVITE', port, {}, ALICE);
    const { to } = await party.response('INVITE', 180);
    party.ask('MESSAGE', port, { To: to.text, CSeq: '2 MESSAGE' });
    const refusal = await party.response('MESSAGE', 405);
    expect(refusal.list('Allow')).toEqual(expect.arrayContaining(['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER']));
    for (const method of ['MESSAGE', 'PUBLISH']) expect(refusal.list('Allow')).not.toContain(method);
    desk.calls[0]!.end({ cause: 'busy' });
    await party.response('INVITE', 486);
    await edge.edge.close();
    await edge.close();
    party.close();
  });
});
