import NumberOutlined from '@ant-design/icons/es/icons/NumberOutlined';
import PartitionOutlined from '@ant-design/icons/es/icons/PartitionOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input, InputNumber } from 'antd';
import { useId, useState } from 'react';
import { ApiError, ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { HotlineChannelsRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { count, dateTime, phoneNumber } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../../kit/states.tsx';
import { channelsWords } from './channels-words.ts';
import '../../../kit/details.css';
import './hotlines.css';

const LOOK_MS = 5_000;

type Row = HotlineChannelsRow['items'][number];
/** What is edited, by hotline; null: no limit. */
type Edited = ReadonlyMap<string, number | null>;

/** Channels of several hotlines are re-allotted while calls run (并发分配). */
export default function ChannelsAct() {
  const say = useSay(channelsWords);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<PartitionOutlined />} onClick={() => setOpen(true)}>
        {say('open')}
      </Button>
      {isOpen && (
        <Drawer open size={760} title={say('title')} onClose={() => setOpen(false)}>
          <Channels />
        </Drawer>
      )}
    </>
  );
}

function Channels() {
  const say = useSay(channelsWords);
  const { company } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const mayChange = useMay('hotline:update');
  const key = ['hotline-channels', company] as const;
  const [edited, setEdited] = useState<Edited>(new Map());
  const [reason, setReason] = useState('');
  const id = useId();
  const all = useQuery({
    queryKey: key,
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => ask<HotlineChannelsRow>('/hotline-channels', { signal }),
  });
  const items = all.data?.items ?? [];
  const changes = items.filter((row) => edited.has(row.hotline) && edited.get(row.hotline) !== row.channels);
  const apply = useMutation({
    mutationFn: () =>
      ask<HotlineChannelsRow>('/hotline-channels', {
        method: 'PATCH',
        body: {
          hotlines: changes.map(({ hotline, revision }) => ({
            ...{ hotline, revision },
            channels: edited.get(hotline)!,
          })),
          ...(reason.trim() !== '' && { reason: reason.trim() }),
        },
      }),
    onSuccess: async (fresh) => {
      message.success(say('applied', { n: changes.length }));
      client.setQueryData(key, fresh);
      setEdited(new Map());
      setReason('');
      await client.invalidateQueries({ queryKey: ENTITIES });
    },
    onError: () => client.invalidateQueries({ queryKey: key }),
  });
  if (all.isPending) return <Loading lines={8} />;
  if (all.isError) return <Failed error={all.error} retry={() => void all.refetch()} />;
  if (items.length === 0)
    return (
      <Empty icon={<NumberOutlined />} title={say('emptyTitle')}>
        {say('emptyText')}
      </Empty>
    );
  const wished = ({ hotline, channels }: Row) => (edited.has(hotline) ? edited.get(hotline)! : channels);
  const sum = items.reduce((total, row) => total + (wished(row) ?? 0), 0);
  const open = items.filter((row) => wished(row) === null).length;
  const isMeanwhile = apply.error instanceof ApiError && apply.error.code === 'changed-meanwhile';
  return (
    <div className="hotline-channels">
      <p className="faint">{say('text')}</p>
      <div className="plain-scroll">
        <table className="plain-table hotline-channels-table">
          <thead>
            <tr>
              <th>{say('hotline')}</th>
              <th className="number">{say('now')}</th>
              <th className="number">{say('peak')}</th>
              <th>{say('channels')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <Line
                key={row.hotline}
                row={row}
                value={wished(row)}
                mayChange={mayChange}
                change={(value) => {
                  apply.reset();
                  setEdited(new Map(edited).set(row.hotline, value));
                }}
              />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td>{say('sum')}</td>
              <td className="number">{count(items.reduce((total, { calls }) => total + calls, 0))}</td>
              <td />
              <td>
                {open > 0 ? say('sumMore', { n: count(sum), more: open }) : say('sums', { n: count(sum) })}
                <p className="faint small">{say('trunks', { n: count(all.data.trunks) })}</p>
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      {sum > all.data.trunks && all.data.trunks > 0 && <p role="status">{say('over')}</p>}
      <Since at={all.data.since} />
      {apply.isError && (
        <Alert
          type="error"
          showIcon
          title={isMeanwhile ? say('conflict') : <ProblemText error={apply.error} />}
        />
      )}
      {mayChange && (
        <div className="hotline-channels-act">
          <div className="hotline-channels-reason">
            <label htmlFor={id}>{say('reason')}</label>
            <Input
              id={id}
              value={reason}
              maxLength={500}
              onChange={({ target }) => setReason(target.value)}
            />
          </div>
          {changes.length > 0 && <Button onClick={() => setEdited(new Map())}>{say('reset')}</Button>}
          <Button
            type="primary"
            disabled={changes.length === 0}
            loading={apply.isPending}
            onClick={() => apply.mutate()}
          >
            {say('apply', { n: changes.length })}
          </Button>
        </div>
      )}
    </div>
  );
}

function Since({ at }: { readonly at: string }) {
  const say = useSay(channelsWords);
  const { zone } = useSession();
  return <p className="faint small">{say('since', { time: dateTime(at, zone) })}</p>;
}

interface LineProps {
  readonly row: Row;
  readonly value: number | null;
  readonly mayChange: boolean;
  readonly change: (value: number | null) => void;
}

function Line({ row, value, mayChange, change }: LineProps) {
  const say = useSay(channelsWords);
  const { hotline, title, calls, channels, peak, revision, file } = row;
  const isOwn = revision !== null;
  return (
    <tr className={value === channels ? undefined : 'is-edited'}>
      <td>
        {phoneNumber(hotline)}
        {title && <p className="faint small">{title}</p>}
        {!isOwn && <p className="faint small">{file === null ? say('ofCode') : say('ofFile', { file })}</p>}
      </td>
      <td className="number">{count(calls)}</td>
      <td className="number">
        {peak === null ? say('none') : count(peak.most)}
        {peak && (
          <p className="faint small">
            <Moment at={peak.at} isShort />
          </p>
        )}
      </td>
      <td>
        {isOwn && mayChange ? (
          <InputNumber<number>
            aria-label={say('channelsOf', { number: hotline })}
            min={1}
            max={100_000}
            precision={0}
            value={value}
            placeholder={say('unlimited')}
            onChange={(next) => change(next)}
          />
        ) : channels === null ? (
          say('unlimited')
        ) : (
          count(channels)
        )}
      </td>
    </tr>
  );
}
