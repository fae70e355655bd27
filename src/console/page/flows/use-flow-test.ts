import { useCallback, useMemo, useState } from 'react';
import type { WholeFlow } from '../../api/types.ts';
import { type CallAsked, FIRST_CALL } from '../../tester/call-asked.ts';
import { type Trial, useTrials } from '../../tester/use-trials.ts';
import { type Doc, type Kinds, spotsOf, walk } from './model/tree.ts';

/** Pointers of nodes, each with its place in the order in which the call came to them. */
export type Lit = ReadonlyMap<string, number>;
const NONE: Lit = new Map();

export interface FlowTest {
  readonly asked: CallAsked;
  readonly change: (asked: CallAsked) => void;
  readonly trial: Trial | undefined;
  readonly isPending: boolean;
  /** The document is another one by now. */
  readonly isOld: boolean;
  readonly lit: Lit;
  /** Pointer in the document of one that the engine told. */
  readonly pointerOf: (told: string) => string;
  readonly run: () => void;
}

/** A call through the document as it is edited, by the engine's own simulator; of a file's code through what holds. */
export function useFlowTest(flow: WholeFlow, doc: Doc, kinds: Kinds): FlowTest {
  const { number, language } = flow;
  const [asked, change] = useState<CallAsked>({ ...FIRST_CALL, called: number });
  const { trials, isPending, run } = useTrials();
  const [ofDoc, setOfDoc] = useState<Doc>();
  const isCode = language === 'typescript';
  const start = useCallback(async () => {
    const draft = { entities: [{ kind: 'hotline', name: number, value: doc }] };
    const answered = await run(asked, [{ key: 'test', ...(!isCode && { draft }) }]);
    if (answered) setOfDoc(doc);
  }, [asked, doc, isCode, number, run]);
  const trial = trials?.[0];
  const isOld = trial !== undefined && ofDoc !== doc;
  const between = useMemo(
    () => (isCode ? pointersBetween(flow.hotline, doc, kinds) : undefined),
    [isCode, flow, doc, kinds],
  );
  const pointerOf = useCallback((told: string) => between?.get(told) ?? told, [between]);
  const nodes = isOld ? undefined : trial?.found?.nodes;
  const lit = useMemo((): Lit => {
    if (!nodes) return NONE;
    const order = new Map<string, number>();
    for (const told of nodes) {
      const pointer = pointerOf(told);
      if (!order.has(pointer)) order.set(pointer, order.size + 1);
    }
    return order;
  }, [nodes, pointerOf]);
  return { asked, change, trial, isPending, isOld, lit, pointerOf, run: () => void start() };
}

/** Where the nodes of one document stand in another that writes the same with lists elsewhere. */
function pointersBetween(told: Doc, shown: Doc, kinds: Kinds): ReadonlyMap<string, string> {
  const byPath = new Map(spotsOf(walk(shown, kinds)).map(({ path, pointer }) => [path, pointer]));
  return new Map(
    spotsOf(walk(told, kinds)).map(({ path, pointer }) => [pointer, byPath.get(path) ?? pointer]),
  );
}
