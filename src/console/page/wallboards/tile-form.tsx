import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import {
  BOARD_METRIC_IDS,
  BOARD_METRICS,
  BOARD_WINDOWS,
  type BoardWindow,
} from '../../../shared/board-metrics.ts';
import { ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { type DraftTile, shownThreshold, storedThreshold, withMetric } from './draft.ts';
import { wallboardWords } from './words.ts';

export interface TileFormProps {
  readonly tile: DraftTile;
  readonly isFixed: boolean;
  readonly change: (changed: Partial<DraftTile>) => void;
  readonly remove: () => void;
}

interface QueueEntity {
  readonly name: string;
  readonly title?: string;
}

/** What a tile is of, and from where on it is amber and red. */
export function TileForm({ tile, isFixed, change, remove }: TileFormProps) {
  const say = useSay(wallboardWords);
  const { language } = useLanguage();
  const { company } = useSession();
  const { metric, title = '', queues, window } = tile;
  const { unit, worse, of } = BOARD_METRICS[metric];
  const isWhole = 'isWhole' in BOARD_METRICS[metric];
  const known = useQuery({
    queryKey: ['queue-entities', company],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly QueueEntity[] }>('/queues', { query: { limit: 200 }, signal }),
  });
  const options = BOARD_METRIC_IDS.map((id) => ({
    value: id,
    label: BOARD_METRICS[id].title[language === 'en' ? 'en' : 'zh'],
  }));
  const names = new Set([...(known.data?.items.map(({ name }) => name) ?? []), ...queues]);
  const titles = new Map(known.data?.items.map(({ name, title: own }) => [name, own || name]));
  const threshold = (which: 'amber' | 'red') => (
    <Form.Item label={say(which)} extra={say(worse)}>
      <InputNumber
        className="board-threshold"
        aria-label={say(which)}
        min={0}
        max={unit === 'share' ? 100 : 1_000_000}
        value={shownThreshold(metric, tile[which]) ?? null}
        suffix={unit === 'count' ? undefined : say(unit)}
        onChange={(value) => change({ [which]: storedThreshold(metric, value) })}
      />
    </Form.Item>
  );
  return (
    <Form layout="vertical" disabled={isFixed} component="div">
      <Form.Item label={say('metric')}>
        <Select
          aria-label={say('metric')}
          value={metric}
          options={options}
          showSearch={{ optionFilterProp: 'label' }}
          // Each field of it: what is left out is taken away.
          onChange={(id) => change({ amber: undefined, red: undefined, ...withMetric(tile, id) })}
        />
      </Form.Item>
      <Form.Item label={say('tileTitle')}>
        <Input
          aria-label={say('tileTitle')}
          placeholder={say('tileTitleHint')}
          value={title}
          maxLength={40}
          onChange={({ target }) => change({ title: target.value === '' ? undefined : target.value })}
        />
      </Form.Item>
      <Form.Item label={say('queues')} extra={say(isWhole ? 'wholeOnly' : 'queuesHint')}>
        <Select
          mode="multiple"
          aria-label={say('queues')}
          disabled={isWhole || isFixed}
          loading={known.isPending}
          value={[...queues]}
          options={[...names].map((name) => ({ value: name, label: titles.get(name) ?? name }))}
          onChange={(chosen) => change({ queues: chosen })}
        />
      </Form.Item>
      <Form.Item label={say('window')}>
        <Select
          aria-label={say('window')}
          disabled={of === 'now' || isFixed}
          value={of === 'now' ? 'now' : window}
          options={(of === 'now' ? (['now'] as const) : BOARD_WINDOWS).map((each) => ({
            value: each,
            label: say(each),
          }))}
          onChange={(each) => each !== 'now' && change({ window: each as BoardWindow })}
        />
      </Form.Item>
      <div className="board-thresholds">
        {threshold('amber')}
        {threshold('red')}
      </div>
      {!isFixed && (
        <Button icon={<DeleteOutlined />} onClick={remove}>
          {say('removeTile')}
        </Button>
      )}
    </Form>
  );
}
