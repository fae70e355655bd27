import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { DESK } from '../api/live-data.ts';
import { useSession } from '../api/session.tsx';
import type { CallInHand, DeskRow } from '../api/types.ts';
import { useLanguage, useSay } from '../i18n/language.tsx';
import { type Line, type Today, useDeskQuery, useLinesQuery, useTodayQuery } from './desk-data.ts';
import type { Seeking } from './directory/whom.ts';
import { inHand } from './in-hand.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { type DeskPhone, useTabPhone } from './use-tab-phone.ts';
import { VERBS, type Verb, type Verbs } from './verbs.ts';
import { refusalWords } from './words.ts';

/** The verbs of a desk: each resolves with what the engine answers, undefined where it refused: why is the desk's `refusal`. */
export type Acts = {
  readonly [Name in Verb]: (
    ...told: Parameters<Verbs[Name]>
  ) => Promise<{ readonly answer: Awaited<ReturnType<Verbs[Name]>> } | undefined>;
};

/** The desk of who is signed in, who is an agent. */
export interface Desk {
  readonly row: DeskRow;
  /** The call that an act is about; undefined: none is in hand. */
  readonly call: CallInHand | undefined;
  /** Of calls that are over, since midnight; undefined: not read yet, or not his to see. */
  readonly today: Today | undefined;
  /** His queues. */
  readonly lines: readonly Line[];
  readonly acts: Acts;
  /** The phone in the page, where it is one. */
  readonly phone: DeskPhone;
  /** What is under way. */
  readonly pending: ReadonlySet<Verb>;
  /** The last act, when it was refused, until the next one. */
  readonly refusal: Refusal | undefined;
  readonly dismiss: () => void;
  /** What the directory is open for; undefined: it is closed. */
  readonly seeking: Seeking | undefined;
  readonly seek: (what: Seeking | undefined) => void;
}

const Context = createContext<Desk | undefined>(undefined);

/** The own desk; undefined: who is signed in is no agent, or may not act as one, or it is not read yet. */
export const useDesk = (): Desk | undefined => useContext(Context);

const NO_QUEUES: DeskRow['queues'] = [];
const NO_LINES: readonly Line[] = [];

/** Keeps the desk of who is signed in, on whatever page he is. */
export function DeskProvider({ children }: { readonly children: ReactNode }) {
  const { me, may, company } = useSession();
  const agent = me.user?.agent ?? undefined;
  const isAgent = agent !== undefined && may('desk:update');
  const { data } = useDeskQuery(isAgent);
  const row = (isAgent && data) || undefined;
  const today = useTodayQuery(agent, row !== undefined && may('agent:read')).data;
  const lines = useLinesQuery(row?.queues ?? NO_QUEUES, row !== undefined && may('queue:read')).data;
  const phone = useTabPhone(company, row);
  const { acts, pending, refusal, dismiss } = useActs(phone);
  const call = row && inHand(row.calls);
  const { seeking, seek } = useSeeking(call, dismiss);
  const client = useQueryClient();
  const legs = phone.sight.calls.map(({ id, state }) => `${id} ${state}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the phone tells is news of the desk
  useEffect(() => {
    void client.invalidateQueries({ queryKey: DESK });
  }, [client, legs]);
  const desk = useMemo<Desk | undefined>(
    () =>
      row && {
        ...{ row, call, today, lines: lines ?? NO_LINES },
        ...{ acts, phone, pending, refusal, dismiss, seeking, seek },
      },
    [row, call, today, lines, acts, phone, pending, refusal, dismiss, seeking, seek],
  );
  return <Context value={desk}>{children}</Context>;
}

/** The directory is open for one call, or for none: what it was opened for is over with that. */
function useSeeking(call: CallInHand | undefined, dismiss: () => void) {
  const [seeking, setSeeking] = useState<Seeking>();
  const seek = useCallback(
    (what: Seeking | undefined) => {
      dismiss();
      setSeeking(what);
    },
    [dismiss],
  );
  const about = `${call?.callId} ${call?.third?.name}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the call is another one
  useEffect(() => setSeeking(undefined), [about]);
  return { seeking, seek };
}

/** A verb as the phone in the page does it; undefined: the engine does it, for this phone as for any. */
function byPhone(verb: Verb, { tab, sight, kind, arm }: DeskPhone): (() => Promise<unknown>) | undefined {
  if (!tab) return undefined;
  if (verb === 'answer' && sight.calls.some(({ state }) => state === 'rings')) return () => tab.answer();
  // Who signs in at a phone that is not there yet would be offered nothing.
  if (verb === 'signIn' && kind === 'browser') return arm;
  return undefined;
}
/** What the phone does first, and the engine then. */
const BOTH: ReadonlySet<Verb> = new Set(['signIn']);

function useActs(phone: DeskPhone) {
  const client = useQueryClient();
  const say = useSay(refusalWords);
  const { language } = useLanguage();
  const [pending, setPending] = useState<ReadonlySet<Verb>>(new Set());
  const [refusal, setRefusal] = useState<Refusal>();
  const words = useRef({ say, language });
  words.current = { say, language };
  const latest = useRef(phone);
  latest.current = phone;
  const acts = useMemo(() => {
    const run = async (verb: Verb, told: readonly never[]) => {
      setRefusal(undefined);
      setPending((before) => new Set(before).add(verb));
      try {
        const engine = VERBS[verb] as (...told: readonly never[]) => Promise<unknown>;
        const own = byPhone(verb, latest.current);
        const done = await own?.();
        return { answer: own && !BOTH.has(verb) ? done : await engine(...told) };
      } catch (error) {
        setRefusal(refusalOf(verb, error, words.current.say, words.current.language));
        return undefined;
      } finally {
        setPending((before) => new Set([...before].filter((each) => each !== verb)));
        void client.invalidateQueries({ queryKey: DESK });
      }
    };
    const names = Object.keys(VERBS) as Verb[];
    return Object.fromEntries(
      names.map((verb) => [verb, (...told: readonly never[]) => run(verb, told)]),
    ) as unknown as Acts;
  }, [client]);
  const dismiss = useCallback(() => setRefusal(undefined), []);
  return { acts, pending, refusal, dismiss };
}
