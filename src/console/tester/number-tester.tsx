import NodeIndexOutlined from '@ant-design/icons/es/icons/NodeIndexOutlined';
import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ask } from '../api/ask.ts';
import { useMay, useSession } from '../api/session.tsx';
import type { FlowRow } from '../api/types.ts';
import { useSay } from '../i18n/language.tsx';
import { phoneNumber } from '../kit/format.ts';
import { Empty, Loading, ProblemText } from '../kit/states.tsx';
import { type CallAsked, FIRST_CALL } from './call-asked.ts';
import { CallForm } from './call-form.tsx';
import { differenceOf } from './difference.ts';
import { Found } from './found.tsx';
import { shutTester, type Unsaved, useTesterState } from './tester-store.ts';
import { type Trial, type TrialOf, useTrials } from './use-trials.ts';
import { testerWords } from './words.ts';
import './tester.css';

/** The call that was tried last, on any page. */
let last = FIRST_CALL;

/** The number tester (号码测试): where a call would go and why, beside what is edited and not saved. */
export default function NumberTester() {
  const say = useSay(testerWords);
  const state = useTesterState();
  const { open, unsaved } = state;
  const { trials, isPending, run } = useTrials();
  const hotlines = useHotlines();
  const [asked, setAsked] = useState<CallAsked>(() => firstCall(state, hotlines));
  const box = useRef<HTMLDivElement>(null);
  const row = hotlines.find(({ number }) => number === asked.called);
  const isUnsaved = unsaved.length > 0;
  const beside = besideOf(unsaved, row);
  const start = (call: CallAsked) => {
    last = call;
    void run(call, [{ key: 'live' }, ...(beside ? [beside] : [])]);
  };
  const change = (call: CallAsked) => {
    last = call;
    setAsked(call);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed is tried at once, and only then
  useEffect(() => {
    if (open?.call) start(open.call);
  }, []);
  // The first hotline is as good as any, until one is named.
  const only = hotlines[0]?.number;
  useEffect(() => {
    if (only !== undefined)
      setAsked((before) => (before.called === '' ? { ...before, called: only } : before));
  }, [only]);
  return (
    <Drawer
      open
      size={trials && trials.length > 1 ? 960 : 640}
      rootClassName="tester"
      onClose={shutTester}
      title={say('title')}
      afterOpenChange={(isOpen) => {
        if (isOpen) box.current?.querySelector<HTMLElement>('input')?.focus();
      }}
    >
      <div ref={box}>
        <p className="faint small tester-intro">{say('intro')}</p>
        <CallForm
          asked={asked}
          change={change}
          hotlines={hotlines}
          isPending={isPending}
          run={() => start(asked)}
        >
          <span className="faint small">
            {isUnsaved
              ? say('unsavedOf', { names: unsaved.map(({ name }) => phoneNumber(name)).join('、') })
              : row?.draft != null && say('draftOf', { version: row.draft })}
          </span>
        </CallForm>
        {isPending && !trials && <Loading lines={4} />}
        {trials && <Trials trials={trials} draft={row?.draft ?? null} />}
        {!trials && !isPending && <Empty icon={<NodeIndexOutlined />} title={say('first')} />}
      </div>
    </Drawer>
  );
}

function Trials({ trials, draft }: { readonly trials: readonly Trial[]; readonly draft: number | null }) {
  const say = useSay(testerWords);
  const differsAt = useMemo(() => {
    const [one, other] = trials;
    return one?.found && other?.found ? differenceOf(one.found.path, other.found.path) : undefined;
  }, [trials]);
  const areSame = trials.length > 1 && trials.every(({ found }) => found) && differsAt === undefined;
  return (
    <>
      {areSame && <p className="faint">{say('same')}</p>}
      <div className={`tester-trials${trials.length > 1 ? ' is-beside' : ''}`}>
        {trials.map(({ key, found, error }) => (
          <section key={key} className="card tester-trial" aria-labelledby={`tester-${key}`}>
            <h2 id={`tester-${key}`}>
              {key === 'draft' ? say('draft', { version: draft ?? 0 }) : say(key as 'live' | 'unsaved')}
            </h2>
            {found ? (
              <Found found={found} differsAt={differsAt} />
            ) : (
              <p className="tester-fault" role="alert">
                <ProblemText error={error} />
              </p>
            )}
          </section>
        ))}
      </div>
    </>
  );
}

function firstCall(
  { open, unsaved }: ReturnType<typeof useTesterState>,
  hotlines: readonly FlowRow[],
): CallAsked {
  if (open?.call) return open.call;
  const called = unsaved.find(({ kind }) => kind === 'hotline')?.name ?? open?.called ?? last.called;
  return { ...last, called: called === '' ? (hotlines[0]?.number ?? '') : called };
}

/** What is tried beside what holds: what is edited here, else the draft of the hotline. */
function besideOf(unsaved: readonly Unsaved[], row: FlowRow | undefined): TrialOf | undefined {
  if (unsaved.length > 0) return { key: 'unsaved', draft: { entities: unsaved } };
  return row?.draft != null ? { key: 'draft', version: row.draft } : undefined;
}

const NONE: readonly FlowRow[] = [];

function useHotlines(): readonly FlowRow[] {
  const { company } = useSession();
  const may = useMay('hotline:read');
  const { data } = useQuery({
    queryKey: ['flows', company],
    enabled: may,
    queryFn: async ({ signal }) =>
      (await ask<{ readonly items: readonly FlowRow[] }>('/flows', { signal })).items,
  });
  return data ?? NONE;
}
