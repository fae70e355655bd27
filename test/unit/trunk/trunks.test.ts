import { describe, expect, it } from 'vitest';
import type { EdgeRequest, EdgeResponse, NameAddress, OutboundRequest } from '../../../src/edge/edge.ts';
import { FakeEdge } from '../../../src/edge/fake/fake-edge.ts';
import type { Trunk } from '../../../src/provisioning/kind/trunk.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { DigestClient } from '../../../src/sip/auth/digest-client.ts';
import { parseMessage, type SipResponse } from '../../../src/sip/message/index.ts';
import { Trunks } from '../../../src/trunk/trunks.ts';
import { entity } from '../../support/companies.ts';
import { CARRIER } from './trunk-house.ts';

const INVITE = { method: 'INVITE', uri: 'sip:192.0.2.1' };

function challenge(realm: string): SipResponse {
  const line = `WWW-Authenticate: Digest realm="${realm}", nonce="n"`;
  return parseMessage(Buffer.from(`SIP/2.0 401 Prove it\r\nCall-ID: 1\r\n${line}\r\n\r\n`)) as SipResponse;
}

/** FakeEdge whose peers answer requests as told. */
class PeerEdge extends FakeEdge {
  status = 200;
  expires: string | undefined;
  contacts: NameAddress[] = [];
  serviceRoute: NameAddress[] = [];
  readonly sent: OutboundRequest[] = [];
  override async request(request: OutboundRequest): Promise<EdgeResponse> {
    this.sent.push(request);
    const { status, expires, contacts, serviceRoute } = this;
    const minExpires = status === 423 ? '7200' : undefined;
    const header = (name: string) => ({ expires, 'min-expires': minExpires })[name];
    const addresses = (header: string) => (header === 'service-route' ? serviceRoute : contacts);
    return { ...(await super.request(request)), status, header, addresses };
  }
}

function house(...configs: Partial<Trunk>[]) {
  const clock = new ManualClock();
  const edge = new PeerEdge(clock);
  const provisioning = new Provisioning(configs.map((config) => entity('trunk', { ...CARRIER, ...config })));
  const trunks = new Trunks({
    provisioning,
    clock,
    edge,
    ids: seededIds(7),
    log: silentLogger,
  });
  return { clock, edge, trunks, provisioning };
}

function name(user: string, displayName?: string): NameAddress {
  const uri = `sip:${user}@h`;
  return { displayName, uri, scheme: 'sip', user, host: 'h', port: undefined, params: new Map() };
}

function invite(facts: {
  from?: NameAddress;
  to?: string;
  toHeader?: string;
  pai?: string;
  rpid?: NameAddress;
  privacy?: string;
  source?: string;
  port?: number;
}) {
  return {
    method: 'INVITE',
    target: name(facts.to ?? '4001234567'),
    to: name(facts.toHeader ?? facts.to ?? '4001234567'),
    from: facts.from ?? name('13800138000'),
    source: { transport: 'udp', address: facts.source ?? '192.0.2.7', port: facts.port ?? 5060 },
    header: (header: string) => (header === 'privacy' ? facts.privacy : undefined),
    addresses: (header: string) => {
      if (header === 'p-asserted-identity' && facts.pai) return [name(facts.pai, 'Wang')];
      return header === 'remote-party-id' && facts.rpid ? [facts.rpid] : [];
    },
  } as unknown as EdgeRequest;
}

const wayOut = (trunks: Trunks, callerId = '02088888888', number = '13900139000') => {
  const whys: string[] = [];
  const request = { number, tenant: 'demo', trunk: undefined, shows: { number: callerId, isHotline: true } };
  return { ways: [...trunks.waysOut(request, (why) => whys.push(why))], whys };
};

it('writes what a phone dialled as a user, not as a part of the URI or of the message', () => {
  const { trunks } = house({});
  const { ways } = wayOut(trunks, 'a@b', '138@evil.example:5060;x=\r\nX-Injected: yes');
  expect(ways[0]!.route.uri).toMatch(
    /^sip:138%40evil\.example%3A5060;x=%0D%0AX-Injected%3A%20yes@192\.0\.2\.1:5060$/,
  );
  expect(ways[0]!.route.from.uri).toMatch(/^sip:a%40b@/);
  trunks.close();
});

it.each([
  ['sips:carrier.example', 'sips:13900139000@carrier.example', 'sips:carrier.example'],
  [
    'sip:u@carrier.example:5061;transport=tls',
    'sip:13900139000@carrier.example:5061;transport=tls',
    'sip:carrier.example:5061;transport=tls',
  ],
])('calls and registers with %s over TLS, never in the clear', async (uri, called, registrar) => {
  const register = { username: 'u400', password: 'p', expiresMs: 60_000 };
  const { trunks, clock, edge } = house({ uri, register, probeMs: 0 });
  trunks.start();
  await clock.advance(0);
  expect(wayOut(trunks).ways[0]!.route.uri).toBe(called);
  expect(edge.sent[0]).toMatchObject({
    uri: registrar,
    to: expect.stringMatching(/^sip:u400@carrier[^;]*$/),
  });
  await trunks.close();
});

it.each([
  ['sip:192.0.2.99:5070', 'sip:192.0.2.99:5070;lr'],
  ['sip:192.0.2.99;transport=tcp;lr', 'sip:192.0.2.99;transport=tcp;lr'],
])('goes over the outbound proxy %s with all that it asks', async (proxy, route) => {
  const register = { username: 'u400', password: 'p', expiresMs: 60_000 };
  const { trunks, clock, edge } = house({ uri: 'sip:ims.example.cn', proxy, register });
  edge.serviceRoute = [{ ...name('orig'), uri: 'sip:orig@scscf.example.cn;lr' }];
  trunks.start();
  await clock.advance(0);
  expect(edge.sent.map(({ method, uri, routeSet }) => [method, uri, routeSet])).toEqual([
    ['REGISTER', 'sip:ims.example.cn', [route]],
    ['OPTIONS', 'sip:ims.example.cn', [route]],
  ]);
  const [way] = wayOut(trunks).ways;
  expect(way!.route).toMatchObject({
    uri: 'sip:13900139000@ims.example.cn',
    routeSet: [route, 'sip:orig@scscf.example.cn;lr'],
  });
  way!.onEnded(undefined);
  await trunks.close();
});

it.each([
  ['+8675523456789', '<tel:+8675523456789>'],
  ['075523456789', '<tel:075523456789;phone-context=+86>'],
  ['u400', '<sip:u400@192.0.2.1:5060>'],
])('names the caller %s as a tel URI where the carrier wants that', async (callerId, identity) => {
  const { trunks } = house({ callerIdOut: 'pai-tel', callerId });
  const { ways } = wayOut(trunks, callerId);
  expect(ways[0]!.route.headers).toEqual({ 'P-Asserted-Identity': identity });
  ways[0]!.onEnded(undefined);
  await trunks.close();
});

describe('calls in', () => {
  it('knows its own addresses and nobody else', () => {
    const { trunks } = house({});
    expect(trunks.admit(invite({}))?.trunk.name).toBe('carrier');
    expect(trunks.admit(invite({ source: '::ffff:192.0.2.9' }))?.trunk.name).toBe('carrier');
    expect(trunks.admit(invite({ source: '2001:db8::1' }))).toBeDefined();
    expect(trunks.admit(invite({ source: '198.51.100.1' }))).toBeUndefined();
    const exact = house({ addresses: ['192.0.2.1'] }).trunks;
    expect(exact.admit(invite({ source: '::ffff:192.0.2.1' }))).toBeDefined();
  });

  it('takes the caller from the header that the carrier fills, and hides who asked for it', () => {
    const { trunks } = house({ channels: 9 });
    const asserted = trunks.admit(invite({ pai: '+862088886666' }))!;
    expect([asserted.caller, asserted.callerName]).toEqual(['02088886666', 'Wang']);
    expect(trunks.admit(invite({}))!.caller).toBe('13800138000');
    expect(trunks.admit(invite({ pai: '13800138000', privacy: 'id;critical' }))!.caller).toBe('');
  });

  it('hides whom the Remote-Party-ID of a carrier that fills it withholds', () => {
    const { trunks } = house({ channels: 9, callerIdIn: 'rpid' });
    const rpid = (privacy: string) => ({ ...name('13800138000'), params: new Map([['privacy', privacy]]) });
    expect(trunks.admit(invite({ rpid: rpid('off') }))!.caller).toBe('13800138000');
    for (const privacy of ['full', 'uri'])
      expect(trunks.admit(invite({ rpid: rpid(privacy) }))!.caller).toBe('');
  });

  it('reads a number without the parameters that may follow it in the user part (RFC 3261 19.1.6)', () => {
    const { trunks } = house({});
    const to = '+864001234567;npdi;rn=+8613744200';
    const call = trunks.admit(invite({ to, from: name('13800138000;phone-context=+86') }))!;
    expect([call.called, call.caller]).toEqual(['4001234567', '13800138000']);
  });

  it('takes the called number from To where a carrier calls our registered Contact', () => {
    const register = { username: 'u400', password: 'p', expiresMs: 60_000 };
    const call = (trunk: Partial<Trunk>, to: string) =>
      house(trunk).trunks.admit(invite({ to, toHeader: '4007654321' }))!.called;
    expect([call({ register }, 'u400'), call({ register }, '4001234567'), call({}, 'u400')]).toEqual([
      '4007654321',
      '4001234567',
      '',
    ]);
  });

  it('takes the called number from To where the Request-URI names our address alone', () => {
    const { trunks } = house({});
    expect(trunks.admit(invite({ to: '', toHeader: '+864007654321' }))!.called).toBe('4007654321');
  });

  it('rewrites numbers before it brings them to one form', () => {
    const { trunks } = house({
      rewrite: {
        ...CARRIER.rewrite,
        callerIn: [{ match: '9', strip: 1, add: '' }],
        calledIn: [{ match: '7788', strip: 4, add: '400' }],
      },
    });
    const call = trunks.admit(invite({ from: name('913800138000'), to: '77881234567' }))!;
    expect([call.caller, call.called]).toEqual(['13800138000', '4001234567']);
  });

  it('refuses over its channels and over its calls a second, and takes calls again', async () => {
    const { trunks, clock } = house({ channels: 2, callsPerSecond: { in: 3, out: 3 } });
    const take = () => trunks.admit(invite({}))!.take('demo');
    const [first, , third] = [take(), take(), take()];
    expect(third).toBe('2 of 2 channels in use');
    const release = first as () => void;
    release();
    release();
    expect(trunks.status()[0]!.active).toBe(1);
    const again = take() as () => void;
    again();
    expect(take()).toBe('more than 3 new calls a second in');
    await clock.advance(1_000);
    expect(take()).toBeTypeOf('function');
  });
});

describe('trunks at one address', () => {
  const account = (username: string) => ({ register: { username, password: 'p', expiresMs: 60_000 } });
  const owner = (configs: Partial<Trunk>[], call: Parameters<typeof invite>[0]) =>
    house(...configs).trunks.admit(invite(call))?.trunk.name;

  it('are told apart by the number called, as it is after all rules', () => {
    const one = { name: 'one', identify: { called: ['4001111111'] } };
    const two = { name: 'two', identify: { called: ['4002222222', '4003333333'] }, areaCode: '010' };
    const numbers = ['+864001111111', '4002222222', '0104003333333', '4009999999'];
    expect(numbers.map((to) => owner([one, two], { to }))).toEqual(['one', 'two', 'two', undefined]);
    // One without marks takes what is left.
    expect(numbers.map((to) => owner([{ name: 'rest' }, one, two], { to }))).toEqual([
      'one',
      'two',
      'two',
      'rest',
    ]);
  });

  it('are told apart by the port, by the account in the Request-URI, or by the Contact that was registered', () => {
    const ports = [
      { name: 'one', identify: { port: 5062 } },
      { name: 'two', identify: { port: 5064 } },
    ];
    expect([owner(ports, { port: 5064 }), owner(ports, { port: 5066 })]).toEqual(['two', undefined]);
    const users = [
      { name: 'one', identify: { user: 'acc1' } },
      { name: 'two', identify: { user: 'acc2' } },
    ];
    expect(owner(users, { to: 'acc2' })).toBe('two');
    const called = house(...users).trunks.admit(invite({ to: 'acc2', toHeader: '4007654321' }))!.called;
    expect(called).toBe('4007654321');
    const registered = [
      { name: 'one', ...account('u1') },
      { name: 'two', ...account('u2') },
    ];
    expect(owner(registered, { to: 'u2', toHeader: '4007654321' })).toBe('two');
    expect(owner(registered, { to: '4007654321' })).toBeUndefined();
  });

  it('need all the marks that they name, and more of them win', () => {
    const both = { name: 'both', identify: { called: ['4001111111'], port: 5062 } };
    const number = { name: 'number', identify: { called: ['4001111111'] } };
    expect(owner([number, both], { to: '4001111111', port: 5062 })).toBe('both');
    expect(owner([number, both], { to: '4001111111' })).toBe('number');
  });
});

describe('calls out', () => {
  it('tries lower priority first and shares equals by weight', () => {
    const { trunks } = house(
      { name: 'backup', priority: 2, channels: 10_000, callsPerSecond: { in: 1, out: 10_000 } },
      { name: 'heavy', weight: 3, channels: 10_000, callsPerSecond: { in: 1, out: 10_000 } },
      { name: 'light', weight: 1, channels: 10_000, callsPerSecond: { in: 1, out: 10_000 } },
    );
    const firsts = { heavy: 0, light: 0, backup: 0 };
    for (let index = 0; index < 1_000; index++) {
      const { ways } = wayOut(trunks);
      expect(ways.at(-1)!.trunk.name).toBe('backup');
      firsts[ways[0]!.trunk.name as keyof typeof firsts] += 1;
      for (const way of ways) way.onEnded(undefined);
    }
    expect(firsts.backup).toBe(0);
    expect(firsts.heavy / firsts.light).toBeGreaterThan(2.3);
    expect(firsts.heavy / firsts.light).toBeLessThan(3.9);
  });

  it('says why there is no way out', () => {
    const { trunks } = house({ channels: 1 });
    expect(wayOut(trunks).ways).toHaveLength(1);
    expect(wayOut(trunks).whys).toEqual(['trunk carrier: 1 of 1 channels in use']);
  });

  it('shows the caller as the carrier wants it', () => {
    const route = (config: Partial<Trunk>, callerId?: string) =>
      wayOut(house(config).trunks, callerId).ways[0]!.route;
    expect(route({})).toMatchObject({
      uri: 'sip:13900139000@192.0.2.1:5060',
      from: { uri: 'sip:02088888888@192.0.2.1:5060' },
    });
    expect(route({ callerId: '4001234567', callerIdOut: 'pai' }, '').headers).toEqual({
      'P-Asserted-Identity': '<sip:4001234567@192.0.2.1:5060>',
    });
    expect(route({}, '')).toMatchObject({
      from: { uri: 'sip:anonymous@anonymous.invalid' },
      headers: { Privacy: 'id' },
    });
    const rules = { ...CARRIER.rewrite, calledOut: [{ match: '1', strip: 0, add: '0' }] };
    expect(route({ rewrite: rules }).uri).toBe('sip:013900139000@192.0.2.1:5060');
  });
});

it('leaves out a trunk that is down until its turn to be tried, or an operator sets it up', async () => {
  const { trunks, clock, edge } = house({ channels: 9 });
  trunks.start();
  edge.status = 408;
  await clock.advance(60_000);
  expect(trunks.status()[0]!.health.state).toBe('down');
  expect(wayOut(trunks).whys).toEqual(['trunk carrier is down']);
  await clock.advance(5_000);
  expect([wayOut(trunks).ways.length, wayOut(trunks).ways.length]).toEqual([1, 0]);
  expect([
    trunks.setUp('demo', 'carrier'),
    trunks.setUp('demo', 'nobody'),
    wayOut(trunks).ways.length,
  ]).toEqual([true, false, 1]);
  await trunks.close();
  expect(clock.pending).toBe(0);
});

describe('registration', () => {
  const register = { username: 'u400', password: 'p', expiresMs: 3_600_000 };

  it('refreshes at 80 % of what was granted and signs off at the end', async () => {
    const { trunks, clock, edge } = house({ register, probeMs: 0 });
    edge.expires = '600';
    trunks.start();
    await clock.advance(0);
    expect(trunks.status()[0]!.registration).toBe('registered');
    await clock.advance(480_000);
    expect(edge.sent.map(({ headers }) => headers?.['Expires'])).toEqual(['3600', '3600']);
    expect(new Set(edge.sent.map(({ callId }) => callId)).size).toBe(1);
    await trunks.close();
    expect(edge.sent.at(-1)?.headers?.['Expires']).toBe('0');
    expect(clock.pending).toBe(0);
  });

  it('sends calls the way that the carrier gave with the registration (RFC 3608)', async () => {
    const { trunks, clock, edge } = house({ register, probeMs: 0 });
    trunks.start();
    await clock.advance(0);
    expect(wayOut(trunks).ways[0]!.route.routeSet).toBeUndefined();
    edge.serviceRoute = [name('edge;lr'), name('core;lr')];
    await clock.advance(2_880_000);
    const { routeSet, uri } = wayOut(trunks).ways[0]!.route;
    expect([routeSet, uri]).toEqual([['sip:edge;lr@h', 'sip:core;lr@h'], 'sip:13900139000@192.0.2.1:5060']);
    await trunks.close();
  });

  it('leaves its Contact to the edge, which knows the listener and its advertised address', async () => {
    const { trunks, clock, edge } = house({ register, probeMs: 0 });
    trunks.start();
    await clock.advance(0);
    expect(Object.keys(edge.sent[0]!.headers!)).toEqual(['Expires']);
    await trunks.close();
  });

  it('believes the expiry of its own Contact more than Expires (10.2.4)', async () => {
    const { trunks, clock, edge } = house({ register, probeMs: 0 });
    edge.expires = '3600';
    const expiring = (user: string, expires: string) => ({
      ...name(user),
      params: new Map([['expires', expires]]),
    });
    edge.contacts = [expiring('other', '10'), expiring('u400', '90'), expiring('u400', '60')];
    trunks.start();
    await clock.advance(47_000);
    expect(edge.sent).toHaveLength(1);
    await clock.advance(2_000);
    expect(edge.sent).toHaveLength(2);
    await trunks.close();
  });

  it('asks for longer at once when the interval is too brief (10.2.8)', async () => {
    const { trunks, clock, edge } = house({ register, probeMs: 0 });
    edge.status = 423;
    trunks.start();
    await clock.advance(100);
    expect(edge.sent.map(({ headers }) => headers?.['Expires'])).toEqual(['3600', '7200']);
    expect(trunks.status()[0]!.registration).toBe('waiting');
    edge.status = 200;
    await clock.advance(5_000);
    expect([edge.sent.at(-1)!.headers!['Expires'], trunks.status()[0]!.registration]).toEqual([
      '7200',
      'registered',
    ]);
    await trunks.close();
    expect(edge.sent.at(-1)).toMatchObject({ headers: { Expires: '0' }, timeoutMs: 2000 });
  });

  it('answers for its calls, and for its registration, the realm of the first challenge only', async () => {
    const { trunks, clock, edge } = house({ register, probeMs: 0 });
    trunks.start();
    await clock.advance(3_600_000);
    const accounts = [...wayOut(trunks).ways, ...wayOut(trunks).ways].map(({ route }) => route.credentials!);
    const registrations = edge.sent.map(({ credentials }) => credentials!);
    expect([accounts.length, registrations.length]).toEqual([2, 2]);
    for (const [first, later] of [accounts, registrations]) {
      const client = new DigestClient(seededIds());
      expect(client.answer(challenge('carrier'), INVITE, first!)).toContain('realm="carrier"');
      expect(client.answer(challenge('evil'), INVITE, later!)).toBeUndefined();
      expect(client.answer(challenge('carrier'), INVITE, later!)).toContain('realm="carrier"');
    }
    await trunks.close();
  });

  it('backs off while the carrier refuses', async () => {
    const { trunks, clock, edge } = house({ register, probeMs: 0 });
    edge.status = 403;
    trunks.start();
    await clock.advance(5_000 + 10_000);
    expect(edge.sent).toHaveLength(3);
    expect(trunks.status()[0]!.registration).toBe('waiting');
    edge.status = 200;
    await clock.advance(20_000);
    expect(trunks.status()[0]!.registration).toBe('registered');
    await trunks.close();
    expect(clock.pending).toBe(0);
  });
});
