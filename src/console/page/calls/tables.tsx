import type { CallRow } from '../../api/types.ts';
import { useLanguage, useSay, useSayOf } from '../../i18n/language.tsx';
import { duration, percent, phoneNumber } from '../../kit/format.ts';
import { callWords } from './drawer-words.ts';
import { reasonWords } from './reason-words.ts';
import { whyTextOf } from './way-text.ts';

/** Who was rung, or came in, and how that went. */
export function Targets({ targets }: { readonly targets: CallRow['targets'] }) {
  const say = useSay(callWords);
  const sayOf = useSayOf(callWords);
  const sayReason = useSayOf(reasonWords);
  const { language } = useLanguage();
  // A word, a colon and what was said to it.
  const outcomeText = (outcome: string) => {
    const [, word = outcome, why] = /^([a-z-]+): (.*)$/s.exec(outcome) ?? [];
    return [sayReason(word), why && whyTextOf(why, language)].filter(Boolean).join(' · ');
  };
  return (
    <div className="plain-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{say('target')}</th>
            <th>{say('outcome')}</th>
            <th className="number">{say('ring')}</th>
            <th className="number">{say('talk')}</th>
            <th className="number">{say('hold')}</th>
            <th>{say('note')}</th>
          </tr>
        </thead>
        <tbody>
          {targets.map((target, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they stay where they are
            <tr key={place}>
              <td>
                {target.kind && <span className="faint small">{sayOf(`kind-${target.kind}`)} </span>}
                {phoneNumber(target.target)}
                {target.reason && <p className="faint small">{sayReason(target.reason)}</p>}
              </td>
              <td>{outcomeText(target.outcome)}</td>
              <td className="number">{duration(target.ringMs)}</td>
              <td className="number">{target.talkMs ? duration(target.talkMs) : say('none')}</td>
              <td className="number">{target.holdMs ? duration(target.holdMs) : say('none')}</td>
              <td>{[target.disposition, target.note].filter(Boolean).join(' · ') || say('none')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Queues that were asked for an agent. */
export function Asks({ asks }: { readonly asks: CallRow['asks'] }) {
  const sayReason = useSayOf(reasonWords);
  const say = useSay(callWords);
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{say('queue')}</th>
          <th className="number">{say('waited')}</th>
          <th>{say('outcome')}</th>
        </tr>
      </thead>
      <tbody>
        {asks.map(({ queue, startMs, waitMs, outcome, ending, agent }) => (
          <tr key={startMs}>
            <td>{queue}</td>
            <td className="number">{duration(waitMs)}</td>
            <td>
              {[sayReason(outcome), ending !== null && ending !== outcome && sayReason(ending), agent]
                .filter(Boolean)
                .join(' · ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Audio of each leg. */
export function Quality({ quality }: { readonly quality: CallRow['quality'] }) {
  const say = useSay(callWords);
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{say('leg')}</th>
          <th>{say('codec')}</th>
          <th className="number">{say('mos')}</th>
          <th className="number">{say('lost')}</th>
          <th className="number">{say('jitter')}</th>
        </tr>
      </thead>
      <tbody>
        {quality.map(({ leg, codec, mos, lost, received, jitterMs }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they stay where they are
          <tr key={place}>
            <td>{leg === 'caller' ? say('legCaller') : phoneNumber(leg)}</td>
            <td>{codec ?? say('none')}</td>
            <td className="number">{mos?.toFixed(1) ?? say('none')}</td>
            <td className="number">{percent(lost / Math.max(1, lost + received))}</td>
            <td className="number">{say('milliseconds', { ms: Math.round(jitterMs) })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
