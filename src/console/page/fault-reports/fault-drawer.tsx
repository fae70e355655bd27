import BugOutlined from '@ant-design/icons/es/icons/BugOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ApiError, ask } from '../../api/ask.ts';
import { useMay } from '../../api/session.tsx';
import type { FaultRow, FaultWholeRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { percent } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { stateWords } from '../../kit/words.ts';
import { factValueWords, factWords } from './fact-words.ts';
import { FAULTS, FaultState } from './fault-state.tsx';
import { faultPageWords } from './words.ts';

const pathTo = (id: string) => `/fault-reports/${encodeURIComponent(id)}`;

/** A fault report: what was measured where it happened, and its end. */
export function FaultDrawer({ close }: { readonly close: () => void }) {
  const say = useSay(faultPageWords);
  const { id = '' } = useParams();
  const report = useQuery({
    queryKey: [...FAULTS, id],
    // Each reading is in the audit trail.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => ask<FaultWholeRow>(pathTo(id), { signal }),
  });
  const isGone = report.error instanceof ApiError && report.error.status === 404;
  return (
    <Drawer
      open
      size={640}
      onClose={close}
      destroyOnHidden
      title={
        <span className="fault-head">
          {say('report')}
          {report.data && <FaultState isClosed={report.data.closed !== null} />}
        </span>
      }
    >
      {report.isPending && <Loading lines={8} />}
      {isGone && (
        <Empty
          icon={<BugOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('closePage')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {report.isError && !isGone && <Failed error={report.error} retry={() => void report.refetch()} />}
      {report.data && <Body report={report.data} />}
    </Drawer>
  );
}

type Facts = Readonly<Record<string, unknown>>;
const factsOf = (value: unknown): Facts =>
  typeof value === 'object' && value !== null ? (value as Facts) : {};
const listOf = (value: unknown): readonly Facts[] => (Array.isArray(value) ? value.map(factsOf) : []);

function Body({ report }: { readonly report: FaultWholeRow }) {
  const say = useSay(faultPageWords);
  const maySeeCalls = useMay('call:read');
  const { at, by, agent, text, callId, closed, facts } = report;
  const samples = listOf(facts.samples);
  const stats = listOf(facts.stats);
  const events = listOf(facts.events);
  return (
    <div className="fault">
      {closed && (
        <Alert
          type="info"
          showIcon
          title={
            <>
              {say('closedBy', { by: closed.by })} <Moment at={closed.at} />
            </>
          }
          {...(closed.note !== '' && { description: closed.note })}
        />
      )}
      <p className={text === '' ? 'faint' : 'fault-text'}>{text === '' ? say('noText') : text}</p>
      <dl className="fault-facts">
        <div>
          <dt>{say('at')}</dt>
          <dd>
            <Moment at={at} />
          </dd>
        </div>
        <div>
          <dt>{say('by')}</dt>
          <dd>{agent === null ? by : `${agent} · ${by}`}</dd>
        </div>
        <div>
          <dt>{say('call')}</dt>
          <dd>
            <div className="fault-id">{callId ?? say('none')}</div>
            {callId !== null && maySeeCalls && (
              <Link to={`/calls/${encodeURIComponent(callId)}`}>{say('showCall')}</Link>
            )}
          </dd>
        </div>
      </dl>
      {!closed && <Closing id={report.id} />}
      <Group title={say('phone')} facts={factsOf(facts.phone)} />
      <Group title={say('network')} facts={factsOf(facts.network)} />
      <Group title={say('devices')} facts={factsOf(facts.devices)} />
      <section>
        <h2>{say('samples', { n: samples.length })}</h2>
        {samples.length === 0 ? <p className="faint">{say('nothing')}</p> : <Samples samples={samples} />}
      </section>
      <Raw title={say('events', { n: events.length })} items={events} />
      <Raw title={say('stats', { n: stats.length })} items={stats} />
      <Group title={say('page')} facts={factsOf(facts.page)} />
    </div>
  );
}

function Group({ title, facts }: { readonly title: string; readonly facts: Facts }) {
  const say = useSay(faultPageWords);
  const sayName = useSayOf(factWords);
  const sayValue = useSayOf(factValueWords);
  const sayState = useSayOf(stateWords);
  const shown = (name: string, value: unknown): string => {
    if (Array.isArray(value)) return value.map(String).join(', ');
    const text = String(value);
    if (name === 'agentState') return sayState(text);
    const said = sayValue(typeof value === 'boolean' ? text : `${name}-${text}`);
    return said === `${name}-${text}` ? text : said;
  };
  const isSaid = (value: unknown) =>
    value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
  const all = Object.entries(facts).filter(([, value]) => isSaid(value));
  return (
    <section>
      <h2>{title}</h2>
      {all.length === 0 && <p className="faint">{say('nothing')}</p>}
      <dl className="fault-facts">
        {all.map(([name, value]) => (
          <div key={name}>
            {/* Its name in what is downloaded. */}
            <dt title={name}>{sayName(name)}</dt>
            <dd>{shown(name, value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const figure = (value: unknown, digits = 0): string =>
  typeof value === 'number' ? value.toFixed(digits) : '–';

function Samples({ samples }: { readonly samples: readonly Facts[] }) {
  const say = useSay(faultPageWords);
  return (
    <div className="fault-samples">
      <table>
        <thead>
          <tr>
            <th scope="col">{say('sampleTime')}</th>
            <th scope="col">{say('mos')}</th>
            <th scope="col">{say('loss')}</th>
            <th scope="col">{say('jitter')}</th>
            <th scope="col">{say('roundTrip')}</th>
          </tr>
        </thead>
        <tbody>
          {samples.toReversed().map(({ at, mos, loss, jitterMs, roundTripMs }) => (
            <tr key={String(at)}>
              <td>{typeof at === 'string' && <Moment at={at} isShort />}</td>
              <td>{figure(mos, 2)}</td>
              <td>{typeof loss === 'number' ? percent(loss) : '–'}</td>
              <td>{figure(jitterMs)}</td>
              <td>{figure(roundTripMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What only who mends it reads: as it was sent. */
function Raw({ title, items }: { readonly title: string; readonly items: readonly Facts[] }) {
  return (
    <details className="fault-raw">
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre tabIndex={0}>
        {items
          .toReversed()
          .map((item) => JSON.stringify(item))
          .join('\n')}
      </pre>
    </details>
  );
}

function Closing({ id }: { readonly id: string }) {
  const say = useSay(faultPageWords);
  const may = useMay('fault:update');
  const client = useQueryClient();
  const { message } = App.useApp();
  const [note, setNote] = useState('');
  const closing = useMutation({
    mutationFn: () => ask<FaultRow>(`${pathTo(id)}/close`, { method: 'POST', body: { note: note.trim() } }),
    onSuccess: async ({ closed }) => {
      message.success(say('isClosed'));
      client.setQueryData<FaultWholeRow>([...FAULTS, id], (held) => held && { ...held, closed });
      await client.invalidateQueries({ queryKey: [...FAULTS, 'list'] });
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  if (!may) return null;
  return (
    <form
      className="fault-closing"
      onSubmit={(event) => {
        event.preventDefault();
        closing.mutate();
      }}
    >
      <Input
        value={note}
        maxLength={500}
        placeholder={say('closeNote')}
        aria-label={say('closeNote')}
        onChange={({ target }) => setNote(target.value)}
      />
      <Button htmlType="submit" type="primary" loading={closing.isPending}>
        {say('closeReport')}
      </Button>
    </form>
  );
}
