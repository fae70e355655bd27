import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { Button, Input, Modal, Segmented } from 'antd';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import type { Desk } from '../desk-provider.tsx';
import { useDirectory, useSyllables } from './directory-data.ts';
import { Entry } from './entry.tsx';
import { found, searchable } from './search.ts';
import { Acts, useTargetActs } from './target-acts.tsx';
import { GROUPS, type Group, groupOf, type Seeking, surveyOf, typedNumber, type Whom } from './whom.ts';
import { directoryWords } from './words.ts';
import './directory.css';

/** More are found by typing. */
const SHOWN = 60;

interface Props {
  readonly desk: Desk;
  readonly seeking: Seeking;
  readonly close: () => void;
}

/** Whom to call, to ask, or to give the caller to: of whatever the phone bar or a page opens it for. */
export function DirectoryDialog({ desk, seeking, close }: Props) {
  const say = useSay(directoryWords);
  const id = useId();
  const [text, setText] = useState('');
  const [group, setGroup] = useState<Group>('all');
  const [place, setPlace] = useState(0);
  const [handOver, setHandOver] = useState('');
  const { call } = desk;
  const isTalk = call?.phase === 'talking' || call?.phase === 'held';
  const { directory, all } = useOffered(desk, isTalk && seeking !== 'consult' && call.queue !== null);
  const rows = useMemo(
    () =>
      found(all, text, typedNumber)
        .filter((each) => group === 'all' || groupOf(each) === group)
        .slice(0, SHOWN),
    [all, text, group],
  );
  const at = Math.min(place, rows.length - 1);
  const chosen = rows[at];
  const acts = useTargetActs({ desk, seeking, chosen, handOver, close });
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another is chosen
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const keyDown = (event: KeyboardEvent) => {
    // An input method takes Enter for what is being written.
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setPlace((at + step + rows.length) % Math.max(1, rows.length));
    else if (event.key === 'Enter') (event.altKey ? acts.second : acts.first)?.run();
    else return;
    event.preventDefault();
  };
  return (
    // What is typed is typed into the first field: a button to close it stands at its end.
    <Modal
      open
      footer={null}
      closable={false}
      onCancel={close}
      title={say(`title-${seeking}`)}
      width={640}
      className="directory"
    >
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
            onDoubleClick={() => acts.first?.run()}
          >
            <Entry row={each} />
          </div>
        ))}
      </div>
      {isTalk && (
        <div className="directory-field">
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
      {chosen && <Acts {...{ desk, seeking, chosen, acts, handOver, close }} />}
      {desk.refusal && (
        <p className="directory-warning" role="alert">
          <WarningOutlined aria-hidden /> {say('refused')}: {desk.refusal.text}
        </p>
      )}
      <div className="directory-foot">
        <span className="small faint">{say(`keys-${seeking}`)}</span>
        <Button type="text" size="small" onClick={close}>
          {say('close')}
        </Button>
      </div>
    </Modal>
  );
}

/** All but himself; `isRated`: with the survey. */
function useOffered({ row: { agent } }: Desk, isRated: boolean) {
  const say = useSay(directoryWords);
  const directory = useDirectory();
  const syllables = useSyllables();
  const [survey, surveyText] = [say('survey'), say('surveyText')];
  const all = useMemo(() => {
    const known: readonly Whom[] = directory.data ?? [];
    const others = known.filter(({ kind, id }) => kind !== 'agent' || id !== agent);
    return searchable(isRated ? [...others, surveyOf(survey, surveyText)] : others, syllables);
  }, [directory.data, agent, isRated, survey, surveyText, syllables]);
  return { directory, all };
}
