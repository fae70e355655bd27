import { least, type SureStrategy } from './strategy.ts';

/** Who has talked the least with callers of this queue in his shift (最短通话时长). */
export const leastTalkTime: SureStrategy = (free) => [least(free, ({ talkMs }) => talkMs)];
