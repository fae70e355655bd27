import ArrowLeftOutlined from '@ant-design/icons/es/icons/ArrowLeftOutlined';
import HistoryOutlined from '@ant-design/icons/es/icons/HistoryOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import RedoOutlined from '@ant-design/icons/es/icons/RedoOutlined';
import UndoOutlined from '@ant-design/icons/es/icons/UndoOutlined';
import { Alert, App, Button, Segmented } from 'antd';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Link, useSearchParams } from 'react-router';
import { useMay } from '../../api/session.tsx';
import type { FlowProblem, NodeKinds } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Loading, ProblemText } from '../../kit/states.tsx';
import { useUnsaved } from '../../tester/tester-store.ts';
import { AddDialog } from './add-dialog.tsx';
import { Aside, type AsideOf } from './aside.tsx';
import { ConflictDialog } from './conflict.tsx';
import {
  branchAt,
  fileText,
  firstView,
  placesOf,
  shownIn,
  useLeaveWarning,
  useParts,
} from './editor-parts.ts';
import { isTogether, Others, People } from './editors.tsx';
import { ExportFlow } from './export-flow.tsx';
import { Find } from './find.tsx';
import { type Opened, useOpened } from './flow-queries.ts';
import { FlowState } from './flow-state.tsx';
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
  const shown = useMemo(() => shownIn(roots), [roots]);
  const mayTest = useMay('simulation:create');
  const test = useFlowTest(flow, doc, kinds);
  const [aside, setAside] = useState<AsideOf>('node');
  const parts = useParts();
  const heat = useHeat(number, roots);
  const replay = useReplay(number, doc, roots, flow.language === 'typescript');
  const overlay = (aside === 'replay' ? replay.overlay : undefined) ?? heat.overlay;
  const checked = useCheck(number, doc, mayChange);
  const problems = checked.problems ?? [];
  const marks = useMemo(() => marksOf(problems, shown), [problems, shown]);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const spot = spots.get(chosen);
  const root = roots.find(({ pointer }) => pointer === chosen);

  useLeaveWarning(isChanged);
  useUnsaved(
    useMemo(
      () => (isChanged ? { kind: 'hotline', name: number, value: compact(doc, kinds) } : undefined),
      [isChanged, number, doc, kinds],
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
  const form = editActs(acts, () => spots.get(acts.now().chosen)?.steps, {
    openAdd: () => setOpen('add'),
    remove: removeChosen,
  });
  const showProblem = (index: number) => {
    const at = problems[((index % problems.length) + problems.length) % problems.length];
    if (!at) return;
    setProblemAt(problems.indexOf(at));
    const pointer = shownAt(at.pointer, shown);
    if (pointer !== undefined) acts.choose(pointer);
  };
  const takeGuess = ({ pointer, guess }: FlowProblem) => {
    const at = shownAt(pointer, shown) ?? chosen;
    acts.apply({ doc: put(doc, stepsIn(pointer, doc), guess) as typeof doc, chosen: at });
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
  const takeIn = async () => {
    const taken = await draft.takeIn(acts.now().doc).catch((error: unknown) => {
      message.error(<ProblemText error={error} />);
    });
    if (!taken) return;
    acts.begin(taken);
    message.success(say('takenIn'));
  };
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
      <header className="flow-head">
        <Link to="/flows" className="flow-back" aria-label={say('back')} title={say('back')}>
          <ArrowLeftOutlined aria-hidden />
        </Link>
        <h1>{phoneNumber(number)}</h1>
        <span className="flow-name">{flow.name}</span>
        <FlowState row={reread.data?.flow ?? flow} />
        <People people={editors.people} />
        <span className="grow" />
        {isChanged && <span className="faint small">{say('unsaved')}</span>}
        {flow.language === 'json' && <ExportFlow number={number} doc={doc} kinds={kinds} />}
        {isOurs && (
          <Button icon={<HistoryOutlined />} onClick={() => setOpen('versions')}>
            {say('versions')}
          </Button>
        )}
        {mayChange && (
          <Button disabled={!isChanged} loading={draft.save.isPending} onClick={() => void save()}>
            {say('save')}
          </Button>
        )}
        {mayPublish && (
          <Button
            type="primary"
            disabled={errors > 0 || !checked.isNow || (!isChanged && draft.base.draft === undefined)}
            title={errors > 0 ? say('errorsBlock', { n: errors }) : undefined}
            onClick={() => setOpen('publish')}
          >
            {say('publish')}
          </Button>
        )}
      </header>
      {!isOurs && (
        <Alert type="info" showIcon title={say('readOnly', { file: fileText(flow.file, flow.line) })} />
      )}
      <div className="flow-tools">
        <Segmented
          aria-label={say('views')}
          value={view}
          onChange={(value) => setParams({ view: String(value) }, { replace: true })}
          options={[
            { value: 'canvas', label: say('canvas') },
            { value: 'outline', label: say('outline') },
          ]}
        />
        {mayChange && (
          <>
            <Button icon={<PlusOutlined />} onClick={() => setOpen('add')}>
              {say('addNode')}
            </Button>
            <Button
              icon={<UndoOutlined />}
              aria-label={say('undo')}
              title={say('undo')}
              disabled={history.past.length === 0}
              onClick={acts.undo}
            />
            <Button
              icon={<RedoOutlined />}
              aria-label={say('redo')}
              title={say('redo')}
              disabled={history.future.length === 0}
              onClick={acts.redo}
            />
          </>
        )}
        <Find
          spots={[...spots.values()]}
          text={text}
          choose={acts.choose}
          isAsked={open === 'find'}
          done={() => {
            setOpen(undefined);
            focusView();
          }}
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
            <TestPanel test={test} choose={acts.choose} />
          ) : aside === 'replay' ? (
            <ReplayPanel number={number} replay={replay} />
          ) : spot ? (
            <NodeForm
              spot={spot}
              doc={doc}
              kinds={kinds}
              text={text}
              isFixed={!mayChange}
              acts={form}
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
