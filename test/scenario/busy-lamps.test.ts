import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutboundRequest, SocketAddress } from '../../src/edge/edge.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** Busy lamps (BLF): phones are told how the phones of their company are. */
const PHONE: SocketAddress = { transport: 'udp', address: PHONES, port: 5060 };
let s: Scenario;
/** NOTIFYs: subscription, its state, version and state of the dialog. */
let told: string[];
let status: number;

beforeEach(async () => {
  s = await scenario(async (call) => {
    await call.dial({ targets: [{ kind: 'extension', number: '8001' }] });
  });
  told = [];
  status = 200;
  const plain = s.edge.request.bind(s.edge);
  vi.spyOn(s.edge, 'request').mockImplementation(async (request) => {
    const { dialog, headers, body = '' } = request as OutboundRequest;
    const version = /version="(\d+)"/.exec(body)?.[1];
    const state = /<state>(\w+)/.exec(body)?.[1];
    told.push(`${dialog} ${headers?.['Subscription-State']} ${version} ${state}`);
    return { ...(await plain(request)), status };
  });
});
afterEach(() => s.close());

const subscribe = (dialog: string, watched = '8001', expires = '600', event = 'dialog;id=7') =>
  s.edge.ask('SUBSCRIBE', watched, {
    dialog,
    source: PHONE,
    header: (name: string) => ({ event, expires })[name.toLowerCase()],
  });

describe('a busy lamp', () => {
  it('is told that the phone rings, talks and is free, and how long it holds', async () => {
    const reply = await subscribe('lamp');
    expect(reply).toMatchObject({ status: 200, headers: { Expires: '600' } });
    await s.clock.advance(1000);
    s.edge.phone('8001', { does: 'answer', afterMs: 3000, talkMs: 5000 });
    s.call();
    await s.clock.advance(20_000);
    expect(told).toEqual([
      'lamp active;expires=600 0 terminated',
      'lamp active;expires=599 1 early',
      'lamp active;expires=596 2 confirmed',
      'lamp active;expires=591 3 terminated',
    ]);
    await s.clock.advance(600_000);
    expect(told.slice(4)).toEqual(['lamp terminated;reason=timeout 4 terminated']);
  });

  it('is refreshed, and put out', async () => {
    await subscribe('lamp');
    await s.clock.advance(500_000);
    await subscribe('lamp');
    await s.clock.advance(500_000);
    expect(told).toHaveLength(2);
    expect(await subscribe('lamp', '8001', '0')).toMatchObject({ status: 200, headers: { Expires: '0' } });
    await s.clock.advance(10);
    expect(told.at(-1)).toBe('lamp terminated;reason=timeout 2 terminated');
    await subscribe('other', '8001', '99999999');
    await s.clock.advance(10);
    expect(told.at(-1)).toBe('other active;expires=3600 0 terminated');
  });

  it('is forgotten when its phone does not know it any more', async () => {
    status = 481;
    await subscribe('lamp');
    await s.clock.advance(10);
    s.edge.phone('8001', { does: 'ring' });
    const caller = s.call();
    await s.clock.advance(1000);
    expect(told).toHaveLength(1);
    caller.remoteEnd('cancelled');
  });

  it('is not for strangers, numbers that are no extension, or other events', async () => {
    const stranger = await s.edge.ask('SUBSCRIBE', '8001', { dialog: 'x', header: () => 'dialog' });
    const presence = await subscribe('x', '8001', '600', 'presence');
    expect([stranger.status, (await subscribe('x', '4001234567')).status, presence.status]).toEqual([
      403, 404, 489,
    ]);
    expect(presence.headers).toEqual({ 'Allow-Events': 'dialog' });
    for (let lamp = 0; lamp < 200; lamp++) expect((await subscribe(`lamp-${lamp}`)).status).toBe(200);
    expect((await subscribe('one-more')).status).toBe(403);
  });
});

it('what Allow names is served, and nothing else', async () => {
  const { headers } = await s.edge.ask('OPTIONS', '8001');
  const allow = String(headers?.['Allow']).split(', ');
  const outside = ['REGISTER', 'OPTIONS', 'SUBSCRIBE', 'MESSAGE', 'PUBLISH'];
  for (const method of outside) {
    const reply = await s.edge.ask(method, '8001', { header: () => undefined });
    expect([method, reply.status !== 405]).toEqual([method, allow.includes(method)]);
  }
});
