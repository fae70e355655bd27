import type { QueueSettings } from '../inputs.ts';
import { fastestAnswer } from './fastest-answer.ts';
import { fewestCalls } from './fewest-calls.ts';
import { leastTalkTime } from './least-talk-time.ts';
import { longestIdle } from './longest-idle.ts';
import { random } from './random.ts';
import { ringAll } from './ring-all.ts';
import { roundRobin } from './round-robin.ts';
import { sequential } from './sequential.ts';
import { skill } from './skill.ts';
import type { Strategy } from './strategy.ts';
import { weighted } from './weighted.ts';

/** The strategy of each name that a queue may give. */
export const STRATEGIES: Readonly<Record<QueueSettings['strategy'], Strategy>> = {
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
  // Names of 0.1.0.
  'least-calls': fewestCalls,
  'least-recent': longestIdle,
};
