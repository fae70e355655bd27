import EyeOutlined from '@ant-design/icons/es/icons/EyeOutlined';
import IdcardOutlined from '@ant-design/icons/es/icons/IdcardOutlined';
import LoginOutlined from '@ant-design/icons/es/icons/LoginOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import StarOutlined from '@ant-design/icons/es/icons/StarOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import ThunderboltOutlined from '@ant-design/icons/es/icons/ThunderboltOutlined';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useMay } from '../../api/session.tsx';
import type { ScreenRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { duration, phoneNumber } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { Empty, ProblemText } from '../../kit/states.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import { Outcome } from '../calls/call-facts.tsx';
import { deskWords } from './words.ts';

type Earlier = ScreenRow['history'][number];

/** What is known of the customer now. Mounted once a call. */
export function Customer({ screen }: { readonly screen: ScreenRow | undefined }) {
  const say = useSay(deskWords);
  const mayReveal = useMay('number:reveal');
  const [number, setNumber] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  if (!screen)
    return (
      <div className="card desk-idle">
        <Empty icon={<IdcardOutlined />} title={say('noCustomer')}>
          {say('noCustomerText')}
        </Empty>
      </div>
    );
  const { customer, area, carrier, history, callId } = screen;
  const shown = number ?? customer;
  const last = history.find(({ agent }) => agent !== null);
  const lost = history.filter(({ direction, talkMs }) => direction === 'inbound' && talkMs === 0).length;
  const facts = [
    [area, carrier].filter(Boolean).join(' '),
    last && say('lastAgent', { agent: last.agent! }),
    lost > 0 && say('missedBefore', { count: lost }),
  ].filter((fact) => typeof fact === 'string' && fact !== '');
  return (
    <div className="card desk-customer">
      <div className="desk-part">
        <div className="desk-head-line">
          <h2>{shown === '' ? say('withheld') : phoneNumber(shown)}</h2>
          {mayReveal && shown.includes('*') && (
            <Button size="small" icon={<EyeOutlined />} onClick={() => setAsking(true)}>
              {say('reveal')}
            </Button>
          )}
        </div>
        <p className="faint desk-facts">
          {facts.map((fact) => (
            <span key={String(fact)}>{fact}</span>
          ))}
        </p>
      </div>
      {screen.notices.length > 0 && <Notices notices={screen.notices} />}
      <section className="desk-part desk-history">
        <h2>{say('history')}</h2>
        {history.length === 0 && <p className="faint">{say('noHistory')}</p>}
        <ol>
          {history.map((each) => (
            <EarlierCall key={each.id} call={each} />
          ))}
        </ol>
      </section>
      {isAsking && (
        <Reveal
          callId={callId}
          isOutbound={screen.direction === 'outbound'}
          close={() => setAsking(false)}
          told={setNumber}
        />
      )}
    </div>
  );
}

const DIRECTIONS = { inbound: <LoginOutlined />, outbound: <LogoutOutlined />, internal: <SwapOutlined /> };

/** Outages at his place: what he may be calling about. */
function Notices({ notices }: Pick<ScreenRow, 'notices'>) {
  const say = useSay(deskWords);
  return (
    <section className="desk-part" aria-label={say('notices')}>
      <h2>{say('notices')}</h2>
      {notices.map(({ name, title, text, state, places, from, to }) => (
        <div key={name} className="desk-notice">
          <Pill tone={state === 'in-force' ? 'red' : 'amber'} icon={<ThunderboltOutlined />}>
            {say(state === 'in-force' ? 'outNow' : 'outSoon')}
          </Pill>
          <strong>{title}</strong>
          <span className="faint small">
            {places.join(say('comma'))} <Moment at={from} isShort /> {say('outTo')}{' '}
            {to === null ? say('outOpen') : <Moment at={to} isShort />}
          </span>
          {text !== null && <p>{text}</p>}
        </div>
      ))}
    </section>
  );
}

function EarlierCall({ call }: { readonly call: Earlier }) {
  const say = useSay(deskWords);
  const { direction, at, talkMs, agent, queueTitle, score, dispositionTitle, resolved, note } = call;
  const facts = [
    queueTitle && say('queueOf', { queue: queueTitle }),
    agent && say('agentOf', { agent }),
    talkMs > 0 && `${say('talk')} ${duration(talkMs)}`,
    dispositionTitle,
    resolved !== null && say(resolved ? 'isResolved' : 'isUnresolved'),
  ].filter((fact) => typeof fact === 'string' && fact !== '');
  return (
    <li>
      <div className="desk-head-line">
        <span className="faint" role="img" aria-label={say(direction)} title={say(direction)}>
          {DIRECTIONS[direction]}
        </span>
        <Moment at={at} isShort />
        <span className="desk-space" />
        {score !== null && (
          <span className="small faint">
            <StarOutlined aria-hidden /> {say('score', { score })}
          </span>
        )}
        <Outcome call={{ state: 'ended', outcome: call.outcome, segment: null }} />
      </div>
      <p className="small faint desk-facts">
        {facts.map((fact) => (
          <span key={String(fact)}>{fact}</span>
        ))}
      </p>
      {note !== null && <p className="desk-note">{note}</p>}
    </li>
  );
}

interface RevealProps {
  readonly callId: string;
  readonly isOutbound: boolean;
  readonly close: () => void;
  readonly told: (number: string) => void;
}

/** The whole number, for a reason. */
function Reveal({ callId, isOutbound, close, told }: RevealProps) {
  const say = useSay(deskWords);
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const [error, setError] = useState<unknown>();
  const reveal = async () => {
    setAsked(true);
    setError(undefined);
    try {
      const path = `/calls/${encodeURIComponent(callId)}/reveal`;
      const body = { reason: reason.trim() };
      const { caller, called } = await ask<{ readonly caller: string; readonly called: string }>(path, {
        method: 'POST',
        body,
      });
      told(isOutbound ? called : caller);
      close();
    } catch (failed) {
      setError(failed);
    } finally {
      setAsked(false);
    }
  };
  return (
    <Modal
      open
      title={say('revealTitle')}
      okText={say('show')}
      cancelText={say('cancel')}
      okButtonProps={{ disabled: reason.trim().length < 2, loading: isAsked }}
      onOk={() => void reveal()}
      onCancel={close}
      width={420}
    >
      <Form layout="vertical" onFinish={() => void reveal()}>
        <Form.Item label={say('reason')} extra={say('revealText')} htmlFor="reveal-reason">
          <Input
            id="reveal-reason"
            autoFocus
            maxLength={200}
            placeholder={say('reasonHint')}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </Form.Item>
        {error !== undefined && (
          <p className="desk-warning" role="alert">
            <ProblemText error={error} />
          </p>
        )}
      </Form>
    </Modal>
  );
}
