import type { Metric } from './metric.ts';
import { add, agents, calls, divide, type Sum, type Term, times } from './term.ts';

type Counter =
  | 'surveys_asked'
  | 'surveys_scored'
  | `rated_${'very_satisfied' | 'satisfied' | 'fair' | 'dissatisfied'}`;
type Counted = (...counters: readonly Counter[]) => Sum;

const RATED: readonly Counter[] = [
  'rated_very_satisfied',
  'rated_satisfied',
  'rated_fair',
  'rated_dissatisfied',
];

/** Callers' satisfaction (满意度): of hotlines once, of agents with whom they spoke last once more. */
function satisfaction(
  counted: Counted,
  id: (name: string) => string,
  of: { readonly en: string; readonly zh: string },
): readonly Metric[] {
  const good = counted('rated_very_satisfied', 'rated_satisfied');
  const rated = counted(...RATED);
  const asked = counted('surveys_asked');
  const score: Term = add(...RATED.map((counter, at) => times(counted(counter), 4 - at)));
  const title = (en: string, zh: string) => ({ en: `${en}${of.en}`, zh: `${of.zh}${zh}` });
  return [
    {
      id: id('satisfaction'),
      title: title('satisfaction', '满意率'),
      unit: 'share',
      better: 'more',
      variants: [
        {
          id: 'of-rated',
          title: { en: '(very satisfied + satisfied) / rated', zh: '（非常满意＋满意）÷ 已评价' },
          term: divide(good, rated),
        },
        {
          id: 'of-asked',
          title: { en: '(very satisfied + satisfied) / asked', zh: '（非常满意＋满意）÷ 邀评' },
          term: divide(good, asked),
        },
      ],
    },
    {
      id: id('average_score'),
      title: title('average score', '平均得分'),
      unit: 'score',
      better: 'more',
      variants: [
        {
          id: 'four-to-one',
          title: {
            en: 'very satisfied 4, satisfied 3, fair 2, dissatisfied 1',
            zh: '非常满意 4、满意 3、一般 2、不满意 1 的平均',
          },
          term: divide(score, rated),
        },
      ],
    },
    {
      id: id('dissatisfaction'),
      title: title('dissatisfaction', '不满意率'),
      unit: 'share',
      better: 'less',
      variants: [
        {
          id: 'of-rated',
          title: { en: 'dissatisfied / rated', zh: '不满意 ÷ 已评价' },
          term: divide(counted('rated_dissatisfied'), rated),
        },
      ],
    },
    {
      id: id('response_rate'),
      title: title('response rate', '参评率'),
      unit: 'share',
      better: 'more',
      variants: [
        {
          id: 'of-asked',
          title: { en: 'scored / asked', zh: '参评 ÷ 邀评' },
          term: divide(counted('surveys_scored'), asked),
        },
      ],
    },
  ];
}

/** What callers think (服务质量). */
export const QUALITY: readonly Metric[] = [
  ...satisfaction(calls, (name) => name, { en: '', zh: '' }),
  ...satisfaction(agents, (name) => `agent_${name}`, { en: ' of agents', zh: '坐席' }),
  {
    id: 'survey_invitation_rate',
    title: { en: 'invitation rate', zh: '邀评率' },
    unit: 'share',
    variants: [
      {
        id: 'of-answered',
        title: { en: 'asked for a score / answered calls', zh: '邀评 ÷ 人工接通来电' },
        term: divide(calls('surveys_asked'), calls('answered')),
      },
    ],
  },
];
