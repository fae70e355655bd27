import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import ReloadOutlined from '@ant-design/icons/es/icons/ReloadOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button, Space } from 'antd';
import { useMemo, useState } from 'react';
import { ApiError, ask, pathOf } from '../../../api/ask.ts';
import type { LadderRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { Failed, Loading } from '../../../kit/states.tsx';
import { LadderChart } from './ladder-chart.tsx';
import { drawingOf } from './ladder-rows.ts';
import { ladderWords } from './words.ts';

interface LadderProps {
  /** Or the `ladderId` of a request outside of calls. */
  readonly callId: string;
  readonly isRunning: boolean;
  /** At once, without a button. */
  readonly isShown?: boolean;
}

/** SIP messages of all legs and what happened to the audio, on one axis of time; to save as a capture or as text. */
export function Ladder({ callId, isRunning, isShown = false }: LadderProps) {
  const say = useSay(ladderWords);
  const [isAsked, setAsked] = useState(isShown);
  const path = `/calls/${encodeURIComponent(callId)}/ladder`;
  const ladder = useQuery({
    queryKey: ['ladder', callId],
    queryFn: ({ signal }) => ask<LadderRow>(path, { query: { format: 'json' }, signal }),
    enabled: isAsked,
    staleTime: isRunning ? 0 : Number.POSITIVE_INFINITY,
  });
  const drawing = useMemo(() => ladder.data && drawingOf(ladder.data), [ladder.data]);
  if (!isAsked) return <Button onClick={() => setAsked(true)}>{say('show')}</Button>;
  if (ladder.isPending) return <Loading lines={6} />;
  if (ladder.error instanceof ApiError && ladder.error.status === 404)
    return (
      <p className="faint" role="status">
        {say('none')} {say('noneText')}
      </p>
    );
  if (ladder.isError) return <Failed error={ladder.error} retry={() => void ladder.refetch()} />;
  const { leftOut } = ladder.data;
  return (
    <>
      <Space wrap>
        {isRunning && (
          <Button icon={<ReloadOutlined />} loading={ladder.isFetching} onClick={() => void ladder.refetch()}>
            {say('fresh')}
          </Button>
        )}
        <Button icon={<DownloadOutlined />} href={pathOf(path, { format: 'pcap' })}>
          {say('pcap')}
        </Button>
        <Button
          icon={<DownloadOutlined />}
          href={pathOf(path, { format: 'text', messages: true, download: true })}
        >
          {say('txt')}
        </Button>
      </Space>
      {leftOut > 0 && <p className="faint small">{say('leftOut', { count: leftOut })}</p>}
      {drawing!.rows.length === 0 ? (
        <p className="faint">{say('empty')}</p>
      ) : (
        <LadderChart drawing={drawing!} />
      )}
    </>
  );
}
