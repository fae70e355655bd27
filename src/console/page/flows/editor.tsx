import { Alert, App } from 'antd';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useSearchParams } from 'react-router';
import { useMay } from '../../api/session.tsx';
import type { FlowProblem, NodeKinds } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Loading, ProblemText } from '../../kit/states.tsx';
import { useUnsaved } from '../../tester/tester-store.ts';
import { AddDialog } from './add-dialog.tsx';
import { Aside, type AsideOf } from './aside.tsx';
import { ConflictDialog } from './conflict.tsx';
import { EditorHead } from './editor-head.tsx';
import {
  branchAt,
  fileText,
  firstView,
  placesOf,
  shownIn,
  useLeaveWarning,
  useParts,
  useSameSet,
  useSettled,
} from './editor-parts.ts';
import { EditorTools } from './editor-tools.tsx';
import { isTogether, Others } from './editors.tsx';
import { type Opened, useOpened } from './flow-queries.ts';
import { HeatButton, HeatNote } from './heat-note.tsx';
import { addAfter, newNode, remove, removeBranch, removeRoot } from './model/edit.ts';
import { compact, get, type Kinds, put, type Steps, spotsOf, walk } from './model/tree.ts';
import { NodeForm } from './node-form.tsx';
import { Outline } from './outline.tsx';
import { marksOf, shownAt } from './problem-mark.tsx';
import { Problems } from './problems.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { ReplayPanel } from './replay-panel.tsx';
import { RootForm } from './root-form.tsx';
import { TestPanel } from './test-panel.tsx';
import { useCheck } from './use-check.ts';
import { useDraft } from './use-draft.ts';
import { editActs, useHistory } from './use-edit.ts';
import { useEditorKeys } from './use-editor-keys.ts';
import { useEditors } from './use-editors.ts';
import { useFlowTest } from './use-flow-test.ts';
import { useFlowText } from './use-flow-text.ts';
import { useHeat } from './use-heat.ts';
import { useOffsets } from './use-offsets.ts';
import { useReplay } from './use-replay.ts';
import { useVersionActs } from './use-version-acts.tsx';
import { Versions } from './versions.tsx';
import { flowWords } from './words.ts';

const Canvas = lazy(() => import('./canvas.tsx'));

interface EditorProps {
  readonly opened: Opened;
  readonly facts: NodeKinds;
  readonly kinds: Kinds;
}

const NO_PROBLEMS: readonly FlowProblem[] = [];

/** One flow: two views of one document, the settings of what is chosen, and what the check says of it. */
export function Editor({ opened, facts, kinds }: EditorProps) {
  const say = useSay(flowWords);
  const { message } = App.useApp();
  const { flow } = opened;
  const { number } = flow;
  const isOurs = flow.file === null && flow.language === 'json';
  const mayChange = useMay('hotline:update') && isOurs;
  const mayPublish = useMay('hotline:publish') && isOurs;
  const text = useFlowText(kinds);
  const draft = useDraft(number, opened, kinds);
  const { history, acts } = useHistory(draft.base.doc);
  const { doc, chosen } = history.now;
  const [params, setParams] = useSearchParams();
  const [ownView] = useState(firstView);
  const asked = params.get('view');
  const view = asked === 'outline' || asked === 'canvas' ? asked : ownView;
  const [open, setOpen] = useState<'add' | 'versions' | 'publish' | 'find'>();
  const [problemAt, setProblemAt] = useState(-1);
  const { offsets, place } = useOffsets(number);
  const panes = useRef<HTMLDivElement>(null);
  const isChanged = draft.isChanged(doc);

  const roots = useMemo(() => walk(doc, kinds), [doc, kinds]);
  const spots = useMemo(() => new Map(spotsOf(roots).map((spot) => [spot.pointer, spot])), [roots]);
  const places = useMemo(() => placesOf(opened, kinds), [opened, kinds]);
  const shown = useSameSet(useMemo(() => shownIn(roots), [roots]));
  const mayTest = useMay('simulation:create');
  const test = useFlowTest(flow, doc, kinds);
  const [aside, setAside] = useState<AsideOf>('node');
  const parts = useParts();
  const heat = useHeat(number, roots);
  const replay = useReplay(number, doc, roots, flow.language === 'typescript');
  const overlay = (aside === 'replay' ? replay.overlay : undefined) ?? heat.overlay;
  const checked = useCheck(number, doc, mayChange);
  const problems = checked.problems ?? NO_PROBLEMS;
  const marks = useMemo(() => marksOf(problems, shown), [problems, shown]);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const spot = spots.get(chosen);
  const root = roots.find(({ pointer }) => pointer === chosen);

  useLeaveWarning(isChanged);
  const settled = useSettled(isChanged ? doc : undefined);
  useUnsaved(
    useMemo(
      () => settled && { kind: 'hotline', name: number, value: compact(settled, kinds) },
      [settled, number, kinds],
    ),
  );
  const focusView = () => panes.current?.querySelector<HTMLElement>('[data-flow-view]')?.focus();
  const stepsOfChosen = (): Steps => stepsIn(acts.now().chosen);
  const removeChosen = () => {
    const at = acts.now().chosen;
    const gone = spots.get(at);
    if (gone) acts.apply(remove(acts.now().doc, gone.steps));
    else {
      const branch = branchAt(spots, at);
      if (branch) acts.apply(removeBranch(acts.now().doc, branch.spot.steps, branch.steps));
    }
  };
  const showProblem = (index: number) => {
    const at = problems[((index % problems.length) + problems.length) % problems.length];
    if (!at) return;
    setProblemAt(problems.indexOf(at));
    const pointer = shownAt(at.pointer, shown);
    if (pointer !== undefined) acts.choose(pointer);
  };
  const takeGuess = ({ pointer, guess }: FlowProblem) => {
    const at = shownAt(pointer, shown) ?? chosen;
    acts.apply({ doc: put(acts.now().doc, stepsIn(pointer), guess) as typeof doc, chosen: at });
    focusView();
  };
  const save = async (what = acts.now().doc) => {
    const saved = await draft.save.mutateAsync({ doc: what }).catch((error: unknown) => {
      message.error(<ProblemText error={error} />);
    });
    if (saved) message.success(say('saved'));
    return saved ?? undefined;
  };
  const versions = useVersionActs({ number, draft, acts, kinds, save, isChanged });
  const reread = useOpened(number);
  const isBusy = draft.save.isPending || versions.isPublishing || draft.conflict !== undefined;
  const editors = useEditors({ number, isEditing: isChanged, base: draft.base, isBusy });
  const mayCall = useMay('call:create');
  /** What is tried by a phone is the draft as it is stored. */
  const prepare = async () => {
    if (isChanged && mayChange) return (await save()) ? 'draft' : false;
    return draft.base.draft ? 'draft' : undefined;
  };
  const takeIn = async () => {
    const taken = await draft
      .takeIn(() => acts.now().doc)
      .catch((error: unknown) => {
        message.error(<ProblemText error={error} />);
      });
    if (!taken) return;
    acts.begin(taken);
    message.success(say('takenIn'));
  };
  // What is drawn seldom holds acts that stay the same and do what is to be done by then.
  const latest = useRef({ spots, save, removeChosen, focusView, setParams });
  latest.current = { spots, save, removeChosen, focusView, setParams };
  const [stable] = useState(() => ({
    doc: () => acts.now().doc,
    spots: () => [...latest.current.spots.values()],
    save: () => void latest.current.save(),
    look: (to: string) => latest.current.setParams({ view: to }, { replace: true }),
    openAdd: () => setOpen('add'),
    found: () => {
      setOpen(undefined);
      latest.current.focusView();
    },
    form: editActs(acts, () => latest.current.spots.get(acts.now().chosen)?.steps, {
      openAdd: () => setOpen('add'),
      remove: () => latest.current.removeChosen(),
    }),
  }));
  const keys = useEditorKeys({
    mayChange,
    acts,
    spots,
    say,
    remove: removeChosen,
    openAdd: () => setOpen('add'),
    find: () => setOpen('find'),
    save: () => {
      if (draft.isChanged(acts.now().doc)) void save();
    },
    nextProblem: () => showProblem(problemAt + 1),
    test: mayTest
      ? () => {
          setAside('test');
          test.run();
        }
      : undefined,
    edit: () => {
      flushSync(() => setAside('node'));
      panes.current
        ?.querySelector<HTMLElement>('.flow-form :is(input, textarea, button):not(.flow-aside *)')
        ?.focus();
    },
    focusView,
  });
  const views = {
    roots,
    text,
    number: phoneNumber(number),
    chosen,
    choose: acts.choose,
    marks,
    lit: test.lit,
    overlay,
  };
  return (
    <div className="page flow" {...keys}>
      <EditorHead
        row={reread.data?.flow ?? flow}
        kinds={kinds}
        people={editors.people}
        isOurs={isOurs}
        mayChange={mayChange}
        mayPublish={mayPublish}
        isChanged={isChanged}
        isReady={errors === 0 && checked.isNow && (isChanged || draft.base.draft !== undefined)}
        isSaving={draft.save.isPending}
        errors={errors}
        now={stable.doc}
        open={setOpen}
        save={stable.save}
      />
      {!isOurs && (
        <Alert type="info" showIcon title={say('readOnly', { file: fileText(flow.file, flow.line) })} />
      )}
      <div className="flow-tools">
        <EditorTools
          view={view}
          text={text}
          mayChange={mayChange}
          mayUndo={history.past.length > 0}
          mayRedo={history.future.length > 0}
          isFinding={open === 'find'}
          acts={acts}
          spots={stable.spots}
          look={stable.look}
          openAdd={stable.openAdd}
          found={stable.found}
        />
        <HeatButton heat={heat} />
        {isOurs && isTogether(editors) ? (
          <Others editors={editors} takeIn={() => void takeIn()} />
        ) : heat.isOn ? (
          <HeatNote heat={heat} />
        ) : (
          mayChange && <span className="faint small flow-keys">{say('keysHint')}</span>
        )}
      </div>
      <div className={`flow-panes${aside !== 'node' ? ' is-testing' : ''}`} ref={panes}>
        <div className="card flow-view">
          {view === 'outline' ? (
            <Outline {...views} />
          ) : (
            <Suspense fallback={<Loading />}>
              <Canvas {...views} offsets={offsets} place={place} />
            </Suspense>
          )}
        </div>
        <Aside of={aside} turn={setAside} parts={parts}>
          {aside === 'test' ? (
            <TestPanel test={test} choose={acts.choose} prepare={mayCall ? prepare : undefined} />
          ) : aside === 'replay' ? (
            <ReplayPanel number={number} replay={replay} />
          ) : spot ? (
            <NodeForm
              spot={spot}
              doc={doc}
              kinds={kinds}
              text={text}
              isFixed={!mayChange}
              acts={stable.form}
              place={places.get(spot.path)}
              overlay={overlay}
            />
          ) : (
            <RootForm
              root={root}
              branch={branchAt(spots, chosen)}
              text={text}
              isFixed={!mayChange}
              history={acts}
              openAdd={() => setOpen('add')}
              remove={
                root && root.root.name !== 'flow'
                  ? () => acts.apply(removeRoot(doc, root.root.steps))
                  : removeChosen
              }
            />
          )}
        </Aside>
      </div>
      {mayChange && (
        <Problems
          checked={checked}
          doc={doc}
          text={text}
          at={problemAt}
          show={showProblem}
          takeGuess={takeGuess}
        />
      )}
      {open === 'add' && (
        <AddDialog
          facts={facts}
          close={() => setOpen(undefined)}
          add={(kind) => {
            acts.apply(addAfter(acts.now().doc, stepsOfChosen(), [newNode(kind)]));
            setOpen(undefined);
          }}
        />
      )}
      {open === 'versions' && <Versions number={number} close={() => setOpen(undefined)} act={versions} />}
      {open === 'publish' && (
        <PublishDialog
          number={phoneNumber(number)}
          warnings={problems.length - errors}
          isPending={versions.isPublishing}
          close={() => setOpen(undefined)}
          publish={async (comment) => {
            if (await versions.publish(comment)) setOpen(undefined);
          }}
        />
      )}
      {draft.conflict && (
        <ConflictDialog
          conflict={draft.conflict}
          text={text}
          isSaving={draft.save.isPending}
          close={draft.letBe}
          save={async (merged) => {
            const saved = await draft.save
              .mutateAsync({ doc: merged, over: draft.conflict!.theirs })
              .catch((error: unknown) => {
                message.error(<ProblemText error={error} />);
              });
            if (!saved) return;
            // One step back would be without what the others did.
            acts.begin(merged);
            message.success(say('saved'));
          }}
        />
      )}
    </div>
  );

  /** Steps of a pointer; those of lists are numbers. */
  function stepsIn(pointer: string, within = acts.now().doc): Steps {
    const steps: (string | number)[] = [];
    for (const raw of pointer.split('/').slice(1)) {
      const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
      steps.push(Array.isArray(get(within, steps)) ? Number(step) : step);
    }
    return steps;
  }
}
