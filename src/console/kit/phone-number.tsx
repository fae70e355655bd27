import EyeOutlined from '@ant-design/icons/es/icons/EyeOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Modal, Radio } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { ask } from '../api/ask.ts';
import { useMay } from '../api/session.tsx';
import type { RevealedNumbers } from '../api/types.ts';
import { useSay } from '../i18n/language.tsx';
import { phoneNumber } from './format.ts';
import { ProblemText } from './states.tsx';
import { kitWords } from './words.ts';
import './phone-number.css';

/** After it was seen last. */
const REVEALED_MS = 5 * 60_000;

const keyOf = (callId: string) => ['revealed', callId] as const;
const isMasked = (number: string) => number.includes('****');

export interface PhoneNumberProps {
  readonly number: string;
  /** The ended call by which it can be revealed (查看号码); left out: it cannot. */
  readonly callId?: string | undefined;
  /** Which of the call's numbers it is. */
  readonly as?: 'caller' | 'called' | 'callback';
}

/** A telephone number in groups. Where it is masked, who has the right reveals it for a reason that the audit trail keeps. */
export function PhoneNumber({ number, callId, as = 'caller' }: PhoneNumberProps) {
  const say = useSay(kitWords);
  if (number === '') return <span className="faint">{say('withheld')}</span>;
  if (isMasked(number) && callId !== undefined) return <Masked number={number} callId={callId} as={as} />;
  return <span className="phone-number">{phoneNumber(number)}</span>;
}

function Masked({ number, callId, as }: Required<PhoneNumberProps> & { readonly callId: string }) {
  const say = useSay(kitWords);
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const mayReveal = useMay('number:reveal');
  // Filled by the dialog, never asked for by itself. Of rows that were only scrolled by nothing is kept.
  const isRevealed = client.getQueryData(keyOf(callId)) !== undefined;
  const { data: revealed } = useQuery<RevealedNumbers>({
    queryKey: keyOf(callId),
    enabled: false,
    gcTime: isRevealed ? REVEALED_MS : 0,
  });
  const whole = revealed?.[as];
  if (whole) return <span className="phone-number">{phoneNumber(whole)}</span>;
  if (!mayReveal) return <span className="phone-number">{phoneNumber(number)}</span>;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is done in here does not open the row around it
    <span
      className="phone-number"
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {phoneNumber(number)}
      <Button
        type="text"
        size="small"
        icon={<EyeOutlined />}
        aria-label={say('revealOf', { number: phoneNumber(number) })}
        title={say('reveal')}
        onClick={() => setAsking(true)}
      />
      {isAsking && <Reveal callId={callId} close={() => setAsking(false)} />}
    </span>
  );
}

const REASONS = ['reasonCallBack', 'reasonIdentity', 'reasonComplaint'] as const;
const OTHER = 'other';

function Reveal({ callId, close }: { readonly callId: string; readonly close: () => void }) {
  const say = useSay(kitWords);
  const client = useQueryClient();
  const form = useId();
  const [chosen, setChosen] = useState<string>();
  const [other, setOther] = useState('');
  const reason = (chosen === OTHER ? other : chosen)?.trim() ?? '';
  const reveal = useMutation({
    mutationFn: () =>
      ask<RevealedNumbers>(`/calls/${encodeURIComponent(callId)}/reveal`, {
        method: 'POST',
        body: { reason },
      }),
    onSuccess: (numbers) => {
      client.setQueryData(keyOf(callId), numbers);
      close();
    },
  });
  const isEnough = reason.length >= 2;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isEnough) reveal.mutate();
  };
  return (
    <Modal
      open
      width={420}
      title={say('reveal')}
      okText={say('reveal')}
      cancelText={say('cancel')}
      okButtonProps={{ htmlType: 'submit', form, disabled: !isEnough, loading: reveal.isPending }}
      onCancel={close}
    >
      <form id={form} className="reveal" onSubmit={submit}>
        <p className="faint">{say('revealText')}</p>
        <Radio.Group
          aria-label={say('revealWhy')}
          value={chosen}
          onChange={({ target }) => setChosen(target.value)}
        >
          {REASONS.map((each) => (
            <Radio key={each} value={say(each)}>
              {say(each)}
            </Radio>
          ))}
          <Radio value={OTHER}>{say('reasonOther')}</Radio>
        </Radio.Group>
        {chosen === OTHER && (
          <Input
            autoFocus
            aria-label={say('revealWhy')}
            placeholder={say('revealWhy')}
            maxLength={200}
            value={other}
            onChange={({ target }) => setOther(target.value)}
          />
        )}
        {reveal.isError && <Alert type="error" showIcon title={<ProblemText error={reveal.error} />} />}
      </form>
    </Modal>
  );
}
