import { App, Button } from 'antd';
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { ask, type Query } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../format.ts';
import type { ListColumn } from '../list-column.ts';
import { ProblemText } from '../states.tsx';
import type { List } from '../use-list.ts';
import { Chosen } from './chosen.ts';
import { chooseWords } from './words.ts';
import './choose.css';

/** Rows that are read at once, where all are chosen. */
const PAGE = 200;
/** As many as a change of many takes. */
const MOST = 20_000;

/** How rows of a list are chosen. */
export interface Choosing<Row> {
  readonly chosen: Chosen;
  readonly nameOf: (row: Row) => string;
  readonly column: ListColumn<Row>;
  /** Below the table, while rows are chosen. */
  readonly bar: ReactNode;
}

interface ChoosingOf<Row> {
  readonly list: List<Row>;
  /** That the list reads. */
  readonly path: string;
  readonly filter: Query;
  /** By what a row is chosen; its key by default. */
  readonly nameOf?: (row: Row) => string;
  /** What is done with those that are chosen. */
  readonly acts: (keys: readonly string[]) => ReactNode;
}

/** Rows of a list that are chosen: one by one, by the range, or all that the filter leaves. */
export function useChoosing<Row>({
  list,
  path,
  filter,
  nameOf = list.keyOf,
  acts,
}: ChoosingOf<Row>): Choosing<Row> {
  const say = useSay(chooseWords);
  const [chosen] = useState(() => new Chosen());
  const { of, rows } = list;
  const shown = useRef(of);
  useEffect(() => {
    if (shown.current !== of) chosen.forget();
    shown.current = of;
    const keys = rows.kept.map((row) => (row === undefined ? undefined : nameOf(row)));
    chosen.standAt(rows.from, keys);
  }, [of, rows, nameOf, chosen]);
  const all = useAll(chosen, { path, filter, nameOf });
  const column = useMemo(
    (): ListColumn<Row> => ({
      key: ' choose',
      title: '',
      width: '28px',
      narrow: '28px',
      head: <ChooseAll chosen={chosen} choose={all.choose} />,
      cell: (row) => (
        <ChooseBox chosen={chosen} name={nameOf(row)} label={say('choose', { name: nameOf(row) })} />
      ),
    }),
    [chosen, nameOf, say, all.choose],
  );
  return { chosen, nameOf, column, bar: <ChooseBar chosen={chosen} all={all} acts={acts} /> };
}

/** Drawn anew when others are chosen. */
function useSize(chosen: Chosen): number {
  useSyncExternalStore(chosen.subscribe, () => chosen.version);
  return chosen.size;
}

function ChooseBox({
  chosen,
  name,
  label,
}: {
  readonly chosen: Chosen;
  readonly name: string;
  readonly label: string;
}) {
  const is = useSyncExternalStore(chosen.subscribe, () => chosen.has(name));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the row does it by keys
    <span
      className="choose"
      onClick={(event) => {
        event.stopPropagation();
        if (event.shiftKey) chosen.range(name);
        else chosen.toggle(name);
      }}
    >
      <input type="checkbox" tabIndex={-1} aria-label={label} checked={is} onChange={() => {}} />
    </span>
  );
}

function ChooseAll({ chosen, choose }: { readonly chosen: Chosen; readonly choose: () => void }) {
  const say = useSay(chooseWords);
  const size = useSize(chosen);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    box.current!.indeterminate = size > 0;
  }, [size]);
  return (
    <span className="choose">
      <input
        ref={box}
        type="checkbox"
        aria-label={say(size > 0 ? 'none' : 'chooseAll')}
        checked={false}
        onChange={() => (size > 0 ? chosen.clear() : choose())}
      />
    </span>
  );
}

interface All {
  readonly isReading: boolean;
  readonly choose: () => void;
  readonly stop: () => void;
}

/** Chooses all that the filter leaves, page by page. */
function useAll<Row>(
  chosen: Chosen,
  { path, filter, nameOf }: Pick<Choosing<Row>, 'nameOf'> & Pick<ChoosingOf<Row>, 'path' | 'filter'>,
): All {
  const say = useSay(chooseWords);
  const { message } = App.useApp();
  const [isReading, setReading] = useState(false);
  const reading = useRef<AbortController>(undefined);
  useEffect(() => () => reading.current?.abort(), []);
  const latest = useRef<() => Promise<void>>(undefined as never);
  latest.current = async () => {
    reading.current?.abort();
    const mine = new AbortController();
    reading.current = mine;
    setReading(true);
    try {
      for (let after: string | undefined; ; ) {
        const query = { ...filter, limit: PAGE, after };
        const page: Items<Row> = await ask<Items<Row>>(path, { query, signal: mine.signal });
        if (mine.signal.aborted) return;
        const room = MOST - chosen.size;
        chosen.add(page.items.slice(0, room).map(nameOf));
        if (page.items.length > room) {
          message.warning(say('tooMany', { n: count(MOST) }));
          return;
        }
        if (page.next === null) return;
        after = page.next;
      }
    } catch (error) {
      if (!mine.signal.aborted) message.error(<ProblemText error={error} />);
    } finally {
      if (reading.current === mine) setReading(false);
    }
  };
  return useMemo(
    () => ({
      isReading,
      choose: () => void latest.current(),
      stop: () => reading.current?.abort(),
    }),
    [isReading],
  );
}

interface BarProps {
  readonly chosen: Chosen;
  readonly all: All;
  readonly acts: (keys: readonly string[]) => ReactNode;
}

function ChooseBar({ chosen, all, acts }: BarProps) {
  const say = useSay(chooseWords);
  const size = useSize(chosen);
  if (size === 0) return null;
  return (
    <section className="choose-bar" aria-label={say('chosen', { n: count(size) })}>
      <strong role="status">{say(all.isReading ? 'reading' : 'chosen', { n: count(size) })}</strong>
      <Button
        size="small"
        type="text"
        onClick={() => {
          all.stop();
          chosen.clear();
        }}
      >
        {say('none')}
      </Button>
      <Button size="small" type="text" loading={all.isReading} onClick={all.choose}>
        {say('all')}
      </Button>
      <span className="faint small choose-hint">{say('hint')}</span>
      <span className="grow" />
      {!all.isReading && acts(chosen.keys)}
    </section>
  );
}
