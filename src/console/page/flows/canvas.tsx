import CompressOutlined from '@ant-design/icons/es/icons/CompressOutlined';
import PartitionOutlined from '@ant-design/icons/es/icons/PartitionOutlined';
import {
  applyNodeChanges,
  Background,
  BaseEdge,
  type Edge as CanvasEdge,
  type Node as CanvasNode,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { Button } from 'antd';
import {
  createContext,
  type KeyboardEvent,
  memo,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useSay } from '../../i18n/language.tsx';
import type { FlowText } from './flow-text.ts';
import { LitAt } from './lit-at.tsx';
import { type Box, drawing, NODE_H, NODE_W, type Offset, type Offsets } from './model/layout.ts';
import { NodeIcon } from './node-icon.tsx';
import type { ViewProps } from './outline.tsx';
import { callsClass, callsText, type Overlay } from './overlay.ts';
import { ProblemMark, type ProblemMarks } from './problem-mark.tsx';
import type { Lit } from './use-flow-test.ts';
import { flowWords } from './words.ts';

type BoxNode = CanvasNode<{ readonly box: Box }, 'box'>;

interface Shown {
  readonly text: FlowText;
  readonly number: string;
  readonly chosen: string;
  readonly marks: ProblemMarks;
  readonly lit: Lit;
}
const ShownContext = createContext<Shown | undefined>(undefined);

const NODE_TYPES = { box: memo(BoxView) };
const EDGE_TYPES = { branch: memo(BranchEdge) };
/** Below this nobody reads a node. */
const READABLE = 0.35;

export interface CanvasProps extends ViewProps {
  readonly offsets: Offsets;
  /** By path; undefined: all stand where they would by themselves. */
  readonly place: (path: string | undefined, offset: Offset | undefined) => void;
}

/** The flow as a drawing, top-down. */
export default function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Drawn {...props} />
    </ReactFlowProvider>
  );
}

/** All of it where it can be read so; else its width, from the top; what is wider yet begins at its first box. */
function firstView(boxes: readonly Box[], width: number, height: number) {
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const wide = Math.max(...boxes.map(({ x }) => x)) + NODE_W - left;
  const tall = Math.max(...boxes.map(({ y }) => y)) + NODE_H - top;
  const whole = Math.min(1, (width / wide) * 0.92, (height / tall) * 0.92);
  const zoom = whole >= READABLE ? whole : Math.max(READABLE, Math.min(1, (width / wide) * 0.92));
  const middle = wide * zoom <= width ? left + wide / 2 : (boxes[0]?.x ?? left) + NODE_W / 2;
  const above = tall * zoom <= height ? (height - tall * zoom) / 2 : 24;
  return { x: width / 2 - middle * zoom, y: above - top * zoom, zoom };
}

const chosenOf = (box: Box): string =>
  'spot' in box.of ? box.of.spot.pointer : 'root' in box.of ? box.of.root.pointer : box.of.empty;
/** A flow and the empty place in it are both that flow: the flow's own box is the one that is chosen. */
const boxOf = (boxes: readonly Box[], chosen: string) =>
  boxes.find((box) => chosenOf(box) === chosen && !('empty' in box.of)) ??
  boxes.find((box) => chosenOf(box) === chosen);

function Drawn(props: CanvasProps) {
  const { roots, text, number, chosen, choose, marks, lit, overlay, offsets, place } = props;
  const say = useSay(flowWords);
  const flow = useReactFlow();
  const wrapper = useRef<HTMLDivElement>(null);
  const { boxes, edges } = useMemo(() => drawing(roots, offsets), [roots, offsets]);
  const branches = useMemo(() => branchTexts(roots, text), [roots, text]);
  const kept = useRef(new Map<string, BoxNode>());
  const nodes = useMemo(() => {
    const before = kept.current;
    kept.current = new Map(boxes.map((box) => [box.id, sameNode(before.get(box.id), box)]));
    return [...kept.current.values()];
  }, [boxes]);
  /** While one is dragged. */
  const [dragged, setDragged] = useState<{
    readonly of: readonly BoxNode[];
    readonly nodes: readonly BoxNode[];
  }>();
  const drawn = dragged?.of === nodes ? dragged.nodes : nodes;
  const keptLines = useRef<readonly CanvasEdge[]>([]);
  const lines = useMemo(() => {
    const before = keptLines.current;
    const after = edges.map(
      ({ from, to, branch }, index): CanvasEdge =>
        sameLine(before[index], {
          id: `${from} ${to}`,
          source: from,
          target: to,
          type: 'branch',
          focusable: false,
          label: edgeText(branch === undefined ? undefined : branches.get(branch), branch ?? to, overlay),
          className: edgeClass(isLitEdge(to, from, lit), branch ?? to, overlay),
        } as CanvasEdge),
    );
    const isSame = after.length === before.length && after.every((line, index) => line === before[index]);
    keptLines.current = isSame ? before : after;
    return keptLines.current as CanvasEdge[];
  }, [edges, branches, lit, overlay]);
  const shown = useMemo(() => ({ text, number, chosen, marks, lit }), [text, number, chosen, marks, lit]);
  const current = boxOf(boxes, chosen) ?? boxes.find(({ of }) => 'root' in of && of.root.pointer === chosen);
  // It fits the room it has, which the list of problems changes, until somebody moves it.
  const isMoved = useRef(false);
  const latest = useRef(boxes);
  latest.current = boxes;
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = wrapper.current!;
      if (!isMoved.current) void flow.setViewport(firstView(latest.current, clientWidth, clientHeight));
    });
    if (wrapper.current) observer.observe(wrapper.current);
    return () => observer.disconnect();
  }, [flow]);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another one is chosen
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (!current || !wrapper.current) return;
    const { x, y, zoom } = flow.getViewport();
    const { clientWidth, clientHeight } = wrapper.current;
    const [left, top] = [current.x * zoom + x, current.y * zoom + y];
    const isIn =
      left >= 0 && top >= 0 && left + NODE_W * zoom <= clientWidth && top + NODE_H * zoom <= clientHeight;
    if (isIn) return;
    isMoved.current = true;
    void flow.setCenter(current.x + NODE_W / 2, current.y + NODE_H / 2, { zoom: Math.max(zoom, 0.7) });
  }, [chosen]);
  const fitAll = () => void flow.fitView({ padding: 0.1, maxZoom: 1 });
  const keyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === '1') fitAll();
    else {
      const to = current && neighbour(current, event.key, boxes, edges);
      if (to === undefined) return;
      choose(chosenOf(to));
    }
    event.preventDefault();
  };
  return (
    <div
      className="canvas"
      ref={wrapper}
      role="application"
      aria-label={`${say('canvas')}：${say('canvasHint')}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the drawing has the focus for its nodes
      tabIndex={0}
      data-flow-view
      onKeyDown={keyDown}
    >
      <p className="visually-hidden" aria-live="polite">
        {current && boxText(current, text, number)}
      </p>
      <ShownContext value={shown}>
        <ReactFlow
          nodes={drawn as BoxNode[]}
          edges={lines}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onMoveStart={(event) => {
            if (event) isMoved.current = true;
          }}
          minZoom={0.05}
          maxZoom={1.5}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          onlyRenderVisibleElements
          proOptions={{ hideAttribution: true }}
          onNodeClick={(_, node) => {
            choose(chosenOf((node as BoxNode).data.box));
            wrapper.current?.focus({ preventScroll: true });
          }}
          onNodeDragStop={(_, node) => {
            const { box } = (node as BoxNode).data;
            if (!('spot' in box.of)) return;
            const { path } = box.of.spot;
            const own = offsets[path] ?? { x: 0, y: 0 };
            const [dx, dy] = [node.position.x - box.x, node.position.y - box.y];
            if (dx !== 0 || dy !== 0) place(path, { x: own.x + dx, y: own.y + dy });
          }}
          onNodesChange={(changes) => {
            // Sizes are known before: nothing is measured.
            const moved = changes.filter(({ type }) => type === 'position');
            if (moved.length > 0)
              setDragged({ of: nodes, nodes: applyNodeChanges(moved, drawn as BoxNode[]) });
          }}
        >
          <Background gap={24} />
        </ReactFlow>
      </ShownContext>
      <div className="canvas-acts">
        <Button
          size="small"
          icon={<CompressOutlined />}
          onClick={fitAll}
          title={say('fit')}
          aria-label={say('fit')}
        />
        {Object.keys(offsets).length > 0 && (
          <Button
            size="small"
            icon={<PartitionOutlined />}
            onClick={() => place(undefined, undefined)}
            title={say('tidy')}
            aria-label={say('tidy')}
          />
        )}
      </div>
    </div>
  );
}

/** Its word stands above the node it leads to: that way no line of its neighbours crosses it. */
function BranchEdge({ id, label, ...ends }: EdgeProps) {
  const [path] = getSmoothStepPath(ends);
  return (
    <BaseEdge
      id={id}
      path={path}
      label={label}
      labelX={ends.targetX}
      labelY={ends.targetY - 14}
      labelBgPadding={[6, 2]}
      labelBgBorderRadius={4}
    />
  );
}

const HANDLES = [
  { type: 'target' as const, position: Position.Top, x: NODE_W / 2, y: 0, width: 1, height: 1 },
  { type: 'source' as const, position: Position.Bottom, x: NODE_W / 2, y: NODE_H, width: 1, height: 1 },
];

/** The same object as long as what it shows is the same: what has not changed is not drawn again. */
function sameNode(before: BoxNode | undefined, box: Box): BoxNode {
  if (before && before.position.x === box.x && before.position.y === box.y && isSameBox(before.data.box, box))
    return before;
  return {
    id: box.id,
    type: 'box',
    position: { x: box.x, y: box.y },
    width: NODE_W,
    height: NODE_H,
    measured: { width: NODE_W, height: NODE_H },
    handles: HANDLES,
    draggable: 'spot' in box.of,
    data: { box },
  };
}

/** The same object as long as it says the same. */
const sameLine = (before: CanvasEdge | undefined, line: CanvasEdge): CanvasEdge =>
  before?.id === line.id && before.label === line.label && before.className === line.className
    ? before
    : line;

function isSameBox({ of: one }: Box, { of: other }: Box): boolean {
  if ('spot' in one && 'spot' in other)
    return one.spot.node === other.spot.node && one.spot.path === other.spot.path;
  return 'empty' in one && 'empty' in other;
}

function branchTexts(roots: CanvasProps['roots'], text: FlowText): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (spots: CanvasProps['roots'][number]['spots']) => {
    for (const { branches } of spots)
      for (const { branch, pointer, spots: inner } of branches) {
        texts.set(pointer, text.branch(branch));
        visit(inner);
      }
  };
  for (const { spots } of roots) visit(spots);
  return texts;
}

/** What a way is, and how many calls took it. */
const edgeText = (name: string | undefined, key: string, overlay: Overlay | undefined) =>
  overlay ? [name, callsText(overlay, key)].filter(Boolean).join(' · ') : name;

const edgeClass = (isLit: boolean, key: string, overlay: Overlay | undefined) =>
  `${isLit ? 'is-lit' : ''}${overlay ? ` ${callsClass(overlay, key)}` : ''}`.trim() || undefined;

const isLitEdge = (to: string, from: string, lit: Lit) =>
  lit.has(to) && (from.startsWith('root') || lit.has(from));

/** Where an arrow leads: down to the first way out, up to where it comes from, left and right beside it. */
function neighbour(
  from: Box,
  key: string,
  boxes: readonly Box[],
  edges: readonly { readonly from: string; readonly to: string }[],
): Box | undefined {
  const boxBy = (id: string | undefined) => boxes.find((box) => box.id === id);
  const above = edges.find(({ to }) => to === from.id)?.from;
  if (key === 'ArrowDown') return boxBy(edges.find((edge) => edge.from === from.id)?.to);
  if (key === 'ArrowUp') return boxBy(above);
  const by = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
  if (by === 0) return undefined;
  const beside =
    above === undefined
      ? boxes.filter(({ of }) => 'root' in of).map(({ id }) => id)
      : edges.filter((edge) => edge.from === above).map(({ to }) => to);
  return boxBy(beside[beside.indexOf(from.id) + by]);
}

function boxText({ of }: Box, text: FlowText, number: string): string {
  if ('spot' in of) return `${text.kind(of.spot.node.type)} ${text.summary(of.spot.node)}`;
  if ('root' in of) return of.root.root.name === 'flow' ? number : text.root(of.root.root);
  return '';
}

function BoxView({ data: { box } }: NodeProps<BoxNode>) {
  const say = useSay(flowWords);
  const { text, number, chosen, marks, lit } = useContext(ShownContext)!;
  const { of } = box;
  const pointer = chosenOf(box);
  const isChosen = pointer === chosen;
  const look = `${isChosen ? ' is-chosen' : ''}${lit.has(pointer) ? ' is-lit' : ''}`;
  if ('empty' in of)
    return (
      <div className={`box box-empty${look}`}>
        <Handle type="target" position={Position.Top} isConnectable={false} />
        {say('emptyBranch')}
        <ProblemMark marks={marks} pointer={pointer} />
      </div>
    );
  if ('root' in of)
    return (
      <div className={`box box-root${look}`}>
        <strong>{of.root.root.name === 'flow' ? say('start', { number }) : text.root(of.root.root)}</strong>
        <Handle type="source" position={Position.Bottom} isConnectable={false} />
      </div>
    );
  const { node } = of.spot;
  return (
    <div className={`box${look}`}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <span className="box-kind">
        <NodeIcon type={node.type} />
        <span className="box-word">{text.kind(node.type)}</span>
        <LitAt at={lit.get(pointer)} />
        <ProblemMark marks={marks} pointer={pointer} />
      </span>
      <span className="box-about">{text.summary(node)}</span>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}
