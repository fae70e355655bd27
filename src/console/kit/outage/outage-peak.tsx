import ThunderboltOutlined from '@ant-design/icons/es/icons/ThunderboltOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { memo } from 'react';
import { ask } from '../../api/ask.ts';
import { useLiveQueues } from '../../api/live.ts';
import { type Items, QUEUES } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { OutageRow, QueueRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { ENTITIES } from '../entity/kinds.ts';
import { ProblemText } from '../states.tsx';
import { outageWords } from './words.ts';

/** With so many places it is proposed. */
const PLACES = 2;
const HOURS = 2;
const HOUR_MS = 3_600_000;
const LOOK_MS = 60_000;
/** Places that are named. */
const NAMED = 4;
const PAGE = 200;

/** Announcements of outages in force, or to come; read anew when one is changed, and as time goes on. */
export function useOutages(state: OutageRow['state'], isAsked = true) {
  const { company } = useSession();
  const may = useMay('announcement:read');
  const { data } = useQuery({
    queryKey: [...ENTITIES, 'outages', company, state],
    enabled: may && isAsked,
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) =>
      ask<Items<OutageRow>>('/live/announcements', { query: { state, limit: PAGE }, signal }),
  });
  return data?.items ?? NONE;
}

const NONE: readonly OutageRow[] = [];

/** Queues that have a peak mode: the same ones as long as none turns its own on or off. */
const peaksIn = ({ items }: Items<QueueRow>) =>
  items.flatMap(({ name, title, isPeak, peak }) => (peak ? [{ name, title: title || name, isPeak }] : []));

/** Two places and more without power: peak mode (高峰应急) is proposed, with one button for all queues that have one. */
export const OutagePeak = memo(function OutagePeak() {
  const say = useSay(outageWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayTurn = useMay('switch:update');
  const outages = useOutages('in-force');
  const queues = useLiveQueues(peaksIn).data ?? [];
  const off = queues.filter(({ isPeak }) => !isPeak);
  const titles = off.map(({ title }) => title).join(say('comma'));
  const turn = useMutation({
    mutationFn: async () => {
      const until = new Date(Date.now() + HOURS * HOUR_MS).toISOString();
      for (const { name } of off)
        await ask(`/queues/${encodeURIComponent(name)}/peak`, { method: 'PUT', body: { on: true, until } });
      // By the time that it is told, they are in peak mode.
      return titles;
    },
    onSuccess: (turned) => void message.success(say('isOn', { queues: turned })),
    onError: (error) => void message.error(<ProblemText error={error} />),
    onSettled: () => client.invalidateQueries({ queryKey: QUEUES }),
  });
  const places = placesOf(outages);
  if (places.length < PLACES || queues.length === 0) return null;
  const named = places.slice(0, NAMED).join(say('comma'));
  const told = places.length > NAMED ? say('more', { places: named, n: places.length }) : named;
  const isProposed = off.length > 0 && mayTurn;
  return (
    <Alert
      type="warning"
      showIcon
      icon={<ThunderboltOutlined />}
      title={say('proposed', { n: places.length })}
      description={
        off.length === 0
          ? say('allOn', { places: told })
          : `${say('places', { places: told, queues: titles })} ${say('forHours', { n: HOURS })}`
      }
      action={
        isProposed && (
          <Button type="primary" loading={turn.isPending} onClick={() => turn.mutate()}>
            {say('turnOn')}
          </Button>
        )
      }
    />
  );
});

/** Townships and lines; of an announcement that names none its areas, or itself. */
export function placesOf(
  outages: readonly Pick<OutageRow, 'places' | 'areas' | 'title'>[],
): readonly string[] {
  const all = outages.flatMap(({ places, areas, title }) =>
    places.length > 0 ? places : areas.length > 0 ? areas : [title],
  );
  return [...new Set(all)];
}
