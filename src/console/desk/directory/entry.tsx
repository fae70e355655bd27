import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Pill, StatusPill } from '../../kit/status-pill.tsx';
import type { Whom } from './whom.ts';
import { directoryWords } from './words.ts';

/** One whom the directory offers, with how he or it stands now. */
export function Entry({ row }: { readonly row: Whom }) {
  const say = useSay(directoryWords);
  const { kind, id, title, number, department, category, note, state, isOpen, waiting, free, signedIn } = row;
  const isTyped = kind === 'number';
  const what = isTyped ? say('outside') : kind === 'contact' ? say(category ?? 'contact') : say(kind);
  const isNamed = kind === 'queue' || kind === 'survey';
  const shownId = isNamed ? '' : number !== null && kind !== 'agent' ? phoneNumber(number) : id;
  return (
    <>
      <span className="directory-name">
        {isTyped ? say('dialNumber', { number: phoneNumber(id) }) : title}{' '}
        {!isTyped && shownId !== title && <span className="faint number">{shownId}</span>}
      </span>
      <span className="small faint">{[what, department, note].filter(Boolean).join(' · ')}</span>
      <span className="directory-state">
        {state !== null && <StatusPill state={state} />}
        {isOpen !== null && (
          <Pill tone={isOpen ? 'green' : 'grey'} icon={isOpen ? <PhoneOutlined /> : <WarningOutlined />}>
            {say(isOpen ? 'open' : 'closed')}
          </Pill>
        )}
        {waiting !== null && (
          <span className="small">
            {say('waiting', { count: waiting })} · {say('free', { free: free ?? 0, signedIn: signedIn ?? 0 })}
          </span>
        )}
      </span>
    </>
  );
}
