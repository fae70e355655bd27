import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { ApiError, ask, pathOf } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { Failed, Loading } from '../../kit/states.tsx';
import { callWords } from './words.ts';

/** SIP messages of all legs and what happened to the audio, drawn as text; as a capture to save. */
export function Ladder({ callId }: { readonly callId: string }) {
  const say = useSay(callWords);
  const [isAsked, setAsked] = useState(false);
  const path = `/calls/${encodeURIComponent(callId)}/ladder`;
  const drawn = useQuery({
    queryKey: ['ladder', callId],
    queryFn: ({ signal }) => ask<string>(path, { query: { format: 'text' }, accept: 'text/plain', signal }),
    enabled: isAsked,
  });
  if (!isAsked) return <Button onClick={() => setAsked(true)}>{say('showLadder')}</Button>;
  if (drawn.isPending) return <Loading lines={6} />;
  if (drawn.error instanceof ApiError && drawn.error.status === 404)
    return (
      <p className="faint" role="status">
        {say('noLadder')} {say('noLadderText')}
      </p>
    );
  if (drawn.isError) return <Failed error={drawn.error} retry={() => void drawn.refetch()} />;
  return (
    <>
      <Button icon={<DownloadOutlined />} href={pathOf(path, { format: 'pcap' })}>
        {say('downloadPcap')}
      </Button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
      <pre className="ladder" tabIndex={0} role="region" aria-label={say('ladder')}>
        {drawn.data}
      </pre>
    </>
  );
}
