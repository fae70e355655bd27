import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { Button } from 'antd';
import { memo } from 'react';
import type { FlowProblem } from '../../api/types.ts';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import type { FlowText } from './flow-text.ts';
import type { Doc } from './model/tree.ts';
import type { Checked } from './use-check.ts';
import { flowWords } from './words.ts';

interface ProblemsProps {
  readonly checked: Checked;
  readonly doc: Doc;
  readonly text: FlowText;
  readonly at: number;
  readonly show: (index: number) => void;
  readonly takeGuess: (problem: FlowProblem) => void;
}

/** What the check has found, below the flow. Drawn anew when it has found something else: its acts are of what it has found. */
export const Problems = memo(
  Found,
  (before, { checked, at, text }) =>
    before.checked.problems === checked.problems &&
    before.checked.isNow === checked.isNow &&
    before.checked.isFailed === checked.isFailed &&
    before.at === at &&
    before.text === text,
);

function Found({ checked, doc, text, at, show, takeGuess }: ProblemsProps) {
  const say = useSay(flowWords);
  const { language } = useLanguage();
  const { problems, isNow, isFailed } = checked;
  const errors = problems?.filter(({ severity }) => severity === 'error').length ?? 0;
  const warnings = (problems?.length ?? 0) - errors;
  return (
    <section className="card problems" aria-label={say('issues')}>
      <div className="problems-head" role="status">
        {isFailed ? (
          <span className="is-warning">
            <WarningOutlined aria-hidden /> {say('checkFailed')}
          </span>
        ) : !isNow ? (
          <span className="faint">{say('checking')}</span>
        ) : problems?.length === 0 ? (
          <span className="is-good">
            <CheckCircleOutlined aria-hidden /> {say('noProblems')}
          </span>
        ) : (
          <>
            {errors > 0 && (
              <span className="is-error">
                <CloseCircleOutlined aria-hidden /> {say('errors', { n: errors })}
              </span>
            )}
            {warnings > 0 && (
              <span className="is-warning">
                <WarningOutlined aria-hidden /> {say('warnings', { n: warnings })}
              </span>
            )}
          </>
        )}
        {(problems?.length ?? 0) > 0 && (
          <Button size="small" type="text" onClick={() => show(at + 1)}>
            {say('nextProblem')}
          </Button>
        )}
      </div>
      {problems !== undefined && problems.length > 0 && (
        <ul className="problems-list">
          {problems.map((problem, index) => (
            <li
              key={`${problem.pointer} ${problem.code} ${problem.detail}`}
              className={index === at ? 'is-current' : undefined}
            >
              <button type="button" className={`problem is-${problem.severity}`} onClick={() => show(index)}>
                {problem.severity === 'error' ? (
                  <CloseCircleOutlined aria-hidden />
                ) : (
                  <WarningOutlined aria-hidden />
                )}
                <span className="visually-hidden">{say(problem.severity)}</span>
                <span>{text.problem(problem, doc)}</span>
                {language === 'en' && problem.code !== 'unknown-name' && (
                  <span className="faint small">{problem.detail}</span>
                )}
              </button>
              {problem.guess !== null && problem.code === 'unknown-name' && (
                <Button size="small" onClick={() => takeGuess(problem)}>
                  {say('useGuess', { name: problem.guess })}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
