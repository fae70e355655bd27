/** The drachtio edge lets in whom the embedded one does: limits, bans and overload, by the source that the server tells. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DrachtioEdge, type DrachtioEdgeOptions } from '../../../src/edge/drachtio/drachtio-edge.ts';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { socketEdge } from '../../contract/edge/drachtio-world.ts';
import { BOB, Desk, place } from '../../contract/edge/edge-world.ts';
import { PATIENT } from '../../support/edges.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };
const HOST = '127.0.0.1';
const SECRET = 'the-secret-of-the-test';

let server: DrachtioServer;
let edge: DrachtioEdge;
let desk: Desk;
/** What the PBX's event loop is told to be busy. */
let busyShare: number;
const open: { close(): unknown }[] = [];

beforeEach(async () => {
  busyShare = 0;
  server = createDrachtioServer(
    {
      listen: [{ transport: 'udp', host: HOST, port: 0 }],
      admin: { host: HOST, port: 0 },
      secret: SECRET,
      admission: PATIENT,
    },
    PARTS,
  );
  await server.start();
  open.push(server);
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function startEdge(options: Pick<DrachtioEdgeOptions, 'admission' | 'protection'>): Promise<void> {
  const parts = { ...PARTS, answerChallenge: () => undefined, busyShare: () => busyShare };
  const servers = [{ host: HOST, port: server.adminPort, secret: SECRET }];
  edge = new DrachtioEdge(parts, { servers, ...options });
  open.push(edge);
  desk = new Desk();
  desk.take = (leg) => leg.end({ cause: 'busy' });
  desk.onRequest = () => ({ status: 200 });
  await edge.start(desk);
}

async function newParty(): Promise<UdpParty> {
  const party = await UdpParty.open();
  open.push(party);
  return party;
}

const port = () => server.addresses[0]!.port;

/** Sends `count` requests of their own calls; resolves with the statuses of their final answers, in order of status. */
async function statuses(party: UdpParty, method: string, count: number, lines = {}): Promise<number[]> {
  const before = party.responses(method).filter(({ status }) => status >= 200).length;
  for (let index = 0; index < count; index++) {
    party.ask(method, port(), { 'Call-ID': `${method}-${before}-${index}`, ...lines });
  }
  const answers = await until(`${count} answers`, () => {
    const final = party.responses(method).filter(({ status }) => status >= 200);
    return final.length >= before + count ? final.slice(before) : undefined;
  });
  return answers.map(({ status }) => status).sort();
}

it('limits INVITE and REGISTER by source, with Retry-After; trunks are exempt', async () => {
  let trusted = false;
  // One at once, and no second one while the test lasts.
  const protection = { trusts: () => trusted, invitesPerSecond: 0.001, registersPerSecond: 0.001 };
  await startEdge({ admission: PATIENT, protection });
  const party = await newParty();
  expect(await statuses(party, 'INVITE', 4)).toEqual([486, 503, 503, 503]);
  expect(await statuses(party, 'REGISTER', 4)).toEqual([200, 503, 503, 503]);
  const refused = party.responses('INVITE').find(({ status }) => status === 503)!;
  expect(Number(refused.get('Retry-After'))).toBeGreaterThanOrEqual(2);
  expect(await statuses(party, 'OPTIONS', 2), 'no limit').toEqual([200, 200]);
  trusted = true;
  expect(await statuses(party, 'INVITE', 4)).toEqual([486, 486, 486, 486]);
});

it('a scanner gets 403, the PBX is not asked; by datagrams it bans nobody', async () => {
  await startEdge({ admission: PATIENT, protection: { trusts: () => false } });
  const party = await newParty();
  expect(await statuses(party, 'OPTIONS', 1, { 'User-Agent': 'friendly-scanner' })).toEqual([403]);
  expect(await statuses(party, 'INVITE', 1, { 'User-Agent': 'sipvicious' })).toEqual([403]);
  expect([desk.calls.length, edge.counts.server, edge.bans]).toEqual([0, 0, []]);
  expect(await statuses(party, 'OPTIONS', 1)).toEqual([200]);
});

it('an overloaded PBX refuses new calls with 503, goes on with the others, and recovers', async () => {
  await startEdge({ admission: { ...PATIENT, utilizationLimit: 0.97 } });
  const overload: boolean[] = [];
  edge.events.on('overload', ({ overloaded }) => overload.push(overloaded));
  const far = socketEdge();
  open.push(far);
  await far.start(new Desk());
  desk.take = (leg) => void leg.answer(BOB).catch(() => {});
  const uri = `sip:400@${HOST}:${port()}`;
  const talk = place(far, uri);
  await until('the call', () => talk.leg.state === 'confirmed');

  busyShare = 1;
  await until('overload', () => overload.length === 1);
  const refused = place(far, uri);
  await until('the refusal', () => refused.log.ending);
  expect([refused.log.ending?.status, talk.leg.state]).toEqual([503, 'confirmed']);
  expect((await talk.leg.request('OPTIONS')).status).toBe(200);

  busyShare = 0;
  await until('recovery', () => overload.length === 2);
  expect(overload).toEqual([true, false]);
  const late = place(far, uri);
  await until('the call', () => late.leg.state === 'confirmed');
  for (const { leg } of [talk, late]) leg.end({ cause: 'normal' });
  await until('both ended', () => desk.logs.every(({ ending }) => ending));
});
