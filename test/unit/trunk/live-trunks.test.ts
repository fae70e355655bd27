import { describe, expect, it } from 'vitest';
import type { OutboundRequest } from '../../../src/edge/edge.ts';
import { FakeEdge } from '../../../src/edge/fake/fake-edge.ts';
import type { Trunk } from '../../../src/provisioning/kind/trunk.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Trunks } from '../../../src/trunk/trunks.ts';
import { entity } from '../../support/companies.ts';
import { CARRIER } from './trunk-house.ts';

class PeerEdge extends FakeEdge {
  readonly sent: string[] = [];
  override request(request: OutboundRequest) {
    const expires = request.headers?.['Expires'];
    this.sent.push(`${request.method} ${request.uri}${expires === undefined ? '' : ` ${expires}`}`);
    return super.request(request);
  }
}

const REGISTER = { username: 'u400', password: 'p', expiresMs: 3_600_000 };
const trunk = (changes: Partial<Trunk> = {}) => entity('trunk', { ...CARRIER, ...changes });

function house(...changes: Partial<Trunk>[]) {
  const clock = new ManualClock();
  const edge = new PeerEdge(clock);
  const provisioning = new Provisioning(changes.map(trunk));
  const trunks = new Trunks({ provisioning, clock, edge, ids: seededIds(7), log: silentLogger });
  trunks.start();
  const out = (tenant = 'demo', callerId = '02088888888', name?: string) => {
    const whys: string[] = [];
    const request = {
      number: '13900139000',
      tenant,
      trunk: name,
      shows: { number: callerId, isHotline: false },
    };
    const ways = [...trunks.waysOut(request, (why) => whys.push(why))];
    return { ways, whys, names: ways.map((way) => way.trunk.name) };
  };
  const end = async () => {
    await trunks.close();
    expect(clock.pending).toBe(0);
    expect(provisioning.events.count()).toBe(0);
  };
  return { clock, edge, provisioning, trunks, out, end };
}

describe('trunks that change while calls run', () => {
  it('one that is added is probed, registered and used', async () => {
    const h = house();
    h.provisioning.replace([trunk({ register: REGISTER })]);
    await h.clock.advance(0);
    expect(h.edge.sent.sort()).toEqual(['OPTIONS sip:192.0.2.1:5060', 'REGISTER sip:192.0.2.1:5060 3600']);
    expect(h.out().names).toEqual(['carrier']);
    await h.end();
  });

  it('one that is removed signs off and takes no new call; its calls give their channels back', async () => {
    const h = house({ register: REGISTER });
    await h.clock.advance(0);
    const { ways } = h.out();
    h.provisioning.replace([]);
    await h.clock.advance(0);
    expect(h.edge.sent.at(-1)).toBe('REGISTER sip:192.0.2.1:5060 0');
    expect([h.out().whys, h.trunks.status()]).toEqual([['no trunk has a way out'], []]);
    ways[0]!.onEnded(undefined);
    expect(h.clock.pending).toBe(0);
    await h.end();
  });

  it('one that changed keeps its calls, its health and its registration, and has its new limit', async () => {
    const h = house({ channels: 1, register: REGISTER });
    await h.clock.advance(0);
    const sent = h.edge.sent.length;
    const { ways } = h.out();
    expect(h.out().whys).toEqual(['trunk carrier: 1 of 1 channels in use']);
    h.provisioning.replace([trunk({ channels: 2, register: REGISTER })]);
    await h.clock.advance(0);
    expect(h.edge.sent).toHaveLength(sent);
    expect(h.trunks.status()[0]).toMatchObject({ active: 1, channels: 2, registration: 'registered' });
    expect(h.out().names).toEqual(['carrier']);
    ways[0]!.onEnded(undefined);
    expect(h.trunks.status()[0]!.active).toBe(1);
    await h.end();
  });

  it('one with a new account takes the old binding back before it makes the new one', async () => {
    const h = house({ register: REGISTER, probeMs: 0 });
    await h.clock.advance(0);
    h.provisioning.replace([trunk({ register: { ...REGISTER, username: 'v400' }, probeMs: 0 })]);
    await h.clock.advance(0);
    expect(h.edge.sent.map((line) => line.split(' ')[2])).toEqual(['3600', '0', '3600']);
    expect(h.trunks.status()[0]!.registration).toBe('registered');
    await h.end();
  });
});

describe('limits', () => {
  it('hold in, out and together', async () => {
    const h = house({ channels: 9, limits: { out: 1, together: 2 } });
    expect(h.out().names).toEqual(['carrier']);
    expect(h.out().whys).toEqual(['trunk carrier: 1 of 1 channels out in use']);
    await h.end();
  });
});

describe('trunks and companies', () => {
  it('two companies have a trunk of the same name; each goes out over its own', async () => {
    const h = house({ tenant: 'a', uri: 'sip:a' }, { tenant: 'b', uri: 'sip:b', addresses: ['192.0.3.1'] });
    expect(h.out('a').ways.map(({ route }) => route.uri)).toEqual(['sip:13900139000@a']);
    expect(h.out('b', '', 'carrier').ways.map(({ route }) => route.uri)).toEqual(['sip:13900139000@b']);
    expect(h.out('c').whys).toEqual(['no trunk has a way out']);
    await h.end();
  });

  it('a shared trunk serves the companies that it lists, with their numbers and their share', async () => {
    const tenants = { a: { numbers: ['4001111111', '4001111112'], channels: 1 }, b: { numbers: [] } };
    const h = house({ tenant: 'system', channels: 9, tenants });
    const shown = (tenant: string, callerId: string) => {
      const { ways } = h.out(tenant, callerId);
      ways[0]!.onEnded(undefined);
      return ways[0]!.route.from.uri.replace(/@.*/, '');
    };
    expect([shown('a', '4001111112'), shown('a', '8001'), shown('b', '8001')]).toEqual([
      'sip:4001111112',
      'sip:4001111111',
      'sip:anonymous',
    ]);
    expect(h.out('a').names).toEqual(['carrier']);
    expect(h.out('a').whys).toEqual(['trunk carrier: 1 of 1 channels of a in use']);
    expect(h.out('b').names).toEqual(['carrier']);
    expect(h.out('c').whys).toEqual(['no trunk has a way out']);
    await h.end();
  });
});
