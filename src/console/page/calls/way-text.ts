/** What the engine says of a call's way, in the reader's language. English is the engine's own; what it has learnt since reads as it says it. Pure. */
import { type Language, sayOf } from '../../i18n/words.ts';
import { reasonWords } from './reason-words.ts';

/** Steps by their first word. */
const STEPS: Readonly<Record<string, string>> = {
  announce: '播报',
  announcements: '公告',
  'dial-through': '分机直拨',
  blacklist: '黑名单',
  whitelist: '白名单',
  callback: '预约回拨',
  calendar: '日历',
  caller: '按主叫分流',
  area: '按归属地分流',
  percent: '按比例分流',
  variable: '按变量分流',
  channels: '并发上限',
  conference: '会议',
  dial: '呼叫外线',
  'direct line': '直线号码',
  extension: '分机',
  'feature code': '功能码',
  gather: '收集按键',
  goto: '跳转',
  group: '分机组',
  hangup: '挂机',
  help: '求助',
  hotline: '热线',
  http: '接口查询',
  language: '语种',
  'last agent': '上次坐席',
  limit: '呼叫频次限制',
  menu: '按键菜单',
  monitor: '班长介入',
  nuisance: '骚扰来电',
  outside: '外呼限制',
  play: '放音',
  queue: '排队',
  recording: '录音',
  ringback: '企业彩铃',
  schedule: '时间表',
  script: '脚本',
  set: '设置变量',
  skill: '技能',
  subflow: '子流程',
  'test call': '试拨',
  survey: '满意度评价',
  transfer: '转接',
  trunk: '中继',
  version: '流程版本',
  vip: 'VIP',
  voicemail: '语音信箱',
  'record-message': '录音到信箱',
  switch: '开关',
};

/** Where a step led. */
const BRANCHES: Readonly<Record<string, string>> = {
  attended: '已参加',
  came: '班长已到',
  'call-ended': '通话已结束',
  done: '已处理',
  lapsed: '已过期',
  'left-call': '坐席已离开通话',
  replied: '已答复',
  'signed-out': '坐席已签出',
  withdrawn: '已撤回',
  closed: '非工作时间',
  empty: '没有留言',
  forgotten: '重新选择',
  full: '队列已满',
  holiday: '节假日',
  last: '最后一档',
  left: '已留言',
  'no-agents': '无坐席签入',
  'no-answer': '无人接听',
  busy: '忙',
  none: '未选择',
  open: '工作时间',
  otherwise: '其他情况',
  passed: '通过',
  served: '已接通',
  silent: '不播报',
  skipped: '跳过',
  timeout: '超时',
  'a value': '取值',
  unavailable: '不可用',
};

/** Reasons: what the engine says, and the same in Chinese with its parts. */
const WHYS: readonly (readonly [pattern: RegExp, chinese: string])[] = [
  [/^(.+) has extension (\S+) call as (.+)$/, '$1 用分机 $2 以主叫 $3 试拨'],
  [/^the caller is not on it$/, '主叫不在名单上'],
  [/^not on the whitelist$/, '主叫不在白名单上'],
  [/^number (\S+): tested as \w+$/, '按测试设定'],
  [/^number withheld: tested as \w+$/, '按测试设定'],
  [/^number withheld$/, '主叫未显示号码'],
  [/^number (\S+)$/, '号码 $1'],
  [/^number (\S+): (.+)$/, '号码 $1：$2'],
  [/^prefix (\S+)$/, '号段 $1'],
  [/^prefix (\S+): (.+)$/, '号段 $1：$2'],
  [/^area code (\S+)$/, '区号 $1'],
  [/^area code (\S+): (.+)$/, '区号 $1：$2'],
  [/^on list (\S+) by prefix: (.+)$/, '在名单 $1 上（号段）：$2'],
  [/^on list (\S+) by prefix$/, '在名单 $1 上（号段）'],
  [/^on list (\S+): (.+)$/, '在名单 $1 上：$2'],
  [/^on list (\S+)$/, '在名单 $1 上'],
  [/^no valid key was pressed$/, '没有按有效的键'],
  [/^no number of a phone in (\d+) attempts$/, '$1 次均未拨对分机号'],
  [/^the caller dialled the (.+)$/, '主叫拨了$1'],
  [/^(\S+) is none that is called back$/, '$1 不是可回拨的号码'],
  [/^(\S+) answered$/, '$1 已应答'],
  [/^(\S+) is missing$/, '应答中没有 $1'],
  [/^the flow has nothing more to do$/, '流程已走完'],
  [/^no valid key in (\d+) attempts$/, '$1 次均无有效按键'],
  [/^more than (\d+) nodes in one call, last (.+)$/, '经过的节点超过 $1 个，流程可能在兜圈'],
  [/^the plan says so$/, '按流程设置'],
  [/^normal priority$/, '普通优先级'],
  [/^priority (-?\d+)$/, '优先级 $1'],
  [/^agent (\S+), ([\d.]+) s$/, '坐席 $1，通话 $2 秒'],
  [/^([\d.]+) s$/, '$1 秒'],
  [/^the caller chose it by key$/, '主叫按键选择'],
  [/^the caller pressed (\S+) \((.+)\)$/, '主叫按了 $1（$2）'],
  [/^no key \((.+)\)$/, '没有按键（$1）'],
  [/^key (\S+) leads nowhere \((.+)\)$/, '按键 $1 没有对应的选项（$2）'],
  [/^the caller left with key (\S+)$/, '主叫按 $1 离开'],
  [/^nobody was free in time$/, '等待超时，无空闲坐席'],
  [/^the queue is full$/, '队列已满'],
  [/^no agent is signed in$/, '没有坐席签入'],
  [/^the queue is closed at this hour$/, '不在队列的工作时间'],
  [/^next line$/, '改拨下一条线'],
  [/^ring-all$/, '同时振铃'],
  [/^the number is withheld$/, '主叫未显示号码'],
  [/^promised to (\S+)$/, '已约定回拨 $1'],
  [/^no line took the call: (.+)$/, '没有线路接通：$1'],
  [/^nobody took the call: (.+)$/, '无人接听：$1'],
  [/^not let in: (.+)$/, '未能进入：$1'],
  [/^returned (.+)$/, '返回 $1'],
  [/^none is in force for this caller$/, '当前没有适用于该主叫的公告'],
  [/^no rule fits the caller$/, '没有匹配主叫的规则'],
  [/^no key of a language was pressed$/, '没有按语种键'],
  [/^no input in (\d+) attempts$/, '$1 次均无输入'],
  [/^(\d+) digits, secret$/, '$1 位，已隐藏'],
  [/^(\d+) digits, at least (\d+) wanted \((.+)\)$/, '输入 $1 位，至少需要 $2 位（$3）'],
  [/^(\d+) calls are in progress$/, '已有 $1 通在进行'],
  [/^(\d+) of (\d+) channels in use$/, '已用 $1/$2 个信道'],
  [/^more than (\d+) calls in (\d+) s$/, '$2 秒内超过 $1 通'],
  [/^from abroad(.*)$/, '来自境外$1'],
  [/^area unknown$/, '归属地未知'],
  [/^area (\S+) by (.+)$/, '归属地 $1（依据 $2）'],
  [/^not for (.+)$/, '不适用于 $1'],
  [/^always$/, '始终'],
  [/^switch (\S+) is on$/, '开关 $1 已打开'],
  [/^switch (\S+) is off$/, '开关 $1 已关闭'],
  [/^(\S+): switched on$/, '$1：开关已打开'],
  [/^closed: day off (\S+)$/, '休息日 $1'],
  [/^closed: (\w+) (\S+) (\S+) is outside all hours$/, '$2 星期$1 $3，不在工作时间内'],
  [/^closed: (\S+) (\d{4}-\d\d-\d\d)$/, '节假日 $1 $2'],
  [/^(\S+): (\w{3}) (\S+) within (.+)$/, '时段 $1：$3 星期$2，在 $4 内'],
  [/^no hotline has the number (\S+)$/, '没有号码为 $1 的热线'],
  [/^it is the number of extension (\S+)$/, '是分机 $1 的直线号码'],
  [/^nobody answers: the caller goes to mailbox (\S+)$/, '无人接听，转语音信箱 $1'],
  [/^(\S+) hung up before the talk$/, '$1 在通话前挂机'],
  [/^none: queue (\S+) records (\d+) % of its talks$/, '未录音：队列 $1 只录 $2% 的通话'],
  [/^said: (.+)$/, '播报：$1'],
  [/^nobody is free(.*)$/, '无空闲坐席$1'],
  [
    /^([\d, ]+) by (longest-idle|round-robin|sequential|random|ring-all|least-calls|fewest-calls|skill|weight\S*|last agent|the last agent)(.*)$/,
    '选中 $1，按$2$3',
  ],
  [/^failed: (.+)$/, '出错：$1'],
  [/^(\S+): listen, after (\d+) s$/, '$1 监听，求助 $2 秒后'],
  [/^(\S+): whisper, after (\d+) s$/, '$1 密语，求助 $2 秒后'],
  [/^(\S+): barge, after (\d+) s$/, '$1 强插，求助 $2 秒后'],
  [/^(\S+), after (\d+) s$/, '$1，求助 $2 秒后'],
  [/^after (\d+) s$/, '求助 $1 秒后'],
  [/^(\S+): listen$/, '$1 监听'],
  [/^(\S+): whisper$/, '$1 密语'],
  [/^(\S+): barge$/, '$1 强插'],
];

/** Parts of a reason that stand in others. */
const PARTS: readonly (readonly [pattern: RegExp, chinese: string])[] = [
  [/; (\S+) skipped: /g, '；跳过 $1：'],
  [/wrap-up (\d+) s left/g, '话后整理剩 $1 秒'],
  [/did not answer, rests (\d+) s/g, '未应答，暂停派单 $1 秒'],
  [/refused a call, rests (\d+) s/g, '拒接，暂停派单 $1 秒'],
  [/is on a call of his own/g, '正在自己的通话中'],
  [/a colleague is rung, or talks, at his phone/g, '同一话机正被占用'],
  [/was rung for this caller just now/g, '刚为该主叫振铃过'],
  [/helps after (\d+) s of waiting/g, '等待 $1 秒后才支援'],
  [/his phone was lost in a talk/g, '话机在通话中掉线'],
  [/is talking/g, '通话中'],
  [/signed out/g, '已签出'],
  [/longest-idle/g, '最长空闲'],
  [/round-robin/g, '轮循'],
  [/sequential/g, '顺序'],
  [/ring-all/g, '同振'],
  [/random/g, '随机'],
  [/(least|fewest)-calls/g, '最少接听'],
  [/the last agent|last agent/g, '上次坐席'],
  [/, attempt (\d+) of (\d+)/g, '，第 $1 次，共 $2 次'],
  [/（(\d+) of (\d+)）/g, '（第 $1 次，共 $2 次）'],
  [/星期Mon/g, '星期一'],
  [/星期Tue/g, '星期二'],
  [/星期Wed/g, '星期三'],
  [/星期Thu/g, '星期四'],
  [/星期Fri/g, '星期五'],
  [/星期Sat/g, '星期六'],
  [/星期Sun/g, '星期日'],
  [/no-answer/g, '无人接听'],
  [/unavailable/g, '不可用'],
];

/** `queue sales → served`: 排队 sales → 已接通. */
export function stepText(step: string, language: Language): string {
  if (language === 'en') return step;
  const [what = '', ...branches] = step.split(' → ');
  const shown = branches.map((branch) => branchText(branch));
  const two = /^\S+ \S+/.exec(what)?.[0] ?? '';
  const first = STEPS[two] === undefined ? (/^\S+/.exec(what)?.[0] ?? '') : two;
  const word = Object.hasOwn(STEPS, first) ? STEPS[first]! : first;
  const about = what.slice(first.length);
  const isCause = first === 'hangup' && about !== '';
  const said = isCause ? ` ${sayOf(reasonWords, language, about.trim())}` : about;
  return [`${word}${said}`, ...shown].join(' → ');
}

function branchText(branch: string): string {
  if (Object.hasOwn(BRANCHES, branch)) return BRANCHES[branch]!;
  return branch.replace(/^key (\S+)$/, '按键 $1').replace(/^period (\S+)$/, '时段 $1');
}

/** `no agent is signed in`: 没有坐席签入. */
export function whyTextOf(why: string, language: Language): string {
  if (language === 'en') return why;
  let text = why;
  const known = WHYS.find(([pattern]) => pattern.test(why));
  if (known) text = why.replace(known[0], known[1]);
  for (const [pattern, chinese] of PARTS) text = text.replace(pattern, chinese);
  return text;
}
