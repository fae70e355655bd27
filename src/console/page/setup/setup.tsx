import CheckCircleFilled from '@ant-design/icons/es/icons/CheckCircleFilled';
import RightCircleOutlined from '@ant-design/icons/es/icons/RightCircleOutlined';
import { type ComponentType, useEffect, useRef } from 'react';
import { Navigate, NavLink, useNavigate, useParams } from 'react-router';
import { useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { Failed, Loading, NoRight } from '../../kit/states.tsx';
import { Checklist } from './checklist.tsx';
import { useRenew, useSetup } from './setup-data.ts';
import { AgentsStep } from './step-agents.tsx';
import { CompanyStep } from './step-company.tsx';
import { HoursStep } from './step-hours.tsx';
import { LineStep } from './step-line.tsx';
import { MailboxStep } from './step-mailbox.tsx';
import { NumberStep } from './step-number.tsx';
import { TestStep } from './step-test.tsx';
import { firstOpen, isDone, STEPS, type Step, type StepProps } from './steps.ts';
import { setupWords } from './words.ts';
import './setup.css';

const VIEWS: Readonly<Record<Step, ComponentType<StepProps>>> = {
  company: CompanyStep,
  line: LineStep,
  agents: AgentsStep,
  hours: HoursStep,
  mailbox: MailboxStep,
  number: NumberStep,
  test: TestStep,
};

/** First-run wizard (首次设置向导): each step is saved by itself, and what is there already counts as done, whoever has made it. */
export default function SetupPage() {
  const { '*': named = '' } = useParams();
  return named === 'checklist' ? <Checklist /> : <Wizard named={named} />;
}

function Wizard({ named }: { readonly named: string }) {
  const say = useSay(setupWords);
  useTitle(say('title'));
  const { may, company } = useSession();
  const navigate = useNavigate();
  const setup = useSetup();
  const renew = useRenew();
  const heading = useRef<HTMLDivElement>(null);
  const step = STEPS.find((each) => each === named);
  useEffect(() => {
    const at = heading.current?.querySelector('.setup-steps [aria-current="page"]');
    // Where it is narrow the steps stand in a row that is wider than the page.
    if (step !== undefined) at?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [step]);
  if (!may('hotline:create') && !may('tenant:create')) return <NoRight isPage />;
  if (setup.isPending) return <Loading lines={10} />;
  if (setup.isError) return <Failed error={setup.error} retry={() => void setup.refetch()} />;
  const current = company === undefined ? 'company' : step;
  if (current !== step || current === undefined)
    return <Navigate to={`/setup/${current ?? firstOpen(setup.data)}`} replace />;
  const open = (to: Step) => void navigate(`/setup/${to}`);
  const View = VIEWS[current];
  return (
    <div className="setup page" ref={heading}>
      <header className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint">{say('intro')}</span>
      </header>
      <div className="setup-body">
        <nav className="setup-steps card" aria-label={say('steps')}>
          <ol>
            {STEPS.map((each, index) => {
              const done = isDone(each, setup.data);
              return (
                <li key={each}>
                  <NavLink to={`/setup/${each}`} className={done ? 'is-done' : ''}>
                    <span className="setup-mark" aria-hidden>
                      {done ? <CheckCircleFilled /> : each === current ? <RightCircleOutlined /> : index + 1}
                    </span>
                    {say(each)}
                    {done && <span className="visually-hidden">{say('done')}</span>}
                  </NavLink>
                </li>
              );
            })}
          </ol>
        </nav>
        <section className="setup-step card" aria-label={say(current)}>
          <View
            key={`${company}/${current}`}
            setup={setup.data}
            open={open}
            next={() => open(STEPS[STEPS.indexOf(current) + 1] ?? 'test')}
            renew={renew}
            finish={() => void navigate('/setup/checklist')}
          />
        </section>
      </div>
    </div>
  );
}
