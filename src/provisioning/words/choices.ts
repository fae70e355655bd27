/** What people call the values of fields that have a few (选项). A test proves that none is missing. */
import type { Described } from '../../config/describe.ts';
import { BOARD_METRICS } from '../../shared/board-metrics.ts';
import type { KindName } from '../kinds.ts';

type Choices = Readonly<Record<string, Described>>;

const OUTSIDE: Choices = {
  none: ['Not allowed', '不允许'],
  local: ['Local', '市话'],
  domestic: ['Domestic', '国内'],
  international: ['International', '国际'],
};

const STRATEGY: Choices = {
  sequential: ['In order', '顺序'],
  'round-robin': ['In turn', '轮流'],
  random: ['Random', '随机'],
  weighted: ['By level, in proportion', '按级别比例'],
  'ring-all': ['All together', '同振'],
  'longest-idle': ['Longest idle', '空闲最久'],
  'fewest-calls': ['Fewest calls', '接听最少'],
  'least-talk-time': ['Least talk time', '通话时长最少'],
  'fastest-answer': ['Fastest to answer', '应答最快'],
  skill: ['Highest level', '级别最高'],
  'ring-progressively': ['One more at a time', '逐个加振'],
  'last-agent': ['Last agent', '回头客（上次坐席）'],
  owner: ['Own agent', '专属坐席'],
  custom: ['Own function', '自定义函数'],
  'least-calls': ['Fewest calls (old name)', '接听最少（旧名）'],
  'least-recent': ['Longest idle (old name)', '空闲最久（旧名）'],
};

const HEADER: Choices = {
  pai: ['P-Asserted-Identity', 'P-Asserted-Identity'],
  rpid: ['Remote-Party-ID', 'Remote-Party-ID'],
  from: ['From', 'From'],
};

const metrics: Choices = Object.fromEntries(
  Object.entries(BOARD_METRICS).map(([id, { title }]) => [id, [title.en, title.zh]]),
);

const WINDOW: Choices = {
  quarter: ['This quarter of an hour', '近 15 分钟'],
  'half-hour': ['Last 30 min', '近 30 分钟'],
  hour: ['Last hour', '近 1 小时'],
  today: ['Today', '今日'],
};

/** By kind and path. */
const CHOICES: Readonly<Partial<Record<KindName, Readonly<Record<string, Choices>>>>> = {
  tenant: { 'outsideLock.right': OUTSIDE },
  trunk: {
    dialogSource: { strict: ['Its addresses only', '仅来源地址'], lenient: ['Any address', '任意地址'] },
    callerIdIn: HEADER,
    callerIdOut: { ...HEADER, 'pai-tel': ['P-Asserted-Identity (tel)', 'P-Asserted-Identity（tel）'] },
    'codecs[]': {
      PCMA: ['G.711 A-law (PCMA)', 'G.711 A 律（PCMA）'],
      PCMU: ['G.711 µ-law (PCMU)', 'G.711 μ 律（PCMU）'],
    },
    digits: {
      rfc4733: ['RFC 4733', 'RFC 4733（RFC 2833）'],
      inband: ['In the audio', '带内'],
      auto: ['Automatic', '自动'],
    },
  },
  extension: { outside: OUTSIDE },
  group: {
    strategy: {
      'ring-all': ['All together', '同振'],
      hunt: ['One after the other', '依次'],
      'round-robin': ['In turn', '轮流'],
      random: ['Random', '随机'],
    },
  },
  contact: {
    category: {
      company: ['The house', '企业'],
      customer: ['Key customers', '重点客户'],
      emergency: ['Emergency', '应急'],
      centre: ['Neighbouring centres', '友邻中心'],
    },
  },
  agent: {
    outside: OUTSIDE,
    signIn: { automatic: ['Automatically', '自动签入'], manual: ['By himself', '手动签入'] },
  },
  queue: {
    strategy: STRATEGY,
    fallback: STRATEGY,
    noAgents: {
      refuse: ['Nobody joins', '不再接受排队'],
      join: ['Callers wait', '允许排队等待'],
      leave: ['Nobody joins or waits', '不接受排队并请等待者离开'],
    },
    'offer.ifSilent': { wait: ['Waits on', '继续等待'], leave: ['Leaves', '离开队列'] },
    priority: { low: ['Low', '低'], middle: ['Middle', '中'], high: ['High', '高'], vip: ['VIP', '贵宾'] },
  },
  nuisance: { state: { proposed: ['Proposed', '待确认'], confirmed: ['Confirmed', '已确认'] } },
  survey: {
    'ratings.*': {
      'very-satisfied': ['Very satisfied', '非常满意'],
      satisfied: ['Satisfied', '满意'],
      fair: ['Fair', '一般'],
      dissatisfied: ['Dissatisfied', '不满意'],
    },
  },
  calendar: { holidays: { none: ['Do not count', '不计'], CN: ['China', '中国大陆'] } },
  hotline: { admit: { all: ['Everybody', '所有来电'], allowed: ['Whitelist only', '仅白名单'] } },
  wallboard: { 'tiles[].metric': metrics, 'tiles[].window': WINDOW },
};

/** Undefined: nobody has named it yet. */
export function choiceWords(kind: KindName, path: string, value: string): Described | undefined {
  return CHOICES[kind]?.[path]?.[value];
}
