import type { Metric, Unit, Variant } from './metric.ts';
import { add, agents, calls, callTimes, divide, states, subtract, type Term, times } from './term.ts';

const answered = agents('answered');
const offers = agents('offers');
const signedIn = states('signed_in_ms');
/** Times in which an agent serves somebody. */
const working = states('talking_ms', 'holding_ms', 'consulting_ms', 'conference_ms', 'wrap_up_ms');
const HOUR_MS = 3_600_000;

const one = (
  id: string,
  unit: Unit,
  [en, zh]: readonly [string, string],
  [formulaEn, formulaZh]: readonly [string, string],
  term: Term,
  better?: Metric['better'],
): Metric => {
  const variant: Variant = { id: 'default', title: { en: formulaEn, zh: formulaZh }, term };
  return { id, title: { en, zh }, unit, ...(better && { better }), variants: [variant] };
};

/** What agents do with calls, and with their time (处理). */
export const HANDLING: readonly Metric[] = [
  one('offers', 'count', ['offers', '分配次数'], ['times an agent was rung', '坐席被振铃次数'], offers),
  one(
    'agent_answered',
    'count',
    ['answered by agents', '坐席接听'],
    ['times an agent answered', '坐席接听次数'],
    answered,
    'more',
  ),
  one(
    'no_answer_rate',
    'share',
    ['rate of no answer', '振铃未接率'],
    ['(no answer + refused) / offers', '（振铃未接＋拒接）÷ 分配次数'],
    divide(agents('no_answer', 'refused'), offers),
    'less',
  ),
  one(
    'average_ring',
    'ms',
    ['average ring', '平均振铃时长'],
    ['ring time / offers', '振铃时长 ÷ 分配次数'],
    divide(agents('ring_ms'), offers),
    'less',
  ),
  one(
    'average_talk',
    'ms',
    ['average talk', '平均通话时长'],
    ['talk time / answered', '通话时长 ÷ 接听'],
    divide(agents('talk_ms'), answered),
  ),
  one(
    'average_hold',
    'ms',
    ['average hold', '平均保持时长'],
    ['hold time / answered', '保持时长 ÷ 接听'],
    divide(agents('hold_ms'), answered),
    'less',
  ),
  one(
    'holds',
    'count',
    ['holds', '保持次数'],
    ['times a caller was put on hold', '保持次数'],
    agents('holds'),
    'less',
  ),
  one(
    'average_wrap_up',
    'ms',
    ['average wrap-up', '平均话后处理时长'],
    ['wrap-up time / answered', '话后处理时长 ÷ 接听'],
    divide(states('wrap_up_ms'), answered),
  ),
  {
    id: 'average_handling_time',
    title: { en: 'average handling time', zh: '平均处理时长' },
    unit: 'ms',
    variants: [
      {
        id: 'with-hold',
        title: { en: '(talk + hold + wrap-up) / answered', zh: '（通话＋保持＋话后）÷ 接听' },
        term: divide(add(agents('talk_ms', 'hold_ms'), states('wrap_up_ms')), answered),
      },
      {
        id: 'without-hold',
        title: { en: '(talk + wrap-up) / answered', zh: '（通话＋话后）÷ 接听' },
        term: divide(add(agents('talk_ms'), states('wrap_up_ms')), answered),
      },
    ],
  },
  one(
    'transfer_rate',
    'share',
    ['transfer rate', '转接率'],
    ['transfers / answered', '转接 ÷ 接听'],
    divide(agents('transfers'), answered),
  ),
  one(
    'consult_rate',
    'share',
    ['consultation rate', '咨询率'],
    ['consultations / answered', '咨询 ÷ 接听'],
    divide(agents('consults'), answered),
  ),
  one(
    'agent_hung_up_rate',
    'share',
    ['rate of calls that the agent ended', '坐席先挂机率'],
    ['hung up by the agent / answered', '坐席先挂 ÷ 接听'],
    divide(agents('hung_up'), answered),
    'less',
  ),
  one(
    'caller_hung_up_rate',
    'share',
    ['rate of calls that the caller ended', '来电者先挂机率'],
    ['ended by the caller / calls', '来电者先挂 ÷ 来电'],
    divide(calls('ended_by_caller'), calls('calls')),
  ),
  one(
    'calls_per_hour',
    'per-hour',
    ['calls an hour', '每小时通话次数 CPH'],
    ['answered / hours signed in', '接听 ÷ 签入小时'],
    times(divide(answered, signedIn), HOUR_MS),
    'more',
  ),
  one('signed_in_time', 'ms', ['signed in', '签入时长'], ['time signed in', '签入时长'], signedIn),
  one('ready_time', 'ms', ['ready', '就绪时长'], ['time ready', '就绪时长'], states('ready_ms')),
  one('talk_time', 'ms', ['talk time', '通话时长'], ['time in talks', '通话时长'], states('talking_ms')),
  one('busy_time', 'ms', ['busy', '示忙时长'], ['time busy', '示忙时长'], states('busy_ms')),
  one('break_time', 'ms', ['breaks', '小休时长'], ['time on break', '小休时长'], states('break_ms')),
  one(
    'busy_share',
    'share',
    ['share of busy', '示忙占比'],
    ['busy / signed in', '示忙 ÷ 签入'],
    divide(states('busy_ms'), signedIn),
    'less',
  ),
  one(
    'break_share',
    'share',
    ['share of breaks', '小休占比'],
    ['breaks / signed in', '小休 ÷ 签入'],
    divide(states('break_ms'), signedIn),
    'less',
  ),
  one(
    'utilisation',
    'share',
    ['utilisation', '工时利用率'],
    ['(talk + hold + wrap-up) / signed in', '（通话＋保持＋话后）÷ 签入'],
    divide(working, signedIn),
    'more',
  ),
  one(
    'talk_utilisation',
    'share',
    ['talk utilisation', '通话利用率'],
    ['talk / signed in', '通话 ÷ 签入'],
    divide(states('talking_ms'), signedIn),
    'more',
  ),
  one(
    'occupancy',
    'share',
    ['occupancy', '占线率'],
    [
      'serving / (signed in - breaks, busy, meetings, training)',
      '服务时长 ÷（签入－小休－示忙－会议－培训）',
    ],
    divide(
      working,
      subtract(signedIn, states('break_ms', 'busy_ms', 'meeting_ms', 'training_ms', 'unreachable_ms')),
    ),
    'more',
  ),
  one(
    'average_duration',
    'ms',
    ['average duration', '平均来电时长'],
    ['duration of calls, IVR and wait with it / calls', '来电全程时长（含 IVR 与排队）÷ 来电'],
    divide(
      callTimes(
        ...(['setup_ms', 'ivr_ms', 'queue_ms', 'ring_ms', 'talk_ms', 'hold_ms', 'consult_ms'] as const),
        ...(['conference_ms', 'survey_ms', 'voicemail_ms'] as const),
      ),
      calls('calls'),
    ),
  ),
];
