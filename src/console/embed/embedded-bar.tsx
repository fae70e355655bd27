import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { MemoryRouter } from 'react-router';
import { ApiError, ask, asking } from '../api/ask.ts';
import { SessionProvider, useMeQuery } from '../api/session.tsx';
import { PhoneBar } from '../desk/bar/phone-bar.tsx';
import { DeskProvider } from '../desk/desk-provider.tsx';
import { LanguageProvider, useLanguage, useSay } from '../i18n/language.tsx';
import { LookProvider } from '../look.tsx';
import { StreamProvider } from '../shell/stream-provider.tsx';
import { Bridge } from './bridge.tsx';
import type { ParentPage } from './parent.ts';
import { tellRoom } from './room.ts';
import { embedWords } from './words.ts';
import './embed.css';

const client = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, refetchOnWindowFocus: false } },
});

interface Props {
  readonly page: ParentPage;
}

/** The phone bar (话务条) in a page of others: what the console has on top, without the console. */
export function EmbeddedBar({ page }: Props) {
  return (
    <LanguageProvider>
      <LookProvider>
        <QueryClientProvider client={client}>
          <MemoryRouter>
            <Door page={page} />
          </MemoryRouter>
        </QueryClientProvider>
      </LookProvider>
    </LanguageProvider>
  );
}

/** Waits for a ticket. The token that it opens lives in this page's memory, and nowhere else. */
function Door({ page }: Props) {
  const say = useSay(embedWords);
  const { language } = useLanguage();
  asking.language = language;
  const [state, setState] = useState<'waiting' | 'open' | 'refused'>('waiting');
  useEffect(() => {
    const off = page.on((message) => {
      if (message.type !== 'pbx400.open') return;
      const { ticket } = message;
      ask<{ readonly token: string }>('/embed-sessions', {
        method: 'POST',
        body: { ticket },
        ofAll: true,
      }).then(
        ({ token }) => {
          asking.bearer = token;
          client.clear();
          setState('open');
          page.tell({ type: 'pbx400.opened' });
        },
        () => {
          // A second ticket that is none ends nothing.
          setState((before) => (before === 'open' ? before : 'refused'));
          page.tell({ type: 'pbx400.refused' });
        },
      );
    });
    page.ready();
    return off;
  }, [page]);
  if (!page.isFramed) return <Said text={say('alone')} />;
  if (state === 'open') return <Opened page={page} />;
  return <Said text={say(state)} isAlert={state === 'refused'} />;
}

function Opened({ page }: Props) {
  const say = useSay(embedWords);
  const me = useMeQuery();
  const isOver = me.data === null || (me.error instanceof ApiError && me.error.status === 401);
  useEffect(() => {
    if (isOver) page.tell({ type: 'pbx400.refused' });
  }, [isOver, page]);
  useEffect(() => tellRoom(page, document.getElementById('root')!), [page]);
  if (isOver) return <Said text={say('over')} isAlert />;
  if (!me.data) return me.isError ? <Said text={say('refused')} isAlert /> : null;
  if (!me.data.user?.agent) return <Said text={say('noAgent')} isAlert />;
  return (
    <SessionProvider me={me.data}>
      <StreamProvider>
        <DeskProvider>
          <PhoneBar />
          <Bridge page={page} />
        </DeskProvider>
      </StreamProvider>
    </SessionProvider>
  );
}

function Said({ text, isAlert = false }: { readonly text: string; readonly isAlert?: boolean }) {
  return (
    <p className="embed-said faint" role={isAlert ? 'alert' : 'status'}>
      {text}
    </p>
  );
}
