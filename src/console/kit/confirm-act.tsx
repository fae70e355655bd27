import { useMutation } from '@tanstack/react-query';
import { Alert, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useSay } from '../i18n/language.tsx';
import { ProblemText } from './states.tsx';
import { kitWords } from './words.ts';
import './told-once.css';

interface ConfirmProps<Answer> {
  /** Names the act and what it is done to; so does the button. */
  readonly title: string;
  /** The verb on the button, where it is not the title. */
  readonly verb?: string;
  readonly children?: ReactNode;
  readonly isDanger?: boolean;
  /** It cannot be done, and what is inside says why. */
  readonly isRefused?: boolean;
  readonly act: () => Promise<Answer>;
  readonly done: (answer: Answer) => void | Promise<void>;
  readonly close: () => void;
}

/** Asks before an act, says what it breaks, and stays with what was wrong. */
export function ConfirmAct<Answer>(props: ConfirmProps<Answer>) {
  const { title, verb = title, children, isDanger = false, isRefused = false, act, done, close } = props;
  const say = useSay(kitWords);
  const run = useMutation({
    mutationFn: act,
    onSuccess: async (answer) => {
      close();
      await done(answer);
    },
  });
  return (
    <Modal
      open
      width={480}
      title={title}
      okText={verb}
      cancelText={say('cancel')}
      okButtonProps={{ danger: isDanger, disabled: isRefused, loading: run.isPending }}
      onOk={() => run.mutate()}
      onCancel={close}
    >
      <div className="confirm-act">
        {children}
        {run.isError && <Alert type="error" showIcon title={<ProblemText error={run.error} />} />}
      </div>
    </Modal>
  );
}
