import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { PlayableRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Failed } from '../../kit/states.tsx';
import type { Desk } from '../desk-provider.tsx';
import { playWords } from './play-words.ts';

/** Plays one of the company's prompts into the talk in hand, and stops it. */
export function PlayDialog({
  desk: { acts, pending },
  close,
}: {
  readonly desk: Desk;
  readonly close: () => void;
}) {
  const say = useSay(playWords);
  const [prompt, setPrompt] = useState<string>();
  const [to, setTo] = useState<'customer' | 'all'>('customer');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['playable'],
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly PlayableRow[] }>('/directory/playable', { signal }),
  });
  const isPlaying = pending.has('play');
  const footer = (
    <>
      <Button onClick={close}>{say('close')}</Button>
      {isPlaying ? (
        <Button danger loading={pending.has('stopPlay')} onClick={() => void acts.stopPlay()}>
          {say('stop')}
        </Button>
      ) : (
        <Button
          type="primary"
          disabled={prompt === undefined}
          onClick={() => prompt !== undefined && void acts.play(prompt, to)}
        >
          {say('play')}
        </Button>
      )}
    </>
  );
  return (
    <Modal open title={say('title')} onCancel={close} footer={footer} width={460}>
      <div className="pb-play">
        <p className="small faint">{say('about')}</p>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data?.items.length === 0 ? (
          <p>{say('none')}</p>
        ) : (
          <>
            <Select
              aria-label={say('prompt')}
              placeholder={say('choose')}
              showSearch={{ filterOption: (typed, option) => option?.label.includes(typed) === true }}
              loading={isPending}
              disabled={isPlaying}
              value={prompt}
              onChange={setPrompt}
              options={(data?.items ?? []).map(({ name, text }) => ({
                value: name,
                label: text === null ? name : `${name} · ${text}`,
              }))}
            />
            <Radio.Group
              value={to}
              disabled={isPlaying}
              onChange={({ target }) => setTo(target.value)}
              options={[
                { value: 'customer', label: say('toCustomer') },
                { value: 'all', label: say('toAll') },
              ]}
            />
          </>
        )}
      </div>
    </Modal>
  );
}
