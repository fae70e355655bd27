import HistoryOutlined from '@ant-design/icons/es/icons/HistoryOutlined';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { Link, useParams } from 'react-router';
import { ApiError, ask } from '../../../api/ask.ts';
import { CHANGES, type Items } from '../../../api/live-data.ts';
import { useMay } from '../../../api/session.tsx';
import type { ChangeItemRow, ChangeRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { UndoChange } from '../../../kit/bulk/undo-change.tsx';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { count } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../../kit/states.tsx';
import { USERS } from '../people-data.ts';
import { ChangeSource, useCounts, useKindTitle } from './about-change.tsx';
import { changesWords } from './words.ts';
import '../people.css';

const PAGE = 100;
const pathTo = (id: string) => `/changes/${encodeURIComponent(id)}`;

/** A change of many: what it did row by row, and the way back. */
export function ChangeDrawer({ close }: { readonly close: () => void }) {
  const say = useSay(changesWords);
  const { id = '' } = useParams();
  const change = useQuery<ChangeRow>({
    queryKey: [...CHANGES, 'one', id],
    queryFn: ({ signal }) => ask<ChangeRow>(pathTo(id), { signal }),
  });
  const isGone = change.error instanceof ApiError && change.error.status === 404;
  return (
    <Drawer open size={560} onClose={close} title={say('title')}>
      {change.isPending && <Loading lines={6} />}
      {isGone && (
        <Empty
          icon={<HistoryOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {change.isError && !isGone && <Failed error={change.error} retry={() => void change.refetch()} />}
      {change.data && <Body key={id} change={change.data} />}
    </Drawer>
  );
}

function Body({ change }: { readonly change: ChangeRow }) {
  const say = useSay(changesWords);
  const titleOf = useKindTitle();
  const counts = useCounts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayUndo = useMay('change:update');
  const { id, at, by, kind, file, undoes } = change;
  const undone = (n: number) => {
    message.success(say('undone', { n: count(n) }));
    void client.invalidateQueries({ queryKey: kind === 'user' ? USERS : ENTITIES });
  };
  return (
    <div className="people-body">
      <dl className="people-facts people-first">
        <div>
          <dt>{say('what')}</dt>
          <dd>
            <ChangeSource {...change} />
          </dd>
        </div>
        <div>
          <dt>{titleOf(kind)}</dt>
          <dd>{counts(change)}</dd>
        </div>
        <div>
          <dt>{say('by')}</dt>
          <dd>{by}</dd>
        </div>
        <div>
          <dt>{say('at')}</dt>
          <dd>
            <Moment at={at} />
          </dd>
        </div>
        {file !== null && (
          <div>
            <dt>{say('file')}</dt>
            <dd>{file}</dd>
          </div>
        )}
        {undoes !== null && (
          <div>
            <dt>{say('undoes')}</dt>
            <dd>
              <Link to={`/admin${pathTo(undoes)}`}>{undoes}</Link>
            </dd>
          </div>
        )}
      </dl>
      {mayUndo && (
        <div className="change-undo">
          <UndoChange change={id} word="undoEdit" undone={undone} />
          <p className="faint small">{say('undoText')}</p>
        </div>
      )}
      <ItemList id={id} />
    </div>
  );
}

function ItemList({ id }: { readonly id: string }) {
  const say = useSay(changesWords);
  const items = useInfiniteQuery({
    queryKey: [...CHANGES, 'items', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<Items<ChangeItemRow>>(`${pathTo(id)}/items`, { query: { limit: PAGE, after: pageParam }, signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  if (items.isPending) return <Loading lines={4} />;
  if (items.isError) return <Failed error={items.error} retry={() => void items.refetch()} />;
  const rows = items.data.pages.flatMap((page) => page.items);
  return (
    <section aria-label={say('items')}>
      <h2 className="people-title">{say('items')}</h2>
      <ul className="change-items">
        {rows.map(({ name, did }) => (
          <li key={name}>
            <span>{name}</span>
            <span className="faint">{say(`did-${did}`)}</span>
          </li>
        ))}
      </ul>
      {items.hasNextPage && (
        <Button size="small" loading={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>
          {say('more')}
        </Button>
      )}
    </section>
  );
}
