import UploadOutlined from '@ant-design/icons/es/icons/UploadOutlined';
import { Alert, Button } from 'antd';
import { type DragEvent, useId, useRef, useState } from 'react';
import { useSay } from '../../../i18n/language.tsx';
import type { WayProps } from './way-props.ts';
import { promptWords } from './words.ts';

const MOST_BYTES = 50 * 1024 ** 2;

/** What the server takes for audio; the rest of what a browser says it is. */
const typeOf = ({ type }: Blob) => (type.startsWith('audio/') ? type : 'application/octet-stream');

/** A file of any format is sent. */
export function ByUpload({ making, isHeld }: WayProps) {
  const say = useSay(promptWords);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const isOff = isHeld || making.isBusy;
  const take = (file: File | undefined) => {
    if (!file || isOff) return;
    setTooLarge(file.size > MOST_BYTES);
    if (file.size <= MOST_BYTES) making.begin({ to: 'audio', file, type: typeOf(file) });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same
    <div
      className={`prompt-drop${isOver ? ' is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div>
        <Button
          type="primary"
          icon={<UploadOutlined />}
          disabled={isOff}
          aria-describedby={id}
          onClick={() => input.current?.click()}
        >
          {say('chooseFile')}
        </Button>{' '}
        <span className="faint small">{say('drop')}</span>
      </div>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        accept="audio/*,video/*"
        aria-label={say('chooseFile')}
        tabIndex={-1}
        disabled={isOff}
        onChange={({ target }) => {
          take(target.files?.[0]);
          target.value = '';
        }}
      />
      <p id={id} className="faint small">
        {say('fileHelp')}
      </p>
      {isTooLarge && <Alert type="error" showIcon title={say('tooLarge')} />}
    </div>
  );
}
