import { Button, Input, type InputRef } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import type { Desk } from '../desk-provider.tsx';
import { somebodyBy } from '../somebody.ts';
import { barWords } from './words.ts';

export type TargetAct = 'transfer' | 'consult' | 'dial';

interface Props {
  readonly desk: Desk;
  readonly act: TargetAct;
  readonly close: () => void;
}

const LABELS = { transfer: 'transferNow', consult: 'consultNow', dial: 'dialNow' } as const;

/** Where a caller goes, or who is asked: typed, or one of the own queues. */
export function TargetBox({ desk, act, close }: Props) {
  const say = useSay(barWords);
  const [text, setText] = useState('');
  const input = useRef<InputRef>(null);
  useEffect(() => input.current?.focus(), []);
  const isBusy = desk.pending.has(act);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const to = somebodyBy(text);
    if (!to || isBusy) return;
    close();
    await desk.acts[act](to);
  };
  return (
    <form className="pb-target" onSubmit={(event) => void submit(event)}>
      <Input
        ref={input}
        value={text}
        inputMode="tel"
        maxLength={24}
        placeholder={say('target')}
        aria-label={say('target')}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={({ key }) => key === 'Escape' && close()}
      />
      <Button type="primary" htmlType="submit" disabled={!somebodyBy(text)} loading={isBusy}>
        {say(LABELS[act])}
      </Button>
      {act === 'transfer' &&
        desk.lines.map(({ name, title }) => (
          <Button
            key={name}
            onClick={() => {
              close();
              void desk.acts.transfer({ queue: name });
            }}
          >
            {`→ ${title}`}
          </Button>
        ))}
      <Button type="text" onClick={close}>
        {say('back')}
      </Button>
    </form>
  );
}
