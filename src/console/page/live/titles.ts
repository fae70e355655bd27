import { useCallback } from 'react';
import { useLiveQueues } from '../../api/live.ts';
import type { Items } from '../../api/live-data.ts';
import type { QueueRow } from '../../api/types.ts';

/** A queue as people call it. */
export interface QueueTitle {
  readonly name: string;
  readonly title: string;
}

const titlesIn = ({ items }: Items<QueueRow>): readonly QueueTitle[] =>
  items.map(({ name, title }) => ({ name, title: title || name }));

/** The queues that there are: the same as long as none is called otherwise, while their figures change four times a second. */
export const useQueueTitles = () => useLiveQueues(titlesIn);

/** What a queue is called. */
export function useTitleOf(queues: readonly QueueTitle[]): (queue: string) => string {
  return useCallback((name) => queues.find((each) => each.name === name)?.title ?? name, [queues]);
}
