import CloseOutlined from '@ant-design/icons/es/icons/CloseOutlined';
import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import { App, Button } from 'antd';
import { useLanguage, useSay, useSayOf } from '../../../i18n/language.tsx';
import { reasonWords } from '../reason-words.ts';
import { whyTextOf } from '../way-text.ts';
import { type Event, type Message, nameOf, type Row } from './ladder-rows.ts';
import { detailWords, eventWords, ladderWords, whoWords } from './words.ts';

interface LineTextProps {
  readonly row: Row;
  readonly clock: string;
  readonly close: () => void;
}

/** What a row of the ladder holds: the message whole, or an event's details. */
export function LineText({ row, clock, close }: LineTextProps) {
  const say = useSay(ladderWords);
  const sayEvent = useSayOf(eventWords);
  const { message } = App.useApp();
  const { line } = row;
  const copy = (text: string) =>
    void navigator.clipboard?.writeText(text).then(() => message.success(say('copied')));
  return (
    <section
      className="ladder-text"
      aria-label={say(line.kind === 'message' ? 'message' : 'event')}
      aria-live="polite"
    >
      <header>
        <code>{clock}</code>
        <b>{row.kind === 'message' ? row.label : sayEvent(row.line.event)}</b>
        {line.kind === 'message' && (
          <Button
            type="text"
            size="small"
            icon={<CopyOutlined />}
            aria-label={say('copy')}
            title={say('copy')}
            onClick={() => copy(line.text)}
          />
        )}
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={say('close')}
          title={say('close')}
          onClick={close}
        />
      </header>
      {line.kind === 'message' ? <MessageText line={line} /> : <EventText line={line} />}
    </section>
  );
}

function MessageText({ line: { from, to, transport, text, leg } }: { readonly line: Message }) {
  const say = useSay(ladderWords);
  const sayWho = useSayOf(whoWords);
  return (
    <>
      <p className="faint small">
        {nameOf(from)} → {nameOf(to)} · {transport.toUpperCase()}
        {leg && ` · ${say('leg')} ${sayWho(leg)}`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
      <pre tabIndex={0}>{text.trimEnd()}</pre>
    </>
  );
}

function EventText({ line: { details } }: { readonly line: Event }) {
  const say = useSay(ladderWords);
  const sayDetail = useSayOf(detailWords);
  const textOf = useValue();
  if (details.length === 0) return <p className="faint">{say('noDetails')}</p>;
  return (
    <dl className="call-facts">
      {details.map(({ name, value }) => (
        <div key={name}>
          <dt>{sayDetail(name)}</dt>
          <dd title={value}>{textOf(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Slugs of the engine in words; figures and names as they are. */
function useValue(): (name: string, value: string) => string {
  const { language } = useLanguage();
  const sayReason = useSayOf(reasonWords);
  const sayWho = useSayOf(whoWords);
  return (name, value) => {
    if (name === 'mos') return Number(value).toFixed(2);
    if (name === 'jitterMs') return Number(value).toFixed(1);
    if (name === 'by' || name === 'kind' || name === 'fault' || name === 'leg') return sayWho(value);
    if (name !== 'outcome' && name !== 'reason' && name !== 'cause') return value;
    // A word, a colon and what was said to it.
    const [, word = value, why] = /^([a-z-]+): (.*)$/s.exec(value) ?? [];
    return [sayReason(word), why && whyTextOf(why, language)].filter(Boolean).join(' · ');
  };
}
