import { afterEach, expect, test } from 'vitest';
import type { EmbeddedEdgeOptions } from '../../../../src/edge/embedded/embedded-edge.ts';
import { RateLimiter } from '../../../../src/edge/gate/rate-limiter.ts';
import { ALICE, BOB, Desk, place } from '../../../contract/edge/edge-world.ts';
import { EmbeddedWorld } from '../../../contract/edge/embedded-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';

let world: EmbeddedWorld;
afterEach(() => world.close());

async function setUp(options: EmbeddedEdgeOptions, transport: 'udp' | 'tcp' = 'udp') {
  world = new EmbeddedWorld(transport, options, {});
  const desk = new Desk();
  desk.onRequest = () => ({ status: 200 });
  desk.take = (leg) => leg.end({ cause: 'busy' });
  await world.edge.start(desk);
  await world.far.start(new Desk());
  const peer = (address: string) => new SipPeer(world.network, address, world.edge.addresses[0]!);
  return { desk, peer };
}

const trusts = (address: string) => address === '10.0.0.50';

test('a scanner is not heard for ten minutes, by address, whatever it says then', async () => {
  const { peer, desk } = await setUp({ protection: { trusts } }, 'tcp');
  const [scanner, other] = [peer('10.0.0.66'), peer('10.0.0.67')];
  scanner.request('OPTIONS', 'c1', { headers: ['User-Agent: friendly-scanner'] });
  await world.pass(5);
  scanner.request('INVITE', 'c2', { body: ALICE });
  other.request('OPTIONS', 'c3');
  await world.pass(5);
  expect([scanner.statuses, other.statuses, desk.calls.length]).toEqual([[], [200], 0]);
  expect(world.edge.bans).toEqual([
    { address: '10.0.0.66', why: 'User-Agent friendly-scanner', ageMs: 9, leftMs: 599_991 },
  ]);
  await world.pass(10 * 60_000);
  scanner.request('OPTIONS', 'c4');
  await world.pass(5);
  expect([scanner.statuses, world.edge.bans]).toEqual([[200], []]);
});

test('a ban can be lifted', async () => {
  const { peer } = await setUp({ protection: { trusts } }, 'tcp');
  const scanner = peer('10.0.0.66');
  scanner.request('OPTIONS', 'c1', { headers: ['User-Agent: sipvicious'] });
  await world.pass(5);
  expect([world.edge.liftBan('10.0.0.66'), world.edge.liftBan('10.0.0.66')]).toEqual([true, false]);
  scanner.request('OPTIONS', 'c2');
  await world.pass(5);
  expect(scanner.statuses).toEqual([200]);
});

test('a datagram bans nobody: anybody can send one in the name of an office', async () => {
  const { peer } = await setUp({ protection: { trusts } });
  const office = peer('10.0.0.66');
  office.request('OPTIONS', 'c1', { headers: ['User-Agent: friendly-scanner'] });
  await world.pass(5);
  office.request('OPTIONS', 'c2');
  await world.pass(5);
  expect([office.statuses, world.edge.bans]).toEqual([[200], []]);
});

test('where strangers get no answer, they get none above the rate either, nor while we are overloaded', async () => {
  const spares = (address: string) => address === '10.0.0.68';
  const { peer, desk } = await setUp({
    protection: { trusts, spares, silent: true, invitesPerSecond: 1, registersPerSecond: 1 },
  });
  desk.take = (leg) => leg.end({ cause: 'forbidden', silent: true });
  const [stranger, phone] = [peer('10.0.0.66'), peer('10.0.0.68')];
  for (let index = 0; index < 20; index++) {
    stranger.request('INVITE', `s${index}`, { body: ALICE });
    stranger.request('REGISTER', `r${index}`);
    phone.request('INVITE', `p${index}`, { body: ALICE });
  }
  await world.pass(40_000);
  const heard = (of: SipPeer) => [
    ...new Set(of.responses.map(({ status, cseq }) => `${status} ${cseq.method}`)),
  ];
  expect(heard(stranger).sort()).toEqual(['200 REGISTER', '503 REGISTER']);
  expect(heard(phone)).toEqual(['503 INVITE']);
  world.busyShare = 1;
  await world.pass(5_000);
  stranger.request('INVITE', 'late', { body: ALICE });
  await world.pass(5);
  expect(heard(stranger)).not.toContain('503 INVITE');
});

test('a challenge leaves no transaction: who repeats the request is challenged again', async () => {
  const { peer, desk } = await setUp({});
  desk.onRequest = () => ({ status: 401, headers: { 'WWW-Authenticate': 'Digest realm="x", nonce="y"' } });
  desk.take = (leg) => leg.end({ cause: 'forbidden', status: 407 });
  const phone = peer('10.0.0.67');
  const again = [phone.request('REGISTER', 'r'), phone.request('INVITE', 'i', { body: ALICE })];
  await world.pass(5);
  expect([phone.statuses, world.edge.counts.server, world.edge.counts.timers]).toEqual([[401, 407], 0, 0]);
  for (const text of again) phone.raw(text);
  await world.pass(5);
  expect(phone.statuses).toEqual([401, 407, 401, 407]);
});

test('an empty To is the mark of a scanner; a trunk is never banned', async () => {
  const { peer } = await setUp({ protection: { trusts } }, 'tcp');
  const emptyTo = (from: SipPeer) =>
    from.raw(
      from
        .request('OPTIONS', from.address.address)
        .replace(/To: .*/, 'To: ')
        .replace(/branch=\S+/, 'branch=z9hG4bKe'),
    );
  const [scanner, trunk] = [peer('10.0.0.66'), peer('10.0.0.50')];
  emptyTo(scanner);
  emptyTo(trunk);
  await world.pass(5);
  scanner.request('OPTIONS', 'c1');
  trunk.request('OPTIONS', 'c2');
  await world.pass(5);
  expect([scanner.statuses, trunk.statuses]).toEqual([[200], [200, 400, 200]]);
});

test('a name that holds that of a scanner is none, and a registered address is never banned', async () => {
  const { peer } = await setUp({ protection: { trusts, spares: (address) => address === '10.0.0.68' } });
  const [man, office] = [peer('10.0.0.67'), peer('10.0.0.68')];
  man.request('OPTIONS', 'c1', { headers: ['User-Agent: Tiwari Telecom, Cosmapbx 2'] });
  office.request('OPTIONS', 'c1', { headers: ['User-Agent: sipvicious'] });
  await world.pass(5);
  office.request('OPTIONS', 'c2');
  await world.pass(5);
  expect([man.statuses, office.statuses]).toEqual([[200], [200]]);
});

test('a made-up To tag does not pass by the limits; calls in progress do', async () => {
  const { peer, desk } = await setUp({ protection: { trusts, invitesPerSecond: 1 } });
  const phone = peer('10.0.0.67');
  desk.take = (leg) => void leg.answer(BOB).catch(() => {});
  phone.request('INVITE', 'c1', { body: ALICE });
  await world.pass(5);
  const dialog = phone.dialogOf(phone.responses.at(-1)!);
  phone.inDialog(dialog, 'ACK');
  const forged = { ...dialog, remote: dialog.remote.replace(/tag=.*/, 'tag=forged'), cseq: 1 };
  for (let index = 0; index < 10; index++) phone.inDialog(forged, 'INVITE', { body: ALICE });
  await world.pass(5);
  expect(phone.statuses).toEqual([200, 481, 481, 481, 503, 503, 503, 503, 503, 503, 503]);
  phone.inDialog(dialog, 'INVITE', { body: ALICE });
  await world.pass(5);
  expect(phone.statuses.at(-1)).toBe(200);
  desk.calls[0]!.end({ cause: 'normal' });
});

test('INVITE and REGISTER are limited by source, with Retry-After, and repetitions do not count', async () => {
  const { peer, desk } = await setUp({ protection: { trusts, invitesPerSecond: 1, registersPerSecond: 1 } });
  const [flood, calm, trunk] = [peer('10.0.0.66'), peer('10.0.0.67'), peer('10.0.0.50')];
  const first = flood.request('INVITE', 'f0', { body: ALICE });
  await world.pass(5);
  for (let index = 0; index < 20; index++) {
    flood.raw(first);
    flood.request('INVITE', `f${index + 1}`, { body: ALICE });
    flood.request('REGISTER', `r${index}`);
    trunk.request('INVITE', `t${index}`, { body: ALICE });
  }
  calm.request('INVITE', 'c1', { body: ALICE });
  await world.pass(5);
  const count = (of: SipPeer, status: number, method: string) =>
    of.responses.filter((response) => response.status === status && response.cseq.method === method).length;
  // A burst of four seconds' worth; every repetition of the first gets its 486 again.
  expect([count(flood, 486, 'INVITE'), count(flood, 503, 'INVITE')]).toEqual([4 + 20, 17]);
  expect([count(flood, 200, 'REGISTER'), count(flood, 503, 'REGISTER')]).toEqual([4, 16]);
  expect([count(trunk, 486, 'INVITE'), count(calm, 486, 'INVITE')]).toEqual([20, 1]);
  expect(desk.calls.length).toBe(4 + 20 + 1);
  const refused = flood.responses.find(({ status }) => status === 503)!;
  expect(Number(refused.get('Retry-After'))).toBeGreaterThanOrEqual(2);
  await world.pass(1000);
  flood.request('INVITE', 'later', { body: ALICE });
  await world.pass(5);
  expect(flood.answer('INVITE')!.status).toBe(486);
});

test('an overloaded edge refuses new calls without a transaction, serves the others and recovers', async () => {
  const { desk } = await setUp({});
  const overload: boolean[] = [];
  world.edge.events.on('overload', ({ overloaded }) => overload.push(overloaded));
  desk.take = (leg) => void leg.answer(BOB).catch(() => {});
  const first = place(world.far, world.uri('400'));
  await world.until('the call', () => first.leg.state === 'confirmed');
  world.busyShare = 1;
  await world.pass(2000);
  expect(overload).toEqual([true]);
  const before = world.edge.counts;
  const second = place(world.far, world.uri('400'));
  await world.until('503', () => second.log.ending !== undefined);
  expect(second.log.ending).toMatchObject({ by: 'remote', status: 503 });
  expect([desk.calls.length, world.edge.counts.server]).toEqual([1, before.server]);
  first.leg.end({ cause: 'normal' });
  await world.until('the BYE', () => desk.logs[0]!.ending !== undefined);
  world.busyShare = 0.2;
  await world.pass(2000);
  const third = place(world.far, world.uri('400'));
  await world.until('the call', () => third.leg.state === 'confirmed');
  expect(overload).toEqual([true, false]);
  third.leg.end({ cause: 'normal' });
});

test('what was refused stays refused: a repetition that waited too long makes no call', async () => {
  const { peer, desk } = await setUp({});
  const caller = peer('10.0.0.66');
  world.busyShare = 1;
  await world.pass(2000);
  const invite = caller.request('INVITE', 'c1', { body: ALICE });
  await world.pass(5);
  world.busyShare = 0;
  await world.pass(2000);
  caller.raw(invite);
  await world.pass(5);
  expect([caller.statuses, desk.calls.length]).toEqual([[503, 503], 0]);
  // He calls again: a new request.
  caller.request('INVITE', 'c2', { body: ALICE });
  await world.pass(5);
  expect([caller.answer('INVITE')!.status, desk.calls.length]).toEqual([486, 1]);
});

test('refusing a call costs far less than a millisecond', async () => {
  const { peer } = await setUp({});
  const caller = peer('10.0.0.66');
  world.busyShare = 1;
  await world.pass(2000);
  const invites = Array.from({ length: 2000 }, (_, index) =>
    caller.request('INVITE', `c${index}`, { body: ALICE }),
  );
  await world.pass(5);
  const receive = world.network.passages.length;
  const before = process.threadCpuUsage();
  for (const invite of invites) caller.raw(invite.replaceAll('z9hG4bK', 'z9hG4bKx'));
  await world.pass(5);
  const { user, system } = process.threadCpuUsage(before);
  expect(world.network.passages.length - receive).toBe(4000);
  expect(caller.statuses.every((status) => status === 503)).toBe(true);
  // The network in memory and the peer are measured too; about 80 us together on a 2-core cloud machine.
  expect((user + system) / invites.length).toBeLessThan(500);
});

test('RateLimiter forgets full buckets only', async () => {
  world = new EmbeddedWorld();
  let now = 0;
  const limiter = new RateLimiter(2, () => now);
  const take = (source: string, times: number) =>
    Array.from({ length: times }, () => limiter.take(source)).filter(Boolean).length;
  expect(take('a', 20)).toBe(8);
  now += 500;
  expect(take('a', 5)).toBe(1);
  now += 4100;
  expect(take('b', 1)).toBe(1);
  expect(take('a', 20)).toBe(8);
});

test('a phone that is registered reaches an emergency number under overload and while we drain, nobody else does', async () => {
  const spares = (address: string) => address === '10.0.0.60';
  const isEmergency = (number: string) => number === '110';
  const { peer, desk } = await setUp({ protection: { trusts, spares }, isEmergency });
  const [phone, stranger] = [peer('10.0.0.60'), peer('10.0.0.66')];
  world.busyShare = 1;
  await world.pass(2000);
  phone.request('INVITE', 'p1', { body: ALICE, user: '110' });
  phone.request('INVITE', 'p2', { body: ALICE, user: '400' });
  stranger.request('INVITE', 's1', { body: ALICE, user: '110' });
  await world.pass(5);
  expect(desk.calls.map(({ invite }) => invite.target.user)).toEqual(['110']);
  expect([phone.statuses.toSorted(), stranger.statuses]).toEqual([[486, 503], [503]]);
  world.busyShare = 0;
  await world.pass(5000);
  world.edge.drain();
  phone.request('INVITE', 'p3', { body: ALICE, user: '110' });
  phone.request('INVITE', 'p4', { body: ALICE, user: '400' });
  await world.pass(5);
  expect(desk.calls.map(({ invite }) => invite.target.user)).toEqual(['110', '110']);
});

test('while what happens can be kept nowhere new calls get 503 with Retry-After, but emergency calls of phones', async () => {
  let takesCalls = false;
  const spares = (address: string) => address === '10.0.0.60';
  const isEmergency = (number: string) => number === '110';
  const protection = { trusts: (address: string) => address === '10.0.0.50', spares };
  const { peer, desk } = await setUp({ protection, isEmergency, takesCalls: () => takesCalls });
  const [phone, trunk] = [peer('10.0.0.60'), peer('10.0.0.50')];
  phone.request('INVITE', 'p1', { body: ALICE, user: '110' });
  phone.request('INVITE', 'p2', { body: ALICE, user: '400' });
  trunk.request('INVITE', 't1', { body: ALICE, user: '400' });
  trunk.request('OPTIONS', 't2');
  await world.pass(5);
  expect(desk.calls.map(({ invite }) => invite.target.user)).toEqual(['110']);
  expect([phone.statuses.toSorted(), trunk.statuses.toSorted()]).toEqual([
    [486, 503],
    [200, 503],
  ]);
  const refused = trunk.responses.find(({ status }) => status === 503)!;
  expect(Number(refused.get('Retry-After'))).toBeGreaterThanOrEqual(2);
  takesCalls = true;
  trunk.request('INVITE', 't3', { body: ALICE, user: '400' });
  await world.pass(5);
  expect(desk.calls).toHaveLength(2);
});
