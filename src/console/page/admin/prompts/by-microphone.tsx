import AudioOutlined from '@ant-design/icons/es/icons/AudioOutlined';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useSay } from '../../../i18n/language.tsx';
import { clock } from '../../../kit/format.ts';
import { Microphone } from './microphone.ts';
import type { WayProps } from './way-props.ts';
import { promptWords } from './words.ts';

/** The microphone of this computer: recorded, heard, used. */
export function ByMicrophone({ making, isHeld }: WayProps) {
  const say = useSay(promptWords);
  const [recorder, setRecorder] = useState<MediaRecorder>();
  const [beganAt, setBeganAt] = useState(0);
  const [now, setNow] = useState(0);
  const [taken, setTaken] = useState<{ readonly blob: Blob; readonly url: string }>();
  const [failure, setFailure] = useState<string>();
  const [microphone] = useState(
    () => new Microphone(() => navigator.mediaDevices.getUserMedia({ audio: true })),
  );
  useEffect(() => () => microphone.close(), [microphone]);
  useEffect(() => {
    if (!recorder) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [recorder]);
  useEffect(() => {
    if (taken) return () => URL.revokeObjectURL(taken.url);
  }, [taken]);
  const start = async () => {
    setFailure(undefined);
    setTaken(undefined);
    try {
      const stream = await microphone.open();
      if (!stream) return;
      const made = new MediaRecorder(stream);
      const pieces: Blob[] = [];
      made.ondataavailable = ({ data }) => pieces.push(data);
      made.onstop = () => {
        microphone.close();
        setRecorder(undefined);
        const blob = new Blob(pieces, { type: made.mimeType });
        setTaken({ blob, url: URL.createObjectURL(blob) });
      };
      made.start();
      setBeganAt(Date.now());
      setNow(Date.now());
      setRecorder(made);
    } catch (error) {
      microphone.close();
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  if (!window.isSecureContext) return <Alert type="info" showIcon title={say('micInsecure')} />;
  return (
    <div className="prompt-form">
      <p className="faint small">{say('micHelp')}</p>
      {failure !== undefined && <Alert type="error" showIcon title={say('noMic', { why: failure })} />}
      {/* biome-ignore lint/a11y/useMediaCaption: it was spoken a moment ago */}
      {taken && <audio controls src={taken.url} aria-label={say('listen')} className="prompt-audio" />}
      <div className="prompt-row">
        {recorder ? (
          <Button danger onClick={() => recorder.stop()}>
            {say('stopMic')}
          </Button>
        ) : (
          <Button
            type={taken ? 'default' : 'primary'}
            icon={<AudioOutlined />}
            disabled={making.isBusy}
            onClick={() => void start()}
          >
            {say(taken ? 'again' : 'startMic')}
          </Button>
        )}
        {recorder && <span role="status">{say('recording', { at: clock(now - beganAt) })}</span>}
        {taken && !recorder && (
          <Button
            type="primary"
            disabled={isHeld || making.isBusy}
            loading={making.isBusy}
            onClick={() => making.begin({ to: 'audio', file: taken.blob, type: 'application/octet-stream' })}
          >
            {say('use')}
          </Button>
        )}
      </div>
    </div>
  );
}
