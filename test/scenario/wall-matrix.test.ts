/**
 * A company is a wall: each way to reach somebody (verb) is tried with each kind of number, by two companies whose names are
 * equal. The tables are complete, or a test fails: verbs are found in `call/`, kinds of entities and feature codes in their
 * registries.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { consult } from '../../src/call/attended-transfer.ts';
import { inviteToConference } from '../../src/call/conference.ts';
import { monitor } from '../../src/call/monitor.ts';
import { takeIn } from '../../src/call/take-in.ts';
import { transfer } from '../../src/call/transfer.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import { STANDARD_CODES } from '../../src/provisioning/feature-codes.ts';
import { KIND_NAMES, type KindName } from '../../src/provisioning/kinds.ts';
import { dials, phoneOf, refer, talkOf } from '../support/talk.ts';
import { ALONE, HOTLINES, otherOf, TENANTS, type Tenant, TwoCompanies } from '../support/two-companies.ts';

const toSales = (call: FlowCall) => call.queue('sales');
let house: TwoCompanies;
const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});
async function open(...parts: Parameters<typeof TwoCompanies.open>): Promise<void> {
  house = await TwoCompanies.open(...parts);
  closes.push(() => house.close());
}

/** Kinds of numbers, and who is called where each is dialled: by company, `phone` or `carrier`. */
const NUMBERS = {
  'an extension that both have': () => '8001',
  'an extension that the other alone has': (own: Tenant) => ALONE[otherOf(own)],
  'its own hotline': (own: Tenant) => HOTLINES[own],
  "the other's hotline": (own: Tenant) => HOTLINES[otherOf(own)],
  'a number outside': () => '13900139000',
} satisfies Record<string, (own: Tenant) => string>;
type NumberKind = keyof typeof NUMBERS;

/** A talk of a company that goes on to a number; what is called from then on counts. */
const inTalk =
  (act: (own: Tenant, to: string) => unknown) =>
  async (own: Tenant, to: string): Promise<void> => {
    await house.talking(own);
    house.called.length = 0;
    await act(own, to);
  };
const talkIn = (own: Tenant) => talkOf(house.s, house.phone('8002', own));

/** Who is called: `own`, the company's own phones or carrier; `other`, a phone of the other company. */
interface Verb {
  readonly go: (own: Tenant, to: string) => unknown;
  /** Hosts that are called, in the order of `NUMBERS`; '' for nobody. `A` is the company itself, `B` the other. */
  readonly reaches: readonly [string, string, string, string, string];
}

const OUT = 'carrier-A';
const VERBS: Readonly<Record<string, Verb>> = {
  dial: {
    go: (own, to) => house.dials(own, '8003', to),
    reaches: ['phone-A', OUT, 'phone-A', 'phone-B', OUT],
  },
  originate: {
    go: (own, to) => house.s.pbx.originate({ tenant: own, extension: '8003', number: to, by: 'crm' }),
    reaches: ['phone-A', `phone-A ${OUT}`, 'phone-A', `phone-A ${OUT}`, `phone-A ${OUT}`],
  },
  transfer: {
    go: inTalk((own, to) => void transfer(talkIn(own), to)),
    reaches: ['phone-A', OUT, '', OUT, OUT],
  },
  consult: {
    go: inTalk((own, to) => void consult(talkIn(own), to)),
    reaches: ['phone-A', OUT, OUT, OUT, OUT],
  },
  inviteToConference: {
    go: inTalk((own, to) => void inviteToConference(talkIn(own), to)),
    reaches: ['phone-A', OUT, OUT, OUT, OUT],
  },
  answerRefer: {
    go: inTalk((own, to) => house.phone('8002', own).delegate.onRefer!(refer(to))),
    reaches: ['phone-A', OUT, '', OUT, OUT],
  },
  forward: {
    go: (own, to) => {
      house.s.edge.phone(`8002-${own}`, { does: 'forward', to: [to] });
      house.dials(own, '8003', '8002');
    },
    reaches: ['phone-A', 'phone-A', 'phone-A', 'phone-A', 'phone-A'],
  },
};
/** Exports of `call/` that take a number, and are a part of a verb. */
const PARTS_OF_VERBS = ['openAtPhone', 'putThrough', 'summon', 'bring', 'pickUp', 'parkedIn', 'pickUpParked'];

it('every operation of call/ that leads to a number is a verb here', () => {
  const folder = 'src/call';
  const texts = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const leading = /^export (?:async )?function (\w+)(?:<[^>]*>)?\(([^{]*?)\): /gms;
  const found = texts
    .flatMap((text) => [...text.matchAll(leading)])
    .filter(([, , params = '']) =>
      /number: string|refer: ReferRequest|directory: Directory|slot: string|extension/.test(params),
    )
    .map(([, name = '']) => name)
    .filter((name) => name !== 'ring');
  expect(found).toContain('transfer');
  expect(found.filter((name) => !(name in VERBS) && !PARTS_OF_VERBS.includes(name))).toEqual([]);
});

const CELLS = TENANTS.flatMap((own) =>
  Object.entries(VERBS).flatMap(([verb, { reaches }]) =>
    (Object.keys(NUMBERS) as NumberKind[]).map((kind, at) => [own, verb, kind, reaches[at]!] as const),
  ),
);

describe('a number', () => {
  it.each(CELLS)('%s: %s, %s: %s', async (own, verb, kind, expected) => {
    await open(toSales);
    const other = otherOf(own);
    await VERBS[verb]!.go(own, NUMBERS[kind](own));
    await house.s.clock.advance(4_000);
    const hosts = [...new Set(house.called)].join(' ');
    expect(hosts).toBe(expected.replaceAll('A', own).replaceAll('B', other));
    // Only who is called from outside has a call of it; no name or number of the house that calls is in that.
    const facts = house.s.events.filter(({ tenantId }) => tenantId === other);
    expect(facts.length > 0).toBe(expected.includes('B'));
    expect(JSON.stringify(facts.filter(({ type }) => type === 'arrived'))).not.toMatch(/800[123]|carrier/);
    expect(house.factsOf(own)).toBeGreaterThan(0);
  });
});

/** What each feature code does where something goes on at the other company alone: nothing. */
const CODES: { readonly [code in keyof typeof STANDARD_CODES]: string } = {
  echo: '',
  pickUp: 'there is ringing at 8001 of the other company',
  pickUpAt: 'there is ringing at 8001 of the other company',
  park: 'somebody is parked in 7 of the other company',
  doNotDisturb: 'below',
  forwardAlways: 'below',
  forwardBusy: 'below',
  forwardNoAnswer: 'below',
  forwardUnreachable: 'below',
  // what agents and supervisors do: desk/walls.test.ts
  signIn: '',
  signInOutside: '',
  signOut: '',
  agentReady: '',
  agentBusy: '',
  agentBreak: '',
  endWrapUp: '',
  nuisance: '',
  monitor: '',
  whisper: '',
  barge: '',
  pickUpQueue: '',
  voicemail: '',
};

describe('a feature code', () => {
  it('each is tried', () => expect(Object.keys(CODES)).toEqual(Object.keys(STANDARD_CODES)));

  it.each(TENANTS.flatMap((own) => [`*8`, `**8001`, `*857`].map((code) => [own, code] as const)))(
    '%s: %s takes nothing of the other company, and takes what there is in its own',
    async (own, code) => {
      await open(toSales);
      const other = otherOf(own);
      for (const tenant of [other, own]) {
        if (code === '*857') {
          const { agent } = await house.talking(tenant);
          agent.delegate.onRefer!(refer('*857'));
        } else {
          house.s.edge.phone(`8001-${tenant}`, { does: 'ring' });
          house.dials(tenant, '8002', '8001');
        }
        await house.s.clock.advance(2_000);
        const before = house.factsOf(other);
        const phone = house.dials(own, '8003', code);
        await house.s.clock.advance(20_000);
        expect([tenant, phone.state, phone.statuses.includes(200)]).toEqual(
          tenant === own ? [own, 'confirmed', true] : [other, 'ended', true],
        );
        const said = house.s.facts('step').filter(({ step }) => step === 'feature code');
        if (tenant === other) expect(said).toMatchObject([{ tenantId: own }]);
        if (tenant === other) expect(house.factsOf(other)).toBe(before);
      }
    },
  );

  it.each(TENANTS)('%s: the echo is a call of its own', async (own) => {
    await open(toSales);
    house.dials(own, '8003', '*43');
    await house.s.clock.advance(1_000);
    expect([house.called, house.factsOf(otherOf(own)), house.s.pbx.calls.ofTenant(own).length]).toEqual([
      [],
      0,
      1,
    ]);
  });
});

describe('what a phone sets for the calls to it', () => {
  it.each(TENANTS)('%s: counts for the extension of that number in its own company alone', async (own) => {
    await open(toSales);
    const other = otherOf(own);
    for (const code of ['*78', '*728003', '*908003', '*928003', '*948003']) house.dials(own, '8001', code);
    await house.s.clock.advance(20_000);
    house.called.length = 0;
    house.dials(other, '8002', '8001');
    await house.s.clock.advance(3_000);
    const { directory } = house.s.pbx.acd.parts;
    expect([house.called, directory.settings('8001', other)]).toMatchObject([
      [`phone-${other}`],
      { doNotDisturb: false, always: '', busy: '', noAnswer: '', unreachable: '' },
    ]);
    expect(directory.settings('8001', own)).toMatchObject({ doNotDisturb: true, always: '8003' });
    house.dials(own, '8001', `*72${ALONE[other]}`);
    await house.s.clock.advance(5_000);
    // To the company that is no extension, and its phones have no right to forward outside.
    expect(directory.settings('8001', own).always).toBe('8003');
  });
});

describe('a dialog of the other company', () => {
  it.each(TENANTS)(
    '%s cannot take its place, be transferred into it, listen to it or join it',
    async (own) => {
      await open(toSales, { can: { conference: true } });
      const { s } = house;
      const other = otherOf(own);
      const theirs = await house.talking(other);
      const before = house.factsOf(other);
      for (const dialog of [theirs.agent, theirs.caller]) {
        const phone = house.dials(own, '8003', '8001', dialog);
        await s.clock.advance(100);
        expect(phone.statuses).toEqual([481]);
      }
      const ours = await house.talking(own);
      const attended = refer('8001', theirs.agent);
      ours.agent.delegate.onRefer!(attended);
      expect(attended.answers).toEqual(['refused', 481]);
      const call = talkOf(s, theirs.agent).call;
      const phone = await dials(s, '8003', '*8');
      expect(await takeIn(call, phone, phoneOf('8003', own), '8003')).toBeUndefined();
      expect([phone.statuses, theirs.agent.state, theirs.caller.state]).toEqual([
        [403],
        'confirmed',
        'confirmed',
      ]);
      expect([house.factsOf(other), talkOf(s, theirs.agent).state]).toEqual([before, 'talking']);
      expect(() =>
        monitor(talkOf(s, ours.agent), talkOf(s, theirs.agent).places.caller.leg, { mode: 'listen' }),
      ).toThrow(expect.objectContaining({ code: 'no-such-party' }));
    },
  );

  it.each(TENANTS)(
    'a phone of %s in a call of the other company may not transfer or park it',
    async (own) => {
      await open(toSales);
      const guest = house.dials(own, '8003', HOTLINES[otherOf(own)]);
      // In the records of both: the guest's company says so when the hotline answers, the other when an agent does.
      await house.s.clock.runUntil(() => house.s.facts('connected').length === 2);
      house.called.length = 0;
      for (const to of ['8001', HOTLINES[own], '*857', '13900139000']) {
        const asked = refer(to);
        guest.delegate.onRefer!(asked);
        expect([to, asked.answers]).toEqual([to, ['refused', 403]]);
      }
      expect([house.called, guest.state]).toEqual([[], 'confirmed']);
    },
  );
});

/** What a caller of a hotline meets of each kind of entity, by a name that both companies have. */
const USES: { readonly [kind in KindName]?: string | ((call: FlowCall) => Promise<unknown>) } = {
  tenant: 'its feature codes: above',
  trunk: (call) => call.dial({ targets: [{ kind: 'line', number: '13900139000', trunk: 'carrier' }] }),
  extension: (call) => call.dial({ targets: [{ kind: 'extension', number: '8001' }] }),
  agent: (call) => call.queue('sales'),
  queue: (call) => call.queue('sales'),
  nuisance: 'the desk finds and the dialplan asks for those of its company: test/scenario/desk',
  mailbox: async (call) => {
    await call.answer();
    await call.voicemail('sales');
  },
  survey: async (call) => {
    await call.answer();
    await call.survey('after');
  },
  group: (call) => call.group('600'),
  conference: 'rooms of the same number: test/scenario/conference-rooms',
  skill: 'agents, queues and flows name those of their company: test/unit/provisioning/references',
  reseller: 'system has them, calls ask for none: test/unit/http/walls',
  department: 'rights reach agents of the own company: test/unit/provisioning/organisation',
  breakReason: 'the desk asks for those of the agent: test/scenario/desk',
  disposition: 'a queue names one of its company: test/unit/provisioning/references',
  contact: 'agents read the directory of their company: test/unit/http/workspace',
  script: 'a queue names one of its company: test/unit/provisioning/references',
  list: 'the dialplan asks for lists by tenant: test/unit/numbering',
  calendar: 'the dialplan knows calendars by tenant: test/unit/dialplan',
  prompt: 'a company hears its own alone: test/scenario/stored-hotline',
  secret: 'the dialplan asks for those of its company: test/unit/dialplan/flow-nodes',
  hotline: 'its number is of one company only: test/scenario/stored-hotline',
  announcement: 'the dialplan asks for those of its company: test/unit/dialplan/announcements',
  wallboard: 'a screen sees the queues of its company: test/unit/wallboard/wallboards',
  segments: 'all companies share it: test/unit/open-tables',
  holidays: 'all companies share them: test/unit/open-tables',
};

describe('an entity whose name both have', () => {
  it('every kind is tried, or said why not', () =>
    expect(KIND_NAMES.filter((kind) => USES[kind] === undefined)).toEqual([]));

  const tried = KIND_NAMES.filter((kind) => typeof USES[kind] === 'function');
  it.each(TENANTS.flatMap((own) => tried.map((kind) => [own, kind] as const)))(
    '%s: its own %s serves its caller, when it is not there nobody does',
    async (own, kind) => {
      const use = USES[kind] as (call: FlowCall) => Promise<unknown>;
      await open(use);
      const { s } = house;
      const other = otherOf(own);
      const visit = async () => {
        house.called.length = 0;
        const before = s.media.endpoints.size;
        house.arrives(own);
        // a queue asks first whether he may come in
        if (s.media.endpoints.size === before) await s.clock.settle();
        const caller = s.ear();
        await s.clock.advance(10_000);
        expect(house.factsOf(other)).toBe(0);
        return [...new Set([...house.called, ...s.heard(caller).filter((prompt) => prompt === 'goodbye')])];
      };
      const met = await visit();
      expect(met).toHaveLength(1);
      expect(['goodbye', `phone-${own}`, `carrier-${own}`]).toContain(met[0]);
      // Without its own it gets nothing, though the other company's is there.
      s.change({ [kind]: (value: { tenant: string }) => (value.tenant === own ? undefined : value) });
      expect(await visit()).toEqual([]);
    },
  );
});

it.each(TENANTS)('a group that both have rings the phones of %s, whose phone dials it', async (own) => {
  await open(toSales);
  house.dials(own, '8003', '600');
  await house.s.clock.advance(500);
  expect([house.called, house.factsOf(otherOf(own))]).toEqual([[`phone-${own}`], 0]);
});

describe('limits', () => {
  it.each(TENANTS)('those of the queue and of the trunk of %s count its own calls', async (own) => {
    await open(toSales);
    const { s } = house;
    const other = otherOf(own);
    s.change({ trunk: { channels: 1 }, queue: { maxCallers: 1 } });
    house.dials(other, '8003', '13900139000');
    house.dials(own, '8003', '13900139000');
    await s.clock.advance(2_000);
    expect(house.called).toEqual([`carrier-${other}`, `carrier-${own}`]);
    const second = house.dials(own, '8001', '13900139000');
    await s.clock.advance(2_000);
    expect([house.called.length, second.state]).toEqual([2, 'ended']);
    expect(s.pbx.trunks.status().map(({ tenant, active }) => [tenant, active])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });
});
