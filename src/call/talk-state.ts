import type { SegmentKind } from './call-events.ts';

/**
 * What a talk does at the moment. Three have a place in it: the caller, his partner, and a third who is asked or joins in; in a
 * conference guests besides.
 *
 * ```
 *              hold                    consult                alternate
 *   held <------------> talking ---------------> consulting <-----------> alternated
 *    |       resume      | |  ^                    |   |  |                 |  |
 *    |                   | |  |  complete, withdraw|   |  |                 |  |
 *    |                   | |  +--------------------+---|--|-----------------+  |
 *    |                   | |  |                        |  |       confer       |
 *    |                   | |  |   withdraw             |  +----> conference <--+
 *    |                   | |  +---------------------------------+   ^
 *    |                   | +--------------- confer ------------------+
 *    |        park       |                             |
 *    +-------------------+--> parked --> waiting <-----+  wait: the partner left, another is rung
 *
 *   lose: the partner's leg died (talking, held) --> reconnecting
 *   join: somebody takes the partner's place (held, talking, conference, parked, waiting, reconnecting)
 *   turn: caller and partner change places (talking, held)
 *   end:  from everywhere
 * ```
 *
 * - `talking`, `held`: caller and partner; one of them holds (保持).
 * - `consulting`: the partner asks a third (咨询), who may still be rung; the caller hears music.
 * - `alternated`: the partner is back with the caller, the third hears music.
 * - `conference`: all three (三方通话), or more (多方会议): `confer` once more for each; who leaves leaves the others in it until two are left.
 * - `parked` (驻留): the caller alone, until somebody takes him up.
 * - `waiting`: the caller alone, while a new partner is rung.
 * - `reconnecting` (重连): the caller alone, while the partner whose leg died is invited again.
 */
export type TalkState =
  | 'talking'
  | 'held'
  | 'consulting'
  | 'alternated'
  | 'conference'
  | 'parked'
  | 'waiting'
  | 'reconnecting'
  | 'over';

export type TalkStep =
  | 'hold'
  | 'resume'
  | 'consult'
  | 'alternate'
  | 'complete'
  | 'withdraw'
  | 'confer'
  | 'park'
  | 'wait'
  | 'lose'
  | 'join'
  | 'turn'
  | 'end';

const WITH_PARTNER = {
  consult: 'consulting',
  confer: 'conference',
  park: 'parked',
  wait: 'waiting',
  join: 'talking',
  end: 'over',
} as const;

const NEXT: Readonly<Record<TalkState, Partial<Record<TalkStep, TalkState>>>> = {
  talking: { ...WITH_PARTNER, hold: 'held', turn: 'talking', lose: 'reconnecting' },
  held: { ...WITH_PARTNER, resume: 'talking', turn: 'held', lose: 'reconnecting' },
  consulting: {
    alternate: 'alternated',
    complete: 'talking',
    withdraw: 'talking',
    confer: 'conference',
    wait: 'waiting',
    end: 'over',
  },
  alternated: {
    alternate: 'consulting',
    complete: 'talking',
    withdraw: 'talking',
    confer: 'conference',
    end: 'over',
  },
  conference: {
    confer: 'conference',
    complete: 'talking',
    withdraw: 'talking',
    join: 'conference',
    end: 'over',
  },
  parked: { join: 'talking', wait: 'waiting', end: 'over' },
  waiting: { join: 'talking', end: 'over' },
  reconnecting: { join: 'talking', end: 'over' },
  over: {},
};

/** The state after `step`; undefined when the step is not legal in `state`. */
export function transition(state: TalkState, step: TalkStep): TalkState | undefined {
  return NEXT[state][step];
}

/** Who has a place in a talk. */
export interface Places<Seat> {
  readonly caller: Seat;
  readonly partner: Seat | undefined;
  /** Not before he has answered. */
  readonly third: Seat | undefined;
  /** Who else is in the conference. */
  readonly guests?: readonly Seat[];
}

interface Holding {
  /** He holds: he says and hears nothing. */
  readonly held: boolean;
}

export type Meanwhile = 'music' | 'ringback';

type Waiting<Party> = readonly [party: Party, hears: Meanwhile];

/** Who hears each other, and who hears what meanwhile. */
export interface Wiring<Party> {
  /** Hear each other: none, or two and more. */
  readonly talkers: readonly Party[];
  readonly waiting: readonly Waiting<Party>[];
}

/** Nobody is left with silence but who holds himself. */
export function wiringOf<Seat extends Holding>(state: TalkState, places: Places<Seat>): Wiring<Seat> {
  const { caller, partner, third, guests = [] } = places;
  switch (state) {
    case 'talking':
    case 'held':
      return together([caller, partner]);
    case 'consulting':
      return third ? together([partner, third], [caller]) : apart([caller, 'music'], [partner, 'ringback']);
    case 'alternated':
      return together([caller, partner], [third]);
    case 'conference':
      return together([caller, partner, third, ...guests]);
    case 'parked':
    case 'waiting':
    case 'reconnecting':
      return apart([caller, 'music']);
    case 'over':
      return apart();
  }
}

function together<Seat extends Holding>(
  group: readonly (Seat | undefined)[],
  aside: readonly (Seat | undefined)[] = [],
): Wiring<Seat> {
  const active = group.filter((seat) => seat !== undefined && !seat.held) as Seat[];
  if (active.length > 1 && aside.length === 0) return { talkers: active, waiting: [] };
  const alone = active.length < 2 ? active : [];
  const { waiting } = apart(...[...alone, ...aside].map((seat) => [seat, 'music'] as const));
  return { talkers: alone.length > 0 ? [] : active, waiting };
}

function apart<Seat extends Holding>(
  ...pairs: readonly (readonly [Seat | undefined, Meanwhile])[]
): Wiring<Seat> {
  const waiting = pairs.filter((pair): pair is Waiting<Seat> => pair[0] !== undefined && !pair[0].held);
  return { talkers: [], waiting };
}

interface Named extends Holding {
  readonly who: { readonly name: string };
}

/** What the record calls the time spent in a state, and whose it is. `rung`: who is being rung; `slot`: where the caller is parked. */
export function segmentOf(
  state: Exclude<TalkState, 'over'>,
  { caller, partner, third }: Places<Named>,
  { rung, slot }: { readonly rung: string; readonly slot: string },
): { readonly kind: SegmentKind; readonly owner: string } {
  const partnerName = partner?.who.name ?? '';
  switch (state) {
    case 'talking':
    case 'alternated':
      return { kind: 'talk', owner: partnerName };
    case 'held':
      return { kind: 'hold', owner: caller.held ? 'caller' : partnerName };
    case 'consulting':
      return { kind: 'consult', owner: third?.who.name ?? rung };
    case 'conference':
      return { kind: 'conference', owner: partnerName };
    case 'parked':
      return { kind: 'hold', owner: `park ${slot}` };
    case 'waiting':
      return { kind: 'ring', owner: rung };
    case 'reconnecting':
      return { kind: 'hold', owner: `reconnecting ${rung}` };
  }
}
