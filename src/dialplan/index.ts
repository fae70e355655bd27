/**
 * The words that dialplans are written in: `import { hotline, menu, queue } from 'pbx400/dialplan'`.
 * With names declared in code, `const { hotline, menu } = builders({ queues: ['sales'] })` checks them as types.
 */
import { builders } from './write/builders.ts';

export type * from './node/nodes.ts';
export type * from './run/flow-call.ts';
export { CallEndedError } from './run/flow-call.ts';
export type { Builders, DeclaredNames } from './write/builder-types.ts';
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
