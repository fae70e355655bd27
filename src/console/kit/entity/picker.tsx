/** Fields that name entities: found by number, name or pinyin of their list. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { AutoComplete, Select } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { ENTITIES, type Entity, keyOf, titleOf, useKinds } from './kinds.ts';
import { entityWords } from './words.ts';

const FOUND = 50;
const PAUSE_MS = 250;

function useFound(reference: string, isOpen: boolean) {
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { company } = useSession();
  const kinds = useKinds();
  const kind = kinds.data?.find((each) => each.kind === reference);
  const found = useQuery({
    queryKey: [...ENTITIES, reference, company, 'pick', q],
    enabled: kind !== undefined && isOpen,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask<Items<Entity>>(kind!.path, { query: { q: q || undefined, limit: FOUND }, signal }),
  });
  const options = useMemo(
    () =>
      kind
        ? (found.data?.items ?? []).map((entity) => {
            const key = keyOf(kind, entity);
            const title = titleOf(entity, kind.key);
            return { value: key, label: title && title !== key ? `${key}  ${title}` : key };
          })
        : [],
    [found.data, kind],
  );
  return { options, search: setTyped, isReading: found.isFetching, mayRead: kind !== undefined };
}

interface PickerProps {
  readonly id?: string;
  readonly label: string;
  readonly reference: string;
  readonly value: string | undefined;
  readonly change: (value: string | undefined) => void;
  readonly isReadOnly: boolean;
  readonly placeholder?: string | undefined;
  readonly isWrong: boolean;
}

/** Names one. Prompts that come with the product are in no list: what is typed counts. */
export function Picker({
  id,
  label,
  reference,
  value,
  change,
  isReadOnly,
  placeholder,
  isWrong,
}: PickerProps) {
  const say = useSay(entityWords);
  const [isOpen, setOpen] = useState(false);
  const { options, search, isReading, mayRead } = useFound(reference, isOpen);
  const status = isWrong ? ('error' as const) : undefined;
  const common = {
    ...(id !== undefined && { id }),
    ...(status && { status }),
    'aria-label': label,
    disabled: isReadOnly,
    options,
    allowClear: true,
    placeholder,
    className: 'entity-wide',
    onOpenChange: setOpen,
  };
  if (reference === 'prompt' || !mayRead)
    return (
      <AutoComplete
        {...common}
        value={value ?? ''}
        onFocus={() => setOpen(true)}
        onChange={(text: string | undefined) => {
          search(text ?? '');
          change(text || undefined);
        }}
      />
    );
  return (
    <Select
      {...common}
      value={value ?? null}
      showSearch={{ filterOption: false, onSearch: search }}
      loading={isReading}
      notFoundContent={say(isReading ? 'loadingOptions' : 'noOptions')}
      popupMatchSelectWidth={false}
      onChange={(chosen: string | null | undefined) => change(chosen ?? undefined)}
    />
  );
}

interface ManyProps extends Omit<PickerProps, 'value' | 'change'> {
  readonly value: readonly string[];
  readonly change: (value: readonly string[]) => void;
}

/** Names several, in order. */
export function ManyPicker({
  id,
  label,
  reference,
  value,
  change,
  isReadOnly,
  placeholder,
  isWrong,
}: ManyProps) {
  const say = useSay(entityWords);
  const [isOpen, setOpen] = useState(false);
  const { options, search, isReading, mayRead } = useFound(reference, isOpen);
  const takesText = reference === 'prompt' || !mayRead;
  return (
    <Select
      {...(id !== undefined && { id })}
      {...(isWrong && { status: 'error' as const })}
      mode={takesText ? 'tags' : 'multiple'}
      aria-label={label}
      disabled={isReadOnly}
      className="entity-wide"
      value={[...value]}
      options={options}
      placeholder={placeholder}
      showSearch={{ filterOption: false, onSearch: search, autoClearSearchValue: true }}
      loading={isReading}
      notFoundContent={say(isReading ? 'loadingOptions' : 'noOptions')}
      onOpenChange={setOpen}
      onChange={(chosen: readonly string[]) => change(chosen)}
    />
  );
}
