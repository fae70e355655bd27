import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import type { FlowProblem } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { flowWords } from './words.ts';

/** The worst of what is wrong at a node, branch or flow, by its pointer. */
export type ProblemMarks = ReadonlyMap<string, FlowProblem['severity']>;

/** Pins problems to what is shown: the nearest around their places. */
export function marksOf(problems: readonly FlowProblem[], shown: ReadonlySet<string>): ProblemMarks {
  const marks = new Map<string, FlowProblem['severity']>();
  for (const { pointer, severity } of problems) {
    const at = shownAt(pointer, shown);
    if (at !== undefined && marks.get(at) !== 'error') marks.set(at, severity);
  }
  return marks;
}

/** Pointer of what is shown around a place. */
export function shownAt(pointer: string, shown: ReadonlySet<string>): string | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (shown.has(at)) return at;
  return undefined;
}

export function ProblemMark({ marks, pointer }: { readonly marks: ProblemMarks; readonly pointer: string }) {
  const say = useSay(flowWords);
  const severity = marks.get(pointer);
  if (!severity) return null;
  return (
    <span className={`problem-mark is-${severity}`} role="img" aria-label={say(severity)}>
      {severity === 'error' ? <CloseCircleOutlined aria-hidden /> : <WarningOutlined aria-hidden />}
    </span>
  );
}
