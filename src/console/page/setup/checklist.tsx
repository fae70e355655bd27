import CheckCircleFilled from '@ant-design/icons/es/icons/CheckCircleFilled';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import { Button } from 'antd';
import { Link } from 'react-router';
import { useSay } from '../../i18n/language.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { Loading } from '../../kit/states.tsx';
import { checkWords } from './check-words.ts';
import { useChecks, useReminder } from './use-checks.ts';

/** What is to be done before callers come (开通检查), each with the way there. */
export function Checklist() {
  const say = useSay(checkWords);
  useTitle(say('title'));
  const checks = useChecks();
  const { isWanted, want } = useReminder();
  if (!checks) return <Loading lines={10} />;
  const left = checks.filter(({ isDone }) => !isDone).length;
  return (
    <div className="setup page">
      <header className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint" role="status">
          {left === 0 ? say('allDone') : say('left', { n: left })}
        </span>
        <span className="grow" />
        {left > 0 && <Button onClick={() => want(!isWanted)}>{say(isWanted ? 'hide' : 'remind')}</Button>}
      </header>
      <ul className="setup-checks card">
        {checks.map(({ name, isDone, path }) => (
          <li key={name} className={isDone ? 'is-done' : ''}>
            <span className="setup-mark" aria-hidden>
              {isDone ? <CheckCircleFilled /> : <ClockCircleOutlined />}
            </span>
            <span>
              <strong>{say(name)}</strong>
              <span className="small faint">{say(isDone ? 'done' : `${name}Text`)}</span>
            </span>
            {!isDone && path !== undefined && (
              <Link to={path} aria-label={say('goFor', { what: say(name) })}>
                {say('go')}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
