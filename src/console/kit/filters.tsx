/** Filters above a list: they stand in the page's address, so that it can be sent to a colleague. */
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import { Input, type InputRef, Select } from 'antd';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useKeyActs } from './use-keys.ts';

/** Typed text is taken after this pause. */
const PAUSE_MS = 400;

export interface Filters {
  readonly params: URLSearchParams;
  /** Undefined or empty: takes it out of the address. */
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** What stands in the address, and how it is changed without a step to go back by. */
export function useFilters(): Filters {
  const [params, setParams] = useSearchParams();
  const latest = useRef(setParams);
  latest.current = setParams;
  const set = useCallback(
    (changes: Readonly<Record<string, string | undefined>>) =>
      latest.current(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    [],
  );
  return { params, set };
}

/** What is typed, and what it was last told, told after a pause. */
function useTyped(value: string, change: (value: string) => void) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Changed from elsewhere: a link, the palette, "clear".
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      change(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, change]);
  return [text, setText] as const;
}

interface TextProps {
  readonly label: string;
  /** As it stands in the address. */
  readonly name: string;
}

/** The one box to search by; `/` goes there. */
export function SearchBox({ label, name }: TextProps) {
  const { params, set } = useFilters();
  const [text, setText] = useTyped(params.get(name) ?? '', (value) => set({ [name]: value }));
  const input = useRef<InputRef>(null);
  useKeyActs({ search: () => input.current?.focus() });
  return (
    <Input
      className="query-search"
      ref={input}
      allowClear
      prefix={<SearchOutlined />}
      placeholder={label}
      aria-label={label}
      aria-keyshortcuts="/"
      maxLength={200}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onPressEnter={() => set({ [name]: text })}
    />
  );
}

/** A filter by what is typed. */
export function TextFilter({ label, name }: TextProps) {
  const { params, set } = useFilters();
  const [text, setText] = useTyped(params.get(name) ?? '', (value) => set({ [name]: value }));
  return (
    <Input
      allowClear
      placeholder={label}
      aria-label={label}
      maxLength={64}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}

interface ChoiceProps extends TextProps {
  readonly options: readonly (readonly [value: string, label: ReactNode])[];
  /** What is chosen where the address says nothing: it cannot be cleared then. */
  readonly first?: string;
  /** Long lists are searched. */
  readonly isSearched?: boolean;
}

/** A filter by one of a few. */
export function Choice({ label, name, options, first, isSearched = false }: ChoiceProps) {
  const { params, set } = useFilters();
  return (
    <Select
      className="query-select"
      aria-label={label}
      placeholder={label}
      allowClear={first === undefined}
      showSearch={isSearched}
      popupMatchSelectWidth={false}
      value={params.get(name) ?? first ?? null}
      onChange={(chosen: string | null | undefined) =>
        set({ [name]: chosen === first ? undefined : (chosen ?? undefined) })
      }
      options={options.map(([value, text]) => ({ value, label: text }))}
    />
  );
}
