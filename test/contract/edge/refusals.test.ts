/** What a refusal tells the caller, on every engine. */
import { expect, test } from 'vitest';
import { ALICE } from './edge-world.ts';
import { describeWire } from './wire-suite.ts';

describeWire('refusals', (wire) => {
  test('say when to come back while it drains (RFC 3261 21.5.4)', async () => {
    wire.edge.drain();
    wire.ask('INVITE', {}, ALICE);
    const refusal = await wire.party.response('INVITE', 503);
    expect(refusal.get('Retry-After')).toMatch(/^[2-9]$/);
    wire.ask('ACK', { To: refusal.to.text, CSeq: '1 ACK' });
  });

  test('name in Allow what is served, and only that', async () => {
    wire.desk.take = (leg) => leg.progress(180);
    wire.ask('INVITE', {}, ALICE);
    const { to } = await wire.party.response('INVITE', 180);
    wire.ask('MESSAGE', { To: to.text, CSeq: '2 MESSAGE' });
    const refusal = await wire.party.response('MESSAGE', 405);
    expect(refusal.list('Allow')).toEqual(expect.arrayContaining(['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER']));
    for (const method of ['MESSAGE', 'PUBLISH']) expect(refusal.list('Allow')).not.toContain(method);
    wire.desk.calls[0]!.end({ cause: 'busy' });
    await wire.party.response('INVITE', 486);
  });
});
