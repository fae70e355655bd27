import type { Metric } from './metric.ts';
import { areas, divide, time, trunks } from './term.ts';

/** Lines, and where callers are (话务). */
export const TRAFFIC: readonly Metric[] = [
  {
    id: 'trunk_calls',
    title: { en: 'calls on the line', zh: '线路呼叫' },
    unit: 'count',
    variants: [
      { id: 'count', title: { en: 'legs over the trunk', zh: '经过中继的呼叫' }, term: trunks('calls') },
    ],
  },
  {
    id: 'trunk_answer_rate',
    title: { en: 'answer rate of the line', zh: '线路应答率' },
    unit: 'share',
    better: 'more',
    variants: [
      {
        id: 'share',
        title: { en: 'answered / calls', zh: '应答 ÷ 呼叫' },
        term: divide(trunks('answered'), trunks('calls')),
      },
    ],
  },
  {
    id: 'erlang',
    title: { en: 'traffic', zh: '话务量' },
    unit: 'erlang',
    variants: [
      {
        id: 'erlang',
        title: { en: 'time occupied / time', zh: '占用时长 ÷ 时段' },
        term: divide(trunks('occupied_ms'), time),
      },
    ],
  },
  {
    id: 'area_calls',
    title: { en: 'calls of the area', zh: '地区来电' },
    unit: 'count',
    variants: [{ id: 'count', title: { en: 'calls', zh: '来电' }, term: areas('calls') }],
  },
  {
    id: 'area_answer_rate',
    title: { en: 'answer rate of the area', zh: '地区接通率' },
    unit: 'share',
    better: 'more',
    variants: [
      {
        id: 'of-calls',
        title: { en: 'answered / calls', zh: '人工接通 ÷ 来电' },
        term: divide(areas('answered'), areas('calls')),
      },
    ],
  },
  {
    id: 'area_average_talk',
    title: { en: 'average talk of the area', zh: '地区平均通话' },
    unit: 'ms',
    variants: [
      {
        id: 'of-answered',
        title: { en: 'talk time / answered', zh: '通话时长 ÷ 接通' },
        term: divide(areas('talk_ms'), areas('answered')),
      },
    ],
  },
];
