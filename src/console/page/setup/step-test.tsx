import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ApiError, ask } from '../../api/ask.ts';
import { AGENTS, CALL, type Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { AgentRow, CallRow } from '../../api/types.ts';
import { PhoneKeys } from '../../desk/phone-keys.tsx';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { Outcome } from '../calls/call-facts.tsx';
import { stepText, whyTextOf } from '../calls/way-text.ts';
import { StepHead } from './step-form.tsx';
import type { StepProps } from './steps.ts';
import { setupWords } from './words.ts';

interface Asked {
  readonly hotline: string;
  readonly extension: string;
  readonly caller: string;
}

const LOOK_MS = 1000;

/** A real call: a phone of the company rings, and who answers is the caller of the new number. */
export function TestStep({ setup, renew, finish }: StepProps) {
  const say = useSay(setupWords);
  const { me } = useSession();
  const { flows, agents } = setup;
  const own = agents.find(({ id }) => id === me.user?.agent);
  const taking = flows.filter(({ takesCalls }) => takesCalls);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [callId, setCallId] = useState<string>();
  const call = useTestCall(callId);
  const isRunning = callId !== undefined && call?.state !== 'ended';
  const begin = async (body: Asked): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await ask<{ readonly id: string }>('/test-calls', { method: 'POST', body });
      setCallId(id);
      await renew();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const hangUp = () =>
    ask(`/calls/${encodeURIComponent(callId!)}/hang-up`, { method: 'POST' }).catch((failure: unknown) => {
      // It has ended by itself.
      if (!(failure instanceof ApiError) || failure.status !== 404) setError(failure);
    });
  if (taking.length === 0 || agents.length === 0)
    return <StepHead title={say('test')} text={say('testNotYet')} />;
  return (
    <>
      <StepHead title={say('test')} text={say('testText')} />
      <Alert className="setup-problem" type="info" showIcon title={own ? say('testOwn') : say('testOther')} />
      <Form<Asked>
        layout="vertical"
        requiredMark={false}
        initialValues={{
          hotline: taking[0]!.number,
          extension: (own ?? agents[0]!).extension,
          caller: '13800138000',
        }}
        onFinish={(asked) => void begin(asked)}
      >
        <div className="setup-row">
          <Form.Item name="hotline" label={say('testHotline')}>
            <Select
              options={taking.map(({ number, name }) => ({
                value: number,
                label: `${number} ${name}`.trim(),
              }))}
            />
          </Form.Item>
          <Form.Item name="extension" label={say('testPhone')}>
            <PhoneChoice agents={agents} />
          </Form.Item>
          <Form.Item
            name="caller"
            label={say('testCaller')}
            rules={[{ pattern: /^\+?\d{1,20}$/, required: true, message: say('callerWrong') }]}
          >
            <Input maxLength={20} inputMode="tel" />
          </Form.Item>
        </div>
        {error !== undefined && (
          <Alert className="setup-problem" type="error" showIcon title={<ProblemText error={error} />} />
        )}
        <div className="setup-acts">
          <Button
            type={setup.tested ? 'default' : 'primary'}
            htmlType="submit"
            icon={<PhoneOutlined />}
            loading={isBusy}
            disabled={isRunning}
          >
            {say('testNow')}
          </Button>
          {isRunning && <Button onClick={() => void hangUp()}>{say('hangUp')}</Button>}
          <Button type={setup.tested ? 'primary' : 'default'} onClick={finish}>
            {setup.tested ? say('finish') : say('later')}
          </Button>
        </div>
      </Form>
      {call && <Progress call={call} />}
      {callId !== undefined && !call && <p role="status">{say('ringing')}</p>}
    </>
  );
}

/** The call as it goes on, and what came of it. */
function useTestCall(id: string | undefined): CallRow | undefined {
  const { data } = useQuery<CallRow>({
    queryKey: [...CALL, id, 'test'],
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'ended' ? false : LOOK_MS),
    retry: true,
    queryFn: ({ signal }) => ask<CallRow>(`/calls/${encodeURIComponent(id!)}`, { signal }),
  });
  return data;
}

/** Agents with how they stand: who has no phone is not rung. */
function PhoneChoice({
  agents,
  ...field
}: {
  readonly agents: StepProps['setup']['agents'];
  readonly id?: string;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}) {
  const say = useSay(setupWords);
  const { data } = useQuery({
    queryKey: AGENTS,
    queryFn: ({ signal }) => ask<Items<AgentRow>>('/live/agents', { signal }),
  });
  const isOff = (id: string) => data?.items.find(({ agent }) => agent === id)?.state === 'unreachable';
  return (
    <Select
      {...field}
      options={agents.map(({ id, name, extension }) => ({
        value: extension,
        label: `${extension} ${name}${isOff(id) ? ` · ${say('noPhone')}` : ''}`,
      }))}
    />
  );
}

function Progress({ call }: { readonly call: CallRow }) {
  const say = useSay(setupWords);
  const { language } = useLanguage();
  const { path, answeredAt, state, id } = call;
  return (
    <section className="setup-call card" aria-label={say('testCall')} aria-live="polite">
      <h3>
        <Outcome call={call} />
        <span>
          {answeredAt === null ? say(state === 'ended' ? 'notTaken' : 'ringing') : say('connected')}
        </span>
      </h3>
      {state === 'running' && answeredAt !== null && <PhoneKeys />}
      <ol>
        {path.map(({ step, why }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added
          <li key={index}>
            {stepText(step, language)} <span className="faint small">{whyTextOf(why, language)}</span>
          </li>
        ))}
      </ol>
      {state === 'ended' && <Link to={`/calls/${encodeURIComponent(id)}`}>{say('openCall')}</Link>}
    </section>
  );
}
