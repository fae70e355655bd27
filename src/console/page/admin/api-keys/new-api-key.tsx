import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Input, Select } from 'antd';
import { useId, useMemo, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useSession } from '../../../api/session.tsx';
import type { ApiKeyRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { dateOf, dayAfter, instantOf } from '../../../kit/format.ts';
import { ProblemText } from '../../../kit/states.tsx';
import { ToldOnce } from '../../../kit/told-once.tsx';
import { covers, type Rights, rightsMap, usualReach } from '../rights/permissions.ts';
import { RightsMatrix } from '../rights/rights-matrix.tsx';
import { resourceWords } from '../rights/words.ts';
import { apiKeysWords } from './words.ts';
import '../../../kit/entity/entity.css';
import '../people.css';

const LASTS = ['30', '90', '365', 'date', 'never'] as const;
type Lasts = (typeof LASTS)[number];

/** Makes a key, whose secret is told once. */
export function NewApiKey({ close }: { readonly close: () => void }) {
  const say = useSay(apiKeysWords);
  const client = useQueryClient();
  const { me, zone } = useSession();
  const id = useId();
  const own = useMemo(() => rightsMap(me.rights), [me.rights]);
  const permissions = useMemo(
    () =>
      [...own.keys()].filter(
        (permission) =>
          Object.hasOwn(resourceWords.texts.en, permission.split(':')[0] ?? '') &&
          covers(own, permission, usualReach(permission)),
      ),
    [own],
  );
  const [name, setName] = useState('');
  const [addresses, setAddresses] = useState('');
  const [lasts, setLasts] = useState<Lasts>('365');
  const [lastDay, setLastDay] = useState(() => dayAfter(dateOf(Date.now(), zone), 90));
  const [rights, setRights] = useState<Rights>(new Map());
  const [isTried, setTried] = useState(false);
  const add = useMutation({
    mutationFn: (body: object) =>
      ask<{ readonly key: ApiKeyRow; readonly secret: string }>('/api-keys', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  /** To the end of the last day, by the company's clock. */
  const endsAt = () => {
    if (lasts === 'never') return {};
    const day = lasts === 'date' ? lastDay : dayAfter(dateOf(Date.now(), zone), Number(lasts));
    return { endsAt: new Date(instantOf(dayAfter(day, 1), '00:00:00', zone)).toISOString() };
  };
  const isNameless = isTried && name.trim() === '';
  const submit = () => {
    setTried(true);
    if (name.trim() === '' || rights.size === 0) return;
    const from = addresses.split(/[\s,，;；]+/).filter(Boolean);
    add.mutate({ name: name.trim(), permissions: [...rights.keys()], addresses: from, ...endsAt() });
  };
  if (add.data)
    return (
      <ToldOnce
        title={say('secretTitle', { name: add.data.key.name })}
        text={say('secretText')}
        facts={[
          { label: say('secret'), value: add.data.secret, isSecret: true },
          { label: say('header'), value: 'Authorization: Bearer …' },
        ]}
        close={close}
      />
    );
  return (
    <Drawer open size={960} rootClassName="entity-drawer" onClose={close} title={say('add')}>
      <div className="entity-editor">
        <div className="entity-body">
          <div className="entity-form">
            <div className="entity-grid">
              <div className={`entity-field${isNameless ? ' is-wrong' : ''}`}>
                <span className="entity-label">
                  <label htmlFor={`${id}-name`}>{say('name')}</label>
                  <span className="entity-must small">{say('needed')}</span>
                </span>
                <Input
                  id={`${id}-name`}
                  maxLength={64}
                  {...(isNameless && { status: 'error' as const })}
                  value={name}
                  onChange={({ target }) => setName(target.value)}
                />
                {isNameless ? (
                  <span className="entity-fault small" role="alert">
                    {say('needed')}
                  </span>
                ) : (
                  <span className="entity-help faint small">{say('nameHelp')}</span>
                )}
              </div>
              <div className="entity-field">
                <span className="entity-label">
                  <label htmlFor={`${id}-lasts`}>{say('lasts')}</label>
                </span>
                <span className="key-lasts">
                  <Select
                    id={`${id}-lasts`}
                    aria-label={say('lasts')}
                    className="entity-wide"
                    value={lasts}
                    onChange={setLasts}
                    options={LASTS.map((value) => ({ value, label: say(`lasts-${value}`) }))}
                  />
                  {lasts === 'date' && (
                    <Input
                      type="date"
                      aria-label={say('lastDay')}
                      min={dateOf(Date.now(), zone)}
                      value={lastDay}
                      onChange={({ target }) => target.value && setLastDay(target.value)}
                    />
                  )}
                </span>
              </div>
              <div className="entity-field">
                <span className="entity-label">
                  <label htmlFor={`${id}-addresses`}>{say('addresses')}</label>
                </span>
                <Input.TextArea
                  id={`${id}-addresses`}
                  rows={2}
                  maxLength={4000}
                  value={addresses}
                  onChange={({ target }) => setAddresses(target.value)}
                />
                <span className="entity-help faint small">{say('addressesHelp')}</span>
              </div>
            </div>
            <div>
              <h2 className="people-title">{say('rights')}</h2>
              <p className="faint">{say('rightsText')}</p>
              {isTried && rights.size === 0 && (
                <span className="entity-fault small" role="alert">
                  {say('noRights')}
                </span>
              )}
            </div>
            <RightsMatrix
              permissions={permissions}
              rights={rights}
              own={own}
              hasReach={false}
              change={(permission, reach) => {
                const next = new Map(rights);
                if (reach === undefined) next.delete(permission);
                else next.set(permission, reach);
                setRights(next);
              }}
            />
          </div>
        </div>
        {add.isError && <Alert type="error" showIcon title={<ProblemText error={add.error} />} />}
        <footer className="entity-foot">
          <span className="grow" />
          <Button type="primary" loading={add.isPending} onClick={submit}>
            {say('create')}
          </Button>
        </footer>
      </div>
    </Drawer>
  );
}
