import { App as AntdApp, ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import {
  createContext,
  type ReactNode,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { useLanguage } from './i18n/language.tsx';
import { remember, remembered } from './kit/remembered.ts';
import { NONCE } from './nonce.ts';
import { antdTheme } from './theme.ts';
import type { Mode } from './tokens.ts';
import { cssVariables } from './tokens-css.ts';

/** Light, dark, or as the system has it. */
export const LOOKS = ['system', 'light', 'dark'] as const;
export type Look = (typeof LOOKS)[number];

interface Chosen {
  readonly look: Look;
  readonly mode: Mode;
  /** Nothing may move (prefers-reduced-motion). */
  readonly isStill: boolean;
  readonly choose: (look: Look) => void;
}

const Context = createContext<Chosen | undefined>(undefined);
const KEY = 'look';

export function useLook(): Chosen {
  const chosen = useContext(Context);
  if (!chosen) throw new Error('outside of LookProvider');
  return chosen;
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const media = useMemo(() => matchMedia(query), [query]);
  return useSyncExternalStore(
    (told) => {
      media.addEventListener('change', told);
      return () => media.removeEventListener('change', told);
    },
    () => media.matches,
  );
}

/** Two characters on a button stand together. */
const BUTTON = { autoInsertSpace: false };
const CSP = { nonce: NONCE };
/** Toasts hang under the phone bar, and under the head of a drawer: calls and names stay to be read. */
const TOASTS = { maxCount: 3, top: 108 };

export function LookProvider({ children }: { readonly children: ReactNode }) {
  const { language } = useLanguage();
  const [look, setLook] = useState<Look>(() => LOOKS.find((each) => each === remembered(KEY)) ?? 'system');
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const isStill = useMedia('(prefers-reduced-motion: reduce)');
  const mode = look === 'system' ? (isDark ? 'dark' : 'light') : look;
  useLayoutEffect(() => {
    const root = document.documentElement;
    for (const [name, value] of Object.entries(cssVariables(mode))) root.style.setProperty(name, value);
    root.style.colorScheme = mode;
    root.dataset['mode'] = mode;
  }, [mode]);
  const chosen = useMemo<Chosen>(
    () => ({
      look,
      mode,
      isStill,
      choose: (next) => {
        remember(KEY, next);
        setLook(next);
      },
    }),
    [look, mode, isStill],
  );
  const theme = useMemo(() => antdTheme(mode, isStill), [mode, isStill]);
  return (
    <Context value={chosen}>
      <ConfigProvider button={BUTTON} csp={CSP} theme={theme} locale={language === 'en' ? enUS : zhCN}>
        <AntdApp component={false} message={TOASTS}>
          {children}
        </AntdApp>
      </ConfigProvider>
    </Context>
  );
}
