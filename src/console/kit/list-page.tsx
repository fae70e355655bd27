import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { Button } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { Route, Routes, useLocation, useNavigate } from 'react-router';
import { useSay } from '../i18n/language.tsx';
import { useMedia } from '../look.tsx';
import type { Choosing } from './choose/use-choosing.tsx';
import { ColumnChooser } from './column-chooser.tsx';
import { useFilters } from './filters.tsx';
import { count } from './format.ts';
import type { ListColumn } from './list-column.ts';
import { MOST_ROWS } from './list-window.ts';
import { useTitle } from './moment.tsx';
import { Empty, Failed, Loading } from './states.tsx';
import type { List } from './use-list.ts';
import { useViews } from './use-views.ts';
import { ViewBar } from './view-bar.tsx';
import { VIEW_NAMES } from './view-state.ts';
import { VirtualTable } from './virtual-table.tsx';
import { kitWords } from './words.ts';
import './list-page.css';

/** What a drawer is told by the list that it stands beside. */
export interface Beside {
  readonly close: () => void;
  /** Opens the row before it, or behind it; undefined: there is none. */
  readonly before: (() => void) | undefined;
  readonly behind: (() => void) | undefined;
}

export interface ListPageProps<Row> {
  /** Of the page (`/calls`); an open row adds its key (`/calls/ID`). */
  readonly path: string;
  readonly title: string;
  readonly list: List<Row>;
  readonly columns: readonly ListColumn<Row>[];
  /** Names in the address that filter this list. */
  readonly filterNames: readonly string[];
  /** The filters to be seen: `SearchBox`, `Choice` ... of `filters.tsx`. */
  readonly filters?: ReactNode;
  /** Beside the title: what the list comes to. */
  readonly facts?: ReactNode;
  /** Buttons beside the title, the one that matters most last. */
  readonly acts?: ReactNode;
  /** Below the title: what is true of the whole. */
  readonly head?: ReactNode;
  readonly empty: {
    readonly icon: ReactNode;
    readonly title: string;
    /** Where there is nothing at all; with the one thing to do next. */
    readonly text: string;
    readonly act?: ReactNode;
    /** Where the filters leave nothing: a button clears them. */
    readonly filtered: string;
  };
  /** Its rows are chosen, and something is done with them. */
  readonly choosing?: Choosing<Row> | undefined;
  /** Rows that stand above all others. */
  readonly pinned?: readonly Row[];
  /** The row that is open, read by itself: it may be in no list. */
  readonly drawer: (beside: Beside) => ReactNode;
}

/** A page that is a list: filters, rows that are read as they are scrolled to, its states, and one row open in a drawer. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { path, title, list, columns, filterNames, filters, facts, acts, head, empty, drawer, choosing } =
    props;
  useTitle(title);
  const say = useSay(kitWords);
  const { params } = useFilters();
  const isNarrow = useMedia('(max-width: 700px)');
  const { keyOf, see } = list;
  const { rows, pinned, loaded } = useRows(props);
  const views = useViews(path.slice(1).replaceAll('/', '-'), filterNames, columns);
  const { opened, openedAt, open, beside } = useDrawer(path, [...filterNames, ...VIEW_NAMES], loaded);
  const isFiltered = filterNames.some((name) => params.get(name)?.trim());
  const clear = () => views.choose(undefined);
  const clearing = <Button onClick={clear}>{say('clear')}</Button>;
  const act = isFiltered ? clearing : empty.act;
  const inSight: readonly ListColumn<Row>[] = isNarrow ? narrowed(columns) : chosen(columns, views.columns);
  const footOf = () => {
    if (list.isReadingMore) return say('readingMore');
    if (list.hasMore) return undefined;
    return rows.length >= MOST_ROWS ? say('tooMany', { n: count(MOST_ROWS) }) : say('endOfList');
  };
  return (
    <div className="page list-page">
      <div className="page-head">
        <h1>{title}</h1>
        <ViewBar views={views} />
        <span className="faint" role="status">
          {facts}
        </span>
        <span className="grow" />
        {acts}
      </div>
      {head}
      <search className="query">
        {filters}
        {isFiltered && (
          <Button type="text" onClick={clear}>
            {say('clear')}
          </Button>
        )}
        {!isNarrow && <ColumnChooser columns={columns} views={views} />}
      </search>
      <div className="card list-table">
        {list.state === 'pending' && <Loading lines={10} />}
        {list.state === 'failed' && <Failed error={list.error} retry={list.refresh} />}
        {list.state === 'ready' && rows.length === 0 && (
          <Empty icon={empty.icon} title={empty.title} {...(act && { act })}>
            {isFiltered ? empty.filtered : empty.text}
          </Empty>
        )}
        {list.state === 'ready' && list.error !== null && (
          <div className="list-stale" role="alert">
            <WarningOutlined aria-hidden /> {say('staleRows')}
            <Button size="small" loading={list.isRefreshing} onClick={list.refresh}>
              {say('retry')}
            </Button>
          </div>
        )}
        {list.state === 'ready' && rows.length > 0 && (
          <VirtualTable<Row>
            label={title}
            columns={choosing ? [choosing.column, ...inSight] : inSight}
            rows={rows}
            keyOf={keyOf}
            open={(row) => open(keyOf(row))}
            opened={opened}
            openedAt={openedAt}
            of={list.of}
            see={(first, last) => see(Math.max(0, first - pinned), Math.max(0, last - pinned))}
            hasMore={list.hasMore}
            held={list.hold}
            foot={footOf()}
            {...(choosing && { choose: (row, how) => chooseBy(choosing.chosen, choosing.nameOf(row), how) })}
          />
        )}
        {choosing?.bar}
      </div>
      <Routes>
        <Route path=":id" element={drawer(beside)} />
      </Routes>
    </div>
  );
}

function chooseBy(rows: Choosing<never>['chosen'], key: string, how: 'one' | 'range'): void {
  if (how === 'one') rows.toggle(key);
  else rows.range(key);
}

interface Loaded {
  /** Of the first of them in the table. */
  readonly from: number;
  /** Undefined: it is still being read. */
  readonly keys: readonly (string | undefined)[];
}

/** Rows of the table: those of the list below those that are pinned on top. */
function useRows<Row>({ list: { rows, keyOf }, pinned = NONE }: ListPageProps<Row>) {
  return useMemo(() => {
    const keyAt = (row: Row | undefined) => (row === undefined ? undefined : keyOf(row));
    const keys = rows.kept.map(keyAt);
    const inList = new Set(keys);
    const onTop = pinned.filter((row) => !inList.has(keyOf(row)));
    const count = onTop.length;
    const isAtTop = rows.from === 0;
    const loaded: Loaded = isAtTop
      ? { from: 0, keys: [...onTop.map(keyOf), ...keys] }
      : { from: count + rows.from, keys };
    return {
      pinned: count,
      loaded,
      rows: {
        length: count + rows.length,
        at: (index: number) => (index < count ? onTop[index] : rows.at(index - count)),
      },
    };
  }, [rows, keyOf, pinned]);
}

const NONE: readonly never[] = [];

const narrowed = <Row,>(columns: readonly ListColumn<Row>[]): readonly ListColumn<Row>[] =>
  columns.flatMap((column) => (column.narrow ? [{ ...column, width: column.narrow }] : []));

const chosen = <Row,>(columns: readonly ListColumn<Row>[], keys: readonly string[]) =>
  keys.flatMap((key) => columns.filter((column) => column.key === key));

/** Which row is open stands in the address, with the filters. */
function useDrawer(path: string, filterNames: readonly string[], { from, keys }: Loaded) {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const [part] = pathname.slice(path.length + 1).split('/');
  const opened = part ? decodeURIComponent(part) : undefined;
  // What else is said there (a moment of a recording) is of the one row.
  const kept = new URLSearchParams(
    [...new URLSearchParams(search)].filter(([name]) => filterNames.includes(name)),
  );
  const query = kept.size > 0 ? `?${kept}` : '';
  const open = (key: string) => void navigate(`${path}/${encodeURIComponent(key)}${query}`);
  const at = opened === undefined ? -1 : keys.indexOf(opened);
  const neighbour = (place: number) => {
    const key = at < 0 ? undefined : keys[place];
    return key === undefined ? undefined : () => open(key);
  };
  const beside: Beside = {
    close: () => void navigate(`${path}${query}`),
    before: neighbour(at - 1),
    behind: neighbour(at + 1),
  };
  return { opened, openedAt: at < 0 ? undefined : from + at, open, beside };
}
