import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistrarFixture } from './registrar-fixture.ts';

let fixture: RegistrarFixture;
beforeEach(async () => {
  fixture = new RegistrarFixture();
  await fixture.open();
});
afterEach(() => fixture.close());

describe('bindings', () => {
  it('adds, lists, refreshes and removes contacts', async () => {
    const reply = await fixture.register();
    expect(reply).toMatchObject({
      status: 200,
      headers: { Contact: ['<sip:8001@10.0.0.7:5060>;expires=600'] },
    });
    await fixture.clock.advance(100_000);
    const query = await fixture.register({ headers: { Contact: [] } });
    expect(query.headers?.['Contact']).toEqual(['<sip:8001@10.0.0.7:5060>;expires=500']);
    await fixture.register();
    expect(fixture.registrar.contacts('demo', '8001')[0]?.expiresAt).toBe(fixture.clock.now() + 600_000);
    const gone = await fixture.register({ headers: { Contact: '<sip:8001@10.0.0.7:5060>;expires=0' } });
    expect([gone.status, gone.headers?.['Contact'], fixture.registrar.count]).toEqual([200, undefined, 0]);
  });

  it('gives the best first: by q, then the one that came last', async () => {
    await fixture.register({ headers: { Contact: ['<sip:8001@10.0.0.1>;q=0.5', '<sip:8001@10.0.0.2>'] } });
    await fixture.register({ headers: { Contact: '<sip:8001@10.0.0.3>;q=0.5' } });
    expect(fixture.uris()).toEqual(['sip:8001@10.0.0.2', 'sip:8001@10.0.0.3', 'sip:8001@10.0.0.1']);
    const reply = await fixture.register({ headers: { Contact: [] } });
    expect(reply.headers?.['Contact']).toContain('<sip:8001@10.0.0.3>;expires=600;q=0.500');
  });

  it('takes the same contact in another spelling for the same', async () => {
    await fixture.register({ headers: { Contact: '<sip:8001@Phone.Example;transport=UDP>' } });
    await fixture.register({ headers: { Contact: '<sip:%38001@phone.example;transport=udp;ob>' } });
    expect(fixture.uris()).toEqual(['sip:%38001@phone.example;transport=udp;ob']);
  });

  it('lets them expire, for callers at once and from memory soon', async () => {
    await fixture.register();
    await fixture.clock.advance(599_999);
    expect(fixture.uris()).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(fixture.uris()).toEqual([]);
    await fixture.clock.advance(3000);
    expect(fixture.registrar.count).toBe(0);
    expect(await fixture.store.bindings.all()).toEqual([]);
  });

  it('says when an extension has its first phone, and when the last has gone or expired, not of those between', async () => {
    const told: string[] = [];
    const { events } = fixture.registrar;
    events.on('registered', ({ tenant, extension }) => told.push(`${tenant}/${extension} on`));
    events.on('unregistered', ({ tenant, extension }) => told.push(`${tenant}/${extension} off`));
    await fixture.register();
    await fixture.register({ headers: { Contact: '<sip:8001@10.0.0.8>' } });
    await fixture.register({ headers: { Contact: '<sip:8001@10.0.0.8>;expires=0' } });
    expect(told).toEqual(['demo/8001 on']);
    await fixture.register({ headers: { Contact: '*', Expires: '0' } });
    expect(told.slice(1)).toEqual(['demo/8001 off']);
    await fixture.register();
    await fixture.clock.advance(603_000);
    expect(told.slice(2)).toEqual(['demo/8001 on', 'demo/8001 off']);
  });

  it('removes all by the wildcard, which stands alone and with Expires 0', async () => {
    await fixture.register({ headers: { Contact: ['<sip:8001@10.0.0.1>', '<sip:8001@10.0.0.2>'] } });
    expect((await fixture.register({ headers: { Contact: '*' } })).status).toBe(400);
    expect(
      (await fixture.register({ headers: { Contact: ['*', '<sip:8001@10.0.0.1>'], Expires: '0' } })).status,
    ).toBe(400);
    expect(fixture.uris()).toHaveLength(2);
    expect((await fixture.register({ headers: { Contact: '*', Expires: '0' } })).status).toBe(200);
    expect(fixture.uris()).toEqual([]);
  });

  it('refuses what is too brief, shortens what is too long, takes an hour when nothing is said', async () => {
    const brief = await fixture.register({ headers: { Expires: '59' } });
    expect(brief).toMatchObject({ status: 423, headers: { 'Min-Expires': '60' } });
    for (const Expires of ['99999', 'soon', []]) {
      const reply = await fixture.register({ headers: { Expires } });
      expect(reply.headers?.['Contact']).toEqual(['<sip:8001@10.0.0.7:5060>;expires=3600']);
    }
  });

  it('spreads refreshes: grants up to a tenth less, never less than the least', async () => {
    await fixture.registrar.close();
    await fixture.open({ random: 0.5 });
    expect((await fixture.register()).headers?.['Contact']).toEqual(['<sip:8001@10.0.0.7:5060>;expires=570']);
    expect((await fixture.register({ headers: { Expires: '61' } })).headers?.['Contact']).toEqual([
      '<sip:8001@10.0.0.7:5060>;expires=60',
    ]);
  });

  it('does nothing out of order within one Call-ID (RFC 3261 10.3)', async () => {
    await fixture.register({ headers: { CSeq: '7 REGISTER' } });
    const late = await fixture.register({ headers: { CSeq: '6 REGISTER', Expires: '0' } });
    expect(late.status).toBe(500);
    expect(
      (await fixture.register({ headers: { CSeq: '7 REGISTER', Contact: '*', Expires: '0' } })).status,
    ).toBe(500);
    expect(fixture.uris()).toHaveLength(1);
    expect((await fixture.register({ callId: 'restarted', headers: { CSeq: '1 REGISTER' } })).status).toBe(
      200,
    );
  });

  it('keeps to the limit of an extension: the one closest to its end makes room', async () => {
    for (const [index, expires] of [600, 300, 900].entries()) {
      await fixture.register({ headers: { Contact: `<sip:8001@10.0.0.${index}>;expires=${expires}` } });
    }
    await fixture.register({ headers: { Contact: '<sip:8001@10.0.0.9>' } });
    expect(fixture.uris().toSorted()).toEqual([
      'sip:8001@10.0.0.0',
      'sip:8001@10.0.0.2',
      'sip:8001@10.0.0.9',
    ]);
    const Contact = [1, 2, 3, 4].map((host) => `<sip:8001@10.1.0.${host}>`);
    expect((await fixture.register({ headers: { Contact } })).status).toBe(403);
  });

  it('refuses contacts that are no SIP URI, and extensions that it does not know', async () => {
    for (const Contact of ['<tel:+8675512345678>', 'not an address <', '<mailto:a@b>']) {
      expect((await fixture.register({ headers: { Contact } })).status, Contact).toBe(400);
    }
    const long = 'x'.repeat(2000);
    expect((await fixture.register({ headers: { Contact: `<sip:${long}@10.0.0.7>` } })).reason).toBe(
      'Contact Too Long',
    );
    expect((await fixture.register({ headers: { Path: `<sip:${long}@10.0.0.8;lr>` } })).reason).toBe(
      'Path Too Long',
    );
    expect(fixture.registrar.count).toBe(0);
    expect(await fixture.register({ headers: { Require: 'path, gruu' } })).toMatchObject({
      status: 420,
      headers: { Unsupported: 'gruu' },
    });
  });
});

describe('ways to a phone', () => {
  it('sends to the address that the phone is seen at when its contact names another (NAT)', async () => {
    await fixture.register({
      source: { address: '203.0.113.5', port: 31_000 },
      headers: { Contact: '<sip:8001@192.168.1.2:5060>' },
    });
    expect(fixture.registrar.routes('demo', '8001')).toEqual([
      {
        uri: 'sip:8001@192.168.1.2:5060',
        from: { uri: 'sip:8001@demo.pbx400.local' },
        signallingAddress: '203.0.113.5',
        nextHop: 'sip:203.0.113.5:31000;transport=udp',
      },
    ]);
  });

  it('believes the contact when it names the address that it is seen at', async () => {
    await fixture.register();
    expect(fixture.registrar.routes('demo', '8001')[0]).not.toHaveProperty('nextHop');
  });

  it('keeps the Path and gives it back to who understands it (RFC 3327)', async () => {
    const Path = ['<sip:edge1.example;lr>', '<sip:edge2.example;lr>'];
    const reply = await fixture.register({
      headers: { Path, Supported: 'path' },
      source: { address: '10.5.5.5' },
    });
    expect(reply.headers?.['Path']).toEqual(Path);
    expect(fixture.registrar.routes('demo', '8001')[0]).toEqual({
      uri: 'sip:8001@10.0.0.7:5060',
      from: { uri: 'sip:8001@demo.pbx400.local' },
      signallingAddress: '10.5.5.5',
      routeSet: Path,
      nextHop: 'sip:10.5.5.5:5060;transport=udp',
    });
  });

  it.each([
    ['Path', { Path: '<sip:192.0.2.1;lr>', Contact: '<sip:13900139000@192.0.2.1>' }],
    ['Contact', { Contact: '<sip:13900139000@carrier.example>' }],
    ['maddr', { Contact: '<sip:13900139000@10.0.0.7;maddr=192.0.2.1>' }],
    ['maddr in Path', { Path: '<sip:10.0.0.7;maddr=192.0.2.1;lr>' }],
  ])('calls nobody else at the word of a phone: %s', async (_, headers) => {
    for (const transport of ['udp', 'tcp'] as const) {
      await fixture.register({ headers, source: { transport, address: '10.0.0.7' } });
      expect(fixture.registrar.routes('demo', '8001')[0]!.nextHop).toMatch(
        new RegExp(`^sip:10.0.0.7:\\d+;transport=${transport}$`),
      );
    }
  });

  it('takes a proxy at its word that names itself in Path', async () => {
    await fixture.register({ headers: { Path: '<sip:10.5.5.5;lr>' }, source: { address: '10.5.5.5' } });
    expect(fixture.registrar.routes('demo', '8001')[0]).not.toHaveProperty('nextHop');
  });

  it('uses the connection of a flow, one for each instance and reg-id (RFC 5626)', async () => {
    const contact = (port: number) =>
      `<sip:8001@10.0.0.7:${port};transport=tcp>;+sip.instance="<urn:uuid:1>";reg-id=1`;
    const over = (flow: string, port: number) =>
      fixture.register({
        flow,
        source: { transport: 'tcp', port },
        headers: { Contact: contact(port), Supported: 'path, outbound' },
      });
    const reply = await over('flow-1', 40_001);
    expect(reply.headers).toMatchObject({ Require: 'outbound', 'Flow-Timer': '120' });
    await over('flow-2', 40_002);
    expect(fixture.registrar.routes('demo', '8001')).toMatchObject([
      { flow: 'flow-2', uri: 'sip:8001@10.0.0.7:40002;transport=tcp' },
    ]);
  });
});
