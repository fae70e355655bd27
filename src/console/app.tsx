import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { BrowserRouter, Navigate, useLocation } from 'react-router';
import { ApiError, asking } from './api/ask.ts';
import { ME, SessionProvider, useMeQuery } from './api/session.tsx';
import { LanguageProvider, useLanguage } from './i18n/language.tsx';
import { Failed, Loading } from './kit/states.tsx';
import { LookProvider } from './look.tsx';
import { NewPassword, SignIn } from './page/sign-in/sign-in.tsx';

// Fetched while the server is asked who is signed in: a talk may be waiting for this page.
const shell = import('./shell/shell.tsx');
shell.catch(() => {});
const Shell = lazy(() => shell);

/** Whoever is refused again and again asks no more often what he may. */
const RIGHTS_MS = 10_000;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // What the server has refused it refuses again; what did not come through may.
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
    },
  },
});
// Whoever is told 401 is signed out, whatever he asked for; 403: his rights may be others now.
client.getQueryCache().subscribe((event) => {
  if (event.type !== 'updated' || event.action.type !== 'error') return;
  const { error } = event.query.state;
  if (!(error instanceof ApiError)) return;
  if (error.status === 401) client.setQueryData(ME, null);
  if (error.status === 403) void client.fetchQuery({ queryKey: ME, staleTime: RIGHTS_MS }).catch(() => {});
});

export function App() {
  return (
    <LanguageProvider>
      <LookProvider>
        <QueryClientProvider client={client}>
          <BrowserRouter>
            <Door />
          </BrowserRouter>
        </QueryClientProvider>
      </LookProvider>
    </LanguageProvider>
  );
}

/** Lets in who is signed in. */
function Door() {
  const { language } = useLanguage();
  asking.language = language;
  const me = useMeQuery();
  const { pathname, search } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is for when the language changes
  useEffect(() => {
    // Titles and details of errors are in the language in which they were asked for.
    void client.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
  }, [language]);
  if (me.isPending) return <Loading isWhole />;
  // Who is known stays in, with his talk, whatever becomes of asking anew.
  if (me.data === undefined) return <Failed error={me.error} retry={() => void me.refetch()} isWhole />;
  const isAtDoor = pathname === '/sign-in';
  if (me.data === null) {
    if (isAtDoor) return <SignIn />;
    const from = `${pathname}${search}`;
    return <Navigate to={`/sign-in${from === '/' ? '' : `?next=${encodeURIComponent(from)}`}`} replace />;
  }
  if (me.data.user?.mustChange) return <NewPassword me={me.data} />;
  if (isAtDoor) return <Navigate to={nextOf(search)} replace />;
  return (
    <SessionProvider me={me.data}>
      <Suspense fallback={<Loading isWhole />}>
        <Shell />
      </Suspense>
    </SessionProvider>
  );
}

/** Where somebody wanted to; only pages of our own. */
function nextOf(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
