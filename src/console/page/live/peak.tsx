import ThunderboltOutlined from '@ant-design/icons/es/icons/ThunderboltOutlined';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal, Select } from 'antd';
import { memo, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { QUEUES } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { QueueRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { shortTime } from '../../kit/format.ts';
import { Pill } from '../../kit/status-pill.tsx';
import { peakWords } from './setting-words.ts';
import { useRefusal } from './use-act.tsx';

/** Minutes; 0: until it is turned off. */
const DURATIONS = [30, 60, 120, 240, 0];

export type PeakOf = Pick<QueueRow, 'name' | 'title' | 'isPeak' | 'peak'>;

/** Peak mode (高峰应急) of a queue: whether it is on, until when, and the switch. */
export const Peak = memo(
  PeakCell,
  ({ queue: one }, { queue: other }) =>
    one.name === other.name &&
    one.title === other.title &&
    one.isPeak === other.isPeak &&
    one.peak === other.peak,
);

function PeakCell({ queue }: { readonly queue: PeakOf }) {
  const say = useSay(peakWords);
  const { zone } = useSession();
  const may = useMay('switch:update');
  const [isAsking, setAsking] = useState(false);
  const { isPeak, peak } = queue;
  if (!peak) return null;
  const until = peak.until && say('until', { time: shortTime(peak.until, zone, Date.now()) });
  return (
    <span className="peak">
      {isPeak && (
        <Pill tone="amber" icon={<ThunderboltOutlined />}>
          {until ? say('onUntil', { until }) : say('on')}
        </Pill>
      )}
      {may && (
        <Button size="small" onClick={() => setAsking(true)}>
          {say(isPeak ? 'turnOff' : 'turnOn')}
        </Button>
      )}
      {isAsking && <Turn queue={queue} close={() => setAsking(false)} />}
    </span>
  );
}

function Turn({ queue, close }: { readonly queue: PeakOf; readonly close: () => void }) {
  const say = useSay(peakWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const refusal = useRefusal();
  const [minutes, setMinutes] = useState(60);
  const { name, title, isPeak, peak } = queue;
  const { mutate, isPending } = useMutation({
    mutationFn: () => {
      const until = minutes > 0 ? { until: new Date(Date.now() + minutes * 60_000).toISOString() } : {};
      const body = isPeak ? { on: false } : { on: true, ...until };
      return ask(`/queues/${encodeURIComponent(name)}/peak`, { method: 'PUT', body });
    },
    onSuccess: () => {
      message.success(say(isPeak ? 'isOff' : 'isOn', { queue: title || name }));
      close();
    },
    onError: (error) => message.error(refusal(error), 6),
    onSettled: () => client.invalidateQueries({ queryKey: QUEUES }),
  });
  const { agents = [], wrapUpMs, announcement, callback } = peak ?? {};
  const changes = [
    agents.length > 0 && say('agents', { agents: agents.join(say('comma')) }),
    typeof wrapUpMs === 'number' && say('wrapUp', { n: wrapUpMs / 1000 }),
    announcement && say('announcement', { name: announcement }),
    callback && say('callback', { key: callback }),
  ].filter(Boolean);
  return (
    <Modal
      open
      width={440}
      title={say(isPeak ? 'turnOffOf' : 'turnOnOf', { queue: title || name })}
      okText={say(isPeak ? 'turnOff' : 'turnOn')}
      cancelText={say('cancel')}
      confirmLoading={isPending}
      onOk={() => mutate()}
      onCancel={close}
    >
      <p>{say(isPeak ? 'changed' : 'changes')}</p>
      <ul className="peak-changes">
        {changes.map((each) => (
          <li key={String(each)}>{each}</li>
        ))}
      </ul>
      {!isPeak && (
        <div className="acts-row">
          <span>{say('lasts')}</span>
          <Select
            className="acts-choice"
            value={minutes}
            aria-label={say('lasts')}
            onChange={setMinutes}
            options={DURATIONS.map((value) => ({
              value,
              label: value === 0 ? say('forGood') : say('minutes', { n: value }),
            }))}
          />
        </div>
      )}
    </Modal>
  );
}
