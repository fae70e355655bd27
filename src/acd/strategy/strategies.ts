import type { QueueStrategy } from '../../config/config.ts';
import { leastCalls } from './least-calls.ts';
import { leastRecent } from './least-recent.ts';
import { random } from './random.ts';
import { ringAll } from './ring-all.ts';
import { roundRobin } from './round-robin.ts';
import { sequential } from './sequential.ts';
import type { Strategy } from './strategy.ts';

/** The strategy of each name in the configuration. */
export const STRATEGIES: Readonly<Record<QueueStrategy, Strategy>> = {
  sequential,
  'round-robin': roundRobin,
  random,
  'least-calls': leastCalls,
  'least-recent': leastRecent,
  'ring-all': ringAll,
};
