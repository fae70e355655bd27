import { memo, useCallback, useMemo } from 'react';
import { useLiveCallers } from '../../api/live.ts';
import type { CallerRow } from '../../api/live-data.ts';
import { useMay } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../../kit/format.ts';
import { CountedChoice } from './counted-choice.tsx';
import { MissedList, useMissed } from './missed-list.tsx';
import { RunningList, useRunning } from './running-list.tsx';
import type { LiveView } from './view.ts';
import { WaitingList } from './waiting-list.tsx';
import { liveWords } from './words.ts';

const LISTS = ['waiting', 'missed', 'running'] as const;
type List = (typeof LISTS)[number];
const NOBODY: readonly CallerRow[] = [];

export interface CallersBoardProps {
  readonly view: LiveView;
  readonly titleOf: (queue: string) => string;
}

/** Who waits, who gave up, and the calls that run. */
export const CallersBoard = memo(function CallersBoard({ view, titleOf }: CallersBoardProps) {
  const say = useSay(liveWords);
  const { params, set, queue } = view;
  const callers = useLiveCallers().data?.items ?? NOBODY;
  const waiting = useMemo(
    () => (queue === undefined ? callers : callers.filter((row) => row.queue === queue)),
    [callers, queue],
  );
  const maySeeCalls = useMay('call:read');
  const missed = useMissed(queue);
  const running = useRunning(queue);
  const list = (maySeeCalls && LISTS.find((each) => each === params.get('list'))) || 'waiting';
  const more = (page: { readonly items: readonly unknown[]; readonly next: string | null } | undefined) =>
    page ? `${count(page.items.length)}${page.next === null ? '' : '+'}` : '';
  const figures = {
    waiting: count(waiting.length),
    missed: more(missed.data),
    running: more(running.data),
  };
  const options = useMemo(() => LISTS.map((value) => ({ value, text: say(value) })), [say]);
  const choose = useCallback((value: List) => set({ list: value === 'waiting' ? undefined : value }), [set]);
  const open = useCallback((caller: string) => set({ caller, agent: undefined }), [set]);
  return (
    <section className="card board" aria-label={say('callers')}>
      <div className="board-bar">
        <h2>{say('callers')}</h2>
        {maySeeCalls && (
          <CountedChoice
            label={say('callers')}
            value={list}
            options={options}
            figures={figures}
            choose={choose}
          />
        )}
      </div>
      {list === 'waiting' && (
        <WaitingList
          callers={waiting}
          titleOf={titleOf}
          open={open}
          opened={params.get('caller') ?? undefined}
        />
      )}
      {list === 'missed' && <MissedList missed={missed} titleOf={titleOf} />}
      {list === 'running' && <RunningList running={running} titleOf={titleOf} />}
    </section>
  );
});
