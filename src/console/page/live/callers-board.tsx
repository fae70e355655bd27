import { Segmented } from 'antd';
import { memo } from 'react';
import { useMay } from '../../api/session.tsx';
import type { WaitingRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../../kit/format.ts';
import { MissedList, useMissed } from './missed-list.tsx';
import { RunningList, useRunning } from './running-list.tsx';
import type { LiveView } from './view.ts';
import { WaitingList } from './waiting-list.tsx';
import { liveWords } from './words.ts';

const LISTS = ['waiting', 'missed', 'running'] as const;

export interface CallersBoardProps {
  readonly waiting: readonly WaitingRow[];
  readonly view: LiveView;
  readonly titleOf: (queue: string) => string;
}

/** Who waits, who gave up, and the calls that run. */
export const CallersBoard = memo(function CallersBoard({ waiting, view, titleOf }: CallersBoardProps) {
  const say = useSay(liveWords);
  const { params, set, queue } = view;
  const maySeeCalls = useMay('call:read');
  const missed = useMissed(queue);
  const running = useRunning(queue);
  const list = (maySeeCalls && LISTS.find((each) => each === params.get('list'))) || 'waiting';
  const more = (page: { readonly items: readonly unknown[]; readonly next: string | null } | undefined) =>
    page ? `${count(page.items.length)}${page.next === null ? '' : '+'}` : '';
  const counts = {
    waiting: count(waiting.length),
    missed: more(missed.data),
    running: more(running.data),
  };
  return (
    <section className="card board" aria-label={say('callers')}>
      <div className="board-bar">
        <h2>{say('callers')}</h2>
        {maySeeCalls && (
          <Segmented
            size="small"
            value={list}
            aria-label={say('callers')}
            onChange={(value) => set({ list: value === 'waiting' ? undefined : value })}
            options={LISTS.map((value) => ({ value, label: `${say(value)} ${counts[value]}`.trim() }))}
          />
        )}
      </div>
      {list === 'waiting' && (
        <WaitingList
          callers={waiting}
          titleOf={titleOf}
          open={(caller) => set({ caller, agent: undefined })}
          opened={params.get('caller') ?? undefined}
        />
      )}
      {list === 'missed' && <MissedList missed={missed} titleOf={titleOf} />}
      {list === 'running' && <RunningList running={running} titleOf={titleOf} />}
    </section>
  );
});
