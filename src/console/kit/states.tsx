/** What stands where data would: it is on its way, there is none, it failed, it is not for you. */
import DisconnectOutlined from '@ant-design/icons/es/icons/DisconnectOutlined';
import LockOutlined from '@ant-design/icons/es/icons/LockOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { ApiError } from '../api/ask.ts';
import { useSay } from '../i18n/language.tsx';
import { kitWords } from './words.ts';
import './states.css';

/** Lines that keep the place; `isWhole`: of the whole window. Not seen before 300 ms. */
export function Loading({
  lines = 6,
  isWhole = false,
}: {
  readonly lines?: number;
  readonly isWhole?: boolean;
}) {
  const say = useSay(kitWords);
  return (
    <div className="late" role="status" aria-label={say('loading')}>
      <div className="skeleton" aria-hidden>
        {Array.from({ length: isWhole ? 12 : lines }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are all the same
          <span key={line} />
        ))}
      </div>
    </div>
  );
}

interface StateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  /** The one thing to do next. */
  readonly act?: ReactNode;
  readonly isWhole?: boolean;
  /** It stands for a page, and has its heading. */
  readonly isPage?: boolean;
  readonly role?: 'alert' | 'status';
}

function State({ icon, title, children, act, isWhole, isPage, role }: StateProps) {
  const Heading = isPage || isWhole ? 'h1' : 'h2';
  return (
    <div className={`state${isWhole ? ' state-whole' : ''}`} role={role}>
      <span className="state-icon" aria-hidden>
        {icon}
      </span>
      <Heading>{title}</Heading>
      {children && <p className="faint">{children}</p>}
      {act && <div className="state-act">{act}</div>}
    </div>
  );
}

/** There is nothing, and what to do about it. */
export function Empty(props: Omit<StateProps, 'isWhole' | 'role'>) {
  return <State {...props} role="status" />;
}

export interface FailedProps {
  readonly error: unknown;
  readonly retry?: () => void;
  readonly isWhole?: boolean;
}

/** What happened, what to do, and the code to name to whoever helps. */
export function Failed({ error, retry, isWhole = false }: FailedProps) {
  const say = useSay(kitWords);
  if (error instanceof ApiError && error.status === 403) return <NoRight />;
  const again = retry && <Button onClick={retry}>{say('retry')}</Button>;
  if (error instanceof ApiError && error.code === 'network')
    return (
      <State
        icon={<DisconnectOutlined />}
        title={say('offlineTitle')}
        act={again}
        isWhole={isWhole}
        role="alert"
      >
        {say('offlineDetail')}
      </State>
    );
  return (
    <State icon={<WarningOutlined />} title={say('failedTitle')} act={again} isWhole={isWhole} role="alert">
      <ProblemText error={error} />
    </State>
  );
}

export function NoRight({ isPage = false }: { readonly isPage?: boolean }) {
  const say = useSay(kitWords);
  return (
    <State icon={<LockOutlined />} title={say('noRightTitle')} isPage={isPage} role="status">
      {say('noRightDetail')}
    </State>
  );
}

/** An error in words, with its code. */
export function ProblemText({ error }: { readonly error: unknown }) {
  const say = useSay(kitWords);
  if (!(error instanceof ApiError)) return <>{error instanceof Error ? error.message : String(error)}</>;
  if (error.code === 'network') return <>{`${say('offlineTitle')} ${say('offlineDetail')}`}</>;
  const { title, problem, code } = error;
  return (
    <>
      {title}
      {problem?.detail && problem.detail !== title && (
        <span className="problem-detail">{` ${problem.detail}`}</span>
      )}{' '}
      <span className="small">({say('code', { code })})</span>
    </>
  );
}
