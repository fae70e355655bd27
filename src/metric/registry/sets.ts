import type { Words } from './words.ts';

/** What a set names and nobody can reckon of calls and agents' states alone. */
export interface MissingMetric {
  readonly title: Words;
  /** What would have to be known for it. */
  readonly needs: Words;
}

/** A set of indicators (指标集). */
export interface MetricSet {
  readonly id: string;
  readonly title: Words;
  /** Where it comes from, and what is ours in it. */
  readonly source: Words;
  /** Metrics by their ids, in the set's order. */
  readonly metrics: readonly string[];
  readonly missing: readonly MissingMetric[];
}

const QUALITY_CHECKS = { en: 'quality checks of recordings', zh: '录音质检' };
const ORDERS = { en: 'work orders', zh: '工单' };
const SHIFTS = { en: 'shift plans', zh: '排班' };
const STAFF = { en: 'staff records', zh: '人事数据' };
const COSTS = { en: 'costs', zh: '成本数据' };

const missing = (en: string, zh: string, needs: Words): MissingMetric => ({ title: { en, zh }, needs });

export const METRIC_SETS: readonly MetricSet[] = [
  {
    id: 'hotline',
    title: { en: 'Hotline', zh: '热线' },
    source: { en: 'usual of hotlines', zh: '热线通用' },
    metrics: [
      'calls',
      'loss_rate',
      'service_level',
      'answer_rate',
      'average_speed_of_answer',
      'satisfaction',
    ],
    missing: [
      missing('error rate', '差错率', QUALITY_CHECKS),
      missing('rate of checks passed', '质检合格率', QUALITY_CHECKS),
    ],
  },
  {
    id: 'power-95598-county',
    title: { en: '95598 of a county centre', zh: '95598 县级供电服务' },
    source: { en: "State Grid's paper", zh: '国家电网有关规定' },
    metrics: ['answered_within_4_rings', 'average_talk', 'calls', 'answer_rate'],
    missing: [
      missing('orders passed on in 5 minutes', '派单及时率', ORDERS),
      missing('complaints answered in 5 days, reports in 10', '投诉 5 天、举报 10 天答复率', ORDERS),
      missing('call-backs within a working day', '回访及时率', ORDERS),
    ],
  },
  {
    id: 'power-95598-south',
    title: { en: '95598 (China Southern)', zh: '95598（南方电网）' },
    source: { en: "China Southern's public appendix", zh: '南方电网公开附录' },
    metrics: ['service_level', 'average_handling_time', 'utilisation', 'satisfaction'],
    missing: [
      missing('errors of orders', '工单差错率', ORDERS),
      missing('calls up to standard', '通话质量达标率', QUALITY_CHECKS),
      missing('interruptions of service', '服务中断率', {
        en: 'records of outages of the centre',
        zh: '中心中断记录',
      }),
    ],
  },
  {
    id: 'classical-23',
    title: { en: 'Classical 23', zh: '呼叫中心经典 23 项' },
    source: {
      en: "the trade's usual 23; nine of them from general knowledge",
      zh: '《呼叫中心数字化管理》常用 23 项，其中 9 项据通行知识整理',
    },
    metrics: [
      ...[
        'average_wrap_up',
        'average_time_to_abandon',
        'average_talk',
        'average_hold',
        'average_ring',
        'average_wait',
      ],
      ...[
        'average_speed_of_answer',
        'average_duration',
        'calls_per_hour',
        'occupancy',
        'abandon_rate',
        'busy_rate',
      ],
      ...['asked_rate', 'transfer_rate', 'service_level', 'calls', 'utilisation'],
    ],
    missing: [
      missing('cost of a call', '平均单呼成本', COSTS),
      missing('attendance', '出勤率', SHIFTS),
      missing('score of checks', '监听分值', QUALITY_CHECKS),
      missing('solved at once', '一次性解决率', { en: "callers' further calls", zh: '重复来电识别' }),
      missing('calls returned', '已复电话百分率', { en: 'results of call-backs', zh: '回拨结果' }),
      missing('turnover of staff', '员工流动率', STAFF),
    ],
  },
  {
    id: 'telecom-10000',
    title: { en: '10000 style', zh: '10000 号风格 4 类' },
    source: { en: 'a set of our own after that of carriers', zh: '参照运营商习惯的自拟指标集' },
    metrics: [
      ...['answered_within_20', 'answer_rate', 'loss_rate', 'line_answer_rate', 'average_speed_of_answer'],
      ...['average_talk', 'average_hold', 'average_wrap_up', 'average_handling_time', 'calls_per_hour'],
      ...['utilisation', 'occupancy', 'satisfaction', 'response_rate'],
    ],
    missing: [
      missing('VIPs answered within 20 s', 'VIP 20 秒接通率', {
        en: 'counters of VIP callers',
        zh: 'VIP 来电计数',
      }),
      missing('solved at once', '一次解决率', { en: "callers' further calls", zh: '重复来电识别' }),
      missing('rate of checks passed', '质检合格率', QUALITY_CHECKS),
      missing('orders in time', '工单及时率', ORDERS),
      missing('errors', '差错率', QUALITY_CHECKS),
      missing('outbound answered, successes, sales', '外呼接通率、外呼成功率、呼入营销成功率', {
        en: 'campaigns',
        zh: '外呼活动',
      }),
    ],
  },
];
