import { levelFor } from '../skills.ts';
import type { Member } from '../state.ts';
import { longestIdle } from './longest-idle.ts';
import { least, type SureStrategy } from './strategy.ts';

/**
 * The highest level that is free (技能等级), in the skills that the caller needs, else of the agents themselves; then who has been off
 * the phone the longest.
 */
export const skill: SureStrategy = (free, view) => {
  const levelOf = ({ agent }: Member) => levelFor(agent, view.visit.needs);
  const level = levelOf(least(free, (member) => -levelOf(member)));
  return longestIdle(
    free.filter((member) => levelOf(member) === level),
    view,
  );
};
