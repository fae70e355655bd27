/** What an entity was, revision by revision, and back again. */
import HistoryOutlined from '@ant-design/icons/es/icons/HistoryOutlined';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSay } from '../../i18n/language.tsx';
import { Moment } from '../moment.tsx';
import { Empty, Failed, Loading, ProblemText } from '../states.tsx';
import { FieldText } from './field-input.tsx';
import { ENTITIES, type Entity, type Form, pathTo, useWords } from './kinds.ts';
import { changedFields } from './patch.ts';
import type { Fields } from './tree.ts';
import { entityWords } from './words.ts';

interface State {
  readonly revision: number;
  readonly at: string;
  readonly by: string;
  readonly value: Fields | null;
}

interface HistoryProps {
  readonly form: Form;
  readonly entityKey: string;
  readonly revision: number;
  readonly mayRestore: boolean;
  readonly restored: (entity: Entity) => void;
}

const PAGE = 20;

export function History({ form, entityKey, revision, mayRestore, restored }: HistoryProps) {
  const say = useSay(entityWords);
  const { message } = App.useApp();
  const path = pathTo(form.kind, entityKey);
  const history = useInfiniteQuery({
    queryKey: [...ENTITIES, form.kind.kind, entityKey, 'history', revision],
    queryFn: ({ pageParam, signal }) =>
      ask<Items<State>>(`${path}/history`, { query: { limit: PAGE, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const restore = useMutation({
    mutationFn: (to: number) =>
      ask<Entity>(`${path}/restore`, { method: 'POST', body: { revision: to }, revision }),
    onSuccess: (entity, to) => {
      message.success(say('restored', { n: to }));
      restored(entity);
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  if (history.isPending) return <Loading lines={6} />;
  if (history.isError) return <Failed error={history.error} retry={() => void history.refetch()} />;
  const states = history.data.pages.flatMap(({ items }) => items);
  if (states.length === 0)
    return (
      <Empty icon={<HistoryOutlined />} title={say('noHistory')}>
        {say('noHistoryText')}
      </Empty>
    );
  return (
    <>
      <ol className="entity-history">
        {states.map((state, at) => (
          <li key={state.revision}>
            <div className="entity-revision">
              <strong>{say('revision', { n: state.revision })}</strong>
              {state.revision === revision && <span className="entity-now small">{say('current')}</span>}
              <span className="faint small">{state.by}</span>
              <span className="faint small">
                <Moment at={state.at} />
              </span>
              <span className="grow" />
              {mayRestore && state.value !== null && state.revision !== revision && (
                <Button
                  size="small"
                  loading={restore.isPending && restore.variables === state.revision}
                  onClick={() => restore.mutate(state.revision)}
                >
                  {say('restore')}
                </Button>
              )}
            </div>
            <Difference
              form={form}
              value={state.value}
              before={states[at + 1]?.value}
              isFirst={at === states.length - 1 && !history.hasNextPage}
            />
          </li>
        ))}
      </ol>
      {history.hasNextPage && (
        <Button loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {say('older')}
        </Button>
      )}
    </>
  );
}

interface DifferenceProps {
  readonly form: Form;
  readonly value: Fields | null;
  readonly before: Fields | null | undefined;
  readonly isFirst: boolean;
}

function Difference({ form, value, before, isFirst }: DifferenceProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  if (value === null) return <p className="faint small">{say('removed')}</p>;
  if (!before) return isFirst ? <p className="faint small">{say('made')}</p> : null;
  const names = changedFields(
    before,
    value,
    form.fields.map(({ name }) => name),
  );
  // What is not shown is not told apart.
  if (names.length === 0) return <p className="faint small">{say('same')}</p>;
  return (
    <dl className="entity-changes">
      {form.fields
        .filter(({ name }) => names.includes(name))
        .map((node) => (
          <div key={node.name}>
            <dt>{speak(node.field.label)}</dt>
            <dd>
              <del>
                <span className="visually-hidden">{say('was')}</span>
                <FieldText node={node} value={before[node.name]} />
              </del>
              <ins>
                <span className="visually-hidden">{say('is')}</span>
                <FieldText node={node} value={value[node.name]} />
              </ins>
            </dd>
          </div>
        ))}
    </dl>
  );
}
