import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Route, Routes, useLocation, useNavigate } from 'react-router';
import { useSay } from '../i18n/language.tsx';
import { useMedia } from '../look.tsx';
import { ColumnChooser } from './column-chooser.tsx';
import { useFilters } from './filters.tsx';
import type { ListColumn } from './list-column.ts';
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
  readonly empty: {
    readonly icon: ReactNode;
    readonly title: string;
    /** Where there is nothing at all; with the one thing to do next. */
    readonly text: string;
    readonly act?: ReactNode;
    /** Where the filters leave nothing: a button clears them. */
    readonly filtered: string;
  };
  /** Rows that stand above all others. */
  readonly pinned?: readonly Row[];
  /** The row that is open, read by itself: it may be in no list. */
  readonly drawer: (beside: Beside) => ReactNode;
}

/** A page that is a list: filters, rows that are read as they are scrolled to, its states, and one row open in a drawer. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { path, title, list, columns, filterNames, filters, facts, acts, empty, drawer } = props;
  useTitle(title);
  const say = useSay(kitWords);
  const { params } = useFilters();
  const isNarrow = useMedia('(max-width: 700px)');
  const { keyOf } = list;
  const rows = pinnedOn(props);
  const views = useViews(path.slice(1).replaceAll('/', '-'), filterNames, columns);
  const { opened, open, beside } = useDrawer(path, [...filterNames, ...VIEW_NAMES], rows.map(keyOf));
  const isFiltered = filterNames.some((name) => params.get(name)?.trim());
  const clear = () => views.choose(undefined);
  const clearing = <Button onClick={clear}>{say('clear')}</Button>;
  const act = isFiltered ? clearing : empty.act;
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
        {list.state === 'ready' && rows.length > 0 && (
          <VirtualTable
            label={title}
            columns={isNarrow ? narrowed(columns) : chosen(columns, views.columns)}
            rows={rows}
            keyOf={keyOf}
            open={(row) => open(keyOf(row))}
            opened={opened}
            more={list.hasMore ? list.more : undefined}
            held={list.hold}
            foot={list.isReadingMore ? say('readingMore') : !list.hasMore && say('endOfList')}
          />
        )}
      </div>
      <Routes>
        <Route path=":id" element={drawer(beside)} />
      </Routes>
    </div>
  );
}

function pinnedOn<Row>({ list: { rows, keyOf }, pinned = [] }: ListPageProps<Row>): readonly Row[] {
  if (pinned.length === 0) return rows;
  const inList = new Set(rows.map(keyOf));
  return [...pinned.filter((row) => !inList.has(keyOf(row))), ...rows];
}

const narrowed = <Row,>(columns: readonly ListColumn<Row>[]): readonly ListColumn<Row>[] =>
  columns.flatMap((column) => (column.narrow ? [{ ...column, width: column.narrow }] : []));

const chosen = <Row,>(columns: readonly ListColumn<Row>[], keys: readonly string[]) =>
  keys.flatMap((key) => columns.filter((column) => column.key === key));

/** Which row is open stands in the address, with the filters. */
function useDrawer(path: string, filterNames: readonly string[], keys: readonly string[]) {
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
  return { opened, open, beside };
}
