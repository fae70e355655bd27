/** What the keys of a trunk mean: see describe.ts. */
import type { Described } from '../config/describe.ts';

const rewrite = (number: string, which: Described): Record<string, Described> => ({
  [`rewrite.${number}`]: [
    `Changes of ${which[0]}: the first rule that fits, once`,
    `${which[1]}的改写规则，只用第一条符合的`,
  ],
  [`rewrite.${number}[].match`]: ['Number begins so; empty: all', '号码开头；留空表示全部'],
  [`rewrite.${number}[].strip`]: ['Digits to take off the front', '从开头去掉的位数'],
  [`rewrite.${number}[].add`]: ['Put before what is left', '在剩余号码前加上'],
});

export const TRUNK_KEYS: Readonly<Record<string, Described>> = {
  addresses: ['Source addresses that may call in', '允许呼入的来源地址'],
  uri: ['Where calls out go; without: inbound only', '呼出去向；不写则只能呼入'],
  proxy: [
    'Outbound proxy: registration, calls and OPTIONS go there first; without: straight to `uri`',
    '外呼代理：注册、呼叫和 OPTIONS 都先送到这里；不写则直接送往 `uri`',
  ],
  'register.username': ['Account at the carrier', '运营商账号'],
  'register.password': ['Its password', '密码'],
  'register.registrar': ['Without: the host of `uri`', '注册服务器；不写则为 `uri` 的主机'],
  'register.realm': ['Realm of the account', '鉴权域'],
  'register.expires': ['Registered anew before this is over', '注册有效期，到期前续注'],
  'identify.called': [
    'Several trunks at one address: numbers that are called over this one',
    '多条中继共用一个地址时：经本中继呼叫的号码',
  ],
  'identify.user': [
    "Or its account: the Request-URI's user; the number called is in To then",
    '或者：Request-URI 中的账号，此时被叫号码在 To 中',
  ],
  'identify.port': ['Or the port that the carrier sends from', '或者：运营商发送端口'],
  channels: [
    'Calls at once, both directions together; one E1 has 30',
    '并发路数（呼入呼出合计），一条 E1 为 30',
  ],
  'limits.in': ['Calls in at once', '同时呼入路数上限'],
  'limits.out': ['Calls out at once', '同时呼出路数上限'],
  'limits.together': [
    'Both together, where `channels` is too much',
    '呼入呼出合计上限，用于小于 `channels` 的情况',
  ],
  'tenants.NAME.numbers': [
    'Of a trunk that companies share: what this one may show; the first where it shows none of them',
    '多个企业共用的中继：该企业可显示的号码，都未显示时用第一个',
  ],
  'tenants.NAME.channels': ['And its share of the calls at once', '以及该企业可占用的并发路数'],
  'callsPerSecond.in': ['New calls in a second', '每秒新呼入数'],
  'callsPerSecond.out': ['New calls out a second', '每秒新呼出数'],
  priority: ['Lower goes first', '优先级，小者先用'],
  weight: ['Share among equal priorities', '同优先级之间的权重'],
  dialogSource: [
    'Requests in a call: `strict` takes those from its `addresses` only',
    '通话中的请求：`strict` 只接受来自 `addresses` 的',
  ],
  responseTimeout: [
    'A call out without any response goes to the next trunk after this; 0: after 32 s',
    '呼出多久没有任何响应就换下一条中继；0 表示 32 秒',
  ],
  probe: ['OPTIONS so often; 0: never asked, held to be alive', 'OPTIONS 探测间隔；0 表示不探测、视为正常'],
  probeFailures: ['Failures in a row until it is down', '连续失败几次视为中断'],
  probeSuccesses: ['Successes in a row until it is up', '连续成功几次视为恢复'],
  areaCode: ['Completes local numbers', '为本地号码补的区号'],
  callerId: [
    'Number shown on calls out; without: the first of `numbers`, or the account where it is a number, else withheld',
    '呼出显示的号码；不写则为 `numbers` 的第一个，或账号（若为号码），否则不显示',
  ],
  numbers: ['Other numbers of the line that calls out may show', '本线路可用于外显的其他号码'],
  callerIdIn: ["Header with the caller's number on calls in", '呼入时从哪个头域取主叫号码'],
  callerIdOut: [
    "Header with the caller's number on calls out; `pai-tel`: as a tel URI",
    '呼出时把主叫号码写入哪个头域；`pai-tel` 为 tel 格式的 P-Asserted-Identity',
  ],
  diversionOut: [
    'Calls out that are forwarded say which number of the company they were for (header Diversion)',
    '呼叫转移到外线时，用 Diversion 头域告知运营商原被叫号码',
  ],
  ...rewrite('callerIn', ["the caller's number on calls in", '呼入主叫号码']),
  ...rewrite('calledIn', ['the number called on calls in', '呼入被叫号码']),
  ...rewrite('callerOut', ["the caller's number on calls out", '呼出主叫号码']),
  ...rewrite('calledOut', ['the number called on calls out', '呼出被叫号码']),
  codecs: ['In order of preference', '编码，按优先顺序'],
  digits: ['How keys are heard', '按键（DTMF）检测方式'],
  busyTone: [
    'The gateway does not signal that a line was cleared: busy tone ends the call',
    '网关不上报挂机时，听到忙音即结束通话',
  ],
  earlyMedia: ['Prompts before the answer (183) are allowed', '允许应答前放音（183）'],
};
