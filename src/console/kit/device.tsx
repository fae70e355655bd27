import { useSay } from '../i18n/language.tsx';
import { kitWords } from './words.ts';

/** Browsers say who they are in this order: each later one pretends to be those before. */
const BROWSERS = [
  ['Edge', /Edg\/([\d]+)/],
  ['Firefox', /Firefox\/([\d]+)/],
  ['Chrome', /Chrome\/([\d]+)/],
  ['Safari', /Version\/([\d]+).*Safari/],
] as const;
const SYSTEMS = [
  ['Windows', /Windows/],
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['macOS', /Mac OS/],
  ['Linux', /Linux/],
] as const;

/** What a browser calls itself, as people call it. */
export function Device({ text }: { readonly text: string }) {
  const say = useSay(kitWords);
  const browser = BROWSERS.find(([, pattern]) => pattern.test(text));
  const [system] = SYSTEMS.find(([, pattern]) => pattern.test(text)) ?? [];
  const version = browser?.[1].exec(text)?.[1];
  if (!browser || !system) return <span title={text}>{text || say('unknownDevice')}</span>;
  return <span title={text}>{say('device', { browser: `${browser[0]} ${version}`, system })}</span>;
}
