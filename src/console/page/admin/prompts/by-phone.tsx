import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { AutoComplete, Button } from 'antd';
import { useId, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import type { Items } from '../../../api/live-data.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import { useSay } from '../../../i18n/language.tsx';
import { ENTITIES, type Entity } from '../../../kit/entity/kinds.ts';
import { remember, remembered } from '../../../kit/remembered.ts';
import type { WayProps } from './way-props.ts';
import { promptWords } from './words.ts';

const KEY = 'recording-extension';

/** His own phone is rung, and records him (打电话给我录音). */
export function ByPhone({ making, text, isHeld }: WayProps) {
  const say = useSay(promptWords);
  const id = useId();
  const { me, company } = useSession();
  const mayRead = useMay('extension:read');
  const [extension, setExtension] = useState(() => remembered(KEY) ?? '');
  const found = useQuery({
    queryKey: [...ENTITIES, 'extension', company, 'pick-to-record', extension],
    enabled: mayRead,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask<Items<Entity>>('/extensions', { query: { q: extension || undefined, limit: 20 }, signal }),
  });
  const isAgent = me.user?.agent != null;
  const options = (found.data?.items ?? []).map(({ number, name }) => ({
    value: String(number),
    label: name ? `${number}  ${name}` : String(number),
  }));
  return (
    <form
      className="prompt-form"
      onSubmit={(event) => {
        event.preventDefault();
        remember(KEY, extension);
        making.begin({ to: 'recording', body: extension ? { extension } : {} });
      }}
    >
      <p className="faint small">{say('phoneHelp')}</p>
      {text && (
        <blockquote className="prompt-script" aria-label={say('text')}>
          {text}
        </blockquote>
      )}
      <div className="prompt-row">
        <div className="prompt-field">
          <label htmlFor={`${id}-extension`}>{say('extension')}</label>
          <AutoComplete
            id={`${id}-extension`}
            value={extension}
            options={options}
            placeholder={say(isAgent ? 'ownExtension' : 'extensionHint')}
            onChange={(value: string | undefined) => setExtension((value ?? '').replaceAll(/\D/g, ''))}
          />
        </div>
        <Button
          type="primary"
          htmlType="submit"
          icon={<PhoneOutlined />}
          disabled={isHeld || making.isBusy || (extension === '' && !isAgent)}
          loading={making.isBusy}
        >
          {say('callMe')}
        </Button>
      </div>
    </form>
  );
}
