import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutboundRequest, SocketAddress } from '../../src/edge/edge.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { Scope } from '../../src/shared/scope.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { Messages } from '../../src/voicemail/messages.ts';
import { companiesIn } from '../support/companies.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';
import { phoneCalls } from '../support/talk.ts';

/** Message lamps (MWI, RFC 3842) and the mailbox of an extension that nobody answers. */
const PHONE: SocketAddress = { transport: 'udp', address: PHONES, port: 5060 };
const HOUSE = `
tenant: demo
tenants: { demo: {} }
trunks: { carrier: { addresses: [127.0.0.1], uri: "sip:carrier", probe: 0s, numbers: [01066668888] } }
extensions:
  8001: { voicemail: night, ownNumber: 01066668888 }
  8002: {}
  8003: { forward: { noAnswer: 8002, ring: 5s }, voicemail: night }
mailboxes: { night: {}, shared: { extensions: [8001, 8002] } }
`;

let s: Scenario;
let store: MemoryStore;
let messages: Messages<never>;
/** NOTIFYs: subscription, its state, what waits. */
let told: string[];
let status: number;

beforeEach(async () => {
  store = new MemoryStore();
  const provisioning = new Provisioning(companiesIn(HOUSE));
  messages = new Messages<never>({
    store,
    files: { audio: async () => undefined, peaks: async () => undefined, delete: async () => true },
    provisioning,
    clock: { now: () => s.clock.now() } as never,
  });
  s = await scenario(async () => {}, { provisioning, messages, journal: store.journal });
  told = [];
  status = 200;
  const plain = s.edge.request.bind(s.edge);
  vi.spyOn(s.edge, 'request').mockImplementation(async (request) => {
    const { dialog, headers, body = '' } = request as OutboundRequest;
    const [waiting, account, count] = body.split('\r\n');
    told.push(`${dialog} ${headers?.['Subscription-State']}: ${waiting}, ${count}`);
    expect(account).toBe(`Message-Account: ${request.uri}`);
    return { ...(await plain(request)), status };
  });
  for (const number of ['8001', '8002', '8003']) s.edge.phone(number, { does: 'ring' });
});
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const subscribe = (dialog: string, of = '8001', expires = '600', event = 'message-summary') =>
  s.edge.ask('SUBSCRIBE', of, {
    dialog,
    source: PHONE,
    header: (name: string) => ({ event, expires })[name.toLowerCase()],
  });
const NONE = 'Messages-Waiting: no, Voice-Message: 0/0 (0/0)';

/** A colleague leaves a message of ten seconds; its call's id. */
async function leave(called = '8001'): Promise<string> {
  const phone = phoneCalls(s, '8002', called);
  await s.clock.advance(21_000);
  expect(phone.statuses.at(-1)).toBe(200);
  await s.clock.advance(20_000);
  phone.remoteEnd('normal');
  await s.clock.runUntil(() => s.pbx.calls.size === 0);
  return (await store.messages.list({}, Scope.all, 1))[0]!.callId;
}

describe('a message lamp', () => {
  it('is told at once, when a message is left, when it is heard, and when it is deleted', async () => {
    expect(await subscribe('lamp')).toMatchObject({ status: 200, headers: { Expires: '600' } });
    await s.clock.advance(0);
    expect(told).toEqual([`lamp active;expires=600: ${NONE}`]);
    const id = await leave();
    await s.clock.advance(0);
    expect(told.at(-1)).toMatch(
      /^lamp active;expires=\d+: Messages-Waiting: yes, Voice-Message: 1\/0 \(0\/0\)$/,
    );
    const scope = Scope.of('demo');
    await messages.change(id, scope, { name: 'li' }, { note: 'x' });
    await messages.change(id, scope, { name: 'li' }, { heard: true });
    await s.clock.advance(0);
    expect(told).toHaveLength(3);
    expect(told.at(-1)).toContain('Messages-Waiting: no, Voice-Message: 0/1 (0/0)');
    await messages.delete(id, scope, { name: 'li' }, 'seen to');
    await s.clock.advance(0);
    expect(told.at(-1)).toContain(NONE);
  });

  it('is refreshed, ends by its time or when it is put out, and is forgotten where its phone does not know it', async () => {
    await subscribe('lamp', '8001', '99999');
    await s.clock.advance(500_000);
    await subscribe('lamp');
    await s.clock.advance(599_000);
    expect(told.map((each) => each.split(':')[0])).toEqual([
      'lamp active;expires=3600',
      'lamp active;expires=600',
    ]);
    await s.clock.advance(2_000);
    expect(told.at(-1)).toBe(`lamp terminated;reason=timeout: ${NONE}`);
    await subscribe('other');
    expect(await subscribe('other', '8001', '0')).toMatchObject({ status: 200, headers: { Expires: '0' } });
    await s.clock.advance(10);
    expect(told.at(-1)).toBe(`other terminated;reason=timeout: ${NONE}`);
    status = 481;
    await subscribe('gone');
    await s.clock.advance(10);
    const count = told.length;
    messages.events.emit('changed', { tenant: 'demo', box: 'night' });
    await s.clock.advance(10);
    expect(told).toHaveLength(count);
  });

  it('is of the phone that asks and its mailboxes, whichever it gets later, and of no stranger', async () => {
    const stranger = await s.edge.ask('SUBSCRIBE', '8001', { dialog: 'x', header: () => 'message-summary' });
    const ofOthers = await s.edge.ask('SUBSCRIBE', '8001', {
      dialog: 'x',
      source: PHONE,
      from: { uri: 'sip:8002@demo', user: '8002', displayName: undefined },
      header: (name: string) => (name.toLowerCase() === 'event' ? 'message-summary' : undefined),
    } as never);
    const presence = await subscribe('x', '8001', '600', 'presence');
    expect([stranger.status, ofOthers.status, presence.status]).toEqual([403, 403, 489]);
    expect(presence.headers).toEqual({ 'Allow-Events': 'dialog, message-summary' });
    await subscribe('of-8002', '8002');
    await s.clock.advance(0);
    await leave();
    expect(told).toHaveLength(1);
    s.change({ extension: (each) => (each.number === '8002' ? { voicemail: 'night' } : each) });
    await s.clock.advance(0);
    expect(told.at(-1)).toContain('of-8002 active');
    expect(told.at(-1)).toContain('Voice-Message: 1/0');
    for (let lamp = 0; lamp < 10; lamp++) expect((await subscribe(`lamp-${lamp}`)).status).toBe(200);
    expect((await subscribe('one-more')).status).toBe(403);
  });
});

describe('an extension that nobody answers', () => {
  const boxes = async () =>
    (await store.messages.list({}, Scope.all, 9)).map(({ caller, voicemail }) => [caller, voicemail!.box]);
  const steps = async () =>
    (await store.cdrs.query({})).cdrs[0]!.path.map(({ step, why }) => `${step}: ${why}`);

  it('has its callers leave a message, those of its direct line, too', async () => {
    await leave();
    expect(await boxes()).toEqual([['8002', 'night']]);
    expect(await steps()).toContain('extension 8001: nobody answers: the caller goes to mailbox night');
    const caller = s.call({ to: '01066668888' });
    await s.clock.advance(40_000);
    caller.remoteEnd('normal');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(await boxes()).toEqual([
      ['13800138000', 'night'],
      ['8002', 'night'],
    ]);
    const { cdrs } = await store.cdrs.query({});
    expect(cdrs[0]).toMatchObject({ outcome: 'voicemail', targets: [{ target: '8001', ringMs: 20_000 }] });
  });

  it('so, while it is busy or has no phone; not where it has no mailbox, or somebody answers', async () => {
    for (const behaviour of [
      { does: 'reject', status: 486 },
      { does: 'reject', status: 480 },
    ] as const) {
      s.edge.phone('8001', behaviour);
      const phone = phoneCalls(s, '8002', '8001');
      await s.clock.advance(20_000);
      expect(phone.statuses.at(-1)).toBe(200);
      phone.remoteEnd('normal');
      await s.clock.runUntil(() => s.pbx.calls.size === 0);
    }
    expect(await boxes()).toHaveLength(2);
    const none = phoneCalls(s, '8001', '8002');
    await s.clock.advance(70_000);
    expect(none.statuses.at(-1)).toBeGreaterThanOrEqual(400);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    phoneCalls(s, '8002', '8001');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(await boxes()).toHaveLength(2);
  });

  it('and forwards then rings there first', async () => {
    const phone = phoneCalls(s, '8001', '8003');
    await s.clock.advance(10_000);
    expect(s.edge.rung).toEqual(['8003', '8002']);
    await s.clock.advance(55_000);
    expect(phone.statuses.at(-1)).toBe(200);
    await s.clock.advance(20_000);
    phone.remoteEnd('normal');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(await boxes()).toEqual([['8001', 'night']]);
  });
});
