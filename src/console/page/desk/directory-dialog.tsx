import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { App, Button, Input, Modal, Segmented } from 'antd';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { DirectoryRow } from '../../api/types.ts';
import type { Desk } from '../../desk/desk-provider.tsx';
import type { Target } from '../../desk/verbs.ts';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Empty, Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { Pill, StatusPill } from '../../kit/status-pill.tsx';
import { useDirectory } from './desk-queries.ts';
import { dialable, found, searchable } from './search.ts';
import { directoryWords } from './words.ts';

const GROUPS = ['all', 'agent', 'queue', 'company', 'customer', 'emergency', 'centre'] as const;
type Group = (typeof GROUPS)[number];

/** More are found by typing. */
const SHOWN = 60;

function groupOf({ kind, category }: DirectoryRow): Group {
  if (kind === 'agent' || kind === 'queue') return kind;
  return category ?? 'company';
}

/** A number that is in nobody's book. */
const numberRow = (number: string): DirectoryRow => ({
  ...{ kind: 'contact', id: number, title: number, number, department: null, category: null, note: null },
  ...{ state: null, isOpen: null, waiting: null, free: null, signedIn: null },
});

function targetOf({ kind, id, number }: DirectoryRow): Target {
  if (kind === 'agent') return { agent: id };
  return kind === 'queue' ? { queue: id } : { number: number! };
}

/** Whom to call, to ask, or to give the caller to. */
export default function DirectoryDialog({
  desk,
  close,
}: {
  readonly desk: Desk;
  readonly close: () => void;
}) {
  const say = useSay(directoryWords);
  const id = useId();
  const directory = useDirectory();
  const [text, setText] = useState('');
  const [group, setGroup] = useState<Group>('all');
  const [place, setPlace] = useState(0);
  const [handOver, setHandOver] = useState('');
  const { call, row } = desk;
  const all = useMemo(
    () => searchable((directory.data ?? []).filter((each) => each.kind !== 'agent' || each.id !== row.agent)),
    [directory.data, row.agent],
  );
  const words = useDeferredValue(text);
  const rows = useMemo(() => {
    const number = dialable(words);
    const known = found(all, words).filter((each) => group === 'all' || groupOf(each) === group);
    const isKnown = known.some((each) => each.number === number || each.id === number);
    return [...known.slice(0, SHOWN), ...(number && !isKnown ? [numberRow(number)] : [])];
  }, [all, words, group]);
  const at = Math.min(place, rows.length - 1);
  const chosen = rows[at];
  const acts = useTargetActs({ desk, chosen, handOver, close });
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another is chosen
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const keyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setPlace((at + step + rows.length) % Math.max(1, rows.length));
    else if (event.key === 'Enter' && event.altKey) acts.second?.();
    else if (event.key === 'Enter') acts.first?.();
    else return;
    event.preventDefault();
  };
  return (
    <Modal open footer={null} onCancel={close} title={say('title')} width={640} destroyOnHidden>
      <Input
        autoFocus
        prefix={<SearchOutlined />}
        placeholder={say('search')}
        aria-label={say('search')}
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={chosen && `${id}-${at}`}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setPlace(0);
        }}
        onKeyDown={keyDown}
      />
      <div className="directory-groups">
        <Segmented
          size="small"
          value={group}
          onChange={(value) => {
            setGroup(value);
            setPlace(0);
          }}
          options={GROUPS.map((value) => ({ value, label: say(value) }))}
        />
      </div>
      {directory.isPending && <Loading lines={6} />}
      {directory.isError && <Failed error={directory.error} retry={() => void directory.refetch()} />}
      {directory.isSuccess && rows.length === 0 && (
        <Empty icon={<SearchOutlined />} title={say('nothing')}>
          {say('nothingText')}
        </Empty>
      )}
      <div className="directory-list" role="listbox" id={id} aria-label={say('results')} ref={list}>
        {rows.map((each, index) => (
          <div
            key={`${each.kind}-${each.id}`}
            id={`${id}-${index}`}
            className="directory-row"
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseDown={(event) => {
              event.preventDefault();
              setPlace(index);
            }}
            onDoubleClick={() => acts.first?.()}
          >
            <Entry row={each} />
          </div>
        ))}
      </div>
      {call && (
        <div className="desk-field">
          <label htmlFor={`${id}-hand-over`}>{say('handOver')}</label>
          <Input
            id={`${id}-hand-over`}
            maxLength={500}
            placeholder={say('handOverHint')}
            value={handOver}
            onChange={({ target }) => setHandOver(target.value)}
            onKeyDown={keyDown}
          />
        </div>
      )}
      {chosen && <Acts desk={desk} chosen={chosen} acts={acts} text={handOver} close={close} />}
      {desk.refusal && (
        <p className="desk-warning" role="alert">
          <WarningOutlined aria-hidden /> {say('refused')}: {desk.refusal.text}
        </p>
      )}
      <p className="small faint">{say('keys')}</p>
    </Modal>
  );
}

function Entry({ row }: { readonly row: DirectoryRow }) {
  const say = useSay(directoryWords);
  const { kind, id, title, number, department, category, note, state, isOpen, waiting, free, signedIn } = row;
  const isBare = kind === 'contact' && category === null;
  const what = isBare ? say('outside') : kind === 'contact' ? say(category ?? 'contact') : say(kind);
  const shownId = kind === 'queue' ? '' : number !== null && kind !== 'agent' ? phoneNumber(number) : id;
  return (
    <>
      <span className="directory-name">
        {isBare ? say('dialNumber', { number: phoneNumber(id) }) : title}{' '}
        {!isBare && shownId !== title && <span className="faint number">{shownId}</span>}
      </span>
      <span className="small faint">{[what, department, note].filter(Boolean).join(' · ')}</span>
      <span className="directory-state">
        {state !== null && <StatusPill state={state} />}
        {isOpen !== null && (
          <Pill tone={isOpen ? 'green' : 'grey'} icon={isOpen ? <PhoneOutlined /> : <WarningOutlined />}>
            {say(isOpen ? 'open' : 'closed')}
          </Pill>
        )}
        {waiting !== null && (
          <span className="small">
            {say('waiting', { count: waiting })} · {say('free', { free: free ?? 0, signedIn: signedIn ?? 0 })}
          </span>
        )}
      </span>
    </>
  );
}

interface TargetActs {
  /** By Enter: gives the caller away; without a talk calls. */
  readonly first: (() => void) | undefined;
  /** By Alt+Enter: asks first. */
  readonly second: (() => void) | undefined;
}

interface TargetProps {
  readonly desk: Desk;
  readonly chosen: DirectoryRow | undefined;
  readonly handOver: string;
  readonly close: () => void;
}

function useTargetActs({ desk, chosen, handOver, close }: TargetProps): TargetActs {
  const say = useSay(directoryWords);
  const { message } = App.useApp();
  if (!chosen) return { first: undefined, second: undefined };
  const { call, acts } = desk;
  const to = targetOf(chosen);
  const name = chosen.title;
  const give = async (act: 'transfer' | 'consult') => {
    // The note is there before the other's phone rings.
    if (handOver.trim() !== '' && call)
      await ask(`/calls/${encodeURIComponent(call.callId)}/draft`, {
        method: 'PUT',
        body: { handOver: handOver.trim() },
      });
    if (act === 'consult') close();
    const done =
      act === 'transfer' ? await acts.transfer(to) : 'queue' in to ? undefined : await acts.consult(to);
    if (!done) return;
    message.success(say(act === 'transfer' ? 'sentTo' : 'asking', { name }));
    close();
  };
  const failed = (error: unknown) => void message.error(<ProblemText error={error} />);
  const isTalking = call?.phase === 'talking' || call?.phase === 'held';
  if (isTalking)
    return {
      first: () => void give('transfer').catch(failed),
      second: 'queue' in to ? undefined : () => void give('consult').catch(failed),
    };
  const dial = async () => {
    if ('queue' in to) return;
    if (await acts.dial(to)) close();
  };
  return { first: call || 'queue' in to ? undefined : () => void dial(), second: undefined };
}

interface ActsProps {
  readonly desk: Desk;
  readonly chosen: DirectoryRow;
  readonly acts: TargetActs;
  readonly text: string;
  readonly close: () => void;
}

const AWAY = new Set(['signed-out', 'unreachable']);

function Acts({ desk, chosen, acts, text, close }: ActsProps) {
  const say = useSay(directoryWords);
  const { message } = App.useApp();
  const { call, pending } = desk;
  const { title: name } = chosen;
  const isAway = chosen.state !== null && AWAY.has(chosen.state);
  const isClosed = chosen.isOpen === false;
  const run = async (path: string, body: object, told: string) => {
    try {
      await ask(path, { method: 'POST', body });
      message.success(told);
      close();
    } catch (error) {
      message.error(<ProblemText error={error} />);
    }
  };
  const of = call && { callId: call.callId };
  const leave = () => {
    if (text.trim() === '' && call) return void message.warning(say('messageNeeded'));
    const body = { agent: chosen.id, kind: 'message', text: text.trim(), ...of };
    void run('/tasks', body, say('left', { name }));
  };
  return (
    <>
      {isAway && call && <p className="desk-hint">{say('absent', { name })}</p>}
      {isClosed && call && <p className="desk-hint">{say('closedText', { name })}</p>}
      <div className="desk-head-line directory-acts">
        {isAway && call && (
          <Button type="primary" onClick={leave}>
            {say('leave', { name })}
          </Button>
        )}
        {isClosed && call && (
          <>
            <Button
              type="primary"
              onClick={() =>
                void run(
                  `/calls/${encodeURIComponent(call.callId)}/callback`,
                  { queue: chosen.id },
                  say('promised', { name }),
                )
              }
            >
              {say('promise')}
            </Button>
            <Button
              onClick={() =>
                void run(
                  '/tasks',
                  { kind: 'call-back', text: text.trim() || say('ownText', { name }), ...of },
                  say('ownKept'),
                )
              }
            >
              {say('own')}
            </Button>
          </>
        )}
        {acts.first && (
          <Button
            type={isAway || isClosed ? 'default' : 'primary'}
            icon={call ? <SwapOutlined /> : <PhoneOutlined />}
            loading={pending.has('transfer') || pending.has('dial')}
            onClick={acts.first}
          >
            {say(call ? 'transfer' : 'dial')}
          </Button>
        )}
        {acts.second && (
          <Button loading={pending.has('consult')} onClick={acts.second}>
            {say('consult')}
          </Button>
        )}
      </div>
    </>
  );
}
