/** Talks of scenarios: alice has called the hotline and talks with agent 8001. */
import type { Party } from '../../src/call/arrival.ts';
import type { Leg } from '../../src/call/leg.ts';
import type { Talk } from '../../src/call/talk.ts';
import type { ReferRequest, SipLeg } from '../../src/edge/edge.ts';
import { FakeEdge } from '../../src/edge/fake/fake-edge.ts';
import { FAKE_SDP, type FakeInboundLeg, type FakeOutboundLeg } from '../../src/edge/fake/fake-leg.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import type { TenantId } from '../../src/shared/ids.ts';
import { edited, SAMPLE_COMPANIES } from './companies.ts';
import { PHONES, type Scenario, scenario } from './scenario.ts';

/** The sample company, whose trunk also takes calls out. */
export const OPEN_TRUNK = edited(SAMPLE_COMPANIES, {
  trunk: { uri: 'sip:carrier', probeMs: 0 },
});

export interface TalkScenario extends Scenario {
  readonly alice: FakeInboundLeg;
  readonly bob: FakeOutboundLeg;
  readonly talk: Talk;
}

/** Alice in a talk with agent 8001; after it her call does `then`. */
export async function talking(
  parts: Parameters<typeof scenario>[1] = {},
  then: string[] = [],
): Promise<TalkScenario> {
  const s = await scenario(
    async (call) => {
      await call.queue('sales');
      for (const prompt of then) await call.play(prompt);
    },
    { companies: OPEN_TRUNK, ...parts },
  );
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
  const alice = s.call();
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  return { ...s, alice, bob: s.edge.legsTo('8001')[0]!, talk: talkOf(s, alice) };
}

/** The talk that a dialog is in; throws when it is in none. */
export function talkOf(s: Scenario, sip: SipLeg): Talk {
  const talk = s.pbx.calls.talkOf(sip);
  if (!talk) throw new Error('the dialog is in no talk');
  return talk;
}

/** The caller's, the partner's and the third's endpoint. */
export function ears({ places: { caller, partner, third } }: Talk) {
  return { caller: ear(caller.leg), partner: partner && ear(partner.leg), third: third && ear(third.leg) };
}

export function ear(leg: Leg): NullEndpoint {
  return leg.media as NullEndpoint;
}

/** Whether two hear each other. */
export function together(a: NullEndpoint, b: NullEndpoint): boolean {
  return a.hears(b) && b.hears(a);
}

/** Names of what plays to somebody now. */
export function playing(endpoint: NullEndpoint): string | undefined {
  const item = endpoint.playing?.items[0];
  if (!item) return undefined;
  return 'file' in item ? item.file.replace(/^.*\/|\.wav$/g, '') : 'tone' in item ? item.tone : 'silence';
}

/** A phone calls. */
export function phoneCalls(s: Scenario, from: string, to: string, replaces?: SipLeg): FakeInboundLeg {
  return s.call({
    from,
    to,
    source: { transport: 'udp', address: PHONES, port: 5060 },
    ...(replaces && { replaces }),
  });
}

/** An INVITE of a phone that no call is made of: as a feature code gets it. */
export async function dials(s: Scenario, from: string, to: string): Promise<FakeInboundLeg> {
  const edge = new FakeEdge(s.clock);
  await edge.start({ onCall: () => {}, onRequest: () => ({ status: 200 }) });
  return edge.arrive({ from, to });
}

/** A phone of the sample company. */
export function phoneOf(number: string, tenant = 'demo'): Party {
  return { tenant: tenant as TenantId, kind: 'extension', number };
}

/** A phone holds, or takes up again, by re-INVITE. */
export async function reinvites(sip: SipLeg, direction: 'sendrecv' | 'sendonly' | 'inactive'): Promise<void> {
  await sip.delegate.onReoffer!(`${FAKE_SDP}a=${direction}\r\n`);
}

/** A REFER that keeps what it was answered. */
export function refer(user: string, replaces?: SipLeg): ReferRequest & { answers: (string | number)[] } {
  const answers: (string | number)[] = [];
  return {
    answers,
    target: {
      displayName: undefined,
      uri: `sip:${user}@pbx`,
      scheme: 'sip',
      user,
      host: 'pbx',
      port: undefined,
      params: new Map(),
    },
    replaces,
    referredBy: undefined,
    accept: () => answers.push('accepted'),
    progress: (status) => answers.push(status),
    refuse: (status) => answers.push('refused', status),
  };
}

/** Segments of the record so far, `kind owner`. */
export function segments(s: Scenario): string[] {
  return s.facts('segment').map(({ kind, owner }) => `${kind} ${owner}`);
}
