import type { QueueSettings } from '../inputs.ts';
import { custom } from './custom.ts';
import { fastestAnswer } from './fastest-answer.ts';
import { fewestCalls } from './fewest-calls.ts';
import { lastAgent } from './last-agent.ts';
import { leastTalkTime } from './least-talk-time.ts';
import { longestIdle } from './longest-idle.ts';
import { owner } from './owner.ts';
import { random } from './random.ts';
import { ringAll } from './ring-all.ts';
import { ringProgressively } from './ring-progressively.ts';
import { roundRobin } from './round-robin.ts';
import { sequential } from './sequential.ts';
import { skill } from './skill.ts';
import type { Strategy, SureStrategy } from './strategy.ts';
import { weighted } from './weighted.ts';

/** Those that can always say whom to ring: what the others fall back to. */
export const SURE_STRATEGIES: Readonly<Record<QueueSettings['fallback'], SureStrategy>> = {
  sequential,
  'round-robin': roundRobin,
  random,
  weighted,
  'ring-all': ringAll,
  'longest-idle': longestIdle,
  'fewest-calls': fewestCalls,
  'least-talk-time': leastTalkTime,
  'fastest-answer': fastestAnswer,
  skill,
};

/** The strategy of each name that a queue may give. */
export const STRATEGIES: Readonly<Record<QueueSettings['strategy'], Strategy>> = {
  ...SURE_STRATEGIES,
  'ring-progressively': ringProgressively,
  'last-agent': lastAgent,
  owner,
  custom,
  // Names of 0.1.0.
  'least-calls': fewestCalls,
  'least-recent': longestIdle,
};
