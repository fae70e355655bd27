import type { Metric, Variant } from './metric.ts';
import { add, asks, calls, divide, subtract, took } from './term.ts';

const total = calls('calls');
const asked = asks('asks');
const answered = asks('ask_answered');
const abandoned = asks('ask_abandoned_queue', 'ask_abandoned_ring');
const lost = calls('abandoned', 'busy', 'ivr_lost', 'failed', 'unanswered');

const ANSWER_RATE: Metric['variants'] = [
  {
    id: 'of-asks',
    title: { en: 'answered / asks', zh: '人工接通 ÷ 人工请求' },
    term: divide(answered, asked),
  },
  {
    id: 'of-calls',
    title: { en: 'answered / calls', zh: '人工接通 ÷ 来电' },
    term: divide(calls('answered'), total),
  },
  {
    id: 'with-self-service',
    title: { en: '(answered + self-served) / calls', zh: '（人工接通＋自助办结）÷ 来电' },
    term: divide(calls('answered', 'self_served'), total),
  },
];

const inTime = (seconds: number): Metric => ({
  id: `answered_within_${seconds}`,
  title: { en: `answered within ${seconds} s`, zh: `${seconds} 秒接通率` },
  unit: 'share',
  better: 'more',
  variants: [
    {
      id: 'of-asks',
      title: { en: `answered within ${seconds} s / asks`, zh: `${seconds} 秒内接通 ÷ 人工请求` },
      term: divide(took('wait', seconds * 1000), asked),
    },
  ],
});

/** Chinese ringing is a second of tone and four of pause. */
const ringsWithin = (rings: number, zh: string, ms: number): Metric => ({
  id: `answered_within_${rings}_rings`,
  title: { en: `answered within ${rings} rings`, zh: `${zh}声内接听率` },
  unit: 'share',
  better: 'more',
  variants: [
    {
      id: 'of-answered',
      title: { en: `answered within ${rings} rings / answered`, zh: `${zh}声内接听 ÷ 坐席接听` },
      term: divide(took('ring', ms), took('ring', Number.POSITIVE_INFINITY)),
    },
  ],
});

const count = (
  id: string,
  en: string,
  zh: string,
  term: Variant['term'],
  better?: Metric['better'],
): Metric => ({
  id,
  title: { en, zh },
  unit: 'count',
  ...(better && { better }),
  variants: [{ id: 'count', title: { en: 'count', zh: '次数' }, term }],
});
const rate = (
  id: string,
  [en, zh]: readonly [string, string],
  [formulaEn, formulaZh]: readonly [string, string],
  term: Variant['term'],
  better: Metric['better'],
): Metric => ({
  ...{ id, title: { en, zh }, unit: 'share', ...(better && { better }) },
  variants: [{ id: 'share', title: { en: formulaEn, zh: formulaZh }, term }],
});

/** How callers get in (接入). */
export const ACCESS: readonly Metric[] = [
  count('calls', 'calls', '来电总量', total),
  count('answered_calls', 'answered calls', '人工接通来电', calls('answered'), 'more'),
  count('self_served_calls', 'self-served calls', '自助办结来电', calls('self_served'), 'more'),
  count('lost_calls', 'lost calls', '流失来电', lost, 'less'),
  count('blocked_calls', 'blocked calls', '黑名单拦截', calls('blocked')),
  count('busy_calls', 'calls over the channel limit', '并发限制遇忙', calls('busy'), 'less'),
  count('voicemail_calls', 'calls that left a message', '留言来电', calls('voicemail')),
  count('callback_calls', 'calls that asked to be called back', '预约回拨来电', calls('callback')),
  count('asks', 'asks', '人工请求', asked),
  count('answered_asks', 'answered asks', '人工接通', answered, 'more'),
  count('abandoned_asks', 'abandoned asks', '排队放弃', abandoned, 'less'),
  rate(
    'line_answer_rate',
    ['line answer rate', '线路接通率'],
    ['(calls - busy - failed) / calls', '（来电－遇忙－故障）÷ 来电'],
    divide(subtract(total, calls('busy', 'failed')), total),
    'more',
  ),
  rate(
    'busy_rate',
    ['busy rate', '忙音率'],
    ['busy / calls', '遇忙 ÷ 来电'],
    divide(calls('busy'), total),
    'less',
  ),
  rate(
    'ivr_lost_rate',
    ['IVR hang-up rate', 'IVR 放弃率'],
    ['hung up in the IVR / calls', 'IVR 中挂机 ÷ 来电'],
    divide(calls('ivr_lost'), total),
    'less',
  ),
  rate(
    'self_service_rate',
    ['self-service rate', '自助服务率'],
    ['self-served / calls', '自助办结 ÷ 来电'],
    divide(calls('self_served'), total),
    'more',
  ),
  rate(
    'asked_rate',
    ['rate of asks', '转人工率'],
    ['calls that ask for a person / calls', '请求人工的来电 ÷ 来电'],
    divide(calls('asked_calls'), total),
    undefined,
  ),
  {
    id: 'answer_rate',
    title: { en: 'answer rate', zh: '接通率' },
    unit: 'share',
    better: 'more',
    variants: ANSWER_RATE,
  },
  {
    id: 'loss_rate',
    title: { en: 'loss rate', zh: '呼损率' },
    unit: 'share',
    better: 'less',
    variants: [
      {
        id: 'not-answered',
        title: { en: '1 - answered / asks', zh: '1 － 人工接通 ÷ 人工请求' },
        term: divide(subtract(asked, answered), asked),
      },
      {
        id: 'of-calls',
        title: { en: '1 - answered / calls', zh: '1 － 人工接通 ÷ 来电' },
        term: divide(subtract(total, calls('answered')), total),
      },
      {
        id: 'all-losses',
        title: { en: 'lost calls / asks', zh: '各类流失之和 ÷ 人工请求' },
        term: divide(lost, asked),
      },
    ],
  },
  {
    id: 'service_level',
    title: { en: 'service level', zh: '服务水平' },
    unit: 'share',
    better: 'more',
    variants: [
      {
        id: 'of-asks',
        title: { en: 'answered in time / asks', zh: '限时内接通 ÷ 人工请求' },
        term: divide(took('wait', 'within'), asked),
      },
      {
        id: 'of-answered',
        title: { en: 'answered in time / answered', zh: '限时内接通 ÷ 人工接通' },
        term: divide(took('wait', 'within'), answered),
      },
      {
        id: 'without-short-abandons',
        title: {
          en: 'answered in time / (asks - abandoned within 5 s)',
          zh: '限时内接通 ÷（人工请求－5 秒内放弃）',
        },
        term: divide(took('wait', 'within'), subtract(asked, took('abandon', 5_000))),
      },
      {
        id: 'with-abandons',
        title: {
          en: '(answered + abandoned in time) / (answered + abandoned)',
          zh: '（限时内接通＋限时内放弃）÷（接通＋放弃）',
        },
        term: divide(add(took('wait', 'within'), took('abandon', 'within')), add(answered, abandoned)),
      },
    ],
  },
  ...[5, 10, 15, 20, 30].map(inTime),
  ringsWithin(3, '三', 11_000),
  ringsWithin(4, '四', 16_000),
  {
    id: 'abandon_rate',
    title: { en: 'abandon rate', zh: '放弃率' },
    unit: 'share',
    better: 'less',
    variants: [
      {
        id: 'of-asks',
        title: { en: 'abandoned / asks', zh: '排队与振铃中放弃 ÷ 人工请求' },
        term: divide(abandoned, asked),
      },
      {
        id: 'without-short',
        title: {
          en: '(abandoned - within 5 s) / (asks - within 5 s)',
          zh: '（放弃－5 秒内放弃）÷（人工请求－5 秒内放弃）',
        },
        term: divide(subtract(abandoned, took('abandon', 5_000)), subtract(asked, took('abandon', 5_000))),
      },
      {
        id: 'with-ivr',
        title: { en: '(abandoned + hung up in the IVR) / calls', zh: '（排队放弃＋IVR 放弃）÷ 来电' },
        term: divide(calls('abandoned', 'ivr_lost'), total),
      },
    ],
  },
  {
    id: 'average_speed_of_answer',
    title: { en: 'average speed of answer', zh: '平均应答速度' },
    unit: 'ms',
    better: 'less',
    variants: [
      {
        id: 'from-queue',
        title: { en: 'wait of answered asks / answered', zh: '接通者等待 ÷ 人工接通' },
        term: divide(asks('answered_wait_ms'), answered),
      },
    ],
  },
  {
    id: 'average_wait',
    title: { en: 'average wait', zh: '平均排队时长' },
    unit: 'ms',
    better: 'less',
    variants: [
      {
        id: 'of-asks',
        title: { en: 'wait of all asks / asks', zh: '全部等待 ÷ 人工请求' },
        term: divide(asks('wait_ms'), asked),
      },
    ],
  },
  {
    id: 'average_time_to_abandon',
    title: { en: 'average time to abandon', zh: '平均放弃时长' },
    unit: 'ms',
    variants: [
      {
        id: 'of-abandoned',
        title: { en: 'wait of the abandoned / abandoned', zh: '放弃者等待 ÷ 放弃' },
        term: divide(asks('abandoned_wait_ms'), abandoned),
      },
    ],
  },
];
