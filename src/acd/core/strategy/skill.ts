import { longestIdle } from './longest-idle.ts';
import { least, type SureStrategy } from './strategy.ts';

/** The highest level that is free (技能等级), then who has been off the phone the longest. */
export const skill: SureStrategy = (free, view) => {
  const { level } = least(free, ({ agent }) => -agent.level).agent;
  return longestIdle(
    free.filter(({ agent }) => agent.level === level),
    view,
  );
};
