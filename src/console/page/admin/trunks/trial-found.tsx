import type { TrunkTrial, TrunkTrialRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import type { Fields } from '../../../kit/entity/tree.ts';
import { count, percent, phoneNumber } from '../../../kit/format.ts';
import { Part } from './part.tsx';
import { trunkWords } from './words.ts';

type Step = TrunkTrialRow['steps'][number];

interface Rule {
  readonly match: string;
  readonly strip: number;
  readonly add: string;
}

interface FoundProps {
  readonly direction: TrunkTrial['direction'];
  readonly found: TrunkTrialRow;
  /** The trunk of which it was asked. */
  readonly value: Fields;
}

/** What became of the number, and how. */
export function TrialFound({ direction, found, value }: FoundProps) {
  const say = useSay(trunkWords);
  const rules = (value['rewrite'] ?? {}) as Readonly<Record<string, readonly Rule[] | undefined>>;
  const of = (whose: Step['of']) => found.steps.filter((step) => step.of === whose);
  const rulesOf = (whose: Step['of']) => rules[`${whose}${direction === 'in' ? 'In' : 'Out'}`] ?? [];
  return (
    <>
      <Part title={say('result')}>{direction === 'in' ? <In found={found} /> : <Out found={found} />}</Part>
      <Part title={say('calledSteps')}>
        <Steps steps={of('called')} rules={rulesOf('called')} />
      </Part>
      <Part title={say(direction === 'in' ? 'callerSteps' : 'shownSteps')}>
        <Steps steps={of('caller')} rules={rulesOf('caller')} />
      </Part>
      {found.ways.length > 0 && (
        <Part title={say('ways')}>
          <Ways ways={found.ways} />
        </Part>
      )}
    </>
  );
}

function In({ found: { called, caller, leadsTo } }: { readonly found: TrunkTrialRow }) {
  const say = useSay(trunkWords);
  const name = phoneNumber(leadsTo?.name ?? '');
  return (
    <dl className="trial-result" aria-live="polite">
      <dt>{say('called')}</dt>
      <dd>
        <strong>{phoneNumber(called ?? '')}</strong>{' '}
        {leadsTo?.kind === 'hotline' && say('leadsHotline', { name })}
        {leadsTo?.kind === 'extension' && say('leadsExtension', { name })}
        {leadsTo?.kind === 'nobody' && say('leadsNobody')}
      </dd>
      <dt>{say('caller')}</dt>
      <dd>
        <strong>{caller ? phoneNumber(caller) : say('withheld')}</strong>
      </dd>
    </dl>
  );
}

function Out({ found: { requestUri, from, headers } }: { readonly found: TrunkTrialRow }) {
  const say = useSay(trunkWords);
  if (requestUri === null) return <p>{say('noWayOut')}</p>;
  return (
    <dl className="trial-result" aria-live="polite">
      <dt>{say('requestUri')}</dt>
      <dd>
        <code>{requestUri}</code>
      </dd>
      <dt>{say('from')}</dt>
      <dd>
        <code>{from}</code>
      </dd>
      {headers.map(({ name, value }) => (
        <div key={name} className="trial-header">
          <dt>{name}</dt>
          <dd>
            <code>{value}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({ steps, rules }: { readonly steps: readonly Step[]; readonly rules: readonly Rule[] }) {
  const say = useSay(trunkWords);
  const sayOf = useSayOf(trunkWords);
  const titleOf = ({ step, rule, before }: Step) => {
    if (step === 'rule') return say('step-rule', { n: (rule ?? 0) + 1 });
    // Of a call out there is nobody who asks for it: there is no number.
    if (step === 'withheld' && before === '') return say('step-hidden');
    return sayOf(`step-${step}`);
  };
  return (
    <ol className="trial-steps">
      {steps.map((step, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps stay where they are
        <li key={place}>
          <span>
            {titleOf(step)}
            {step.rule !== null && rules[step.rule] && (
              <span className="faint small">
                <br />
                <RuleText rule={rules[step.rule]!} />
              </span>
            )}
          </span>
          <span className="trial-numbers">
            {step.before !== step.after && step.before !== '' && (
              <>
                <code className="faint">{step.before}</code>
                {' → '}
              </>
            )}
            {step.after === '' ? <span className="faint">{say('withheld')}</span> : <code>{step.after}</code>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function RuleText({ rule: { match, strip, add } }: { readonly rule: Rule }) {
  const say = useSay(trunkWords);
  return (
    <>
      {say('ruleText', {
        match: match === '' ? say('ruleAll') : say('ruleBegins', { match }),
        strip: strip > 0 ? say('ruleStrip', { n: strip }) : say('ruleNoStrip'),
        add: add === '' ? say('ruleNoAdd') : say('ruleAdd', { add }),
      })}
    </>
  );
}

function Ways({ ways }: { readonly ways: TrunkTrialRow['ways'] }) {
  const say = useSay(trunkWords);
  return (
    <div className="plain-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{say('trunk')}</th>
            <th className="number">{say('priority')}</th>
            <th className="number">{say('share')}</th>
            <th>{say('state')}</th>
            <th className="number">{say('busy')}</th>
          </tr>
        </thead>
        <tbody>
          {ways.map(({ trunk, isTried, priority, share, state, calls, channels }) => (
            <tr key={`${trunk} ${String(isTried)}`}>
              <td>
                {trunk} {isTried && <span className="faint small">{say('thisOne')}</span>}
              </td>
              <td className="number">{priority}</td>
              <td className="number">{percent(share)}</td>
              <td>{say(state)}</td>
              <td className="number">{say('used', { n: count(calls), all: count(channels) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
