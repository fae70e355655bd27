import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import LockOutlined from '@ant-design/icons/es/icons/LockOutlined';
import PlusCircleOutlined from '@ant-design/icons/es/icons/PlusCircleOutlined';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useLanguage, useSay, useSayOf } from '../../i18n/language.tsx';
import { useForm, useWords } from '../entity/kinds.ts';
import { entityWords } from '../entity/words.ts';
import { count } from '../format.ts';
import { Failed, Loading } from '../states.tsx';
import { Pill, type PillProps } from '../status-pill.tsx';
import type { EditField } from './edit-fields.tsx';
import { bulkWords } from './words.ts';

const VERDICTS = ['create', 'update', 'remove', 'unchanged', 'left', 'error'] as const;
type Verdict = (typeof VERDICTS)[number];
export type Counts = Readonly<Record<Verdict, number>>;

interface PlannedRow {
  readonly row: number;
  readonly name: string;
  readonly verdict: Verdict;
  readonly fields: readonly string[];
  readonly errors: readonly {
    readonly column: string;
    readonly code: string;
    readonly detail: string;
    readonly fix: string | null;
  }[];
  /** Of rows that were chosen: what each field is, and would be. */
  readonly changes?: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
}

const LOOKS: Readonly<Record<Verdict, Pick<PillProps, 'tone' | 'icon'>>> = {
  create: { tone: 'green', icon: <PlusCircleOutlined /> },
  update: { tone: 'blue', icon: <EditOutlined /> },
  remove: { tone: 'red', icon: <DeleteOutlined /> },
  left: { tone: 'grey', icon: <LockOutlined /> },
  unchanged: { tone: 'grey', icon: <CheckCircleOutlined /> },
  error: { tone: 'red', icon: <CloseCircleOutlined /> },
};
const PAGE = 100;

interface PreviewRowsProps {
  /** Whose form has the fields; undefined: `fields` are all that there are. */
  readonly kind: string | undefined;
  /** Where the rows are read. */
  readonly rowsPath: string;
  readonly counts: Counts;
  /** Fields that were chosen. */
  readonly fields?: readonly Pick<EditField, 'path' | 'label' | 'text'>[] | undefined;
}

/** What would become of each row; those that are wrong come first to the eye. */
export function PreviewRows({ kind, rowsPath, counts, fields }: PreviewRowsProps) {
  const { language } = useLanguage();
  const { form } = useForm(kind);
  const speak = useWords();
  const sayEntity = useSayOf(entityWords);
  const labelOf = (column: string) => {
    const chosen = fields?.find(({ path }) => path === column);
    if (chosen) return chosen.label;
    if (column === form?.kind.key) return sayEntity(`key_${column}`);
    const field = form?.kind.fields.find(({ path }) => path === column);
    return field ? speak(field.label) : column;
  };
  const say = useSay(bulkWords);
  const sayOf = useSayOf(bulkWords);
  const [verdict, setVerdict] = useState<Verdict | 'all'>(counts.error > 0 ? 'error' : 'all');
  const sum = VERDICTS.reduce((total, each) => total + counts[each], 0);
  const rows = useInfiniteQuery({
    queryKey: ['planned-rows', rowsPath, verdict],
    gcTime: 0,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<{ readonly items: readonly PlannedRow[]; readonly next: string | null }>(rowsPath, {
        query: { limit: PAGE, after: pageParam, verdict: verdict === 'all' ? undefined : verdict },
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const items = rows.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Segmented<Verdict | 'all'>
        aria-label={say('verdict')}
        value={verdict}
        onChange={setVerdict}
        options={[
          { value: 'all', label: say('all', { n: count(sum) }) },
          ...VERDICTS.filter((each) => counts[each] > 0).map((value) => ({
            value,
            label: say(value, { n: count(counts[value]) }),
          })),
        ]}
      />
      {rows.isPending && <Loading lines={6} />}
      {rows.isError && <Failed error={rows.error} retry={() => void rows.refetch()} />}
      {rows.data && items.length === 0 && <p className="faint">{say('noRows')}</p>}
      {items.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too
        <div className="import-rows" tabIndex={0} role="region" aria-label={say('what')}>
          <table className="import-table">
            <thead>
              <tr>
                <th className="number">{say('row')}</th>
                <th>{say('name')}</th>
                <th>{say('verdict')}</th>
                <th>{say('what')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.row}>
                  <td className="number">{item.row}</td>
                  <td>{item.name}</td>
                  <td>
                    <Pill {...LOOKS[item.verdict]}>{say(`verdict-${item.verdict}`)}</Pill>
                  </td>
                  <td>
                    {item.changes?.map(({ field, before, after }) => {
                      const chosen = fields?.find(({ path }) => path === field);
                      const text = (value: unknown) => chosen?.text(value) ?? String(value ?? '');
                      return (
                        <p key={field} className="edit-change">
                          <span className="faint">{labelOf(field)}</span> {text(before)} → {text(after)}
                        </p>
                      );
                    })}
                    {item.errors.length === 0 && item.changes === undefined && (
                      <span className="faint">
                        {item.fields.map(labelOf).join(language === 'en' ? ', ' : '、')}
                      </span>
                    )}
                    {item.errors.map((error) => (
                      <p key={`${error.column} ${error.code} ${error.detail}`} className="import-error">
                        <strong>{labelOf(error.column)}</strong>
                        <span title={error.detail}>
                          {language === 'en' ? englishOf(error) : chineseOf(error, sayOf)}
                        </span>
                      </p>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.hasNextPage && (
            <Button size="small" loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
              {say('more')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

type RowError = PlannedRow['errors'][number];

const englishOf = ({ detail, fix }: RowError) => (fix === null ? detail : `${detail}; ${fix}`);

/** What the engine says in English: its kind, the name that it is about, and the name that was meant. */
function chineseOf({ code, detail, fix }: RowError, sayOf: (slug: string) => string): string {
  const name = [...detail.matchAll(/'([^']+)'/g)].at(-1)?.[1];
  const guess = /^did you mean '(.+)'\?$/.exec(fix ?? '')?.[1];
  const word = sayOf(`code-${code}`).replace(/^code-/, '');
  return `${word}${name === undefined ? '' : `：${name}`}${guess === undefined ? '' : `，是否为“${guess}”？`}`;
}
