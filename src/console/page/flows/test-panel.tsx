import { ApiError } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { Loading, ProblemText } from '../../kit/states.tsx';
import { CallForm } from '../../tester/call-form.tsx';
import { Found } from '../../tester/found.tsx';
import '../../tester/tester.css';
import { CallPhone } from './call-phone.tsx';
import type { FlowTest } from './use-flow-test.ts';
import { flowWords } from './words.ts';

interface TestPanelProps {
  readonly test: FlowTest;
  readonly choose: (pointer: string) => void;
  /** As `CallPhone` has it; undefined: he may begin no calls. */
  readonly prepare: (() => Promise<'draft' | undefined | false>) | undefined;
}

/** A call through the flow as it is edited: the path lights up in both views, and each step leads to its node. */
export function TestPanel({ test, choose, prepare }: TestPanelProps) {
  const say = useSay(flowWords);
  const { asked, change, trial, isPending, isOld, pointerOf, run } = test;
  return (
    <div className="flow-test">
      <CallForm asked={asked} change={change} isPending={isPending} run={run}>
        <span className="faint small">{say('testKey')}</span>
      </CallForm>
      {isPending && !trial && <Loading lines={4} />}
      {isOld && (
        <p className="faint small" role="status">
          {say('testOld')}
        </p>
      )}
      {trial?.found && (
        <Found found={trial.found} {...(!isOld && { choose: (node: string) => choose(pointerOf(node)) })} />
      )}
      {trial?.error !== undefined && (
        <p className="tester-fault" role="alert">
          {trial.error instanceof ApiError && trial.error.code === 'change-refused' ? (
            say('testRefused')
          ) : (
            <ProblemText error={trial.error} />
          )}
        </p>
      )}
      {!trial && !isPending && <p className="faint small">{say('testFirst')}</p>}
      {prepare && <CallPhone number={asked.called} caller={asked.caller} prepare={prepare} />}
    </div>
  );
}
