/** The agent workspace (坐席工作台). */
import BookOutlined from '@ant-design/icons/es/icons/BookOutlined';
import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import { Button } from 'antd';
import { useState } from 'react';
import { useSession } from '../../api/session.tsx';
import { type Desk, useDesk } from '../../desk/desk-provider.tsx';
import { useSay } from '../../i18n/language.tsx';
import { ariaKeys } from '../../kit/keys.ts';
import { useTitle } from '../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { useKeys } from '../../kit/use-keys.ts';
import { CallHead } from './call-head.tsx';
import { Customer } from './customer.tsx';
import { useIsOver, useScreen } from './desk-queries.ts';
import { MyCalls, MyDay } from './my-calls.tsx';
import { Notes } from './notes.tsx';
import { Todo } from './todo.tsx';
import { useDraft } from './use-draft.ts';
import { deskWords } from './words.ts';
import { WrapUp } from './wrap-up.tsx';
import './desk.css';

const BEFORE_TALK: ReadonlySet<string> = new Set(['ringing', 'dialling', 'connecting']);

export default function DeskPage() {
  const say = useSay(deskWords);
  useTitle(say('title'));
  const { me } = useSession();
  const desk = useDesk();
  if (!me.user?.agent)
    return (
      <Empty icon={<UserOutlined />} title={say('notAgent')}>
        {say('notAgentText')}
      </Empty>
    );
  if (!desk) return <Loading lines={12} />;
  return <Workspace desk={desk} />;
}

function Workspace({ desk }: { readonly desk: Desk }) {
  const say = useSay(deskWords);
  const { row, call } = desk;
  const search = () => desk.seek('look');
  const keys = useKeys();
  // What he still writes up stays on the screen when it is over, until the next call comes.
  const now = call?.callId ?? row.wrapUp?.callId;
  const [shown, setShown] = useState(now);
  if (now !== undefined && now !== shown) setShown(now);
  const [talked, setTalked] = useState<string>();
  const isTalk = row.wrapUp?.callId === now || (call !== undefined && !BEFORE_TALK.has(call.phase));
  if (now !== undefined && isTalk && talked !== now) setTalked(now);
  const [closed, setClosed] = useState<string>();
  // Who was only rung has nothing to write up.
  const isLeft = shown !== closed && shown === talked;
  const callId = now ?? (isLeft ? shown : undefined);
  const screen = useScreen(now === undefined ? undefined : callId, call?.phase ?? row.state);
  return (
    <div className="desk">
      <h1 className="visually-hidden">{say('title')}</h1>
      <aside className="desk-left" aria-label={say('todo')}>
        <MyCalls desk={desk} />
        <Todo desk={desk} />
        <MyDay desk={desk} />
      </aside>
      <section className="desk-centre" aria-label={say('call')}>
        {callId === undefined ? (
          <div className="card desk-idle">
            <Empty
              icon={<CustomerServiceOutlined />}
              title={say('idle')}
              act={
                <Button icon={<BookOutlined />} onClick={search} aria-keyshortcuts={ariaKeys(keys.directory)}>
                  {say('dial')} <kbd>{keys.directory}</kbd>
                </Button>
              }
            >
              {say(row.state === 'signed-out' ? 'signedOutText' : 'idleText')}
            </Empty>
          </div>
        ) : (
          <InHand
            key={callId}
            callId={callId}
            desk={desk}
            screen={screen}
            search={search}
            closed={() => setClosed(callId)}
          />
        )}
      </section>
      <aside className={`desk-right${callId === undefined ? ' is-idle' : ''}`} aria-label={say('customer')}>
        <Customer key={callId ?? ''} screen={callId === undefined ? undefined : screen.data} />
      </aside>
    </div>
  );
}

interface InHandProps {
  readonly callId: string;
  readonly desk: Desk;
  readonly screen: ReturnType<typeof useScreen>;
  readonly search: () => void;
  readonly closed: () => void;
}

/** Mounted once a call. */
function InHand({ callId, desk, screen, search, closed }: InHandProps) {
  const { data } = screen;
  // After his wrap-up the server shows the call to him no more: what was read stays.
  const [kept, setKept] = useState(data);
  if (data && data !== kept) setKept(data);
  const draft = useDraft(callId, kept);
  const { row } = desk;
  const call = row.calls.find((each) => each.callId === callId);
  const isOver = useIsOver(callId, call === undefined && kept !== undefined);
  if (!kept && screen.isError) return <Failed error={screen.error} retry={() => void screen.refetch()} />;
  if (!kept) return <Loading lines={10} />;
  return (
    <>
      <CallHead screen={kept} call={call} desk={desk} search={search} />
      {kept.queue?.script && <Script {...kept.queue.script} />}
      <Notes screen={kept} draft={draft} />
      {!call && (
        <WrapUp
          screen={kept}
          isOver={isOver}
          desk={desk}
          draft={draft}
          wrapUp={row.wrapUp?.callId === callId ? row.wrapUp : undefined}
          closed={closed}
        />
      )}
    </>
  );
}

function Script({ title, text }: { readonly title: string; readonly text: string }) {
  const say = useSay(deskWords);
  return (
    <section className="card desk-part">
      <h2>
        {say('script')} <span className="faint small">{title}</span>
      </h2>
      <p className="desk-script">{text}</p>
    </section>
  );
}
