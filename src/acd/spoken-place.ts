import type { Prompt } from '../prompt/prompt.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Place } from './core/place.ts';

/** What is said to a caller, and in words for his record. */
export interface Said {
  readonly prompts: readonly Prompt[];
  readonly why: string;
}

const MINUTE_MS = 60_000;
/** Up to these there are prompts for a number. */
const MOST_CALLERS = 20;
const MOST_MINUTES = 10;

/** Position (排队位置) and expected wait, as far as the queue wants them told and they are known. */
export function spokenPlace(
  { position, expectedWaitMs }: Place,
  says: Pick<NonNullable<Queue['announce']>, 'position' | 'wait'>,
): Said[] {
  const said: Said[] = [];
  if (says.position) said.push(spokenPosition(position));
  if (says.wait && expectedWaitMs !== undefined) said.push(spokenWait(expectedWaitMs));
  return said;
}

function spokenPosition(position: number): Said {
  const why = `position ${position}`;
  if (position > MOST_CALLERS) return { prompts: ['queue-position-over-20'], why };
  return { prompts: ['queue-position-before', `number-${position}`, 'queue-position-after'], why };
}

/** Rounded up to minutes: who is served sooner is not disappointed. */
function spokenWait(ms: number): Said {
  const minutes = Math.max(1, Math.ceil(ms / MINUTE_MS));
  const spoken = (name: string, why: string) => ({ prompts: ['queue-wait', name], why });
  if (minutes > MOST_MINUTES) return spoken('minutes-over-10', 'wait more than 10 min');
  if (minutes === 1) return spoken('minutes-under-1', 'wait less than 1 min');
  return spoken(`minutes-${minutes}`, `wait about ${minutes} min`);
}
