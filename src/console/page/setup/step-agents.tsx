import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { Alert, App, Button, Checkbox, Input, Select } from 'antd';
import { useRef, useState } from 'react';
import { ApiError } from '../../api/ask.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { type AgentRow, faultOf, type Secrets, saveAgent, saveQueue } from './save-agents.ts';
import { StepHead } from './step-form.tsx';
import type { StepProps } from './steps.ts';
import { setupWords } from './words.ts';

const PHONES = ['browser', 'desk'] as const;

/** Several agents at once: who they are, which phone each has, and what each signs in with. */
export function AgentsStep({ setup, next, renew }: StepProps) {
  const say = useSay(setupWords);
  const mayAddUsers = useMay('user:create');
  const { agents, queues, users, extensions } = setup;
  const [isAdding, setAdding] = useState(false);
  const [rows, setRows] = useState<readonly AgentRow[]>(() =>
    begin(
      setup.agents.map(({ id }) => id),
      users.length === 0,
    ),
  );
  const [faults, setFaults] = useState<ReadonlyMap<number, string>>(new Map());
  const [told, setTold] = useState<readonly Secrets[]>([]);
  const [isBusy, setBusy] = useState(false);
  const begun = useRef(new Set<string>());
  const [error, setError] = useState<unknown>();
  const change = (key: number, part: Partial<AgentRow>) => {
    setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
    setFaults(new Map([...faults].filter(([at]) => at !== key)));
  };
  const hasQueue = queues.some((queue) => queue.agents.length > 0);

  const submit = async (): Promise<void> => {
    const wrong = new Map<number, string>();
    for (const row of rows) {
      const fault = faultOf(row, rows, agents, begun.current);
      if (fault) wrong.set(row.key, say(fault));
    }
    setFaults(wrong);
    setError(undefined);
    if (wrong.size > 0) return;
    setBusy(true);
    const made: Secrets[] = [...told];
    let left = rows;
    try {
      const known = {
        extensions: new Set(extensions.map(({ number }) => number)),
        agents: new Set(agents.map(({ id }) => id)),
        mayAddUsers,
      };
      for (const row of rows) {
        begun.current.add(row.number);
        try {
          made.push(await saveAgent(row, known));
          left = left.filter(({ key }) => key !== row.key);
        } catch (failure) {
          if (failure instanceof ApiError && failure.problem)
            setFaults(new Map([[row.key, say('refused', { why: textOf(failure) })]]));
          throw failure;
        }
      }
      await saveQueue(
        queues[0],
        say('queueTitle'),
        made.map(({ number }) => number),
      );
    } catch (failure) {
      setError(failure);
    } finally {
      setRows(left);
      setTold(made);
      await renew();
      setBusy(false);
    }
  };

  const isShown = agents.length === 0 || isAdding || rows.some(({ key }) => faults.has(key));
  if (told.length > 0 && rows.length === 0)
    return (
      <Told
        told={told}
        more={() => {
          setRows(begin([...agents.map(({ id }) => id), ...told.map(({ number }) => number)], false));
          setTold([]);
          setAdding(true);
        }}
        next={next}
      />
    );
  return (
    <>
      <StepHead title={say('agents')} text={say('agentsText')} />
      {agents.length > 0 && (
        <ul className="setup-list" aria-label={say('agentsThere')}>
          {agents.map(({ id, name, extension }) => (
            <li key={id}>
              <strong>{id}</strong> {name} <span className="faint">{say('atExtension', { extension })}</span>
            </li>
          ))}
        </ul>
      )}
      {!isShown && (
        <div className="setup-acts">
          <Button type="primary" onClick={next} disabled={!hasQueue}>
            {say('on')}
          </Button>
          <Button onClick={() => setAdding(true)}>{say('moreAgents')}</Button>
          {!hasQueue && (
            <Button
              onClick={() =>
                void saveQueue(
                  queues[0],
                  say('queueTitle'),
                  agents.map(({ id }) => id),
                ).then(renew, setError)
              }
            >
              {say('makeQueue')}
            </Button>
          )}
        </div>
      )}
      {isShown && (
        <form
          className="setup-agents"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          {rows.map((row, index) => (
            <Row
              key={row.key}
              row={row}
              n={index + 1}
              fault={faults.get(row.key)}
              change={(part) => change(row.key, part)}
              remove={rows.length > 1 ? () => setRows(rows.filter((each) => each !== row)) : undefined}
              mayAddUsers={mayAddUsers}
            />
          ))}
          <Button
            className="setup-add"
            icon={<PlusOutlined />}
            onClick={() =>
              setRows([
                ...rows,
                nextRow(
                  rows,
                  agents.map(({ id }) => id),
                ),
              ])
            }
          >
            {say('addAgent')}
          </Button>
          {error !== undefined && (
            <Alert className="setup-problem" type="error" showIcon title={<ProblemText error={error} />} />
          )}
          <div className="setup-acts">
            <Button type="primary" htmlType="submit" loading={isBusy}>
              {say('saveAgents')}
            </Button>
            {agents.length > 0 && <Button onClick={next}>{say('on')}</Button>}
          </div>
        </form>
      )}
    </>
  );
}

interface RowProps {
  readonly row: AgentRow;
  readonly n: number;
  readonly fault: string | undefined;
  readonly change: (part: Partial<AgentRow>) => void;
  readonly remove: (() => void) | undefined;
  readonly mayAddUsers: boolean;
}

function Row({ row, n, fault, change, remove, mayAddUsers }: RowProps) {
  const say = useSay(setupWords);
  const id = `setup-agent-${row.key}`;
  return (
    <fieldset className="setup-agent" aria-describedby={fault && `${id}-fault`}>
      <legend className="small faint">{say('agentN', { n })}</legend>
      <div>
        <label htmlFor={`${id}-name`}>{say('agentName')}</label>
        <Input
          id={`${id}-name`}
          value={row.name}
          maxLength={64}
          status={fault ? 'error' : ''}
          onChange={({ target }) => change({ name: target.value })}
        />
      </div>
      <div>
        <label htmlFor={`${id}-number`}>{say('agentNumber')}</label>
        <Input
          id={`${id}-number`}
          value={row.number}
          maxLength={15}
          inputMode="numeric"
          status={fault ? 'error' : ''}
          onChange={({ target }) => change({ number: target.value.trim() })}
        />
      </div>
      <div>
        <label htmlFor={id}>{say('agentPhone')}</label>
        <Select
          id={id}
          value={row.phone}
          onChange={(phone) => change({ phone })}
          options={PHONES.map((phone) => ({ value: phone, label: say(`phone-${phone}`) }))}
        />
      </div>
      {mayAddUsers && (
        <Checkbox checked={row.isAdmin} onChange={({ target }) => change({ isAdmin: target.checked })}>
          {say('agentAdmin')}
        </Checkbox>
      )}
      {remove && (
        <Button
          type="text"
          icon={<DeleteOutlined />}
          aria-label={say('removeAgent', { n })}
          onClick={remove}
        />
      )}
      {fault && (
        <p className="setup-fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

/** What each begins with: nobody is told again. */
function Told({
  told,
  next,
  more,
}: {
  readonly told: readonly Secrets[];
  readonly next: () => void;
  readonly more: () => void;
}) {
  const say = useSay(setupWords);
  const { message } = App.useApp();
  const { company = '' } = useSession();
  const lines = (
    secrets: Secrets,
  ): readonly (readonly [label: string, value: string, isSecret?: boolean])[] => [
    ...(secrets.password
      ? ([
          [say('console'), location.origin],
          [say('companyId'), company],
          [say('login'), secrets.number],
          [say('firstPassword'), secrets.password, true],
        ] as const)
      : []),
    ...(secrets.sip
      ? ([
          [say('sipServer'), location.hostname],
          [say('sipDomain'), secrets.sip.domain],
          [say('sipUser'), secrets.sip.username],
          [say('sipPassword'), secrets.sip.password, true],
        ] as const)
      : []),
  ];
  const text = told
    .map((secrets) =>
      [
        `${secrets.number} ${secrets.name}`,
        ...lines(secrets).map(([label, value]) => `${label}: ${value}`),
      ].join('\n'),
    )
    .join('\n\n');
  const copy = () => void navigator.clipboard?.writeText(text).then(() => message.success(say('copied')));
  return (
    <>
      <StepHead title={say('agentsMade')} text={say('agentsMadeText')} />
      <Alert className="setup-problem" type="warning" showIcon title={say('toldOnce')} />
      <div className="setup-told">
        {told.map((secrets) => (
          <section key={secrets.number} className="card" aria-label={`${secrets.number} ${secrets.name}`}>
            <h3>{`${secrets.number} ${secrets.name}`}</h3>
            <dl>
              {lines(secrets).map(([label, value, isSecret]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{isSecret ? <code>{value}</code> : value}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="setup-acts">
        <Button type="primary" onClick={next}>
          {say('savedThem')}
        </Button>
        <Button icon={<CopyOutlined />} onClick={copy}>
          {say('copyAll')}
        </Button>
        <Button onClick={more}>{say('moreAgents')}</Button>
      </div>
    </>
  );
}

const textOf = ({ problem, message }: ApiError): string =>
  problem?.errors?.map(({ detail, fix }) => (fix ? `${detail}; ${fix}` : detail)).join(' ') || message;

/** The next work number that nobody has. */
function nextRow(rows: readonly AgentRow[], taken: readonly string[]): AgentRow {
  const all = new Set([...taken, ...rows.map(({ number }) => number)]);
  let number = 8001;
  while (all.has(String(number))) number++;
  const key = Math.max(0, ...rows.map((row) => row.key)) + 1;
  return { key, name: '', number: String(number), phone: 'browser', isAdmin: false };
}

/** `isFirst`: nobody has an account yet; one of them has to be able to go on. */
function begin(taken: readonly string[], isFirst: boolean): readonly AgentRow[] {
  const one = { ...nextRow([], taken), isAdmin: isFirst };
  return [one, nextRow([one], taken)];
}
