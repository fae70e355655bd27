import { Button, Popconfirm } from 'antd';
import type { ReactNode } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { actWords } from './act-words.ts';
import { type Told, useAct } from './use-act.tsx';

export interface ActButtonProps extends Told {
  readonly icon: ReactNode;
  readonly children: string;
  /** What breaks: it is asked before. */
  readonly confirm?: string;
  /** It is so now. */
  readonly isOn?: boolean;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** Said when it went. */
  readonly done?: string;
  readonly after?: () => void;
}

/** One act: what it is called is what it does. */
export function ActButton(props: ActButtonProps) {
  const { act, body, icon, children, confirm, isOn, isDanger, isDisabled, done, after } = props;
  const say = useSay(actWords);
  const { mutate, isPending } = useAct({
    ...(done !== undefined && { done }),
    ...(after && { after }),
  });
  const run = () => mutate({ act, ...(body && { body }) });
  const button = (
    <Button
      icon={icon}
      danger={isDanger ?? false}
      type={isOn ? 'primary' : 'default'}
      {...(isOn !== undefined && { 'aria-pressed': isOn })}
      loading={isPending}
      disabled={isDisabled ?? false}
      {...(confirm === undefined && { onClick: run })}
    >
      {children}
    </Button>
  );
  if (confirm === undefined || isDisabled) return button;
  return (
    <Popconfirm
      title={confirm}
      okText={children}
      cancelText={say('cancel')}
      okButtonProps={{ danger: isDanger ?? false }}
      onConfirm={run}
    >
      {button}
    </Popconfirm>
  );
}
