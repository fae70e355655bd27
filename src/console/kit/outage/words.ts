import { words } from '../../i18n/words.ts';

export const outageWords = words(
  'outage',
  {
    proposed: '{{n}} 个地方正在停电，来电可能激增',
    places: '{{places}}。可为 {{queues}} 开启高峰应急。',
    allOn: '{{places}}。高峰应急已开启。',
    turnOn: '开启高峰应急',
    forHours: '开启后持续 {{n}} 小时，也可随时在实时监控中结束。',
    isOn: '已为 {{queues}} 开启高峰应急',
    comma: '、',
    more: '{{places}} 等 {{n}} 处',
    late: '有 {{n}} 条公告发布时距停电不足 7 天',
    lateOf: '{{title}}：提前 {{days}} 天',
    lateNone: '{{title}}：当日或事后发布',
  },
  {
    proposed: '{{n}} places are without power: more callers are to be expected',
    places: '{{places}}. {{queues}} can go into peak mode.',
    allOn: '{{places}}. Peak mode is on.',
    turnOn: 'Turn peak mode on',
    forHours: 'It ends by itself after {{n}} hours, or when you end it on the live page.',
    isOn: 'Peak mode is on for {{queues}}',
    comma: ', ',
    more: '{{places}} and others, {{n}} in all',
    late: '{{n}} notices were published less than 7 days ahead',
    lateOf: '{{title}}: {{days}} days ahead',
    lateNone: '{{title}}: on the day, or after it began',
  },
);
