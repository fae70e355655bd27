import BellOutlined from '@ant-design/icons/es/icons/BellOutlined';
import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import MessageOutlined from '@ant-design/icons/es/icons/MessageOutlined';
import { Button, Input, type InputRef, Popover } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { DeskRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Moment, Running } from '../../kit/moment.tsx';
import { useKeyActs, useKeys } from '../../kit/use-keys.ts';
import type { Desk } from '../desk-provider.tsx';
import { helpWords } from './help-words.ts';
import './help.css';

type Asked = NonNullable<DeskRow['help']>;

/** Asks the supervisors for help (求助) by a click and, with words or without, another one; by its key at once. */
export function HelpButton({ desk }: { readonly desk: Desk }) {
  const say = useSay(helpWords);
  const [isOpen, setOpen] = useState(false);
  const keys = useKeys();
  const { help } = desk.row;
  const isBusy = desk.pending.has('help') || desk.pending.has('withdrawHelp');
  useKeyActs({ help: isBusy ? undefined : () => (help ? setOpen(true) : void desk.acts.help()) });
  const hint = keys.help;
  const close = () => setOpen(false);
  return (
    <span className={help ? 'help-asked' : ''}>
      <Popover
        open={isOpen}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomRight"
        content={
          <section className="help-box" aria-label={say(help ? 'asking' : 'title')}>
            <h2>{say(help ? 'asking' : 'title')}</h2>
            {help && <Standing help={help} />}
            <Words key={help?.help} desk={desk} help={help} close={close} />
          </section>
        }
        destroyOnHidden
      >
        <Button
          className={help ? 'help-on' : ''}
          icon={<BellOutlined />}
          loading={isBusy}
          title={`${say(help ? 'asking' : 'ask')} (${hint})`}
          aria-label={say(help ? 'asking' : 'ask')}
          aria-keyshortcuts={hint}
          aria-pressed={help !== null}
        >
          {help && <span className="pb-word">{say('asking')}</span>}
        </Button>
      </Popover>
      {help && <Running since={help.at} />}
    </span>
  );
}

/** Who has come, and what was answered. */
function Standing({ help: { at, text, helpers, answers } }: { readonly help: Asked }) {
  const say = useSay(helpWords);
  return (
    <div className="help-standing">
      <p>
        <span className="faint">{say('since')}</span> <Running since={at} />
        {text !== '' && <span className="help-text">{text}</span>}
      </p>
      {helpers.length === 0 && answers.length === 0 && <p className="faint">{say('nobody')}</p>}
      {helpers.map(({ by, mode }) => (
        <p key={by}>
          <CustomerServiceOutlined aria-hidden /> {say(`came-${mode}`, { by })}
        </p>
      ))}
      {answers.map((answer) => (
        <p key={`${answer.at} ${answer.by}`}>
          <MessageOutlined aria-hidden /> {say('answered', { by: answer.by })}{' '}
          <span className="faint small">
            <Moment at={answer.at} isShort />
          </span>
          <span className="help-text">{answer.text}</span>
        </p>
      ))}
    </div>
  );
}

interface WordsProps {
  readonly desk: Desk;
  readonly help: Asked | null;
  readonly close: () => void;
}

function Words({ desk: { acts, pending }, help, close }: WordsProps) {
  const say = useSay(helpWords);
  const [text, setText] = useState(help?.text ?? '');
  const input = useRef<InputRef>(null);
  useEffect(() => input.current?.focus(), []);
  const isSame = help !== null && (text.trim() === '' || text.trim() === help.text);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isSame) return;
    if (await acts.help(text.trim())) close();
  };
  return (
    <form className="help-words" onSubmit={(event) => void submit(event)}>
      {!help && <p className="faint small">{say('intro')}</p>}
      <Input
        ref={input}
        value={text}
        maxLength={200}
        placeholder={say('words')}
        aria-label={say('words')}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="help-acts">
        <Button
          type={help ? 'default' : 'primary'}
          htmlType="submit"
          disabled={isSame}
          loading={pending.has('help')}
        >
          {say(help ? 'change' : 'send')}
        </Button>
        {help && (
          <Button
            loading={pending.has('withdrawHelp')}
            onClick={() => {
              close();
              void acts.withdrawHelp();
            }}
          >
            {say('withdraw')}
          </Button>
        )}
      </div>
    </form>
  );
}
