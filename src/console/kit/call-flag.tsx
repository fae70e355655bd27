import FlagFilled from '@ant-design/icons/es/icons/FlagFilled';
import FlagOutlined from '@ant-design/icons/es/icons/FlagOutlined';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, type InputRef, Popover } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ask } from '../api/ask.ts';
import { showFlag } from '../api/live-data.ts';
import type { CallFlag } from '../api/types.ts';
import { useSay } from '../i18n/language.tsx';
import { flagWords } from './flag-words.ts';
import { Moment } from './moment.tsx';
import { ProblemText } from './states.tsx';
import { useKeyActs, useKeys } from './use-keys.ts';
import './call-flag.css';

/** That a call is marked, and why: in a list. */
export function FlagMark({ flag: { by, reason } }: { readonly flag: CallFlag }) {
  const say = useSay(flagWords);
  const label = reason ? say('markWhy', { by, reason }) : say('mark', { by });
  return (
    <span className="call-flag-mark" role="img" aria-label={label} title={label}>
      <FlagFilled />
    </span>
  );
}

const pathOf = (callId: string) => `/calls/${encodeURIComponent(callId)}/flag`;

function useMishap() {
  const { message } = App.useApp();
  return (error: unknown) => void message.error(<ProblemText error={error} />);
}

/** Marks any call, without a reason: one for all rows of a list. */
export function useMark(): (callId: string) => void {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (callId: string) =>
      ask<{ readonly flag: CallFlag }>(pathOf(callId), { method: 'PUT', body: {} }),
    onSuccess: ({ flag }, callId) => showFlag(client, callId, () => flag),
    onError: useMishap(),
  }).mutate;
}

export interface RowFlagProps {
  readonly callId: string;
  readonly flag: CallFlag | null;
  readonly mark: (callId: string) => void;
}

/** {@link FlagButton} in a row: most calls are not marked, and a row that is scrolled by costs little. */
export function RowFlag({ callId, flag, mark }: RowFlagProps) {
  const say = useSay(flagWords);
  if (flag) return <FlagButton callId={callId} flag={flag} place="row" />;
  return (
    <button
      type="button"
      className="call-flag-row"
      aria-label={say('flag')}
      aria-pressed={false}
      title={say('flag')}
      // By keyboard it is done in the drawer: rows are gone through by arrows.
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        mark(callId);
      }}
    >
      <FlagOutlined />
    </button>
  );
}

/** Sets the mark of a call, and takes it off. */
function useFlag(callId: string) {
  const client = useQueryClient();
  const path = pathOf(callId);
  const onError = useMishap();
  const set = useMutation({
    mutationFn: (reason: string) =>
      ask<{ readonly flag: CallFlag }>(path, { method: 'PUT', body: reason === '' ? {} : { reason } }),
    onSuccess: ({ flag }) => showFlag(client, callId, () => flag),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => ask(path, { method: 'DELETE' }),
    onSuccess: () => showFlag(client, callId, () => null),
    onError,
  });
  return { set, remove };
}

export interface FlagButtonProps {
  readonly callId: string;
  /** Undefined: it is not known yet. */
  readonly flag: CallFlag | null | undefined;
  /** In the phone bar, and at the head of a call at the desk, its key does it, too; in the drawer it has its word. */
  readonly place: 'bar' | 'head' | 'drawer' | 'row';
}

/** Marks a call (标记) at once, so that it is found again; why may be said then. Once it is marked: changes why, or takes the mark off. */
export function FlagButton({ callId, flag, place }: FlagButtonProps) {
  const say = useSay(flagWords);
  const keys = useKeys();
  const { set, remove } = useFlag(callId);
  const [isOpen, setOpen] = useState(false);
  const isBusy = set.isPending || remove.isPending;
  const mark = () => {
    if (isBusy || flag === undefined) return;
    if (flag) setOpen(true);
    else set.mutate('');
  };
  const hasKey = place === 'bar' || place === 'head';
  useKeyActs(hasKey ? { flag: mark } : {});
  const isSet = Boolean(flag);
  const word = say(isSet ? 'flagged' : 'flag');
  const hint = hasKey ? ` (${keys.flag})` : '';
  const button = (
    <Button
      className={isSet ? 'call-flag-on' : ''}
      type={hasKey ? 'default' : 'text'}
      size={place === 'row' ? 'small' : 'middle'}
      icon={isSet ? <FlagFilled /> : <FlagOutlined />}
      loading={isBusy}
      disabled={flag === undefined}
      aria-label={word}
      aria-pressed={isSet}
      title={`${flag?.reason ?? word}${hint}`}
      // From the list it is done in the drawer, by keyboard: rows are gone through by arrows.
      {...(place === 'row' && { tabIndex: -1 })}
      {...(hasKey && { 'aria-keyshortcuts': keys.flag })}
    >
      {place === 'drawer' && word}
    </Button>
  );
  const close = () => setOpen(false);
  // What is not marked yet is marked by the click that would open it.
  const change = (open: boolean) => (open && !flag ? mark() : setOpen(open));
  const whole = (
    <Popover
      open={isOpen && isSet}
      onOpenChange={change}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      content={
        flag && (
          <section className="call-flag-box" aria-label={say('title')}>
            <h2>{say('title')}</h2>
            <p className="faint small">
              {say('by', { by: flag.by })} <Moment at={flag.at} isShort />
            </p>
            <Why flag={flag} save={set} remove={remove} close={close} />
          </section>
        )
      }
    >
      {button}
    </Popover>
  );
  if (place === 'drawer') return whole;
  if (hasKey)
    return (
      <>
        {whole}
        <span className="visually-hidden" role="status">
          {isSet && word}
        </span>
      </>
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is done in here does not open the row around it
    <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
      {whole}
    </span>
  );
}

interface WhyProps {
  readonly flag: CallFlag;
  readonly save: ReturnType<typeof useFlag>['set'];
  readonly remove: ReturnType<typeof useFlag>['remove'];
  readonly close: () => void;
}

function Why({ flag, save, remove, close }: WhyProps) {
  const say = useSay(flagWords);
  const [reason, setReason] = useState(flag.reason ?? '');
  const input = useRef<InputRef>(null);
  useEffect(() => input.current?.focus(), []);
  const isSame = reason.trim() === (flag.reason ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSame) close();
    else save.mutate(reason.trim(), { onSuccess: close });
  };
  return (
    <form className="call-flag-why" onSubmit={submit}>
      <p className="faint small">{say('intro')}</p>
      <Input
        ref={input}
        value={reason}
        maxLength={200}
        placeholder={say('reason')}
        aria-label={say('reason')}
        onChange={({ target }) => setReason(target.value)}
      />
      <div className="call-flag-acts">
        <Button type="primary" htmlType="submit" disabled={isSame} loading={save.isPending}>
          {say('save')}
        </Button>
        <Button loading={remove.isPending} onClick={() => remove.mutate(undefined, { onSuccess: close })}>
          {say('remove')}
        </Button>
      </div>
    </form>
  );
}
