import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { useMutation } from '@tanstack/react-query';
import { AutoComplete, Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../../api/ask.ts';
import { useMay } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { useNames } from './flow-queries.ts';
import { flowWords } from './words.ts';

interface CallPhoneProps {
  readonly number: string;
  /** Who calls, for the hotline. */
  readonly caller: string;
  /** Saves what is edited; what is called then: the draft, or undefined what takes the calls. False: it could not be saved, which was told. */
  readonly prepare: () => Promise<'draft' | undefined | false>;
}

/** Rings a phone, which is the caller of this flow then (用我的话机试拨): menus and queues are the real ones. */
export function CallPhone({ number, caller, prepare }: CallPhoneProps) {
  const say = useSay(flowWords);
  const maySeeCalls = useMay('call:read');
  const extensions = useNames('extension');
  const [extension, setExtension] = useState('');
  const call = useMutation({
    mutationFn: async () => {
      const version = await prepare();
      if (version === false) return undefined;
      return await ask<{ readonly id: string; readonly extension: string }>('/test-calls', {
        method: 'POST',
        body: {
          hotline: number,
          caller,
          ...(version && { version }),
          ...(extension !== '' && { extension }),
        },
      });
    },
  });
  return (
    <section className="call-phone" aria-label={say('callPhone')}>
      <label htmlFor="call-phone-at" className="small">
        {say('callPhoneAt')}
      </label>
      <div className="call-phone-row">
        <AutoComplete
          id="call-phone-at"
          value={extension}
          placeholder={say('callPhoneOwn')}
          onChange={(value: string) => setExtension(value.trim())}
          options={extensions
            .filter((each) => each.includes(extension))
            .slice(0, 20)
            .map((value) => ({ value }))}
        />
        <Button icon={<PhoneOutlined />} loading={call.isPending} onClick={() => call.mutate()}>
          {say('callPhone')}
        </Button>
      </div>
      {call.isError && (
        <p className="tester-fault" role="alert">
          <ProblemText error={call.error} />
        </p>
      )}
      {call.data && (
        <p className="small" role="status">
          {say('callPhoneRings', { extension: call.data.extension })}{' '}
          {maySeeCalls && (
            <Link to={`/calls/${encodeURIComponent(call.data.id)}?range=all`}>{say('replayOpen')}</Link>
          )}
        </p>
      )}
      <p className="faint small">{say('callPhoneHint')}</p>
    </section>
  );
}
