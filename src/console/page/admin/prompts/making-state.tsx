import { Alert, Button, Progress } from 'antd';
import { useSay } from '../../../i18n/language.tsx';
import { ProblemText } from '../../../kit/states.tsx';
import type { Making } from './use-making.ts';
import { promptWords } from './words.ts';

/** How far a prompt in the making is, or why nothing came of it. */
export function MakingState({
  making,
  text,
}: {
  readonly making: Making;
  readonly text?: string | undefined;
}) {
  const say = useSay(promptWords);
  const { isBusy, sent, job, failure, error, cancel } = making;
  if (isBusy) {
    const isSending = sent !== undefined && sent < 1;
    const share = isSending ? sent : job?.total ? job.done / job.total : 0;
    const usual = isSending
      ? say('sending', { n: Math.floor(sent * 100) })
      : say(job?.state === 'waiting' ? 'waiting' : 'making');
    return (
      <div className="prompt-making" role="status">
        <span>{text ?? usual}</span>
        <Progress percent={Math.round(share * 100)} showInfo={false} aria-label={text ?? usual} />
        <Button size="small" onClick={cancel}>
          {say('cancel')}
        </Button>
      </div>
    );
  }
  if (failure !== undefined)
    return <Alert type="warning" showIcon role="alert" title={say('failed', { why: failure })} />;
  if (error) return <Alert type="error" showIcon role="alert" title={<ProblemText error={error} />} />;
  return null;
}
