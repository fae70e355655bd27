import type { QueueSettings } from '../inputs.ts';
import { leastCalls } from './least-calls.ts';
import { leastRecent } from './least-recent.ts';
import { random } from './random.ts';
import { ringAll } from './ring-all.ts';
import { roundRobin } from './round-robin.ts';
import { sequential } from './sequential.ts';
import type { Strategy } from './strategy.ts';

/** The strategy of each name that a queue may give. */
export const STRATEGIES: Readonly<Record<QueueSettings['strategy'], Strategy>> = {
  sequential,
  'round-robin': roundRobin,
  random,
  'least-calls': leastCalls,
  'least-recent': leastRecent,
  'ring-all': ringAll,
};
