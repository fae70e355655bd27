import CaretDownOutlined from '@ant-design/icons/es/icons/CaretDownOutlined';
import CaretRightOutlined from '@ant-design/icons/es/icons/CaretRightOutlined';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import type { FlowText } from './flow-text.ts';
import { LitAt } from './lit-at.tsx';
import type { RootSpot } from './model/tree.ts';
import { rootAt } from './model/ways.ts';
import { NodeIcon } from './node-icon.tsx';
import { type Row, rowsOf } from './outline-rows.ts';
import { callsClass, callsText, type Overlay } from './overlay.ts';
import { ProblemMark, type ProblemMarks } from './problem-mark.tsx';
import type { Lit } from './use-flow-test.ts';
import { flowWords } from './words.ts';

export interface ViewProps {
  readonly roots: readonly RootSpot[];
  readonly text: FlowText;
  readonly number: string;
  /** Pointer. */
  readonly chosen: string;
  readonly choose: (pointer: string) => void;
  readonly marks: ProblemMarks;
  /** Nodes that a test went through. */
  readonly lit: Lit;
  /** Numbers of calls; undefined: none are asked for. */
  readonly overlay: Overlay | undefined;
}

const ROW_PX = 32;

/** The flow as a tree table, which is worked in by keyboard alone. */
export function Outline({ roots, text, chosen, choose, marks, lit, overlay }: ViewProps) {
  const say = useSay(flowWords);
  const scroller = useRef<HTMLDivElement>(null);
  const [shut, setShut] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(roots, shut), [roots, shut]);
  const at = rows.findIndex(({ pointer }) => pointer === chosen);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    getItemKey: (index) => rows[index]!.pointer,
  });
  useEffect(() => {
    // What is chosen from elsewhere may stand in a part that is shut.
    if (at < 0) setShut((before) => new Set([...before].filter((each) => !chosen.startsWith(`${each}/`))));
    else virtual.scrollToIndex(at);
  }, [at, chosen, virtual]);
  const toggle = useCallback(
    (pointer: string, isOpen: boolean) =>
      setShut((before) => {
        const after = new Set(before);
        if (isOpen) after.delete(pointer);
        else after.add(pointer);
        return after;
      }),
    [],
  );
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row) choose(row.pointer);
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[at];
    const step = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + 12,
      PageUp: at - 12,
    }[event.key];
    if (step !== undefined) go(step);
    else if (event.key === 'ArrowRight' && row) {
      if (row.isOpen === false) toggle(row.pointer, true);
      else if (row.isOpen) go(at + 1);
    } else if (event.key === 'ArrowLeft' && row) {
      if (row.isOpen) toggle(row.pointer, false);
      else go(rows.findLastIndex(({ level }, index) => index < at && level < row.level));
    } else return;
    event.preventDefault();
  };
  return (
    <div className={`outline${overlay ? ' has-calls' : ''}`} ref={scroller}>
      <div
        className="outline-tree"
        role="treegrid"
        aria-label={say('outline')}
        aria-rowcount={rows.length}
        aria-activedescendant={at < 0 ? undefined : rowId(chosen)}
        tabIndex={0}
        data-flow-view
        onKeyDown={keyDown}
      >
        <div className="outline-head" role="row" tabIndex={-1}>
          {COLUMNS.filter((column) => column !== 'traffic' || overlay).map((column) => (
            <span key={column} role="columnheader" tabIndex={-1}>
              {say(column)}
            </span>
          ))}
        </div>
        <div
          className="outline-body"
          role="rowgroup"
          ref={(body) => body?.style.setProperty('height', `${virtual.getTotalSize()}px`)}
        >
          {virtual.getVirtualItems().map(({ index, start, key }) => (
            <OutlineRow
              key={String(key)}
              row={rows[index]!}
              index={index}
              start={start}
              text={text}
              isChosen={index === at}
              litAt={lit.get(rows[index]!.pointer)}
              {...callsOf(rows[index]!, overlay)}
              marks={marks}
              choose={choose}
              toggle={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const COLUMNS = ['structure', 'content', 'traffic', 'issues'] as const;

/** Numbers of calls of a row; of what is asked after a talk nothing is told. */
function callsOf({ pointer, of }: Row, overlay: Overlay | undefined) {
  if (!overlay) return { calls: undefined, heat: '' };
  if ('root' in of && of.root.root.name === 'afterTalk') return { calls: '', heat: '' };
  const key = 'root' in of ? rootAt(pointer) : pointer;
  return { calls: callsText(overlay, key), heat: callsClass(overlay, key) };
}

/** A label may hold spaces, and an id none. */
const rowId = (pointer: string) => `row${encodeURIComponent(pointer)}`;

interface RowProps {
  readonly row: Row;
  readonly index: number;
  readonly start: number;
  readonly text: FlowText;
  readonly isChosen: boolean;
  readonly litAt: number | undefined;
  /** Undefined: there is no column of them. */
  readonly calls: string | undefined;
  readonly heat: string;
  readonly marks: ProblemMarks;
  readonly choose: (pointer: string) => void;
  readonly toggle: (pointer: string, isOpen: boolean) => void;
}

const OutlineRow = memo(function OutlineRow(props: RowProps) {
  const { row, index, start, text, isChosen, litAt, calls, heat, marks, choose, toggle } = props;
  const say = useSay(flowWords);
  const { pointer, level, isOpen } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around has the keys
    <div
      id={rowId(pointer)}
      className={`outline-row${litAt === undefined ? '' : ' is-lit'}`}
      role="row"
      tabIndex={-1}
      aria-level={level}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      aria-expanded={isOpen}
      ref={(element) => {
        element?.style.setProperty('transform', `translateY(${start}px)`);
        element?.style.setProperty('--level', String(level - 1));
      }}
      onClick={({ currentTarget }) => {
        choose(pointer);
        currentTarget.closest<HTMLElement>('[data-flow-view]')?.focus({ preventScroll: true });
      }}
    >
      <span role="gridcell" tabIndex={-1} className="outline-name">
        <span
          className="outline-caret"
          aria-hidden
          onClick={() => isOpen !== undefined && toggle(pointer, !isOpen)}
        >
          {isOpen === undefined ? null : isOpen ? <CaretDownOutlined /> : <CaretRightOutlined />}
        </span>
        <RowName row={row} text={text} />
        <LitAt at={litAt} />
      </span>
      <span role="gridcell" tabIndex={-1} className="outline-about">
        <RowAbout row={row} text={text} />
      </span>
      {calls !== undefined && (
        <span role="gridcell" tabIndex={-1} className={`outline-calls ${heat}`}>
          {calls === '0' ? say('noCalls') : calls}
        </span>
      )}
      <span role="gridcell" tabIndex={-1}>
        <ProblemMark marks={marks} pointer={pointer} />
      </span>
    </div>
  );
});

function RowName({ row: { of }, text }: Pick<RowProps, 'row' | 'text'>) {
  if ('root' in of) return <strong>{text.root(of.root.root)}</strong>;
  if ('branch' in of) return <span className="branch-chip">{text.branch(of.branch.branch)}</span>;
  return (
    <>
      <NodeIcon type={of.spot.node.type} />
      {text.kind(of.spot.node.type)}
    </>
  );
}

function RowAbout({ row: { of }, text }: Pick<RowProps, 'row' | 'text'>) {
  const say = useSay(flowWords);
  if ('spot' in of) return text.summary(of.spot.node);
  const spots = 'root' in of ? of.root.spots : of.branch.spots;
  if (spots.length === 0) return <span className="faint">{say('emptyBranch')}</span>;
  return 'root' in of && spots[0]?.pointer === of.root.pointer ? text.summary(spots[0].node) : null;
}
