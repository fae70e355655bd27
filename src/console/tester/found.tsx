import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import MinusCircleOutlined from '@ant-design/icons/es/icons/MinusCircleOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import { Fragment } from 'react';
import type { SimulationRow } from '../api/types.ts';
import { useLanguage, useSay, useSayOf } from '../i18n/language.tsx';
import { phoneNumber } from '../kit/format.ts';
import { Pill, type PillProps } from '../kit/status-pill.tsx';
import { reasonWords } from '../page/calls/reason-words.ts';
import { stepText, whyTextOf } from '../page/calls/way-text.ts';
import { testerWords } from './words.ts';

interface FoundProps {
  readonly found: SimulationRow;
  /** The first step at which another way is taken than beside it. */
  readonly differsAt?: number | undefined;
  /** Steps lead to their nodes. */
  readonly choose?: (node: string) => void;
}

/** Where the call went: how it ended, and each step with its why. */
export function Found({ found, differsAt, choose }: FoundProps) {
  const say = useSay(testerWords);
  const { language } = useLanguage();
  const sayReason = useSayOf(reasonWords);
  const { heard, rung, statuses, end, area, carrier } = found;
  const where = [area, carrier].filter(Boolean).join(' ');
  const facts: readonly (readonly [string, string])[] = [
    ...(where === '' ? [] : [[say('area'), where] as const]),
    [say('length'), say('seconds', { s: tenths(end.afterMs) })],
    [say('heard'), heard.join(language === 'en' ? ', ' : '、') || say('nothing')],
    [
      say('rung'),
      rung
        .map(
          ({ target, outcome }) =>
            `${phoneNumber(target)} ${sayReason(/^[a-z-]+/.exec(outcome)?.[0] ?? outcome)}`,
        )
        .join(language === 'en' ? ', ' : '、') || say('nothing'),
    ],
    [say('sip'), statuses.join(' ')],
  ];
  return (
    <div className="tester-found">
      <Verdict found={found} />
      <ol className="tester-way" aria-label={say('way')}>
        {found.path.map(({ step, why, afterMs, node }, index) => {
          const text = (
            <>
              <span className="tester-step">{stepText(step, language)}</span>
              <span className="faint small tester-why">{whyTextOf(why, language)}</span>
            </>
          );
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps stay where they are
            <li key={index}>
              <span className="tester-after small faint">{say('after', { s: tenths(afterMs) })}</span>
              {choose && node !== null ? (
                <button
                  type="button"
                  className="tester-at"
                  title={say('step-at')}
                  onClick={() => choose(node)}
                >
                  {text}
                </button>
              ) : (
                <span className="tester-at">{text}</span>
              )}
              {index === differsAt && (
                <Pill tone="amber" icon={<SwapOutlined />}>
                  {say('differs')}
                </Pill>
              )}
            </li>
          );
        })}
      </ol>
      <dl className="tester-facts small">
        {facts.map(([title, value]) => (
          <Fragment key={title}>
            <dt className="faint">{title}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}

const tenths = (ms: number) => (ms / 1000).toFixed(1);

type Look = Pick<PillProps, 'tone' | 'icon'>;
const GOOD: Look = { tone: 'green', icon: <CheckCircleOutlined /> };
const LEFT: Look = { tone: 'cyan', icon: <MailOutlined /> };
const UNSERVED: Look = { tone: 'amber', icon: <MinusCircleOutlined /> };
const REFUSED: Look = { tone: 'red', icon: <CloseCircleOutlined /> };

function Verdict({ found: { end, rung } }: { readonly found: SimulationRow }) {
  const say = useSay(testerWords);
  const sayReason = useSayOf(reasonWords);
  const line = rung.findLast(({ outcome }) => outcome === 'answered')?.target;
  const cause = sayReason(end.cause);
  const [look, text]: readonly [Look, string] = end.isCut
    ? [REFUSED, say('end-cut')]
    : end.agent !== null
      ? [GOOD, say('end-agent', { who: end.agent })]
      : line !== undefined
        ? [GOOD, say('end-line', { who: phoneNumber(line) })]
        : end.mailbox !== null
          ? [LEFT, say('end-mailbox', { who: end.mailbox })]
          : end.callbackQueue !== null
            ? [LEFT, say('end-callback', { who: end.callbackQueue })]
            : end.isAnswered
              ? [UNSERVED, say('end-unserved', { cause })]
              : [REFUSED, say('end-refused', { cause })];
  return (
    <p className="tester-verdict" role="status">
      <Pill {...look}>{text}</Pill>
    </p>
  );
}
