/** What people are told of nodes besides their own word: where they stand in a palette, and their fields. */
import { PRIORITIES } from '../../call/priority.ts';
import { CARRIERS } from '../../numbering/carrier.ts';
import type { FieldKind } from './fields.ts';
import type { NodeType } from './tree.ts';

/** A word in both languages. */
export interface Word {
  readonly zh: string;
  readonly en: string;
}

const word = (zh: string, en: string): Word => ({ zh, en });

/** Groups of a palette, in its order. */
export const GROUPS = {
  speak: word('放音与收号', 'Speak and ask'),
  branch: word('分支', 'Branch'),
  connect: word('接通', 'Connect'),
  data: word('数据与流程', 'Data and flows'),
  end: word('收尾', 'End'),
} as const satisfies Record<string, Word>;

export type Group = keyof typeof GROUPS;

/** The group of each kind. */
export const GROUP_OF: { readonly [Type in NodeType]: Group } = {
  play: 'speak',
  menu: 'speak',
  gather: 'speak',
  announce: 'speak',
  announcements: 'speak',
  language: 'speak',
  recordMessage: 'speak',
  schedule: 'branch',
  byArea: 'branch',
  byCaller: 'branch',
  byCarrier: 'branch',
  byPercent: 'branch',
  byTrunk: 'branch',
  byVariable: 'branch',
  queue: 'connect',
  dial: 'connect',
  dialThrough: 'connect',
  extension: 'connect',
  group: 'connect',
  transfer: 'connect',
  conference: 'connect',
  http: 'data',
  set: 'data',
  script: 'data',
  subflow: 'data',
  goto: 'data',
  voicemail: 'end',
  callback: 'end',
  survey: 'end',
  hangup: 'end',
};

/** Words of the fields, by their names; a kind that means something else by one says so as `kind.field`. */
const FIELD_WORDS: Readonly<Record<string, Word>> = {
  areas: word('地区', 'Areas'),
  attempts: word('尝试次数', 'Attempts'),
  bargeIn: word('按键可打断', 'A key cuts it short'),
  body: word('请求正文', 'Body'),
  box: word('语音信箱', 'Mailbox'),
  branches: word('分支', 'Branches'),
  busy: word('遇忙', 'Busy'),
  calendar: word('时间表', 'Calendar'),
  carriers: word('运营商', 'Carriers'),
  cause: word('挂机原因', 'Cause'),
  channels: word('并发数', 'Calls at once'),
  closed: word('非服务时间', 'Closed'),
  failed: word('请求失败', 'Failed'),
  flow: word('流程', 'Flow'),
  forget: word('清除已记住的语言', 'Forget what was chosen'),
  full: word('队列已满', 'Full'),
  'conference.full': word('会议室已满', 'Full'),
  headers: word('请求头', 'Headers'),
  hours: word('服务时间', 'Hours'),
  interDigitMs: word('位间等待', 'Wait between digits'),
  international: word('境外来电', 'From abroad'),
  'dialThrough.invalid': word('空号提示音', 'Prompt after a number that nobody has'),
  invalid: word('按错提示音', 'Prompt after a wrong key'),
  keepsWait: word('保留已等待时长', 'Keeps the time waited'),
  keys: word('按键', 'Keys'),
  'queue.keys': word('等待中按键', 'Keys while waiting'),
  'dialThrough.keys': word('其他按键（如 0 转总机）', 'Other keys, such as 0 for the operator'),
  'language.keys': word('按键选语言', 'Languages by key'),
  locked: word('会议室已锁定', 'Locked'),
  maxMs: word('最长录音', 'Longest message'),
  max: word('最多位数', 'Digits at most'),
  maxWaitMs: word('最长等待', 'Longest wait'),
  method: word('请求方法', 'Method'),
  min: word('最少位数', 'Digits at least'),
  most: word('最多播报条数', 'At most'),
  name: word('名称', 'Name'),
  noAgents: word('无坐席签入', 'No agents'),
  noAnswer: word('无人接听', 'No answer'),
  number: word('号码', 'Number'),
  otherwise: word('其他情况', 'Otherwise'),
  ownerVariable: word('专属坐席变量', 'Variable with the own agent'),
  periods: word('时段', 'Periods'),
  priority: word('优先级', 'Priority'),
  prompt: word('提示音', 'Prompt'),
  review: word('播放给来电者确认（1 保留，2 重录）', 'Played to the caller: 1 keeps it, 2 records it again'),
  subject: word('主题', 'Subject'),
  'recordMessage.otherwise': word('没有录音', 'Nothing was said'),
  queue: word('队列', 'Queue'),
  remember: word('记住选择', 'Remember the choice'),
  repeat: word('播放次数', 'Times'),
  ringMs: word('振铃时长', 'Ring time'),
  rules: word('主叫规则', 'Rules'),
  run: word('代码', 'Code'),
  save: word('保存到变量', 'Save as'),
  secret: word('保密（不记录）', 'Secret, not recorded'),
  select: word('按字段分支', 'Branch by'),
  shares: word('比例', 'Shares'),
  skill: word('语言技能', 'Skill of the language'),
  skills: word('所需技能', 'Skills'),
  sticky: word('优先上次接听者', 'Who answered last comes first'),
  strategy: word('振铃策略', 'Strategy'),
  survey: word('满意度问卷', 'Survey'),
  switch: word('开关', 'Switch'),
  target: word('目标', 'Target'),
  targets: word('线路', 'Lines'),
  terminator: word('结束键', 'Ends with'),
  timeout: word('等待超时', 'Timeout'),
  timeoutMs: word('等待时长', 'Wait'),
  trunks: word('中继', 'Trunks'),
  unknown: word('归属地未知', 'Area unknown'),
  url: word('地址', 'Address'),
  value: word('值', 'Value'),
  values: word('取值', 'Values'),
  variable: word('变量', 'Variable'),
  weight: word('权重', 'Weight'),
};

/** The word of a field of a kind. Throws when it has none. */
export function fieldWord(type: NodeType, field: string): Word {
  const found = FIELD_WORDS[`${type}.${field}`] ?? FIELD_WORDS[field];
  if (found) return found;
  throw new Error(`the field ${field} of ${type} has no word`);
}

/** What a form offers for fields of these kinds; the check takes more for some. */
export const CHOICES: { readonly [Kind in FieldKind]?: readonly string[] } = {
  carriers: CARRIERS,
  cause: [
    'normal',
    'busy',
    'rejected',
    'no-answer',
    'unavailable',
    'congestion',
    'forbidden',
    'unknown-number',
  ],
  method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  priority: Object.keys(PRIORITIES),
  strategy: ['sequential', 'round-robin', 'random', 'ring-all', 'least-recent', 'weighted'],
};
