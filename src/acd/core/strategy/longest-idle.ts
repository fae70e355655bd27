import { least, type SureStrategy } from './strategy.ts';

/** Who has been off the phone the longest (最长空闲), whichever queue his last caller came from. */
export const longestIdle: SureStrategy = (free) => [least(free, ({ agent }) => agent.lastTalkEndedAt)];
