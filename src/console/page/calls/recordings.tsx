import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import { Alert, Button, Select } from 'antd';
import { useRef, useState } from 'react';
import { pathOf } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import type { CallRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { dateTime } from '../../kit/format.ts';
import { callWords } from './words.ts';

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

interface RecordingsProps {
  readonly callId: string;
  readonly recordings: CallRow['recordings'];
}

/** A call's recordings, to listen to: who does is in the audit trail. */
export function Recordings({ callId, recordings }: RecordingsProps) {
  const say = useSay(callWords);
  const { zone } = useSession();
  return recordings.map(({ file, deletedAt, error }, no) => {
    if (deletedAt !== null)
      return (
        <p className="faint" key={file}>
          {say('deleted', { time: dateTime(deletedAt, zone) })}
        </p>
      );
    return (
      <div key={file}>
        {error !== null && <Alert type="warning" showIcon title={say('broken', { error })} />}
        <Player id={`${callId}.${no}`} no={no + 1} />
      </div>
    );
  });
}

function Player({ id, no }: { readonly id: string; readonly no: number }) {
  const say = useSay(callWords);
  const audio = useRef<HTMLAudioElement>(null);
  const [speed, setSpeed] = useState(1);
  const [isBroken, setBroken] = useState(false);
  const path = `/recordings/${encodeURIComponent(id)}/audio`;
  if (isBroken) return <Alert type="error" showIcon title={say('noAudio')} role="alert" />;
  return (
    <div className="player">
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what was said */}
      <audio
        ref={audio}
        controls
        controlsList="nodownload"
        // Nothing is asked for before somebody listens: to ask is to listen, for the audit trail.
        preload="none"
        src={pathOf(path)}
        aria-label={say('recordingOf', { no })}
        onError={() => setBroken(true)}
        onPlay={({ currentTarget }) => {
          currentTarget.playbackRate = speed;
        }}
      />
      <Select
        aria-label={say('speed')}
        value={speed}
        onChange={(value) => {
          setSpeed(value);
          if (audio.current) audio.current.playbackRate = value;
        }}
        options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
      />
      <Button
        icon={<DownloadOutlined />}
        href={pathOf(path, { download: true })}
        aria-label={say('download')}
      />
    </div>
  );
}
