import type { Leg } from '../call/leg.ts';
import type { Talk } from '../call/talk.ts';
import type { TalkState } from '../call/talk-state.ts';
import type { OnCall } from './core/agent.ts';

type Place = 'caller' | 'partner' | 'third';

/** What each in a talk does by it, should he be an agent. */
const PHASES: Readonly<Record<TalkState, Readonly<Record<Place, OnCall>>>> = {
  talking: { caller: 'talking', partner: 'talking', third: 'talking' },
  held: { caller: 'hold', partner: 'hold', third: 'hold' },
  consulting: { caller: 'hold', partner: 'consulting', third: 'talking' },
  alternated: { caller: 'talking', partner: 'consulting', third: 'hold' },
  conference: { caller: 'conference', partner: 'conference', third: 'conference' },
  parked: { caller: 'hold', partner: 'talking', third: 'talking' },
  waiting: { caller: 'hold', partner: 'talking', third: 'talking' },
  reconnecting: { caller: 'hold', partner: 'talking', third: 'talking' },
  // The caller goes on, alone.
  over: { caller: 'talking', partner: 'talking', third: 'talking' },
};

/** Who has a place in a talk, and what he does by it. */
export function phasesOf({
  state,
  places,
}: Pick<Talk, 'state' | 'places'>): readonly (readonly [Leg, OnCall])[] {
  const phases = PHASES[state];
  const { caller, partner, third } = places;
  const all = [
    [caller, phases.caller],
    [partner, phases.partner],
    [third, phases.third],
  ] as const;
  return all.flatMap(([member, phase]) => (member ? [[member.leg, phase] as const] : []));
}
