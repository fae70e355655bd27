/**
 * The words that dialplans are written in: `import { hotline, menu, queue } from 'pbx400/dialplan'`.
 * With names declared in code, `const { hotline, menu } = builders({ queues: ['sales'] })` checks them as types.
 */
import { builders } from './builders.ts';

export type { Builders, DeclaredNames } from './builder-types.ts';
export type * from './flow-call.ts';
export { CallEndedError } from './flow-call.ts';
export type * from './nodes.ts';
export { builders };

export const {
  hotline,
  play,
  menu,
  gather,
  schedule,
  byArea,
  byCarrier,
  byCaller,
  byPercent,
  byTrunk,
  byVariable,
  set,
  queue,
  dial,
  line,
  extension,
  transfer,
  voicemail,
  survey,
  announce,
  callback,
  http,
  goto,
  subflow,
  script,
  hangup,
  list,
  number,
  prefix,
  areaCode,
  anonymous,
  international,
} = builders({});
