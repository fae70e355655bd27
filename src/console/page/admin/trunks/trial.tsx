import PlayCircleOutlined from '@ant-design/icons/es/icons/PlayCircleOutlined';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Segmented, Select } from 'antd';
import { type FormEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useSession } from '../../../api/session.tsx';
import type { TrunkTrial, TrunkTrialRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { isSame } from '../../../kit/entity/patch.ts';
import type { Fields } from '../../../kit/entity/tree.ts';
import { Failed, Loading } from '../../../kit/states.tsx';
import { TrialFound } from './trial-found.tsx';
import { trunkWords } from './words.ts';
import '../../../kit/details.css';
import './trunks.css';

type Direction = TrunkTrial['direction'];
type Typed = Omit<TrunkTrial, 'direction' | 'value'>;

const NOTHING: Typed = { called: '', caller: '' };
const HEADERS = ['to', 'identity', 'remoteParty', 'privacy'] as const;

/** As it would be sent to be saved. */
const sent = ({ meta: _, ...value }: Fields): Fields =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined && each !== null));

/** A number is typed as it comes in or goes out; the engine says what the rules of the trunk make of it (规则试算), unsaved changes among them. */
export default function TryRules({ entity, entityKey, value }: EntityTabProps) {
  const say = useSay(trunkWords);
  const { company } = useSession();
  const [direction, setDirection] = useState<Direction>('in');
  const [typed, setTyped] = useState(NOTHING);
  const [asked, setAsked] = useState<Omit<TrunkTrial, 'value'>>();
  const [hasMore, setMore] = useState(false);
  const edited = useMemo(() => sent(value), [value]);
  const isEdited = !isSame(sent(entity), edited);
  const trial = useQuery({
    queryKey: ['trunk-trial', company, entityKey, asked, edited],
    enabled: asked !== undefined,
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask<TrunkTrialRow>(`/trunks/${encodeURIComponent(entityKey)}/trial`, {
        method: 'POST',
        body: { ...asked, value: edited },
        signal,
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = Object.entries(typed).filter(([name, text]) => text !== '' || name in NOTHING);
    const isMine = ([name]: [string, unknown]) =>
      name in NOTHING || (direction === 'out') === (name === 'company');
    setAsked({ ...(Object.fromEntries(given.filter(isMine)) as Typed), direction });
  };
  const text = (name: keyof Typed, label: string, hint?: string) => (
    <Field key={name} label={label} hint={hint}>
      {(id) => (
        <Input
          id={id}
          value={typed[name] ?? ''}
          maxLength={name === 'privacy' ? 64 : 300}
          autoComplete="off"
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  );
  const companies = Object.keys((value['tenants'] as Fields | undefined) ?? {});
  const isIn = direction === 'in';
  return (
    <div className="trunk-trial">
      <form className="trial-form" onSubmit={submit}>
        <div className="trial-whole">
          <Segmented<Direction>
            aria-label={say('direction')}
            value={direction}
            onChange={(next) => {
              setDirection(next);
              setAsked(undefined);
            }}
            options={[
              { value: 'in', label: say('tryIn') },
              { value: 'out', label: say('tryOut') },
            ]}
          />
        </div>
        {text('called', say('called'), say(isIn ? 'calledHint' : 'dialledHint'))}
        {isIn
          ? text('caller', say('caller'), say('callerHint'))
          : text('caller', say('shows'), say('showsHint'))}
        {!isIn && companies.length > 0 && (
          <Field label={say('forCompany')}>
            {(id) => (
              <Select
                id={id}
                value={typed.company ?? null}
                allowClear
                options={companies.map((each) => ({ value: each, label: each }))}
                onChange={(next: string | undefined) => {
                  const { company: _, ...rest } = typed;
                  setTyped(next === undefined ? rest : { ...rest, company: next });
                }}
              />
            )}
          </Field>
        )}
        {isIn && !hasMore && (
          <div className="trial-whole">
            <Button type="link" size="small" onClick={() => setMore(true)}>
              {say('more')}
            </Button>
          </div>
        )}
        {isIn && hasMore && HEADERS.map((name) => text(name, say(name)))}
        <div className="trial-whole trial-run">
          <Button
            type="primary"
            htmlType="submit"
            icon={<PlayCircleOutlined />}
            disabled={typed.called === ''}
            loading={trial.isFetching}
          >
            {say('run')}
          </Button>
          <span className="faint" role="status">
            {say(isEdited ? 'unsaved' : 'saved')}
          </span>
        </div>
      </form>
      {asked === undefined && <p className="faint">{say('before')}</p>}
      {asked !== undefined && trial.isPending && <Loading lines={4} />}
      {trial.isError && <Failed error={trial.error} retry={() => void trial.refetch()} />}
      {asked !== undefined && trial.data && !trial.isError && (
        <TrialFound direction={asked.direction} found={trial.data} value={value} />
      )}
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: (id: string) => ReactNode;
}

function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div className="trial-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint && <span className="faint small">{hint}</span>}
    </div>
  );
}
