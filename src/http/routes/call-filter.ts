import Type, { type Static } from 'typebox';
import { CALL_OUTCOMES } from '../../cdr/cdr.ts';
import type { CdrFilter, CdrQuery, CdrSort } from '../../cdr/cdr-query.ts';
import { CAUSES, type CauseSlug } from '../../shared/cause.ts';
import { parseTime, timeText } from '../time-text.ts';

const number = Type.String({ pattern: '^\\+?[0-9]{0,20}$', description: 'telephone number' });
const time = Type.String({ maxLength: 40, description: timeText });
const name = (description: string) => Type.String({ maxLength: 64, description });

/** Which calls of a company; all that are named must hold. */
export const callFilter = {
  from: Type.Optional(time),
  to: Type.Optional(time),
  caller: Type.Optional(number),
  called: Type.Optional(number),
  direction: Type.Optional(Type.Enum(['inbound', 'outbound', 'internal'])),
  hotline: Type.Optional(name('main number of the hotline')),
  queue: Type.Optional(name('queue that the caller asked last')),
  agent: Type.Optional(name('agent who spoke with the caller last (工号)')),
  area: Type.Optional(name('where the caller is (归属地), as in the records')),
  trunk: Type.Optional(name('line that it came in on, or else went out on')),
  outcome: Type.Optional(Type.Enum([...CALL_OUTCOMES])),
  cause: Type.Optional(Type.Enum(Object.keys(CAUSES) as CauseSlug[])),
  minTalkMs: Type.Optional(Type.Integer({ minimum: 0, description: 'spoken at least so long' })),
  maxScore: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 9, description: 'key of the survey (满意度), or a lower one' }),
  ),
  recorded: Type.Optional(Type.Boolean()),
  disposition: Type.Optional(name('what it came to (话后小结)')),
  noted: Type.Optional(
    Type.Boolean({ description: 'with a disposition, a note or comments, or known to be resolved or not' }),
  ),
  flagged: Type.Optional(Type.Boolean({ description: 'marked by somebody (标记)' })),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'parts of numbers, work numbers, names or what was noted, 4 characters at least (Chinese: 2), or the beginning of the id of a call, or its SIP Call-ID',
    }),
  ),
};
const filterFields = Type.Object(callFilter);

/** What records are sorted by, as the API names it. */
const SORTS = {
  startedAt: 'started',
  durationMs: 'duration',
  talkMs: 'talk',
  waitMs: 'wait',
  caller: 'caller',
  called: 'called',
  direction: 'direction',
  hotline: 'hotline',
  queue: 'queue',
  agent: 'agent',
  area: 'area',
  trunk: 'trunk',
  outcome: 'outcome',
  cause: 'cause',
  score: 'score',
} as const satisfies Readonly<Record<string, CdrSort>>;
type SortName = keyof typeof SORTS;

export const callSort = Type.Enum(
  Object.keys(SORTS).flatMap((each) => [each as SortName, `-${each as SortName}` as const]),
  { default: '-startedAt', description: 'what they are sorted by; with `-` the largest, or newest, first' },
);

export function sortOf(sort: Static<typeof callSort>): Required<Pick<CdrQuery, 'sort' | 'order'>> {
  const isDescending = sort.startsWith('-');
  const by = (isDescending ? sort.slice(1) : sort) as SortName;
  return { sort: SORTS[by], order: isDescending ? 'desc' : 'asc' };
}

export function filterOf({ from, to, q, ...rest }: Static<typeof filterFields>): CdrFilter {
  return given({ ...rest, from: parseTime('from', from), to: parseTime('to', to), search: q });
}

type Given<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without what is undefined. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}
