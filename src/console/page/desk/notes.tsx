import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import CommentOutlined from '@ant-design/icons/es/icons/CommentOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { Input } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useId, useRef } from 'react';
import { useSession } from '../../api/session.tsx';
import type { ScreenRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { timeOf } from '../../kit/format.ts';
import { useKeyActs, useKeys } from '../../kit/use-keys.ts';
import type { Draft } from './use-draft.ts';
import { deskWords } from './words.ts';

/** What colleagues have written of the call, such as who gave it away; and what he writes himself. */
export function Notes({ screen, draft }: { readonly screen: ScreenRow; readonly draft: Draft }) {
  const say = useSay(deskWords);
  const id = useId();
  const area = useRef<TextAreaRef>(null);
  const keys = useKeys();
  useKeyActs({ note: () => area.current?.focus() });
  return (
    <>
      {screen.others
        .filter(({ note, handOver }) => note !== '' || handOver !== '')
        .map(({ agent, note, handOver }) => (
          <section key={agent} className="card desk-part desk-others">
            {handOver !== '' && (
              <p className="desk-hand-over">
                <SwapOutlined aria-hidden />
                <span>
                  <strong>{say('handOver', { agent })}</strong> {handOver}
                </span>
              </p>
            )}
            {note !== '' && (
              <p>
                <CommentOutlined aria-hidden /> <span className="faint">{say('noteOf', { agent })}</span>{' '}
                {note}
              </p>
            )}
          </section>
        ))}
      <section className="card desk-part">
        <div className="desk-head-line">
          <h2>
            <label htmlFor={id}>{say('note')}</label> <kbd>{keys.note}</kbd>
          </h2>
          <span className="desk-space" />
          <Saved draft={draft} />
        </div>
        <Input.TextArea
          id={id}
          ref={area}
          value={draft.words.note}
          onChange={({ target }) => draft.write({ note: target.value })}
          onBlur={() => void draft.save()}
          placeholder={say('noteHint')}
          maxLength={2000}
          rows={4}
        />
      </section>
    </>
  );
}

function Saved({ draft: { state, savedAt } }: { readonly draft: Draft }) {
  const say = useSay(deskWords);
  const { zone } = useSession();
  if (state === 'failed')
    return (
      <span className="small desk-warning" role="alert">
        <WarningOutlined aria-hidden /> {say('unsaved')}
      </span>
    );
  if (state !== 'clean') return <span className="small faint">{say('saving')}</span>;
  if (savedAt === undefined) return null;
  return (
    <span className="small faint" role="status">
      <CheckOutlined aria-hidden /> {say('saved', { time: timeOf(savedAt, zone) })}
    </span>
  );
}
