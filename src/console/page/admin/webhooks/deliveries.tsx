import SendOutlined from '@ant-design/icons/es/icons/SendOutlined';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { ask } from '../../../api/ask.ts';
import type { Items } from '../../../api/live-data.ts';
import { useMay } from '../../../api/session.tsx';
import type { DeliveryRow, WebhookRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { count } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../../kit/states.tsx';
import { WEBHOOKS, webhookPath } from './webhook-data.ts';
import { DeliveryState } from './webhook-state.tsx';
import { eventWords, webhooksWords } from './words.ts';
import '../../../kit/details.css';

/** What became of its events, the newest first; one is sent once more. */
export function Deliveries({ webhook: { id } }: { readonly webhook: WebhookRow }) {
  const say = useSay(webhooksWords);
  const list = useInfiniteQuery({
    queryKey: [...WEBHOOKS, id, 'deliveries'],
    queryFn: ({ pageParam, signal }) =>
      ask<Items<DeliveryRow>>(`${webhookPath(id)}/deliveries`, { query: { after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  if (list.isPending) return <Loading lines={6} />;
  if (list.isError) return <Failed error={list.error} retry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0)
    return (
      <Empty icon={<SendOutlined />} title={say('noDeliveries')}>
        {say('noDeliveriesText')}
      </Empty>
    );
  return (
    <div className="people-body">
      <div className="plain-scroll deliveries">
        <table className="plain-table">
          <thead>
            <tr>
              <th>{say('at')}</th>
              <th>{say('event')}</th>
              <th>{say('state')}</th>
              <th>{say('answer')}</th>
              <th className="number">{say('attempts')}</th>
              <th className="number">{say('took')}</th>
              <th>
                <span className="visually-hidden">{say('replay')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((delivery) => (
              <Row key={delivery.seq} delivery={delivery} webhook={id} fresh={() => void list.refetch()} />
            ))}
          </tbody>
        </table>
      </div>
      {list.hasNextPage && (
        <div>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {say('more')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface RowProps {
  readonly delivery: DeliveryRow;
  readonly webhook: string;
  readonly fresh: () => void;
}

function Row({ delivery, webhook, fresh }: RowProps) {
  const say = useSay(webhooksWords);
  const sayEvent = useSayOf(eventWords);
  const { message } = App.useApp();
  const mayReplay = useMay('webhook:update');
  const { seq, type, at, attempts, tookMs, status, error } = delivery;
  const replay = useMutation({
    mutationFn: () =>
      ask<DeliveryRow>(`${webhookPath(webhook)}/deliveries/${seq}/replay`, { method: 'POST' }),
    onSuccess: (sent) => {
      if (sent.state === 'delivered') message.success(say('replayed'));
      else message.error(say('replayBad', { why: sent.error ?? say('noAnswer') }));
      fresh();
    },
    onError: (wrong) => message.error(<ProblemText error={wrong} />),
  });
  return (
    <tr>
      <td>
        <Moment at={at} isShort />
      </td>
      <td>
        {sayEvent(type)} <span className="faint small">{seq}</span>
      </td>
      <td>
        <DeliveryState {...delivery} />
      </td>
      <td>{status ?? error ?? say('noAnswer')}</td>
      <td className="number">{count(attempts)}</td>
      <td className="number">{count(tookMs)}</td>
      <td>
        {mayReplay && (
          <Button
            size="small"
            aria-label={say('replayOf', { n: seq })}
            loading={replay.isPending}
            onClick={() => replay.mutate()}
          >
            {say('replay')}
          </Button>
        )}
      </td>
    </tr>
  );
}
