import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { ApiError, ask } from '../../../api/ask.ts';
import { useSay } from '../../../i18n/language.tsx';
import type { AddProps } from '../../../kit/entity/entity-tab.ts';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { Maker } from './maker.tsx';
import { promptPath } from './prompt-data.ts';
import { promptWords } from './words.ts';
import './prompts.css';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A new prompt in one go: a name, and what is said. */
export default function NewPrompt({ close, made }: AddProps) {
  const say = useSay(promptWords);
  const id = useId();
  const [name, setName] = useState('');
  const isName = NAME.test(name);
  const taken = useQuery({
    queryKey: [...ENTITIES, 'prompt', name, 'is-taken'],
    enabled: isName,
    retry: false,
    queryFn: async ({ signal }) => {
      try {
        await ask(promptPath(name), { signal });
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return false;
        throw error;
      }
    },
  });
  const isWrong = (name !== '' && !isName) || taken.data === true;
  return (
    <Modal open width={640} title={say('newTitle')} mask={{ closable: false }} onCancel={close} footer={null}>
      <div className="prompt-form">
        <div className="prompt-field">
          <label htmlFor={`${id}-name`}>{say('name')}</label>
          <Input
            autoFocus
            id={`${id}-name`}
            maxLength={64}
            value={name}
            {...(isWrong && { status: 'error' as const })}
            aria-describedby={`${id}-hint`}
            onChange={({ target }) => setName(target.value.trim())}
          />
          <span id={`${id}-hint`} className={isWrong ? 'prompt-fault small' : 'faint small'}>
            {say(taken.data ? 'nameTaken' : 'nameHint')}
          </span>
        </div>
        <Maker
          place={{ name, language: undefined }}
          text=""
          isHeld={!isName || taken.data !== false}
          made={() => made(name)}
        />
      </div>
    </Modal>
  );
}
