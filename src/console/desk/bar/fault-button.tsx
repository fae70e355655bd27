import BugOutlined from '@ant-design/icons/es/icons/BugOutlined';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Popover } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { recentEvents } from '../../api/recent-events.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { useStream } from '../../shell/stream-provider.tsx';
import type { Desk } from '../desk-provider.tsx';
import { faultWords } from './fault-words.ts';
import './help.css';

interface Sample {
  readonly at: string;
}

/** Two minutes of figures. */
const SAMPLES = 60;

/** How the sound was lately: what the phone in the page has measured. */
function useSamples({ phone }: Desk): () => readonly Sample[] {
  const samples = useRef<readonly Sample[]>([]);
  const { quality } = phone.sight;
  useEffect(() => {
    if (!quality) return;
    samples.current = [...samples.current.slice(1 - SAMPLES), { at: new Date().toISOString(), ...quality }];
  }, [quality]);
  return () => samples.current;
}

/** Names of the devices that the browser has. */
async function deviceNames(): Promise<object> {
  const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const of = (kind: MediaDeviceKind) =>
    devices.filter((each) => each.kind === kind).map(({ label }) => label || '?');
  return { microphones: of('audioinput'), speakers: of('audiooutput') };
}

function networkFacts(stream: string): object {
  const { effectiveType, rtt, downlink } =
    (navigator as { readonly connection?: Readonly<Record<string, unknown>> }).connection ?? {};
  return { stream, isOnline: navigator.onLine, effectiveType, rtt, downlink };
}

function pageFacts(): object {
  const { userAgent, language } = navigator;
  return {
    ...{ userAgent, language, path: location.pathname, isSecure: isSecureContext },
    ...{ visibility: document.visibilityState, width: innerWidth, height: innerHeight },
    openForMs: Math.round(performance.now()),
  };
}

/** Reports a fault (报障) with what the page has measured, by one button. */
export function FaultButton({ desk }: { readonly desk: Desk }) {
  const say = useSay(faultWords);
  const [isOpen, setOpen] = useState(false);
  const samples = useSamples(desk);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      content={<FaultForm desk={desk} samples={samples} close={() => setOpen(false)} />}
    >
      <Button type="text" icon={<BugOutlined />} aria-label={say('report')} title={say('report')} />
    </Popover>
  );
}

interface FormProps {
  readonly desk: Desk;
  readonly samples: () => readonly Sample[];
  readonly close: () => void;
}

function FaultForm({ desk, samples, close }: FormProps) {
  const say = useSay(faultWords);
  const { message } = App.useApp();
  const { state: stream } = useStream();
  const [text, setText] = useState('');
  const send = useMutation({
    mutationFn: async () => {
      const { row, call, phone } = desk;
      const { kind, role, sight, tab } = phone;
      const callId = call?.callId ?? row.wrapUp?.callId;
      const body = {
        ...(callId !== undefined && { callId }),
        ...(text.trim() !== '' && { text: text.trim() }),
        page: pageFacts(),
        network: networkFacts(stream),
        devices: await deviceNames(),
        phone: {
          ...{ kind, role, state: sight.state, trouble: sight.trouble ?? null },
          ...{ seat: row.seat.kind, isReachable: row.seat.isReachable, agentState: row.state },
          phase: call?.phase ?? null,
        },
        samples: samples(),
        stats: (await tab?.reports()) ?? [],
        events: recentEvents(),
      };
      return await ask<{ readonly id: string }>('/fault-reports', { method: 'POST', body });
    },
    onSuccess: ({ id }) => {
      message.success(say('sent', { id }), 6);
      close();
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form className="help-box help-words" aria-label={say('title')} onSubmit={submit}>
      <h2>{say('title')}</h2>
      <p className="faint small">{say('intro')}</p>
      <Input.TextArea
        value={text}
        rows={2}
        maxLength={500}
        placeholder={say('text')}
        aria-label={say('text')}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="help-acts">
        <Button type="primary" htmlType="submit" loading={send.isPending}>
          {say('send')}
        </Button>
      </div>
    </form>
  );
}
