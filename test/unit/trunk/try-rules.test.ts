/** What is told of the rules is what calls go through. */
import { describe, expect, it } from 'vitest';
import { FakeEdge } from '../../../src/edge/fake/fake-edge.ts';
import { ReceivedRequest } from '../../../src/edge/leg/edge-message.ts';
import type { Trunk } from '../../../src/provisioning/kind/trunk.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { parseMessage, type SipRequest } from '../../../src/sip/message/index.ts';
import { Trunks } from '../../../src/trunk/trunks.ts';
import { type TriedIn, tryIn, tryOut } from '../../../src/trunk/try-rules.ts';
import { entity } from '../../support/companies.ts';
import { CARRIER } from './trunk-house.ts';

const IMS: Partial<Trunk> = {
  register: { username: 'u400', password: 'p', expiresMs: 60_000 },
  rewrite: {
    callerIn: [{ match: '9', strip: 1, add: '' }],
    calledIn: [
      { match: '7788', strip: 4, add: '400' },
      { match: '+86400', strip: 3, add: '' },
    ],
    callerOut: [{ match: '0', strip: 1, add: '+86' }],
    calledOut: [{ match: '1', strip: 0, add: '+86' }],
  },
  callerIdOut: 'pai',
  callerId: '075523456789',
};

function trunksOf(config: Trunk): Trunks {
  const clock = new ManualClock();
  const provisioning = new Provisioning([entity('trunk', config)]);
  const edge = new FakeEdge(clock);
  return new Trunks({ provisioning, clock, edge, ids: seededIds(7), log: silentLogger });
}

/** The same call as bytes, as the edge hands it to the trunks. */
function inviteOf({ called, to = called, caller, identity, remoteParty, privacy }: TriedIn) {
  const uri = (text: string) => {
    if (text.includes('<')) return text;
    return `<${/^(sip|tel):/.test(text) ? text : `sip:${text}${text === '' ? '' : '@'}192.0.2.9`}>`;
  };
  const head = [
    `INVITE ${uri(called).slice(1, -1)} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1',
    `From: ${uri(caller)};tag=1`,
    `To: ${uri(to)}`,
    'Call-ID: 1',
    'CSeq: 1 INVITE',
    ...(identity === undefined ? [] : [`P-Asserted-Identity: ${uri(identity)}`]),
    ...(remoteParty === undefined ? [] : [`Remote-Party-ID: ${uri(remoteParty)}`]),
    ...(privacy === undefined ? [] : [`Privacy: ${privacy}`]),
    '\r\n',
  ].join('\r\n');
  const message = parseMessage(Buffer.from(head)) as SipRequest;
  const remote = { transport: 'udp', address: '192.0.2.7', port: 5060 };
  return new ReceivedRequest(message, { remote, local: remote } as never);
}

describe('a call in', () => {
  it.each<[string, Partial<Trunk>, TriedIn]>([
    ['plain', {}, { called: '4001234567', caller: '13800138000' }],
    ['+86', IMS, { called: '+864001234567', caller: '+8613800138000' }],
    ['a local number', {}, { called: '23456789', caller: '88886666' }],
    ['rewritten', IMS, { called: '77881234567', caller: '913800138000' }],
    ['parameters', {}, { called: '+864001234567;npdi;rn=+86137', caller: '13800138000;phone-context=+86' }],
    ['account in the Request-URI', IMS, { called: 'u400', to: '4007654321', caller: '13800138000' }],
    ['tel URIs', {}, { called: 'tel:+864001234567', caller: 'tel:+8613800138000' }],
    ['asserted', {}, { called: '4001234567', caller: 'anonymous', identity: 'tel:+8613800138000' }],
    [
      'private',
      {},
      { called: '4001234567', caller: '13800138000', identity: '13800138000', privacy: 'id;critical' },
    ],
    [
      'Remote-Party-ID',
      { callerIdIn: 'rpid' },
      { called: '400', caller: '1', remoteParty: '"Wang" <sip:13900139000@x>' },
    ],
    [
      'Remote-Party-ID that withholds',
      { callerIdIn: 'rpid' },
      { called: '400', caller: '1', remoteParty: '<sip:13900139000@x>;privacy=full' },
    ],
    ['anonymous', { callerIdIn: 'from' }, { called: '400', caller: '<sip:anonymous@anonymous.invalid>' }],
  ])('%s: comes to the numbers that Trunks.admit gives it', async (_, changes, asked) => {
    const config = { ...CARRIER, ...changes };
    const trunks = trunksOf(config);
    const call = trunks.admit(inviteOf(asked))!;
    const { called, caller, steps } = tryIn(config, asked);
    expect([called, caller]).toEqual([call.called, call.caller]);
    // Each step goes on where the one before has ended.
    for (const of of ['called', 'caller'] as const) {
      const own = steps.filter((step) => step.of === of);
      for (const [at, step] of own.entries()) if (at > 0) expect(step.before).toBe(own[at - 1]!.after);
      expect(own.at(-1)!.after).toBe(of === 'called' ? called : caller);
    }
    await trunks.close();
  });

  it('tells each step, with the rule that fits', () => {
    const config = { ...CARRIER, ...IMS };
    expect(tryIn(config, { called: '+864001234567', caller: '913800138000' }).steps).toEqual([
      { of: 'called', step: 'request-uri', before: '+864001234567', after: '+864001234567', rule: undefined },
      { of: 'called', step: 'rule', before: '+864001234567', after: '4001234567', rule: 1 },
      { of: 'called', step: 'one-form', before: '4001234567', after: '4001234567', rule: undefined },
      { of: 'caller', step: 'from-instead', before: '913800138000', after: '913800138000', rule: undefined },
      { of: 'caller', step: 'rule', before: '913800138000', after: '13800138000', rule: 0 },
      { of: 'caller', step: 'one-form', before: '13800138000', after: '13800138000', rule: undefined },
    ]);
  });

  it('says where To was read, what was taken off, that no rule fits, and that the number is withheld', () => {
    const config = { ...CARRIER, ...IMS };
    const { steps } = tryIn(config, {
      called: 'u400',
      to: 'sip:4007654321;npdi@x',
      caller: '13800138000',
      privacy: 'id',
    });
    expect(steps.map(({ step }) => step)).toEqual([
      ...['to', 'parameters', 'no-rule', 'one-form'],
      ...['from-instead', 'no-rule', 'one-form', 'withheld'],
    ]);
  });
});

describe('a call out', () => {
  it.each<[string, Partial<Trunk>, string, string, boolean]>([
    ['as it is', {}, '13900139000', '', false],
    ['rewritten, asserted', IMS, '13900139000', '', false],
    ['shows a hotline', IMS, '02088886666', '4001234567', true],
    ["shows another's number: the trunk's own", IMS, '02088886666', '4009999999', false],
    ['Remote-Party-ID', { ...IMS, callerIdOut: 'rpid' }, '13900139000', '075523456789', false],
    ['withheld', {}, '13900139000', '', false],
  ])('%s: is the route that a call takes', async (_, changes, number, wanted, isHotline) => {
    const config = { ...CARRIER, ...changes };
    const trunks = trunksOf(config);
    const shows = { number: wanted, isHotline };
    const request = { number, tenant: 'demo', trunk: undefined, shows };
    const [way] = trunks.waysOut(request, () => {});
    const { requestUri, from, headers } = tryOut(config, { number, tenant: 'demo', shows });
    expect(requestUri).toBe(way!.route.uri);
    expect(from).toBe(way!.route.from.uri);
    expect(Object.fromEntries(headers.map(({ name, value }) => [name, value]))).toEqual(way!.route.headers);
    way!.onEnded(undefined);
    await trunks.close();
  });

  it('tells what is shown instead, and which rules fit', () => {
    const config = { ...CARRIER, ...IMS };
    const shows = { number: '4009999999', isHotline: false };
    expect(tryOut(config, { number: '13900139000', tenant: 'demo', shows }).steps).toEqual([
      { of: 'called', step: 'dialled', before: '13900139000', after: '13900139000', rule: undefined },
      { of: 'called', step: 'rule', before: '13900139000', after: '+8613900139000', rule: 0 },
      { of: 'caller', step: 'wanted', before: '4009999999', after: '4009999999', rule: undefined },
      { of: 'caller', step: 'not-own', before: '4009999999', after: '075523456789', rule: undefined },
      { of: 'caller', step: 'rule', before: '075523456789', after: '+8675523456789', rule: 0 },
    ]);
  });

  it('has nowhere to go over a trunk without a way out', () => {
    const { uri: _, ...config } = CARRIER;
    const shows = { number: '', isHotline: false };
    const found = tryOut(config, { number: '1', tenant: 'demo', shows });
    expect([found.requestUri, found.from, found.headers]).toEqual([undefined, undefined, []]);
  });
});
