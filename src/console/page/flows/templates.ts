/** What a new hotline may begin from: flows as companies of a trade have them. Names in them are to be made, or replaced. */
import type { Language } from '../../i18n/words.ts';
import type { Doc } from './model/tree.ts';

export interface Template {
  readonly key: string;
  readonly name: Readonly<Record<Language, string>>;
  readonly about: Readonly<Record<Language, string>>;
  readonly doc: Doc;
}

const play = (prompt: string) => ({ type: 'play', prompt });
const queue = (name: string, more: object = {}) => ({ type: 'queue', queue: name, ...more });
const voicemail = (box: string) => ({ type: 'voicemail', box });
const hangup = { type: 'hangup', cause: 'normal' };
const menu = (prompt: string, keys: object, otherwise: unknown) => ({
  type: 'menu',
  prompt,
  keys,
  otherwise,
});
/** By office hours; public holidays are as what is closed until somebody says otherwise. */
const hours = (open: unknown, closed: unknown, holiday: unknown = closed) => ({
  type: 'schedule',
  calendar: 'CN-office-hours',
  periods: { open, closed, holiday },
});

export const TEMPLATES: readonly Template[] = [
  {
    key: 'blank',
    name: { 'zh-CN': '空白流程', en: 'Blank' },
    about: { 'zh-CN': '播放欢迎语后挂机', en: 'Says welcome and hangs up' },
    doc: { flow: [play('welcome'), hangup] },
  },
  {
    key: 'shop',
    name: { 'zh-CN': '门店零售', en: 'Shop' },
    about: {
      'zh-CN': '营业时间接入销售与售后，非营业时间留言',
      en: 'Sales and service in office hours, else a message',
    },
    doc: {
      flow: [
        play('welcome'),
        hours(
          menu(
            'main-menu',
            {
              1: queue('sales', { timeout: voicemail('reception') }),
              2: queue('service'),
              0: queue('sales'),
            },
            queue('sales'),
          ),
          voicemail('reception'),
        ),
      ],
      afterTalk: { type: 'survey', survey: 'three-keys' },
      otherwise: [play('goodbye'), hangup],
    },
  },
  {
    key: 'power',
    name: { 'zh-CN': '供电服务 95598', en: 'Power supply 95598' },
    about: {
      'zh-CN': '先播停电公告，报修优先，其余按业务分流',
      en: 'Outages first, repairs before all else',
    },
    doc: {
      flow: [
        play('welcome'),
        { type: 'announcements' },
        menu(
          'power-menu',
          {
            1: queue('repair', { priority: 'vip', timeout: { type: 'callback', queue: 'repair' } }),
            2: hours(queue('billing', { timeout: { type: 'callback', queue: 'billing' } }), {
              type: 'callback',
              queue: 'billing',
            }),
            3: { type: 'announcements', most: 10 },
            0: queue('service'),
          },
          queue('service'),
        ),
      ],
      afterTalk: { type: 'survey', survey: 'three-keys' },
      otherwise: [play('goodbye'), hangup],
    },
  },
  {
    key: 'bank',
    name: { 'zh-CN': '银行客服', en: 'Bank' },
    about: { 'zh-CN': '挂失优先，身份核验后进人工', en: 'Lost cards first, others say who they are' },
    doc: {
      flow: [
        play('bank-welcome'),
        menu(
          'bank-menu',
          {
            1: queue('lost-card', { priority: 'vip' }),
            2: [
              {
                type: 'gather',
                save: 'card',
                prompt: 'bank-account',
                min: 4,
                max: 19,
                terminator: '#',
                secret: true,
              },
              hours(
                queue('service', { timeout: { type: 'callback', queue: 'service' } }),
                voicemail('reception'),
              ),
            ],
            0: hours(queue('service'), voicemail('reception')),
          },
          queue('service'),
        ),
      ],
      afterTalk: { type: 'survey', survey: 'three-keys' },
      otherwise: [play('goodbye'), hangup],
    },
  },
  {
    key: 'clinic',
    name: { 'zh-CN': '诊所预约', en: 'Clinic' },
    about: {
      'zh-CN': '预约挂号、急诊直转、下班留言',
      en: 'Appointments, emergencies at once, messages after hours',
    },
    doc: {
      flow: [
        play('welcome'),
        menu(
          'main-menu',
          {
            1: hours(
              queue('appointments', { timeout: { type: 'callback', queue: 'appointments' } }),
              voicemail('reception'),
            ),
            2: {
              type: 'dial',
              targets: [{ type: 'extension', number: '8001' }],
              otherwise: queue('appointments'),
            },
          },
          hours(queue('appointments'), voicemail('reception')),
        ),
      ],
      otherwise: [play('goodbye'), hangup],
    },
  },
  {
    key: 'logistics',
    name: { 'zh-CN': '快递物流', en: 'Logistics' },
    about: {
      'zh-CN': '按来电地区分到各网点，查件、投诉分流',
      en: 'By the area of the caller; tracking and complaints',
    },
    doc: {
      flow: [
        play('welcome'),
        menu(
          'main-menu',
          {
            1: {
              type: 'byArea',
              areas: { 华南: queue('south'), 华东: queue('east') },
              otherwise: queue('service'),
            },
            2: hours(
              queue('complaints', { priority: 'high', timeout: { type: 'callback', queue: 'complaints' } }),
              voicemail('reception'),
            ),
            0: queue('service'),
          },
          queue('service'),
        ),
      ],
      afterTalk: { type: 'survey', survey: 'three-keys' },
      otherwise: [play('goodbye'), hangup],
    },
  },
];
