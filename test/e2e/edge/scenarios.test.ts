/**
 * Every rule of the edge against SIPp, over UDP and TCP. A scenario is named `<role>-<what>-expect-<result>`: a caller
 * calls the edge, a callee is called by it. What the edge's owner does stands here, what the peer does and expects
 * stands in the scenario.
 */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InboundLeg, OutboundCall, OutboundLeg } from '../../../src/edge/edge.ts';
import { ALICE, BOB, Desk, LegLog } from '../../contract/edge/edge-world.ts';
import { EDGES, type OpenEdge, realDrachtioEdge } from '../../support/edges.ts';
import { drachtioIsOld } from '../../support/real-drachtio.ts';
import { Sipp, sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';

const FOLDER = 'test/e2e/edge/scenarios';
const SCENARIOS = readdirSync(FOLDER).map((file) => file.replace(/\.xml$/, ''));

const pickUp = (leg: InboundLeg) => void leg.answer(BOB).catch(() => {});
const pickUpLater = (leg: InboundLeg) => {
  leg.progress(180);
  setTimeout(() => pickUp(leg), 300);
};

/** What the edge's owner does with the calls of a caller; by default it rings and answers. */
const TAKES: Readonly<Record<string, (leg: InboundLeg) => void>> = {
  'caller-cancel-expect-487': (leg) => leg.progress(180),
  'caller-same-request-twice-expect-482': pickUpLater,
  'caller-update-before-answer-expect-500': pickUpLater,
  'caller-100rel-expect-prack': (leg) => {
    leg.progress(183, BOB);
    pickUp(leg);
  },
};

interface Placing {
  readonly call?: Partial<OutboundCall>;
  /** What is done once the call is there; by default it hangs up when it is answered. */
  readonly drive?: (leg: OutboundLeg) => void;
  /** How the leg ends. */
  readonly ends: Partial<LegLog['ending'] & object>;
}

const hangUpLater = (leg: OutboundLeg) => {
  leg.events.on('answered', () => setTimeout(() => leg.end({ cause: 'normal' }), 100));
};
const giveUp = (leg: OutboundLeg) => {
  leg.events.on('progress', () => leg.end({ cause: 'no-answer' }));
};
const LOCAL = { by: 'local', cause: 'normal' } as const;

/** What the edge's owner does with a call to a callee. */
const PLACINGS: Readonly<Record<string, Placing>> = {
  'callee-answer-expect-bye': { ends: LOCAL },
  'callee-busy-expect-ack': { ends: { by: 'remote', cause: 'busy', status: 486 } },
  'callee-rings-expect-cancel': { drive: giveUp, ends: { by: 'local', cause: 'no-answer' } },
  'callee-answers-after-cancel-expect-ack-and-bye': {
    drive: giveUp,
    ends: { by: 'local', cause: 'no-answer' },
  },
  'callee-early-media-expect-prack': { ends: LOCAL },
  'callee-challenge-expect-credentials': {
    call: { credentials: { username: 'pbx', password: 'secret', realm: 'peer' } },
    ends: LOCAL,
  },
  'callee-stranger-challenge-expect-none': {
    call: { credentials: { username: 'pbx', password: 'secret', realm: 'peer' } },
    ends: { by: 'remote', status: 407 },
  },
  'callee-glare-expect-reinvite-again': {
    drive: (leg) => {
      leg.events.on('answered', () => {
        void leg.reoffer(ALICE).then(() => leg.end({ cause: 'normal' }));
      });
    },
    ends: LOCAL,
  },
  'callee-offers-expect-answer': {
    call: { sdp: undefined as never },
    drive: (leg) => {
      leg.delegate = { onReoffer: () => ALICE };
      hangUpLater(leg);
    },
    ends: LOCAL,
  },
  'callee-hangs-up-expect-ok': { drive: () => {}, ends: { by: 'remote', cause: 'normal' } },
};

/** What a stock drachtio-server does itself, and not as these scenarios want it. */
const STOCK_LIMITS: Readonly<Record<string, string>> = {
  'caller-same-request-twice-expect-482 udp': 'it does not look for merged requests (RFC 3261 8.2.2.2)',
  'caller-same-request-twice-expect-482 tcp': 'it does not look for merged requests (RFC 3261 8.2.2.2)',
  'caller-unknown-method-expect-501 udp': 'it answers no unknown methods',
  'caller-unknown-method-expect-501 tcp': 'it answers no unknown methods',
  'caller-lost-ack-expect-200-again tcp': 'it does not repeat a 2xx over TCP (RFC 3261 13.3.1.4)',
  ...(drachtioIsOld && {
    'caller-update-before-answer-expect-500 udp': 'it leaves an UPDATE before the answer without one',
    'caller-update-before-answer-expect-500 tcp': 'it leaves an UPDATE before the answer without one',
    'callee-glare-expect-reinvite-again udp':
      'an ACK more makes it forget what was refused; SIPp counts them',
    'callee-glare-expect-reinvite-again tcp':
      'an ACK more makes it forget what was refused; SIPp counts them',
    'callee-rings-expect-cancel udp': 'it drops the Reason of a CANCEL',
    'callee-rings-expect-cancel tcp': 'it drops the Reason of a CANCEL',
  }),
};

for (const kind of EDGES) {
  for (const transport of ['udp', 'tcp'] as const) {
    describe.skipIf(sippMissing ?? kind.missing)(`SIPp and the edge ${kind.name}, ${transport}`, () => {
      let open: OpenEdge;
      let edge: OpenEdge['edge'];
      const desk = new Desk();
      const take = new Map<string, (leg: InboundLeg) => void>();

      beforeAll(async () => {
        open = await kind.open();
        edge = open.edge;
        desk.take = (leg) => {
          leg.delegate = {
            onReoffer: () => BOB,
            onRefer: (refer) => {
              refer.accept();
              refer.progress(200);
            },
          };
          const own = take.get(leg.invite.target.user);
          if (own) return own(leg);
          leg.progress(180);
          pickUp(leg);
        };
        await edge.start(desk);
      });

      afterAll(async () => {
        await until('all legs have ended', () => edge.counts.legs === 0, { limitMs: 5000 });
        await edge.close();
        await open.close();
        expect(edge.counts).toEqual({ server: 0, client: 0, timers: 0, legs: 0, dialogs: 0, replies: 0 });
      });

      const limitOf = (scenario: string) =>
        kind === realDrachtioEdge ? STOCK_LIMITS[`${scenario} ${transport}`] : undefined;
      const titleOf = (scenario: string) => {
        const limit = limitOf(scenario);
        return limit ? `${scenario} (skipped: ${limit})` : scenario;
      };

      const flags = transport === 'tcp' ? ({ transport: 't1' } as const) : {};

      /** Scenarios that expect the same message again: `-nr` keeps SIPp from dropping repetitions. */
      const repeating = (scenario: string) =>
        /again|prack/.test(scenario) && scenario.startsWith('caller') ? { more: ['-nr'] } : {};

      for (const scenario of SCENARIOS.filter((name) => name.startsWith('caller'))) {
        test.skipIf(limitOf(scenario)).concurrent(titleOf(scenario), async () => {
          const own = TAKES[scenario];
          if (own) take.set(scenario, own);
          const sipp = await Sipp.run({
            scenario,
            folder: FOLDER,
            to: open.sip,
            service: scenario,
            limitMs: 20_000,
            ...flags,
            ...repeating(scenario),
          });
          await sipp.passed();
        });
      }

      for (const scenario of SCENARIOS.filter((name) => name.startsWith('callee'))) {
        test.skipIf(limitOf(scenario)).concurrent(titleOf(scenario), async ({ expect }) => {
          const sipp = await Sipp.run({ scenario, folder: FOLDER, limitMs: 20_000, ...flags });
          const uri = `sip:peer@127.0.0.1:${sipp.port};transport=${transport}`;
          const placing = PLACINGS[scenario]!;
          const leg = edge.call({ uri, from: { uri: 'sip:pbx@127.0.0.1' }, sdp: ALICE, ...placing.call });
          const log = new LegLog(leg);
          (placing.drive ?? hangUpLater)(leg);
          await sipp.passed();
          await until('the leg has ended', () => log.ending !== undefined);
          expect(log.ending).toMatchObject(placing.ends);
        });
      }
    });
  }
}
