import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import { Input, Modal } from 'antd';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useSay } from '../i18n/language.tsx';
import { shellWords } from './words.ts';

export interface Command {
  readonly key: string;
  readonly title: string;
  readonly icon: ReactNode;
  readonly run: () => void;
}

export interface PaletteProps {
  readonly commands: readonly Command[];
  /** What else can be done with the text. */
  readonly withText: (text: string) => readonly Command[];
  readonly close: () => void;
}

/** All that can be done, by its name (Ctrl+K). */
export function Palette({ commands, withText, close }: PaletteProps) {
  const say = useSay(shellWords);
  const id = useId();
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  const wanted = text.trim().toLowerCase();
  const more = wanted === '' ? [] : withText(text.trim());
  const found = commands.filter(({ title }) => title.toLowerCase().includes(wanted));
  const shown = [...found, ...more];
  const at = Math.min(place, shown.length - 1);
  const run = (command: Command | undefined) => {
    if (!command) return;
    close();
    command.run();
  };
  const keyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setPlace((at + step + shown.length) % Math.max(1, shown.length));
    }
    if (event.key === 'Enter') run(shown[at]);
  };
  return (
    <Modal open footer={null} closable={false} onCancel={close} title={say('palette')} width={520}>
      <Input
        autoFocus
        prefix={<SearchOutlined />}
        placeholder={say('paletteHint')}
        aria-label={say('paletteHint')}
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={shown[at] && `${id}-${shown[at].key}`}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setPlace(0);
        }}
        onKeyDown={keyDown}
      />
      <div className="palette-list" role="listbox" id={id} aria-label={say('palette')}>
        {shown.map((command, index) => (
          <div
            key={command.key}
            id={`${id}-${command.key}`}
            className="palette-item"
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseMove={() => setPlace(index)}
            onMouseDown={(event) => {
              event.preventDefault();
              run(command);
            }}
          >
            <span aria-hidden>{command.icon}</span>
            {command.title}
          </div>
        ))}
      </div>
      {shown.length === 0 && (
        <p className="faint" role="status">
          {say('paletteNone')}
        </p>
      )}
    </Modal>
  );
}
