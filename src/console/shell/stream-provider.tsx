import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
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
import { ask } from '../api/ask.ts';
import { EventStream, type StreamState } from '../api/event-stream.ts';
import { LiveData } from '../api/live-data.ts';
import { ME, useSession } from '../api/session.tsx';
import type { MeRow } from '../api/types.ts';
import { useSay } from '../i18n/language.tsx';
import { onWake } from '../kit/wake.ts';
import { shellWords } from './words.ts';

interface Stream {
  readonly state: StreamState;
  readonly retry: () => void;
}

const Context = createContext<Stream>({ state: 'connecting', retry: () => {} });

/** How the event stream of this page is. */
export const useStream = (): Stream => useContext(Context);

async function newTicket(signal: AbortSignal): Promise<string> {
  return (await ask<{ readonly ticket: string }>('/stream-tickets', { method: 'POST', signal })).ticket;
}

/** Keeps what the pages show true, as long as they are open. */
export function StreamProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const { company, may } = useSession();
  const { message: toast } = App.useApp();
  const say = useSay(shellWords);
  const rightsChanged = useRef(() => {});
  rightsChanged.current = () => void toast.info({ content: say('rightsChanged'), key: 'rights' });
  const [state, setState] = useState<StreamState>('connecting');
  const stream = useRef<EventStream>(undefined);
  const hears = company !== undefined && (may('call:read') || may('queue:read') || may('agent:read'));
  useEffect(() => {
    if (!hears) return;
    const data = new LiveData(client);
    const takeRights = () => {
      // What nobody looks at may be nobody's to see any more.
      client.removeQueries({ type: 'inactive' });
      void client.invalidateQueries();
      rightsChanged.current();
    };
    // Rights that changed while no connection stood were told to nobody.
    const compareRights = async () => {
      const before = client.getQueryData<MeRow | null>(ME);
      const now = await client
        .fetchQuery<MeRow | null>({ queryKey: ME, staleTime: 0 })
        .catch(() => undefined);
      if (before && now && JSON.stringify(before.rights) !== JSON.stringify(now.rights)) takeRights();
    };
    const opened = new EventStream({
      ticket: newTicket,
      company,
      heard: (message) => data.take(message),
      changed: (now) => {
        setState(now);
        if (now === 'live') void compareRights();
      },
      refused: (why) => {
        if (why === 'signed-out') client.setQueryData(ME, null);
        else takeRights();
      },
    });
    stream.current = opened;
    const online = () => opened.retry();
    window.addEventListener('online', online);
    const awake = onWake(() => opened.prove());
    return () => {
      awake();
      window.removeEventListener('online', online);
      opened.close();
      data.close();
    };
  }, [client, company, hears]);
  const retry = useCallback(() => stream.current?.retry(), []);
  const value = useMemo(() => ({ state: hears ? state : 'live', retry }) as const, [hears, state, retry]);
  return <Context value={value}>{children}</Context>;
}
